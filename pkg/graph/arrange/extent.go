package arrange

import "slices"

// extent is the room that something takes, in pixels, and how much speaks against it.
type extent struct{ width, height, dislike float64 }

func (e extent) size() extent { return e }

// sized is a shape, a stack or a pile.
type sized interface{ size() extent }

// beaten reports whether one of the others is as good in every way.
func beaten[T sized](one T, others []T) bool {
	e := one.size()
	return slices.ContainsFunc(others, func(other T) bool {
		o := other.size()
		return o.width <= e.width && o.height <= e.height && o.dislike <= e.dislike
	})
}

// prices are what a unit of dislike may cost, in pixels.
var prices = []float64{1000, 60, 0}

// unbeaten lists what is worth a look of all that can be made within a limit at a price,
// for every limit that makes a difference: what is no better than one before is left out.
func unbeaten[T sized](limits []float64, try func(limit, price float64) (T, bool)) []T {
	slices.Sort(limits)
	var all []T
	for _, limit := range slices.Compact(limits) {
		for _, price := range prices {
			if one, ok := try(limit, price); ok && !beaten(one, all) {
				all = append(all, one)
			}
		}
	}
	return all
}
