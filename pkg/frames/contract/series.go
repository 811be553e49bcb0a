package contract

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// CheckSeries reads frames as Grafana's server-side expressions read those of the type
// timeseries-multi, reduces each series to the last value that is a number, and returns all that is
// wrong: what makes a rule fail, and what makes it judge by the wrong numbers.
// https://grafana.com/developers/dataplane/timeseries
func CheckSeries(frames data.Frames) ([]Number, error) {
	if len(frames) == 0 {
		return nil, errors.New("no frame: not even one that says there are no series")
	}
	var errs []error
	var out []Number
	seen := map[string]bool{}
	for i, f := range frames {
		if f.Meta == nil || f.Meta.Type != data.FrameTypeTimeSeriesMulti || f.Meta.TypeVersion != (data.FrameTypeVersion{0, 1}) {
			errs = append(errs, fmt.Errorf("frame %d does not say what type it is", i))
			continue
		}
		if len(frames) == 1 && len(f.Fields) == 0 {
			return nil, nil // no series
		}
		number, err := checkOne(f)
		if err != nil {
			errs = append(errs, fmt.Errorf("frame %d (%s): %w", i, f.Name, err))
			continue
		}
		if labels := number.Labels.String(); seen[labels] {
			errs = append(errs, fmt.Errorf("frame %d (%s): its labels are another's: %s", i, f.Name, labels))
		} else {
			seen[labels] = true
		}
		out = append(out, number)
	}
	return out, errors.Join(errs...)
}

// checkOne reads the frame of one series.
func checkOne(f *data.Frame) (Number, error) {
	if len(f.Fields) != 2 {
		return Number{}, fmt.Errorf("%d fields, not a time and a number", len(f.Fields))
	}
	times, values := f.Fields[0], f.Fields[1]
	if times.Type() != data.FieldTypeTime || values.Type() != data.FieldTypeNullableFloat64 {
		return Number{}, fmt.Errorf("fields of the types %s and %s", times.Type(), values.Type())
	}
	if times.Len() != values.Len() || times.Len() == 0 {
		return Number{}, fmt.Errorf("%d times and %d values", times.Len(), values.Len())
	}
	if len(values.Labels) == 0 {
		return Number{}, errors.New("no labels tell it from others")
	}
	if values.Config == nil || values.Config.DisplayNameFromDS == "" || values.Config.Unit == "" {
		return Number{}, errors.New("without a name or a unit")
	}
	out := Number{Labels: values.Labels}
	for i := range times.Len() {
		if i > 0 && !times.At(i).(time.Time).After(times.At(i-1).(time.Time)) {
			return Number{}, fmt.Errorf("the times do not ascend at %d", i)
		}
		v := values.At(i).(*float64)
		if v == nil {
			continue
		}
		if math.IsNaN(*v) || math.IsInf(*v, 0) || *v < 0 {
			return Number{}, fmt.Errorf("the value at %d is %v", i, *v)
		}
		out.Value = v
	}
	return out, nil
}
