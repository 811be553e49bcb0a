package plugin

import (
	"cmp"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
)

// picked are the rows of the applications that a query names, or all where it names
// none, and the worst first where it wants that. app and health read a row; nil where
// rows have none.
func picked[R any](rows []R, q query.Table, app func(*R) string, health func(*R) mesh.Health) []R {
	if len(q.Applications) > 0 && app != nil {
		rows = slices.DeleteFunc(rows, func(r R) bool { return !slices.Contains(q.Applications, app(&r)) })
	}
	if q.WorstFirst && health != nil {
		slices.SortStableFunc(rows, func(a, b R) int { return cmp.Compare(rank(health(&a)), rank(health(&b))) })
	}
	return rows
}

// rank is a health's place among all, the worst being 0.
func rank(h mesh.Health) int { return slices.Index(mesh.Healths(), h) }
