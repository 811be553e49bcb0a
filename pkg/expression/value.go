package expression

// kind is what a part of an expression can be.
type kind int

const (
	nothing kind = iota // the word nil
	truth
	number
	text
	list
)

func (k kind) String() string {
	return [...]string{"nil", "a yes or no", "a number", "a text", "a list of texts"}[k]
}

// eval works out a value: bool, float64, string or []string as its kind says, or nil when
// it is not known. It cannot fail, and it changes nothing.
type eval func(thing) any

// term is a part of an expression that has been checked.
type term struct {
	is   kind
	eval eval
}

func constant(is kind, value any) term { return term{is, func(thing) any { return value }} }

// not is known when v is.
func not(v eval) eval {
	return func(t thing) any {
		if b, ok := v(t).(bool); ok {
			return !b
		}
		return nil
	}
}

// either is the and, or the or, of two values: one side that decides is enough, also when
// the other is not known. False decides an and, true an or.
func either(a, b eval, decides bool) eval {
	return func(t thing) any {
		left, leftKnown := a(t).(bool)
		if leftKnown && left == decides {
			return decides
		}
		right, rightKnown := b(t).(bool)
		switch {
		case rightKnown && right == decides:
			return decides
		case leftKnown && rightKnown:
			return !decides
		}
		return nil
	}
}

// both applies a function to two values of one type; the result is known when both are.
func both[A, B any](a, b eval, of func(A, B) any) eval {
	return func(t thing) any {
		left, ok := a(t).(A)
		if !ok {
			return nil
		}
		right, ok := b(t).(B)
		if !ok {
			return nil
		}
		return of(left, right)
	}
}
