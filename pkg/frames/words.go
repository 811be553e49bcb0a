package frames

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// The panel appends units as plain text and rounds to two decimals whatever is
// asked for, so what a person reads is sent as text. A value that nobody reported
// is the empty string, which the panel leaves out.

// requests says a rate of requests; short enough for the inside of a circle.
func requests(v *float64) string {
	if v == nil {
		return ""
	}
	return scaled(*v, " req/s", "", "k", "M")
}

// bytesRate says a rate of bytes.
func bytesRate(v *float64) string {
	if v == nil {
		return ""
	}
	return scaled(*v, "", " B/s", " kB/s", " MB/s", " GB/s")
}

// percent says a ratio.
func percent(v *float64) string {
	if v == nil {
		return ""
	}
	return measure(*v*100, " %", "")
}

// positive says a ratio that is above zero.
func positive(v *float64) string {
	if v == nil || *v == 0 {
		return ""
	}
	return percent(v)
}

// milliseconds says a latency.
func milliseconds(v *float64) string {
	if v == nil {
		return ""
	}
	if *v >= 1000 {
		return measure(*v/1000, " s", "")
	}
	return measure(*v, " ms", "")
}

// scaled writes v with the largest of units, each a thousand of the one before, that
// keeps it at 1 or above, and what comes behind.
func scaled(v float64, behind string, units ...string) string {
	i := 0
	for ; i < len(units)-1 && math.Abs(v) >= 1000; i++ {
		v /= 1000
	}
	return measure(v, units[i], behind)
}

// measure writes a number and its unit.
func measure(v float64, unit, behind string) string {
	var room [32]byte // more than any but the largest numbers need
	text := appendNumber(room[:0], v)
	return string(append(append(text, unit...), behind...))
}

// appendNumber writes v with three digits that count, and never as a power of ten.
func appendNumber(text []byte, v float64) []byte {
	decimals := 0
	switch abs := math.Abs(v); {
	case abs == 0 || abs >= 99.95:
	case abs >= 9.995:
		decimals = 1
	default:
		decimals = 2
	}
	start := len(text)
	text = strconv.AppendFloat(text, v, 'f', decimals, 64)
	if bytes.IndexByte(text[start:], '.') >= 0 {
		text = bytes.TrimRight(bytes.TrimRight(text, "0"), ".")
	}
	if v > 0 && string(text[start:]) == "0" {
		return append(text[:start], "<0.01"...)
	}
	return text
}

// age says how long ago a moment was.
func age(since time.Duration) string {
	switch {
	case since < time.Second:
		return "just now"
	case since < time.Minute:
		return strconv.Itoa(int(since/time.Second)) + " s ago"
	case since < time.Hour:
		return strconv.Itoa(int(since/time.Minute)) + " min ago"
	}
	return strconv.Itoa(int(since/time.Hour)) + " h ago"
}

// protocols says the protocols of an edge.
func protocols(list []mesh.Protocol) string {
	if len(list) == 1 {
		return string(list[0])
	}
	return commas(list)
}

// responses says the shares of responses, the most frequent first.
func responses(list []mesh.Response) string {
	total := 0.0
	for i := range list {
		total += list[i].Rate
	}
	var room [4]mesh.Response // most edges have no more
	sorted := append(room[:0], list...)
	slices.SortStableFunc(sorted, func(a, b mesh.Response) int { return cmp.Compare(b.Rate, a.Rate) })
	var text []byte
	for i := range sorted {
		r := &sorted[i]
		if i > 0 {
			text = append(text, ", "...)
		}
		for _, word := range [2]string{r.Code, r.Flags} {
			if word != "" {
				text = append(append(text, word...), ' ')
			}
		}
		text = append(appendNumber(text, r.Rate/total*100), " %"...)
	}
	return string(text)
}

// joined joins the parts that are not empty.
func joined(separator string, parts ...string) string {
	out := ""
	for _, p := range parts {
		switch {
		case p == "":
		case out == "":
			out = p
		default:
			out += separator + p
		}
	}
	return out
}
