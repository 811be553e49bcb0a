package bench

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
)

type run struct {
	mesh     *lab.Lab
	plugin   *ask.Plugin
	settings ask.Settings // of Prometheus behind the store's proxy
	rounds   int
	now      time.Time // of all subjects, so that their slots do not meet
}

type row struct {
	subject
	rows, asked   int
	floor, plugin time.Duration // medians; the floor is 0 without PromQL
}

func (r row) kept() bool {
	return (r.ratio == 0 || float64(r.plugin-r.beside) <= r.ratio*float64(r.floor)) &&
		(r.most == 0 || r.plugin < r.most) && (r.queries == 0 || r.asked <= r.queries)
}

// measure asks both sides in turn; who goes first changes from round to round, since the
// second finds Prometheus' data warm. Every round looks a step further back than the one
// before: the plugin keeps its answers for that long, and here each has to be fetched. Both
// sides go straight to Prometheus; before, one answer by way of the store's proxy tells
// what the plugin asks there.
func (b *run) measure(ctx context.Context, s subject) (row, error) {
	result := row{subject: s}
	s.query.Fields = maps.Clone(s.query.Fields)
	if s.query.Fields["compareTo"] == compareTo {
		s.query.Fields["compareTo"] = ago(b.rounds).String()
	}
	now := b.now.Add(-time.Duration(s.slot) * slot(b.rounds))
	behind, err := b.learn(ctx, s.query, now, &result)
	if err != nil {
		return result, err
	}
	if s.ratio > 0 && len(behind) == 0 {
		return result, errors.New("the plugin asked the store for nothing, so there is no floor to compare with")
	}
	direct := b.direct()
	var floors, plugins []time.Duration
	for round := range warmUp + b.rounds {
		back := -time.Duration(round+1) * step
		order := []func() error{
			func() error {
				took, err := floor(ctx, b.mesh.PrometheusURL(), earlier(behind, back))
				floors = append(floors, took)
				return err
			},
			func() error {
				_, took, err := b.ask(ctx, direct, at(s.query, now.Add(back)))
				plugins = append(plugins, took)
				return err
			},
		}
		if round%2 == 1 {
			slices.Reverse(order)
		}
		for _, side := range order {
			if err := side(); err != nil {
				return result, err
			}
		}
	}
	result.plugin = median(plugins[warmUp:])
	if len(behind) > 0 {
		result.floor = median(floors[warmUp:])
	}
	return result, nil
}

// direct are the settings of another data source, without the proxy.
func (b *run) direct() ask.Settings {
	s := b.settings
	s.UID, s.URL = "direct", b.mesh.PrometheusURL()
	return s
}

// learn asks once by way of the store's proxy, and gives what the plugin asked there.
func (b *run) learn(ctx context.Context, q ask.Query, now time.Time, into *row) ([]lab.Asked, error) {
	before, stop := b.mesh.Store.Requests(), b.mesh.Store.Record()
	answer, _, err := b.ask(ctx, b.settings, at(q, now))
	behind := stop()
	into.asked, into.rows = int(b.mesh.Store.Requests()-before), rows(answer)
	return behind, err
}

// at puts a query's range in front of a moment.
func at(q ask.Query, moment time.Time) ask.Query {
	q.Range = backend.TimeRange{From: moment.Add(-window), To: moment}
	return q
}

// earlier asks the same of another time.
func earlier(asked []lab.Asked, by time.Duration) []lab.Asked {
	out := slices.Clone(asked)
	for i := range out {
		out[i].At, out[i].From = out[i].At.Add(by), out[i].From.Add(by)
	}
	return out
}

// ask asks one query, and tells how long the answer was on its way. Frames are read after
// that: of the floor nothing is read but bytes.
func (b *run) ask(ctx context.Context, s ask.Settings, q ask.Query) (backend.DataResponse, time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	begin := time.Now()
	sent, err := b.plugin.Send(ctx, s, nil, q)
	took := time.Since(begin)
	if err != nil {
		return backend.DataResponse{}, 0, err
	}
	answers, err := sent.Read()
	if err != nil {
		return backend.DataResponse{}, 0, err
	}
	answer := answers["A"]
	if answer.Error != nil {
		return answer, 0, answer.Error
	}
	if len(answer.Frames) == 0 {
		return answer, 0, errors.New("the answer holds no frame")
	}
	return answer, took, nil
}

// rows counts the rows of an answer's frames.
func rows(answer backend.DataResponse) int {
	n := 0
	for _, frame := range answer.Frames {
		n += frame.Rows()
	}
	return n
}

func median(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2]
}
