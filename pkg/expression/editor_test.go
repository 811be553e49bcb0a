package expression_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/expression"
)

// The query editor and the documents list the properties too.

func TestTheEditorKnowsEveryProperty(t *testing.T) {
	source, err := os.ReadFile("../../src/components/QueryEditor/properties.ts")
	require.NoError(t, err)
	var listed, known [][2]string
	for _, m := range regexp.MustCompile(`name: '([^']*)',\s*on: '([^']*)'`).FindAllStringSubmatch(string(source), -1) {
		listed = append(listed, [2]string{m[1], m[2]})
	}
	for _, p := range expression.Properties() {
		on := "both"
		if p.Node != p.Edge {
			on = map[bool]string{true: "node", false: "edge"}[p.Node]
		}
		known = append(known, [2]string{p.Name, on})
	}
	require.Equal(t, known, listed, "name and on, in order")
}

func TestTheDocumentsKnowEveryProperty(t *testing.T) {
	section := documented(t)
	for _, p := range expression.Properties() {
		require.Contains(t, section, "`"+p.Name+"`")
	}
}

func TestTheDocumentedExamplesCanBeRead(t *testing.T) {
	_, table, found := strings.Cut(documented(t), "| expression | matches |\n|---|---|\n")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n\n")
	rows := strings.Split(table, "\n")
	require.Len(t, rows, 6)
	for _, row := range rows {
		source := strings.ReplaceAll(strings.Split(row, "`")[1], `\|`, "|")
		_, err := expression.Compile("find", source)
		require.NoError(t, err)
	}
}

// documented is the section on expressions.
func documented(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("../../docs/queries.md")
	require.NoError(t, err)
	return regexp.MustCompile(`(?s)\n### Find and hide\n.*?\n#`).FindString(string(source))
}
