package inventory

import (
	"cmp"
	"reflect"
	"slices"
)

// store keeps the records of one kind, sorted by namespace and name. Its user locks it.
type store struct {
	sorted []record
	lent   bool // somebody reads sorted: it is copied before the next change
}

func byName(a, b record) int {
	x, y := a.object(), b.object()
	if c := cmp.Compare(x.Namespace, y.Namespace); c != 0 {
		return c
	}
	return cmp.Compare(x.Name, y.Name)
}

// all are the records, which stay as they are.
func (s *store) all() []record {
	s.lent = true
	return s.sorted
}

// own makes sure that nobody else reads what is about to be changed.
func (s *store) own() {
	if s.lent {
		s.sorted, s.lent = slices.Clone(s.sorted), false
	}
}

// get is the record of a name; nil when there is none.
func (s *store) get(r record) record {
	if at, known := slices.BinarySearchFunc(s.sorted, r, byName); known {
		return s.sorted[at]
	}
	return nil
}

// put keeps a record in place of the one of its name, and reports whether it tells anything new.
func (s *store) put(r record) bool {
	at, known := slices.BinarySearchFunc(s.sorted, r, byName)
	if known && reflect.DeepEqual(s.sorted[at], r) {
		return false
	}
	s.own()
	if known {
		s.sorted[at] = r
	} else {
		s.sorted = slices.Insert(s.sorted, at, r)
	}
	return true
}

// drop forgets the record of a name, and reports whether there was one.
func (s *store) drop(r record) bool {
	at, known := slices.BinarySearchFunc(s.sorted, r, byName)
	if known {
		s.own()
		s.sorted = slices.Delete(s.sorted, at, at+1)
	}
	return known
}

// replace keeps these records and no others, and reports whether they tell anything new.
func (s *store) replace(records []record) bool {
	slices.SortFunc(records, byName)
	if reflect.DeepEqual(s.sorted, records) {
		return false
	}
	s.sorted, s.lent = slices.Clip(records), false
	return true
}
