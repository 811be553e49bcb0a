package mesh

import "slices"

// Finding is something about a configuration that is wrong, or looks so.
type Finding struct {
	// Code names what was found in short stable words, such as "host-not-found".
	Code     string
	Severity Severity
	// Message is one sentence that names what was found and says what to do.
	Message string
	// Path is the field at fault, such as "spec.http[0].route"; empty for the whole object.
	Path string
}

// Severity is how bad a finding is.
type Severity string

// The severities, the worst first.
const (
	SeverityError   Severity = "error"   // it does not work as it is written
	SeverityWarning Severity = "warning" // it has no effect, or another one than it seems
	SeverityInfo    Severity = "info"    // worth knowing, or not to be told for certain
)

var severities = []Severity{SeverityError, SeverityWarning, SeverityInfo}

// Compare orders severities, the worst first; what is none comes last.
func (s Severity) Compare(other Severity) int { return s.rank() - other.rank() }

func (s Severity) rank() int {
	if i := slices.Index(severities, s); i >= 0 {
		return i
	}
	return len(severities)
}

// AtLeast reports whether a finding is as bad as a severity, or worse.
func (s Severity) AtLeast(other Severity) bool { return s.rank() <= other.rank() }
