package telemetry

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// FinestLevel returns the finest level whose graph has at most maxNodes nodes, and
// the query behind the decision. The coarsest level is returned when none fits.
//
// It counts the nodes that the metrics hold at the end of the range, without their
// rates, which costs the store little; nodes outside the mesh are not counted.
func (s *Store) FinestLevel(ctx context.Context, q Question, maxNodes int) (mesh.Level, string, error) {
	promQL := s.presence(q)
	found, _, err := s.instant(ctx, promQL, q.Range.To)
	if err != nil {
		return "", promQL, err
	}
	level := s.finest(found, maxNodes)
	s.last.note(promQL, maxNodes, level)
	return level, promQL, nil
}

// LastLevel returns what FinestLevel said the last time, if it was asked before. Panels
// ask again and again, and nearly always it says the same.
func (s *Store) LastLevel(q Question, maxNodes int) (mesh.Level, bool) {
	return s.last.of(s.presence(q), maxNodes)
}

func (s *Store) presence(q Question) string {
	compose := composer{scope: s.scope, names: s.names, selection: q.Selection}
	var metrics []string
	if slices.Contains(q.Protocols, mesh.HTTP) || slices.Contains(q.Protocols, mesh.GRPC) {
		metrics = append(metrics, metricRequests)
	}
	if slices.Contains(q.Protocols, mesh.TCP) {
		metrics = append(metrics, metricTCPSent)
	}
	return compose.presence(metrics...)
}

// finest chooses among the levels by an answer to presence.
func (s *Store) finest(found *vector, maxNodes int) mesh.Level {
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
			return level
		}
	}
	return levels[len(levels)-1]
}

// isSource reports whether a group of composer.presence is of callers.
func isSource(l *labels) bool {
	return l.sourceCluster != "" || l.sourceNamespace != "" || l.sourceWorkload != "" || l.sourceApp != ""
}

// lastLevels are the levels that were chosen last. The zero value holds none.
type lastLevels struct {
	mu     sync.Mutex
	levels map[string]mesh.Level
}

// maxLastLevels bounds lastLevels; a question is some hundred bytes long.
const maxLastLevels = 1000

func (l *lastLevels) of(promQL string, maxNodes int) (mesh.Level, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	level, ok := l.levels[lastKey(promQL, maxNodes)]
	return level, ok
}

func (l *lastLevels) note(promQL string, maxNodes int, level mesh.Level) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.levels == nil || len(l.levels) >= maxLastLevels {
		l.levels = map[string]mesh.Level{}
	}
	l.levels[lastKey(promQL, maxNodes)] = level
}

func lastKey(promQL string, maxNodes int) string { return strconv.Itoa(maxNodes) + " " + promQL }
