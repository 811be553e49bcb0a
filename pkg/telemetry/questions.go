package telemetry

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// part is one query of an answer.
type part struct {
	what   string
	promQL string
	done   chan struct{} // closed when what follows is there
	answer *vector
	warned []string
	err    error
}

// questions are the parts that a question is made of; nil for one that is not asked.
type questions struct {
	requests, latency, peers *part
	volumes                  []*part
	tcp                      bool // volumes has the bytes of TCP
}

// ask writes down a question.
func (c composer) ask(q Question) questions {
	var out questions
	http, grpc := slices.Contains(q.Protocols, mesh.HTTP), slices.Contains(q.Protocols, mesh.GRPC)
	out.tcp = slices.Contains(q.Protocols, mesh.TCP)
	if http || grpc {
		out.requests = &part{what: whatRequests, promQL: c.requests(http, grpc)}
	}
	if out.requests != nil && q.Latency != "" {
		out.latency = &part{what: whatLatency, promQL: c.latency(q.Latency, http, grpc)}
	}
	what := whatVolumes
	if out.tcp {
		what = whatTCP
	}
	for _, promQL := range c.volumes(q.wanted(http, grpc, out.tcp), http, grpc) {
		out.volumes = append(out.volumes, &part{what: what, promQL: promQL})
	}
	if q.Details && hasPeers(q.Level) {
		out.peers = &part{what: whatPeers, promQL: c.peers()}
	}
	return out
}

// all lists the parts that are asked.
func (q questions) all() []*part {
	return slices.DeleteFunc(append([]*part{q.requests, q.latency}, append(q.volumes, q.peers)...), func(p *part) bool { return p == nil })
}

// traffic waits for the answers that traffic is made of, and gives those that came.
func (q questions) traffic() []*vector {
	var out []*vector
	for _, p := range append([]*part{q.requests}, q.volumes...) {
		if v, err := p.wait(); err == nil && len(v.samples) > 0 {
			out = append(out, v)
		}
	}
	return out
}

// volume waits for the answers of volumes: half of TCP's bytes would be a wrong number, so
// it is all of them or none.
func (q questions) volume() ([]*vector, error) {
	var out []*vector
	for _, p := range q.volumes {
		v, err := p.wait()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// ask sends all parts side by side. Whoever uses a part's answer waits for it; wait waits
// for all.
func (s *Store) ask(ctx context.Context, at time.Time, parts []*part) (wait func()) {
	var all sync.WaitGroup
	for _, p := range parts {
		p.done = make(chan struct{})
		all.Go(func() {
			defer close(p.done)
			p.answer, p.warned, p.err = s.instant(ctx, p.promQL, at)
		})
	}
	return all.Wait
}

// wait waits for a part's answer. A part that is not asked has none and no error.
func (p *part) wait() (*vector, error) {
	if p == nil {
		return &vector{}, nil
	}
	<-p.done
	return p.answer, p.err
}
