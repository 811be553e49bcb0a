package telemetry

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	jsoniter "github.com/json-iterator/go"
)

// sample is one series of an instant vector.
type sample struct {
	labels
	value float64
}

// decodeVector reads a store's answer to an instant query, and the warnings in it.
//
// client_golang would make a map of strings of every series; reading a graph's
// thousands of them that way took longer than all else that is done here. So the
// labels of interest go straight into a struct, and values that repeat, as nearly
// all do, are kept once.
func decodeVector(body []byte) (samples []sample, warnings []string, err error) {
	d := vectorDecoder{samples: make([]sample, 0, len(body)/bytesPerSample), seen: map[string]string{}}
	it := jsoniter.ParseBytes(jsoniter.ConfigDefault, body)
	resultType := ""
	for field := it.ReadObject(); field != ""; field = it.ReadObject() {
		switch field {
		case "warnings":
			it.ReadVal(&warnings)
		case "data":
			for field := it.ReadObject(); field != ""; field = it.ReadObject() {
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
	if it.Error != nil {
		return nil, nil, fmt.Errorf("an answer that is not as Prometheus writes it: %w", it.Error)
	}
	if resultType != "vector" {
		return nil, nil, fmt.Errorf("an answer of type %q where a vector was asked for", resultType)
	}
	return d.samples, warnings, nil
}

// bytesPerSample is about how many bytes of an answer one series takes.
const bytesPerSample = 300

type vectorDecoder struct {
	samples []sample
	seen    map[string]string
}

func (d *vectorDecoder) result(it *jsoniter.Iterator) {
	if it.WhatIsNext() != jsoniter.ArrayValue {
		it.Skip() // a scalar, whose type is refused afterwards
		return
	}
	for it.ReadArray() {
		if it.WhatIsNext() != jsoniter.ObjectValue {
			it.Skip()
			continue
		}
		d.samples = append(d.samples, sample{})
		s := &d.samples[len(d.samples)-1]
		for field := it.ReadObject(); field != ""; field = it.ReadObject() {
			switch field {
			case "metric":
				d.metric(it, &s.labels)
			case "value":
				s.value = pairValue(it)
			default:
				it.Skip()
			}
		}
	}
}

// metric reads an object of strings.
func (d *vectorDecoder) metric(it *jsoniter.Iterator, into *labels) {
	raw := it.SkipAndReturnBytes()
	if bytes.IndexByte(raw, '\\') >= 0 {
		d.escapedMetric(it, raw, into)
		return
	}
	// Without escapes, whatever stands between quotes is a name, then its value.
	for {
		name, rest, ok := quoted(raw)
		if !ok {
			return
		}
		value, rest, ok := quoted(rest)
		if !ok {
			return
		}
		if at := into.at(string(name)); at != nil {
			*at = d.once(value)
		}
		raw = rest
	}
}

func (d *vectorDecoder) escapedMetric(it *jsoniter.Iterator, raw []byte, into *labels) {
	var all map[string]string
	if err := json.Unmarshal(raw, &all); err != nil {
		it.ReportError("metric", err.Error())
		return
	}
	for name, value := range all {
		if at := into.at(name); at != nil {
			*at = d.once([]byte(value))
		}
	}
}

// once gives the string of b, one for all that are equal.
func (d *vectorDecoder) once(b []byte) string {
	if s, ok := d.seen[string(b)]; ok {
		return s
	}
	s := string(b)
	d.seen[s] = s
	return s
}

// quoted takes the first quoted text off b.
func quoted(b []byte) (text, rest []byte, ok bool) {
	from := bytes.IndexByte(b, '"')
	if from < 0 {
		return nil, nil, false
	}
	b = b[from+1:]
	to := bytes.IndexByte(b, '"')
	if to < 0 {
		return nil, nil, false
	}
	return b[:to], b[to+1:], true
}

// pairValue reads [time, "value"]. NaN and infinities come as words.
func pairValue(it *jsoniter.Iterator) (value float64) {
	for i := 0; it.ReadArray(); i++ {
		if i != 1 {
			it.Skip()
			continue
		}
		text := it.ReadString()
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			it.ReportError("value", fmt.Sprintf("%q is not a number", text))
		}
		value = v
	}
	return value
}
