package telemetry

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	jsoniter "github.com/json-iterator/go"

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
	times  mesh.Times
	points int
	series []timeSeries
	seen   map[string]string
	err    error
}

// decodeMatrix reads a store's answer to a range query, and the warnings in it. More
// than maxValues values are errTooManyValues, which leaves the rest unread.
func decodeMatrix(body io.Reader, times mesh.Times) ([]timeSeries, []string, error) {
	in := &tracked{Reader: body}
	it := jsoniter.Parse(jsoniter.ConfigDefault, in, 64<<10)
	d := matrixDecoder{times: times, points: times.Points(), seen: map[string]string{}}
	var warnings []string
	resultType := ""
	for field := it.ReadObject(); field != "" && d.err == nil; field = it.ReadObject() {
		switch field {
		case "warnings":
			it.ReadVal(&warnings)
		case "data":
			for field := it.ReadObject(); field != "" && d.err == nil; field = it.ReadObject() {
				switch field {
				case "resultType":
					resultType = it.ReadString()
				case "result":
					d.result(it)
				default:
					it.Skip()
				}
			}
		default:
			it.Skip()
		}
	}
	switch {
	case d.err != nil:
		return nil, nil, d.err
	case in.err != nil:
		return nil, nil, in.err
	case it.Error != nil:
		return nil, nil, notPrometheus("an answer that is not as Prometheus writes it: %v", it.Error)
	case resultType != "matrix":
		return nil, nil, notPrometheus("an answer of type %q where a matrix was asked for", resultType)
	}
	return d.series, warnings, nil
}

// tracked remembers why reading failed: what the decoder makes of it names the JSON.
type tracked struct {
	io.Reader
	err error
}

func (s *tracked) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

func (d *matrixDecoder) result(it *jsoniter.Iterator) {
	if it.WhatIsNext() != jsoniter.ArrayValue {
		it.Skip() // a scalar, whose type is refused afterwards
		return
	}
	for it.ReadArray() {
		if (len(d.series)+1)*d.points > maxValues {
			d.err = errTooManyValues
			return
		}
		one := timeSeries{values: make([]float64, d.points)}
		for i := range one.values {
			one.values[i] = absent
		}
		for field := it.ReadObject(); field != ""; field = it.ReadObject() {
			switch field {
			case "metric":
				d.metric(it, &one)
			case "values":
				d.pairs(it, one.values)
			default:
				it.Skip()
			}
		}
		d.series = append(d.series, one)
	}
}

func (d *matrixDecoder) metric(it *jsoniter.Iterator, into *timeSeries) {
	for name := it.ReadObject(); name != ""; name = it.ReadObject() {
		value := it.ReadString()
		at := into.at(name)
		switch name {
		case labelPart:
			at = &into.part
		case labelNamedSource:
			at = &into.sourceCluster
		case labelNamedDest:
			at = &into.destinationCluster
		}
		if at != nil {
			*at = d.once(value)
		}
	}
}

// once gives one string for all that are equal.
func (d *matrixDecoder) once(s string) string {
	if known, ok := d.seen[s]; ok {
		return known
	}
	d.seen[s] = s
	return s
}

// pairs reads [[time, "value"], …] into the places of the grid. What lies beyond the
// grid was not asked for.
func (d *matrixDecoder) pairs(it *jsoniter.Iterator, into []float64) {
	from, step := float64(d.times.From.UnixMilli()), float64(d.times.Step.Milliseconds())
	for it.ReadArray() {
		at := -1
		for i := 0; it.ReadArray(); i++ {
			switch i {
			case 0:
				at = int(math.Round((it.ReadFloat64()*1000 - from) / step))
			case 1:
				value := d.number(it)
				if at >= 0 && at < len(into) && !isAbsent(value) {
					into[at] = value
				}
			default:
				it.Skip()
			}
		}
	}
}

// number reads a value, which comes as a text: NaN and infinities are words.
func (d *matrixDecoder) number(it *jsoniter.Iterator) float64 {
	text := it.ReadStringAsSlice()
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		it.ReportError("value", fmt.Sprintf("%q is not a number", text))
	}
	return v
}
