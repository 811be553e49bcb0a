package mesh

import "strings"

// IgnoreAnnotation asks that findings of an object are not told: some, or with an empty
// value all. It is Kiali's.
const IgnoreAnnotation = "kiali.io/ignore-validations"

// ignoreAll stands for all findings.
const ignoreAll = "*"

// Ignored are the codes of findings that an object's annotation asks not to be told, ours
// or Kiali's, as they are written; nil for none.
type Ignored []string

// IgnoredBy reads the annotation IgnoreAnnotation. One without any code is for all findings.
func IgnoredBy(annotations map[string]string) Ignored {
	value, asked := annotations[IgnoreAnnotation]
	if !asked {
		return nil
	}
	var out Ignored
	for _, code := range strings.Split(value, ",") {
		if code = strings.TrimSpace(code); code != "" {
			out = append(out, code)
		}
	}
	if out == nil {
		return Ignored{ignoreAll}
	}
	return out
}

// All reports whether nothing is to be told.
func (i Ignored) All() bool { return len(i) == 1 && i[0] == ignoreAll }
