package mesh_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

var (
	web  = mesh.Ref{Kind: mesh.KindWorkload, Cluster: "east", Namespace: "shop", Name: "web"}
	cart = mesh.Ref{Kind: mesh.KindWorkload, Cluster: "west", Namespace: "shop", Name: "cart"}
)

func ended(p mesh.Protocol, total float64, how ...mesh.Response) *mesh.Call {
	return &mesh.Call{Protocol: p, Rates: mesh.Rates{Requests: &total}, Responses: how}
}

func code(code string, rate float64) mesh.Response { return mesh.Response{Code: code, Rate: rate} }

// judged is the health of calls that web sends or receives.
func judged(t mesh.Tolerances, ref mesh.Ref, d mesh.Direction, calls ...*mesh.Call) mesh.Health {
	tally := mesh.NewJudge(t).Tally(ref, d)
	for _, c := range calls {
		tally.Add(c)
	}
	return tally.Health()
}

func TestTheDefaultTolerancesAreKialis(t *testing.T) {
	bytes := 0.5
	for name, tt := range map[string]struct {
		want  mesh.Health
		calls []*mesh.Call
	}{
		"nothing":                      {mesh.HealthNone, nil},
		"no requests":                  {mesh.HealthNone, []*mesh.Call{ended(mesh.HTTP, 0, code("500", 0))}},
		"TCP":                          {mesh.HealthHealthy, []*mesh.Call{{Protocol: mesh.TCP, Rates: mesh.Rates{Bytes: &bytes}}}},
		"all well":                     {mesh.HealthHealthy, []*mesh.Call{ended(mesh.HTTP, 100, code("200", 90), code("302", 10))}},
		"one 503":                      {mesh.HealthDegraded, []*mesh.Call{ended(mesh.HTTP, 100, code("200", 99.9), code("503", 0.1))}},
		"a tenth of 5xx, of two kinds": {mesh.HealthFailure, []*mesh.Call{ended(mesh.HTTP, 100, code("500", 4), code("503", 6))}},
		"some 4xx":                     {mesh.HealthHealthy, []*mesh.Call{ended(mesh.HTTP, 100, code("404", 9.9))}},
		"a tenth of 4xx":               {mesh.HealthDegraded, []*mesh.Call{ended(mesh.HTTP, 100, code("404", 10))}},
		"a fifth of 4xx":               {mesh.HealthFailure, []*mesh.Call{ended(mesh.HTTP, 100, code("404", 10), code("429", 10))}},
		"no response":                  {mesh.HealthDegraded, []*mesh.Call{ended(mesh.HTTP, 100, code(mesh.NoResponse, 9))}},
		"no response to gRPC":          {mesh.HealthFailure, []*mesh.Call{ended(mesh.GRPC, 100, code(mesh.NoResponse, 10))}},
		"gRPC well":                    {mesh.HealthHealthy, []*mesh.Call{ended(mesh.GRPC, 100, code("grpc 0", 100))}},
		"gRPC unavailable":             {mesh.HealthFailure, []*mesh.Call{ended(mesh.GRPC, 100, code("grpc 0", 90), code("grpc 14", 10))}},
		"gRPC by its HTTP status":      {mesh.HealthDegraded, []*mesh.Call{ended(mesh.GRPC, 100, code("503", 1))}},
		"each tolerance by itself":     {mesh.HealthDegraded, []*mesh.Call{ended(mesh.HTTP, 100, code("503", 6), code(mesh.NoResponse, 6))}},
		"each protocol by itself":      {mesh.HealthFailure, []*mesh.Call{ended(mesh.HTTP, 1000, code("200", 1000)), ended(mesh.GRPC, 1, code("grpc 2", 1))}},
		"several calls together":       {mesh.HealthDegraded, []*mesh.Call{ended(mesh.HTTP, 10, code("503", 1)), ended(mesh.HTTP, 90, code("200", 90))}},
		"nobody recorded the code":     {mesh.HealthHealthy, []*mesh.Call{ended(mesh.HTTP, 10, code("", 10))}},
	} {
		require.Equal(t, tt.want, judged(mesh.Tolerances{}, web, mesh.Inbound, tt.calls...), name)
		require.Equal(t, tt.want, judged(mesh.NewTolerances(), web, mesh.Outbound, tt.calls...), name)
	}
}

func pattern(t *testing.T, expression string) mesh.Pattern {
	t.Helper()
	p, err := mesh.NewPattern(expression)
	require.NoError(t, err)
	return p
}

