package mesh

import "regexp"

// Pattern is a regular expression that a text must match as a whole. The zero Pattern
// matches every text. It does not change and may be used by several goroutines at once.
type Pattern struct {
	whole *regexp.Regexp // nil when the expression is a plain text, or is not given
	// plain is the text of an expression that has nothing but plain letters: most do,
	// and to compare is much faster.
	plain   string
	isPlain bool
}

// NewPattern reads a regular expression; an empty one matches every text.
func NewPattern(expression string) (Pattern, error) {
	if expression == "" {
		return Pattern{}, nil
	}
	// By itself first: what follows must not close a bracket that is left open.
	alone, err := regexp.Compile(expression)
	if err != nil {
		return Pattern{}, err
	}
	if plain, all := alone.LiteralPrefix(); all {
		return Pattern{plain: plain, isPlain: true}, nil
	}
	whole, err := regexp.Compile(`^(?:` + expression + `)$`)
	return Pattern{whole: whole}, err
}

// Any reports whether the pattern matches every text because none was given.
func (p Pattern) Any() bool { return p.whole == nil && !p.isPlain }

// Match reports whether the pattern matches the whole text.
func (p Pattern) Match(text string) bool {
	switch {
	case p.isPlain:
		return text == p.plain
	case p.whole != nil:
		return p.whole.MatchString(text)
	}
	return true
}
