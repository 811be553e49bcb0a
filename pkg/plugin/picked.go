package plugin

import (
	"cmp"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
)

// worstFirst puts rows in the order of their health where the query wants that.
func worstFirst[R any](rows []R, q query.Table, health func(*R) mesh.Health) []R {
	if q.WorstFirst {
		slices.SortStableFunc(rows, func(a, b R) int { return cmp.Compare(rank(health(&a)), rank(health(&b))) })
	}
	return rows
}

// rank is a health's place among all, the worst being 0.
func rank(h mesh.Health) int { return slices.Index(mesh.Healths(), h) }

// keep leaves out the rows that do not belong to what the query is about, if it is about
// one thing.
func keep[R any](rows []R, q query.Table, belongs func(*R) bool) []R {
	if q.For == (mesh.Ref{}) {
		return rows
	}
	return slices.DeleteFunc(rows, func(r R) bool { return !belongs(&r) })
}
