package bench

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// header prints the head of the table.
func header(w io.Writer) {
	fmt.Fprintf(w, "%-24s %8s %8s %10s %10s %7s  %s\n", "query", "rows", "PromQL", "floor p50", "plugin p50", "ratio", "limits")
}

// line prints a row of the table and returns what did not keep its limits; empty when all
// did.
func line(w io.Writer, r row) (failed string) {
	floor, ratio := "–", "–"
	if r.floor > 0 {
		floor, ratio = ms(r.floor), fmt.Sprintf("%.2f", float64(r.plugin)/float64(r.floor))
	}
	var limits []string
	if r.ratio > 0 {
		limits = append(limits, fmt.Sprintf("≤ %.1f × floor", r.ratio))
	}
	if r.most > 0 {
		limits = append(limits, "< "+r.most.String())
	}
	if r.queries > 0 {
		limits = append(limits, fmt.Sprintf("≤ %d queries", r.queries))
	}
	verdict := strings.Join(limits, ", ")
	if verdict != "" && r.kept() {
		verdict += "  PASS"
	} else if verdict != "" {
		failed = fmt.Sprintf("%s (%s: %s × the floor, %s, %d queries)", r.name, verdict, ratio, ms(r.plugin), r.asked)
		verdict += "  FAIL"
	}
	fmt.Fprintf(w, "%-24s %8d %8d %10s %10s %7s  %s\n", r.name, r.rows, r.asked, floor, ms(r.plugin), ratio, verdict)
	return failed
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond)) }
