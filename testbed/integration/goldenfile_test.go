package integration

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// goldenColumns are what a golden file tells of a row, beside its id: those that dashboards
// rely on, and what stands at a node or an edge. New columns do not touch it.
var goldenColumns = []string{"kind", "sourcecluster", "sourcenamespace", "sourcename", "targetcluster", "targetnamespace", "targetname",
	"protocol", "health", "change", "rps", "errorrate", "rate4xx", "latency", "bytes", "mtls", "crosscluster", "highlighted", "outside",
	"title", "mainstat", "secondarystat"}

// written writes frames a line a row, in the order of the answer. Of a graph's rows the id
// says the kind and the ends, too. Corners and sides of boxes are left out: the contract's
// check sees to them.
func written(frames data.Frames) string {
	var b strings.Builder
	for _, f := range frames {
		for _, text := range notices(f) {
			fmt.Fprintf(&b, "notice\t%s\n", text)
		}
		all := rows(f)
		lines := make([]string, len(all))
		for i, r := range all {
			lines[i] = line(strings.TrimSuffix(f.Name, "s"), r)
		}
		if len(frames) == 1 {
			inOrder(lines, func(i int) string { return cell(all[i]["rps"]) + " " + cell(all[i]["bytes"]) })
		}
		b.WriteString(strings.Join(lines, ""))
	}
	return b.String()
}

func line(what string, r row) string {
	cells, columns := []string{what}, goldenColumns
	if id, ok := r["id"].(string); ok {
		if r["kind"] == "box" && strings.ContainsAny(id, "# ") {
			return ""
		}
		cells, columns = append(cells, id), goldenColumns[slices.Index(goldenColumns, "protocol"):]
	}
	for _, column := range columns {
		if text := cell(r[column]); text != "" {
			cells = append(cells, column+"="+text)
		}
	}
	return strings.Join(cells, "\t") + "\n"
}

// inOrder sorts the lines of neighbours that are as busy as each other, as far as is
// written: which of them the table has first is decided by noise.
func inOrder(lines []string, busy func(i int) string) {
	for from := 0; from < len(lines); {
		until := from + 1
		for until < len(lines) && busy(until) == busy(from) {
			until++
		}
		slices.Sort(lines[from:until])
		from = until
	}
}

// cell writes a value; what is null, empty or false is not written.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if !v {
			return ""
		}
	case float64:
		return strconv.FormatFloat(v, 'g', goldenDigits, 64)
	}
	return fmt.Sprint(v)
}

// goldenDigits is how many digits of a number are kept. The history makes rates exact but
// for the last of a float's fifteen.
const goldenDigits = 6

// compareGolden compares with a file, or writes it when the tests are to update theirs.
func compareGolden(t *testing.T, got, file string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: write it with go test ./integration -run Golden -update", err)
	}
	compareLines(t, got, string(want))
}

// compareLines compares line by line, and cell by cell. A number may differ by one in the
// last digit that is written: where the exact value lies in the middle between two, as
// 33.75 kB/s does, noise in its fifteenth digit decides which one is written.
func compareLines(t *testing.T, got, want string) {
	t.Helper()
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n")
	wrong := 0
	for i := range max(len(gotLines), len(wantLines)) {
		var g, w string
		if i < len(gotLines) {
			g = gotLines[i]
		}
		if i < len(wantLines) {
			w = wantLines[i]
		}
		if wrong < 5 && !sameLine(g, w) {
			wrong++
			t.Errorf("line %d is\n\t%s\nand was\n\t%s", i+1, g, w)
		}
	}
	if wrong > 0 {
		t.Log("if this is as it should be: go test ./integration -run Golden -update")
	}
}

func sameLine(got, want string) bool {
	g, w := strings.Split(got, "\t"), strings.Split(want, "\t")
	return slices.EqualFunc(g, w, sameCell)
}

func sameCell(got, want string) bool {
	if got == want {
		return true
	}
	gotName, gotText, _ := strings.Cut(got, "=")
	wantName, wantText, _ := strings.Cut(want, "=")
	switch wantName {
	case "rps", "errorrate", "rate4xx", "latency", "bytes", "mtls":
		return gotName == wantName && nearly(gotText, wantText, 1e-5) // one in the last of goldenDigits
	case "mainstat", "secondarystat":
		return gotName == wantName && nearly(gotText, wantText, 1e-2) // one in the last of three
	}
	return false
}

// nearly compares texts such as "33.8 kB/s" or "1.5e-05": their words are the same, and
// their numbers differ by a share of tolerance at the most.
func nearly(got, want string, tolerance float64) bool {
	gotNumber, gotUnit := leading(got)
	wantNumber, wantUnit := leading(want)
	g, errG := strconv.ParseFloat(gotNumber, 64)
	w, errW := strconv.ParseFloat(wantNumber, 64)
	return errG == nil && errW == nil && gotUnit == wantUnit && math.Abs(g-w) <= tolerance*math.Abs(w)
}

// leading splits a text behind its number.
func leading(text string) (number, rest string) {
	i := strings.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune("0123456789.-+e", r) })
	if i < 0 {
		return text, ""
	}
	return text[:i], text[i:]
}
