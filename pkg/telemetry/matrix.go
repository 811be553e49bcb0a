package telemetry

import (
	"errors"
	"io"
	"math"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// timeSeries is one series of a range query's answer, on the grid that was asked for.
type timeSeries struct {
	labels
	part   string // the part of the query that it answers
	values []float64
}

// absent stands in timeSeries.values where a series has no value: NaN, which no value of
// a rate, a ratio or a quantile is otherwise.
var absent = math.NaN()

func isAbsent(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// maxValues bounds one answer, in values: 16 MB.
const maxValues = 2_000_000

var errTooManyValues = errors.New("more values than are taken")

// matrixDecoder reads the answer to a range query as it comes in, so that no more of
// it is in memory than what is kept.
type matrixDecoder struct {
	in     scanner
	times  mesh.Times
	points int
	series []timeSeries
	seen   map[string]string
}

// decodeMatrix reads a store's answer to a range query, and the warnings in it. More
// than maxValues values are errTooManyValues, which leaves the rest unread.
func decodeMatrix(body io.Reader, times mesh.Times) ([]timeSeries, []string, error) {
	d := matrixDecoder{in: scanner{from: body}, times: times, points: times.Points(), seen: map[string]string{}}
	warnings, err := d.in.answer("matrix", d.result)
	if errors.Is(d.in.err, errTooManyValues) {
		err = errTooManyValues
	}
	if err != nil {
		return nil, nil, err
	}
	return d.series, warnings, nil
}

// result reads the series. A scalar, whose type is refused afterwards, has none.
func (d *matrixDecoder) result() {
	d.in.array(func(int) {
		if d.in.peek() != '{' {
			d.in.skip()
			return
		}
		if (len(d.series)+1)*d.points > maxValues {
			d.in.fail(errTooManyValues)
			return
		}
		one := timeSeries{values: make([]float64, d.points)}
		for i := range one.values {
			one.values[i] = absent
		}
		d.in.object(func(field []byte) {
			switch string(field) {
			case "metric":
				d.metric(&one)
			case "values":
				d.pairs(one.values)
			default:
				d.in.skip()
			}
		})
		d.series = append(d.series, one)
	})
}

func (d *matrixDecoder) metric(into *timeSeries) {
	d.in.object(func(name []byte) {
		at := into.at(string(name))
		switch string(name) {
		case labelPart:
			at = &into.part
		case labelNamedSource:
			at = &into.sourceCluster
		case labelNamedDest:
			at = &into.destinationCluster
		}
		if at == nil {
			d.in.skip()
			return
		}
		*at = d.once(d.in.text())
	})
}

// once gives one string for all texts that are equal.
func (d *matrixDecoder) once(text []byte) string {
	if known, ok := d.seen[string(text)]; ok {
		return known
	}
	s := string(text)
	d.seen[s] = s
	return s
}

// pairs reads [[time, "value"], …] into the places of the grid. What lies beyond the
// grid was not asked for.
func (d *matrixDecoder) pairs(into []float64) {
	from, step := float64(d.times.From.UnixMilli()), float64(d.times.Step.Milliseconds())
	d.in.array(func(int) {
		at := -1
		d.in.array(func(i int) {
			switch i {
			case 0:
				at = int(math.Round((d.in.number()*1000 - from) / step))
			case 1:
				if value := d.in.valueText(); at >= 0 && at < len(into) && !isAbsent(value) {
					into[at] = value
				}
			default:
				d.in.skip()
			}
		})
	})
}
