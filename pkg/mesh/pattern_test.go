package mesh_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func TestPatternsMatchTheWholeText(t *testing.T) {
	for _, tt := range []struct {
		expression string
		yes, no    []string
	}{
		{"", []string{"", "anything"}, nil},
		{"cart", []string{"cart"}, []string{"", "cart-v2", "a cart", "Cart"}},
		{"cart|pay", []string{"cart", "pay"}, []string{"cart-v2", "repay"}},
		{"^cart$", []string{"cart"}, []string{"carts"}},
		{"cart-.*", []string{"cart-", "cart-v2"}, []string{"cart", "my-cart-v2"}},
		{"(?i)cart", []string{"CART", "cart"}, []string{"carts"}},
		{"()", []string{""}, []string{"x"}},
		{"a.b", []string{"a.b", "axb"}, []string{"ab"}},
		{`a\.b`, []string{"a.b"}, []string{"axb"}},
	} {
		p, err := mesh.NewPattern(tt.expression)
		require.NoError(t, err)
		require.Equal(t, tt.expression == "", p.Any())
		for _, text := range tt.yes {
			require.True(t, p.Match(text), "%q %q", tt.expression, text)
		}
		for _, text := range tt.no {
			require.False(t, p.Match(text), "%q %q", tt.expression, text)
		}
	}
	for _, expression := range []string{"[", "a)|(b", "*", `\1`} {
		_, err := mesh.NewPattern(expression)
		require.Error(t, err, expression)
	}
}
