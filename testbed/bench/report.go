package bench

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// header prints the head of the table.
func header(w io.Writer) {
	fmt.Fprintf(w, "%-26s %8s %8s %10s %10s %7s  %s\n", "query", "rows", "PromQL", "floor p50", "plugin p50", "ratio", "limits")
}

// line prints a row of the table and returns what did not keep its limits; empty when all
// did.
func line(w io.Writer, r row) (failed string) {
	floor, ratio := "–", "–"
	if r.floor > 0 {
		floor, ratio = ms(r.floor), fmt.Sprintf("%.2f", float64(r.plugin-r.beside)/float64(r.floor))
	}
	var limits []string
	if r.ratio > 0 {
		most := fmt.Sprintf("≤ %.1f × floor", r.ratio)
		if r.beside > 0 {
			most += " + " + ms(r.beside)
		}
		limits = append(limits, most)
	}
	if r.most > 0 {
		limits = append(limits, "< "+r.most.String())
	}
	if r.queries > 0 {
		limits = append(limits, fmt.Sprintf("≤ %d queries", r.queries))
	}
	told := strings.Join(limits, ", ")
	if told != "" {
		if !r.kept() {
			failed = fmt.Sprintf("%s (%s: %s × the floor, %s, %d queries)", r.name, told, ratio, ms(r.plugin), r.asked)
		}
		told += "  " + verdict(failed == "")
	}
	fmt.Fprintf(w, "%-26s %8d %8d %10s %10s %7s  %s\n", r.name, r.rows, r.asked, floor, ms(r.plugin), ratio, told)
	return failed
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond)) }
