package settings_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/settings"
)

func TestHealthRates(t *testing.T) {
	got, err := settings.Decode("", []byte(`{"health": {"rates": [
		{"cluster": "east|west", "namespace": "sh.*", "kind": "workload|app", "name": "cart", "direction": "in.*", "protocol": "http",
			"code": "5xX", "degraded": 20, "failure": 40.5},
		{"failure": 100}]}}`), nil)
	require.NoError(t, err)
	health := func(ref mesh.Ref, code string, of100 float64) mesh.Health {
		requests := 100.0
		tally := mesh.NewJudge(got.Tolerances).Tally(ref, mesh.Inbound)
		tally.Add(&mesh.Call{Protocol: mesh.HTTP, Rates: mesh.Rates{Requests: &requests}, Responses: []mesh.Response{{Code: code, Rate: of100}}})
		return tally.Health()
	}
	cart := mesh.Ref{Kind: mesh.KindWorkload, Cluster: "west", Namespace: "shop", Name: "cart"}
	require.Equal(t, mesh.HealthHealthy, health(cart, "599", 19))
	require.Equal(t, mesh.HealthDegraded, health(cart, "599", 20))
	require.Equal(t, mesh.HealthFailure, health(cart, "599", 40.5))
	require.Equal(t, mesh.HealthDegraded, health(cart, "404", 99), "the second entry: degraded from the first one on")
	cart.Cluster = "north-east"
	require.Equal(t, mesh.HealthDegraded, health(cart, "599", 1), "the whole name is matched")
}

func TestWrongHealthRatesAreNamed(t *testing.T) {
	for name, tt := range map[string]struct{ raw, want string }{
		"no failure":        {`{}`, `"health.rates[1].failure": is missing`},
		"bad expression":    {`{"name": "[", "failure": 1}`, `"health.rates[1].name": "[" is not a regular expression: missing closing ]`},
		"bad code":          {`{"code": "5(X", "failure": 1}`, `"health.rates[1].code": "5(X" is not a regular expression`},
		"unbalanced":        {`{"cluster": "a)|(b", "failure": 1}`, `"health.rates[1].cluster": "a)|(b" is not a regular expression: unexpected )`},
		"direction":         {`{"direction": "in", "failure": 1}`, `"health.rates[1].direction": "in" matches none of ["inbound" "outbound"]`},
		"protocol":          {`{"protocol": "tcp", "failure": 1}`, `"health.rates[1].protocol": "tcp" matches none of ["http" "grpc"]`},
		"kind":              {`{"kind": "pod", "failure": 1}`, `"health.rates[1].kind": "pod" matches none of`},
		"above 100":         {`{"failure": 101}`, `"health.rates[1].failure": 101 is not a percentage`},
		"below 0":           {`{"degraded": -1, "failure": 10}`, `"health.rates[1].degraded": -1 is not a percentage`},
		"the wrong way":     {`{"degraded": 20, "failure": 10}`, `"health.rates[1].failure": 10 is below degraded, 20`},
		"a text for number": {`{"failure": "10"}`, `"health.rates.failure": a JSON string does not fit here`},
		"no object":         {`0.1`, `"health.rates": a JSON number does not fit here`},
	} {
		_, err := settings.Decode("", []byte(`{"health": {"rates": [{"failure": 10}, `+tt.raw+`]}}`), nil)
		require.ErrorContains(t, err, tt.want, name)
		require.Equal(t, 1, strings.Count(err.Error(), "setting "), "told once: %v", err)
	}
}
