package telemetry

import (
	"context"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// FinestLevel returns the finest level whose graph has at most maxNodes nodes, and
// the query behind the decision. The coarsest level is returned when none fits.
//
// It counts the nodes that the metrics hold at the end of the range, without their
// rates, which costs the store little; nodes outside the mesh are not counted.
func (s *Store) FinestLevel(ctx context.Context, q Question, maxNodes int) (mesh.Level, string, error) {
	compose := composer{scope: s.scope, names: s.names, selection: q.Selection}
	var metrics []string
	if slices.Contains(q.Protocols, mesh.HTTP) || slices.Contains(q.Protocols, mesh.GRPC) {
		metrics = append(metrics, metricRequests)
	}
	if slices.Contains(q.Protocols, mesh.TCP) {
		metrics = append(metrics, metricTCPSent)
	}
	promQL := compose.presence(metrics...)
	found, _, err := s.instant(ctx, promQL, q.Range.To)
	if err != nil {
		return "", promQL, err
	}
	levels := mesh.AutoLevels()
	for _, level := range levels {
		read := reader{level: level, names: s.names, byWorkload: composer{level: level}.lacksApps([]*vector{found})}
		nodes := map[mesh.Ref]bool{}
		for i := range found.samples {
			l := found.labels(&found.samples[i])
			ref := read.source(&l)
			if !isSource(&l) {
				ref, _ = read.destination(&l, mesh.Unknown)
			}
			nodes[ref] = true
		}
		if len(nodes) <= maxNodes {
			return level, promQL, nil
		}
	}
	return levels[len(levels)-1], promQL, nil
}

// isSource reports whether a group of composer.presence is of callers.
func isSource(l *labels) bool {
	return l.sourceCluster != "" || l.sourceNamespace != "" || l.sourceWorkload != "" || l.sourceApp != ""
}
