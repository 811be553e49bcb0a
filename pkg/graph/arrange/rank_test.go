package arrange

import (
	"slices"
	"testing"
)

func TestRanks(t *testing.T) {
	for name, c := range map[string]struct {
		calls digraph
		want  []int
	}{
		"nothing":                        {digraph{}, []int{}},
		"nobody calls":                   {digraph{{}, {}}, []int{-1, -1}},
		"a chain":                        {digraph{{1}, {2}, {}}, []int{0, 1, 2}},
		"a short cut":                    {digraph{{1, 2}, {2}, {}}, []int{0, 1, 2}},
		"a late caller stands beside":    {digraph{{1}, {2}, {}, {2}}, []int{0, 1, 2, 1}},
		"a pair: by name":                {digraph{{1}, {0}}, []int{0, 1}},
		"a cycle: who calls more":        {digraph{{1}, {0, 2}, {0}}, []int{2, 0, 1}},
		"a cycle spoils nothing outside": {digraph{{1}, {2}, {1, 3}, {}}, []int{0, 1, 2, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.calls.ranks(); !slices.Equal(got, c.want) {
				t.Errorf("ranks %v, want %v", got, c.want)
			}
		})
	}
}