func TestTheFirstToleranceThatFitsCounts(t *testing.T) {
	codes, err := mesh.NewCodePattern("50x")
	require.NoError(t, err)
	missing, err := mesh.NewCodePattern("404|-|14")
	require.NoError(t, err)
	tolerances := mesh.NewTolerances(
		mesh.Tolerance{Cluster: pattern(t, "west"), Namespace: pattern(t, "sh.*"), Kind: pattern(t, "workload"), Name: pattern(t, "cart"), Code: codes, Degraded: 30, Failure: 60},
		mesh.Tolerance{Namespace: pattern(t, "shop"), Code: missing, Degraded: 50, Failure: 50},
		mesh.Tolerance{Name: pattern(t, "cart"), Code: codes, Degraded: 0, Failure: 0},
		mesh.Tolerance{Name: pattern(t, "lenient"), Degraded: 40, Failure: 80},
		mesh.Tolerance{Name: pattern(t, "one-way"), Direction: pattern(t, "outbound"), Protocol: pattern(t, "http"), Degraded: 100, Failure: 100},
	)
	lenient, oneWay := mesh.Ref{Name: "lenient"}, mesh.Ref{Name: "one-way"}
	for name, tt := range map[string]struct {
		ref       mesh.Ref
		direction mesh.Direction
		call      *mesh.Call
		want      mesh.Health
	}{
		"the first of two":               {cart, mesh.Inbound, ended(mesh.HTTP, 100, code("503", 20)), mesh.HealthHealthy},
		"at degraded":                    {cart, mesh.Inbound, ended(mesh.HTTP, 100, code("503", 30)), mesh.HealthDegraded},
		"at failure":                     {cart, mesh.Inbound, ended(mesh.HTTP, 100, code("503", 60)), mesh.HealthFailure},
		"another cluster":                {web, mesh.Inbound, ended(mesh.HTTP, 100, code("503", 20)), mesh.HealthFailure},
		"another code":                   {cart, mesh.Inbound, ended(mesh.HTTP, 100, code("511", 20)), mesh.HealthFailure},
		"a code of the second":           {cart, mesh.Inbound, ended(mesh.HTTP, 100, code("404", 49)), mesh.HealthHealthy},
		"no response":                    {web, mesh.Inbound, ended(mesh.HTTP, 100, code(mesh.NoResponse, 49)), mesh.HealthHealthy},
		"a gRPC status":                  {web, mesh.Inbound, ended(mesh.GRPC, 100, code("grpc 14", 49)), mesh.HealthHealthy},
		"another gRPC status":            {web, mesh.Inbound, ended(mesh.GRPC, 100, code("grpc 13", 49)), mesh.HealthFailure},
		"without a code, failures":       {lenient, mesh.Inbound, ended(mesh.HTTP, 100, code("200", 61), code("500", 20), code("404", 19)), mesh.HealthHealthy},
		"without a code, all bad":        {lenient, mesh.Inbound, ended(mesh.GRPC, 100, code("grpc 0", 50), code(mesh.NoResponse, 10), code("grpc 1", 20), code("503", 20)), mesh.HealthDegraded},
		"the direction fits":             {oneWay, mesh.Outbound, ended(mesh.HTTP, 100, code("500", 99)), mesh.HealthHealthy},
		"even 100 % can be too much":     {oneWay, mesh.Outbound, ended(mesh.HTTP, 100, code("500", 100)), mesh.HealthFailure},
		"the direction does not fit":     {oneWay, mesh.Inbound, ended(mesh.HTTP, 100, code("500", 99)), mesh.HealthFailure},
		"the protocol does not fit":      {oneWay, mesh.Outbound, ended(mesh.GRPC, 100, code("grpc 2", 99)), mesh.HealthFailure},
		"a node that none is for":        {mesh.Ref{Name: "x"}, mesh.Inbound, ended(mesh.HTTP, 100, code("500", 1)), mesh.HealthDegraded},
		"a tolerance without any margin": {mesh.Ref{Name: "cart"}, mesh.Inbound, ended(mesh.HTTP, 100, code("500", 0.1)), mesh.HealthFailure},
	} {
		require.Equal(t, tt.want, judged(tolerances, tt.ref, tt.direction, tt.call), name)
	}
}

func TestTalliesJoin(t *testing.T) {
	judge := mesh.NewJudge(mesh.Tolerances{})
	sum := judge.Tally(web, mesh.Inbound)
	for _, c := range []*mesh.Call{ended(mesh.HTTP, 90, code("200", 90)), ended(mesh.HTTP, 10, code("503", 9)), ended(mesh.GRPC, 1, code("grpc 0", 1))} {
		one := sum.Empty()
		one.Add(c)
		sum.Join(&one)
	}
	require.Equal(t, mesh.HealthDegraded, sum.Health(), "9 of 100")
	more := sum.Empty()
	more.Add(ended(mesh.HTTP, 1, code("500", 2)))
	sum.Join(&more)
	require.Equal(t, mesh.HealthFailure, sum.Health(), "11 of 101")
	require.Equal(t, mesh.HealthFailure, more.Health(), "what is joined stays as it was")
}
