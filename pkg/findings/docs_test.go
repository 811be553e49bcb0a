package findings_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// Users look codes up in the documents.
func TestEveryCodeIsDocumented(t *testing.T) {
	source, err := os.ReadFile("code.go")
	require.NoError(t, err)
	docs, err := os.ReadFile("../../docs/queries.md")
	require.NoError(t, err)
	codes := regexp.MustCompile(`= "([a-z0-9-]+)"`).FindAllStringSubmatch(string(source), -1)
	require.Len(t, codes, 31)
	for _, code := range codes {
		require.Contains(t, string(docs), "`"+code[1]+"`")
	}
}
