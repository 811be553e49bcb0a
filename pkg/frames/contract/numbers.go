package contract

import (
	"fmt"
	"math"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// Number is a number as an alert rule's expressions get it.
type Number struct {
	Labels data.Labels
	// Value is nil where nothing is known: the rule is told of no data then.
	Value *float64
}

// Numbers reads a frame of type numeric-long as server-side expressions do: the columns of
// text of a row are the labels of each of its numbers, and the name of a column of numbers
// is lost. It fails where those would: when the frame does not tell what it is, and when
// two numbers have the same labels; and for what no rule can judge, such as NaN.
// https://grafana.com/developers/dataplane/numeric
func Numbers(frames data.Frames) ([]Number, error) {
	if len(frames) != 1 {
		return nil, fmt.Errorf("numbers are one frame, not %d", len(frames))
	}
	f := frames[0]
	if f.Meta == nil || f.Meta.Type != data.FrameTypeNumericLong || f.Meta.TypeVersion != (data.FrameTypeVersion{0, 1}) {
		return nil, fmt.Errorf("the frame does not say that it is %s of version 0.1", data.FrameTypeNumericLong)
	}
	if _, err := f.RowLen(); err != nil {
		return nil, err
	}
	var out []Number
	seen := map[string]bool{}
	for i := range f.Rows() {
		labels := data.Labels{}
		var values []*float64
		for _, field := range f.Fields {
			switch {
			case field.Type() == data.FieldTypeString:
				labels[field.Name] = field.At(i).(string)
			case field.Type() == data.FieldTypeNullableFloat64:
				values = append(values, field.At(i).(*float64))
			default:
				return nil, fmt.Errorf("column %s is of type %s: neither a label nor a number", field.Name, field.Type())
			}
		}
		for _, v := range values {
			if v != nil && (math.IsNaN(*v) || math.IsInf(*v, 0)) {
				return nil, fmt.Errorf("%v is no number that a rule can judge: %v", *v, labels)
			}
			key := labels.String()
			if seen[key] {
				return nil, fmt.Errorf("two numbers have the labels %v", labels)
			}
			seen[key] = true
			out = append(out, Number{labels, v})
		}
	}
	return out, nil
}
