package plugin

import (
	"context"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

// asking is a question about traffic that is under way, and the same about the past where
// the two are to be compared. Whoever asks calls cancel in the end.
type asking struct {
	now    coming
	then   past
	cancel context.CancelFunc
}

// coming is an answer of the store that is on its way.
type coming <-chan storeAnswer

type storeAnswer struct {
	*telemetry.Answer
	err error
}

// wait waits for the answer. It is called once.
func (c coming) wait() (*telemetry.Answer, error) {
	answer := <-c
	return answer.Answer, answer.err
}

// askStore asks, and does not wait for the answer.
func (d *Datasource) askStore(ctx context.Context, q telemetry.Question) coming {
	answer := make(chan storeAnswer, 1)
	go func() {
		a, err := d.store.Traffic(ctx, q)
		answer <- storeAnswer{a, err}
	}()
	return answer
}

func (d *Datasource) askBoth(ctx context.Context, q telemetry.Question, o query.Options) asking {
	ctx, cancel := context.WithCancel(ctx)
	return asking{now: d.askStore(ctx, q), then: d.askPast(ctx, q, o.CompareTo), cancel: cancel}
}

// askAtLevel asks at the question's level. Where that is open, the store has to be asked
// first which one it is; meanwhile the question is asked at the level of the last time,
// which is the right one nearly always.
func (d *Datasource) askAtLevel(ctx context.Context, q telemetry.Question, o query.Options, out *drawing) (asking, error) {
	if q.Level != mesh.LevelAuto {
		return d.askBoth(ctx, q, o), nil
	}
	ahead := asking{cancel: func() {}}
	last, known := d.store.LastLevel(q, d.maxNodes(o))
	if known {
		q.Level = last
		ahead = d.askBoth(ctx, q, o)
	}
	level, promQL, err := d.store.FinestLevel(ctx, q, d.maxNodes(o))
	if err != nil {
		ahead.cancel()
		return asking{}, err
	}
	out.queries = append(out.queries, promQL)
	if known && level == last {
		return ahead, nil
	}
	ahead.cancel()
	q.Level = level
	return d.askBoth(ctx, q, o), nil
}
