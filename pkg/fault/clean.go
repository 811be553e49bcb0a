package fault

import (
	"regexp"
	"strings"
	"unicode"
)

// longest is how much of a sentence is shown, in bytes: an API's message may be a whole page.
const longest = 600

var secrets = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`(?s)-----BEGIN [^-]*-----.*?(-----END [^-]*-----|$)`), "[redacted]"},
	{regexp.MustCompile(`://[^/\s"'@]*@`), "://"},
	{regexp.MustCompile(`(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}`), "$1 [redacted]"},
	{regexp.MustCompile(`\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?`), "[redacted]"},
	{regexp.MustCompile(`(?i)\b((?:access_|id_|refresh_)?token|password|passwd|secret|api_?key)=[^&\s"']+`), "$1=[redacted]"},
}

// Clean makes a text fit to be shown: one line, bounded, without what looks like a
// credential (passwords in addresses, bearer tokens, PEM blocks).
func Clean(text string) string {
	for _, s := range secrets {
		text = s.pattern.ReplaceAllString(text, s.with)
	}
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}
