package mage

import (
	"strings"
	"testing"
)

// What go test -json says of a package with subtests, a failure, a skipped test, a
// package without tests, and one that does not build.
const goEvents = `{"Action":"start","Package":"p/a"}
{"Action":"run","Package":"p/a","Test":"TestTable"}
{"Action":"output","Package":"p/a","Test":"TestTable","Output":"=== RUN   TestTable\n"}
{"Action":"run","Package":"p/a","Test":"TestTable/one"}
{"Action":"pass","Package":"p/a","Test":"TestTable/one","Elapsed":0}
{"Action":"run","Package":"p/a","Test":"TestTable/two_a/b"}
{"Action":"pass","Package":"p/a","Test":"TestTable/two_a/b","Elapsed":0}
{"Action":"pass","Package":"p/a","Test":"TestTable","Elapsed":0}
{"Action":"run","Package":"p/a","Test":"TestWrong"}
{"Action":"output","Package":"p/a","Test":"TestWrong","Output":"=== RUN   TestWrong\n"}
{"Action":"output","Package":"p/a","Test":"TestWrong","Output":"    a_test.go:9: not what was wanted\n"}
{"Action":"fail","Package":"p/a","Test":"TestWrong","Elapsed":0}
{"Action":"run","Package":"p/a","Test":"TestNot"}
{"Action":"output","Package":"p/a","Test":"TestNot","Output":"quiet words\n"}
{"Action":"skip","Package":"p/a","Test":"TestNot","Elapsed":0}
{"Action":"output","Package":"p/a","Output":"FAIL\n"}
{"Action":"output","Package":"p/a","Output":"FAIL\tp/a\t0.1s\n"}
{"Action":"fail","Package":"p/a","Elapsed":0.1}
{"Action":"output","Package":"p/b","Output":"?   \tp/b\t[no test files]\n"}
{"Action":"skip","Package":"p/b","Elapsed":0}
{"ImportPath":"p/c [p/c.test]","Action":"build-output","Output":"c_test.go:3:1: undefined: x\n"}
{"ImportPath":"p/c [p/c.test]","Action":"build-fail"}
{"Action":"run","Package":"p/d","Test":"TestEndless"}
{"Action":"output","Package":"p/d","Test":"TestEndless","Output":"panic: test timed out\n"}
{"Action":"output","Package":"p/d","Output":"FAIL\tp/d\t9s\n"}
{"Action":"fail","Package":"p/d","Elapsed":9}
go: a word of its own
`

func TestGoTestsAreCountedByWhatTheyTest(t *testing.T) {
	var printed strings.Builder
	got, err := countGoTests(&printed, strings.NewReader(goEvents))
	if want := (Tally{Passed: 2, Failed: 2, Skipped: 1}); err != nil || got != want {
		t.Errorf("got %+v (%v), want %+v", got, err, want)
	}
	for _, want := range []string{"FAIL\tp/a\t0.1s", "not what was wanted", "[no test files]", "undefined: x", "timed out", "a word of its own"} {
		if !strings.Contains(printed.String(), want) {
			t.Errorf("%q is not printed", want)
		}
	}
	for _, not := range []string{"=== RUN", "quiet words"} {
		if strings.Contains(printed.String(), not) {
			t.Errorf("%q is printed", not)
		}
	}
}

func TestJestIsCountedByItsReport(t *testing.T) {
	for name, c := range map[string]struct {
		report string
		want   Tally
		fails  bool
	}{
		"all":          {`{"numPassedTests":12,"numFailedTests":1,"numPendingTests":2,"numTodoTests":1}`, Tally{12, 1, 3}, false},
		"broken suite": {`{"numPassedTests":12,"numRuntimeErrorTestSuites":1}`, Tally{12, 1, 0}, false},
		"none":         {`{"numPassedTests":0}`, Tally{}, true},
		"not JSON":     {`oops`, Tally{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readJest([]byte(c.report))
			if got != c.want || (err != nil) != c.fails {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestSummaryIsTheLastLineOfItsKind(t *testing.T) {
	for name, c := range map[string]struct {
		out   string
		want  Tally
		fails bool
	}{
		"one":             {"ok 1\n7 passed, 0 failed\n", Tally{Passed: 7}, false},
		"the last":        {"1 passed, 0 failed\n7 passed, 2 failed\n", Tally{Passed: 7, Failed: 2}, false},
		"none":            {"it ended early\n", Tally{}, true},
		"nothing ran":     {"0 passed, 0 failed\n", Tally{}, true},
		"inside of words": {"we had 7 passed, 0 failed\n", Tally{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readSummary([]byte(c.out))
			if got != c.want || (err != nil) != c.fails {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}
