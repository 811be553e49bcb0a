package telemetry

import (
	"fmt"
	"io"
	"strconv"

	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
)

// word is a label's value: its place among the words of a vector. 0 is the empty text,
// which is also that of a label that is absent.
type word uint32

// vector is a store's answer to an instant query. Nearly all values of labels repeat, so
// each is kept once: samples are small, hold no pointers, and compare as numbers do.
type vector struct {
	words   []string
	samples []sample
}

// sample is one series of a vector.
type sample struct {
	labelsOf[word]
	value float64
}

// text is what a word says.
func (v *vector) text(w word) string { return v.words[w] }

// labels are a sample's labels as texts.
func (v *vector) labels(s *sample) labels {
	var out labels
	for _, name := range labelNames {
		*out.at(name) = v.words[*s.at(name)]
	}
	return out
}

// has reports whether any sample has a label.
func (v *vector) has(name string) bool {
	for i := range v.samples {
		if *v.samples[i].at(name) != 0 {
			return true
		}
	}
	return false
}

// decodeVector reads a store's answer to an instant query while it arrives, and the
// warnings in it.
//
// client_golang would read it to its end first and then make a map of strings of every
// series; reading a graph's thousands of them that way took longer than all else that
// is done here.
func decodeVector(body io.Reader) (vector, []string, error) {
	d := decoder{in: scanner{from: body}, seen: map[string]word{"": 0}, out: vector{words: []string{""}}}
	warnings, err := d.in.answer("vector", d.result)
	if err != nil {
		return vector{}, nil, err
	}
	return d.out, warnings, nil
}

// answer reads a store's answer of a type, whose result is read by result, and gives the
// warnings in it.
func (s *scanner) answer(wanted string, result func()) (warnings []string, err error) {
	resultType := ""
	s.object(func(field []byte) {
		switch string(field) {
		case "warnings":
			s.array(func(int) { warnings = append(warnings, string(s.text())) })
		case "data":
			s.object(func(field []byte) {
				switch string(field) {
				case "resultType":
					resultType = string(s.text())
				case "result":
					result()
				default:
					s.skip()
				}
			})
		default:
			s.skip()
		}
	})
	switch {
	case s.broke != nil:
		return nil, s.broke
	case s.err != nil:
		return nil, wrongAnswer("an answer that is not as Prometheus writes it: %s", s.err)
	case resultType != wanted:
		return nil, wrongAnswer("an answer of type %q where a %s was asked for", resultType, wanted)
	}
	return warnings, nil
}

// wrongAnswer is what is wrong with an answer that came, in the form of Prometheus' own
// client.
func wrongAnswer(format string, args ...any) error {
	return &promv1.Error{Type: promv1.ErrBadResponse, Msg: fmt.Sprintf(format, args...)}
}

type decoder struct {
	in   scanner
	seen map[string]word
	out  vector
	last labelsOf[word] // of the sample before: neighbours have much in common
}

// result reads the series. A scalar, whose type is refused afterwards, has none.
func (d *decoder) result() {
	d.in.array(func(int) {
		if d.in.peek() != '{' {
			d.in.skip()
			return
		}
		d.out.samples = append(d.out.samples, sample{})
		s := &d.out.samples[len(d.out.samples)-1]
		d.in.object(func(field []byte) {
			switch string(field) {
			case "metric":
				d.metric(&s.labelsOf)
			case "value":
				s.value = d.value()
			default:
				d.in.skip()
			}
		})
		d.last = s.labelsOf
	})
}

// metric reads the labels of a series.
func (d *decoder) metric(into *labelsOf[word]) {
	d.in.object(func(name []byte) {
		at, before := into.at(string(name)), d.last.at(string(name))
		if at == nil {
			d.in.skip()
			return
		}
		value := d.in.text()
		if d.out.words[*before] == string(value) {
			*at = *before
			return
		}
		*at = d.once(value)
	})
}

// once gives the word of a text, one for all that are equal.
func (d *decoder) once(text []byte) word {
	if w, ok := d.seen[string(text)]; ok {
		return w
	}
	w, s := word(len(d.out.words)), string(text)
	d.out.words, d.seen[s] = append(d.out.words, s), w
	return w
}

// value reads [time, "value"]. NaN and infinities come as words.
func (d *decoder) value() (value float64) {
	d.in.array(func(i int) {
		if i != 1 {
			d.in.skip()
			return
		}
		value = d.in.valueText()
	})
	return value
}

// valueText reads a value, which comes as a text: NaN and infinities are words.
func (s *scanner) valueText() float64 {
	text := s.text()
	if s.err != nil {
		return 0
	}
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		s.fail(fmt.Errorf("%q is not a number", text))
	}
	return v
}
