package frames

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
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
	return scaled(*v, 1000, "", "k", "M") + " req/s"
}

// bytesRate says a rate of bytes.
func bytesRate(v *float64) string {
	if v == nil {
		return ""
	}
	return scaled(*v, 1000, " B/s", " kB/s", " MB/s", " GB/s")
}

// percent says a ratio.
func percent(v *float64) string {
	if v == nil {
		return ""
	}
	return number(*v*100) + " %"
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
		return number(*v/1000) + " s"
	}
	return number(*v) + " ms"
}

// scaled writes v with the largest unit that keeps it at 1 or above.
func scaled(v, step float64, units ...string) string {
	i := 0
	for ; i < len(units)-1 && math.Abs(v) >= step; i++ {
		v /= step
	}
	return number(v) + units[i]
}

// number writes v with three digits that count, and never as a power of ten.
func number(v float64) string {
	decimals := 0
	switch abs := math.Abs(v); {
	case abs == 0 || abs >= 99.95:
	case abs >= 9.995:
		decimals = 1
	default:
		decimals = 2
	}
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "0" && v > 0 {
		return "<0.01"
	}
	return s
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
	words := make([]string, len(list))
	for i, p := range list {
		words[i] = string(p)
	}
	return strings.Join(words, ", ")
}

// responses says the shares of responses, the most frequent first.
func responses(list []mesh.Response) string {
	total := 0.0
	for _, r := range list {
		total += r.Rate
	}
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b mesh.Response) int { return cmp.Compare(b.Rate, a.Rate) })
	words := make([]string, len(sorted))
	for i, r := range sorted {
		share := r.Rate / total
		words[i] = joined(" ", r.Code, r.Flags, percent(&share))
	}
	return strings.Join(words, ", ")
}

// joined joins the parts that are not empty.
func joined(separator string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, separator)
}
