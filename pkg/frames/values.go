package frames

import "github.com/grafana/grafana-plugin-sdk-go/data"

// Values makes the one string column that dashboard variables read.
func Values(values []string) data.Frames {
	if values == nil {
		values = []string{}
	}
	return data.Frames{data.NewFrame("values", data.NewField("value", nil, values))}
}

// Notice appends a notice to the first frame: the panel shows it once.
func Notice(frames data.Frames, severity data.NoticeSeverity, text string) {
	if len(frames) > 0 {
		frames[0].AppendNotices(data.Notice{Severity: severity, Text: text})
	}
}
