package graph

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// every gives rates with a number of its own in each part, those of parts embedded too.
func every(t *testing.T, first float64) mesh.Rates {
	t.Helper()
	var r mesh.Rates
	var fill func(v reflect.Value)
	next := first
	fill = func(v reflect.Value) {
		for i := range v.NumField() {
			if f := v.Field(i); f.Kind() == reflect.Struct {
				fill(f)
			} else {
				n := next
				f.Set(reflect.ValueOf(&n))
				next++
			}
		}
	}
	fill(reflect.ValueOf(&r).Elem())
	return r
}

func TestTheAdderAddsEveryPart(t *testing.T) {
	a, b := every(t, 1), every(t, 100)
	var sums, empty adder
	sums.add(&a)
	sums.add(&b)
	want := a
	want.Add(b)
	require.Equal(t, want, sums.rates())
	require.Equal(t, mesh.Rates{}, empty.rates())
}
