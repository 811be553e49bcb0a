package expression_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/expression"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func ptr[T any](v T) *T { return &v }

func workload(cluster mesh.ClusterName, namespace, name string) mesh.Ref {
	return mesh.Ref{Kind: mesh.KindWorkload, Cluster: cluster, Namespace: namespace, Name: name}
}

func requests(rps, failed, clientErrors float64) mesh.Rates {
	return mesh.Rates{Requests: &rps, Failed: &failed, ClientErrors: &clientErrors}
}

var (
	cart     = workload("east", "shop", "cart-v1")
	pay      = workload("west", "shop", "pay-v2")
	orders   = workload("east", "data", "orders-db")
	host     = mesh.Ref{Kind: mesh.KindExternal, Cluster: "east", Name: "api.example.com"}
	caller   = mesh.Ref{Kind: mesh.KindUnknown, Cluster: "unknown"}
	reviewed = mesh.Ref{Kind: mesh.KindApp, Cluster: "east", Namespace: "books", Name: "reviews", Version: "v3"}
)

// things are the nodes and edges that the tests ask about, by a name of their own.
func things() (map[string]*mesh.Node, map[string]*mesh.Edge) {
	busy := requests(100, 8, 0)
	busy.Secure, busy.Plain = ptr(90.0), ptr(10.0)
	busy.Volume = mesh.Volume{RequestMessages: ptr(3.0), ResponseMessages: ptr(4.0), RequestBytes: ptr(2000.0), ResponseBytes: ptr(7000.0)}
	stored := mesh.Rates{Bytes: ptr(5000.0), Volume: mesh.Volume{Opened: ptr(1.5)}}
	nodes := map[string]*mesh.Node{
		"cart":    {Ref: cart, Out: requests(100, 8, 0), Health: mesh.HealthDegraded},
		"pay":     {Ref: pay, In: busy, Health: mesh.HealthDegraded},
		"orders":  {Ref: orders, In: stored, Health: mesh.HealthHealthy},
		"host":    {Ref: host, In: requests(2, 0, 1), Health: mesh.HealthFailure, Outside: true, Change: mesh.ChangeNew},
		"caller":  {Ref: caller, Out: requests(0, 0, 0), Health: mesh.HealthNone, Outside: true, Idle: true, Badges: []mesh.Badge{{Kind: mesh.BadgeIdle}}},
		"reviews": {Ref: reviewed, In: requests(0.5, 0, 0), Health: mesh.HealthHealthy, Badges: []mesh.Badge{{Kind: mesh.BadgeDead, Detail: "no pods"}, {Kind: mesh.BadgeCircuitBreaker}}},
	}
	edges := map[string]*mesh.Edge{
		"cart>pay": {Pair: mesh.Pair{Source: cart, Destination: pay}, Protocols: []mesh.Protocol{mesh.HTTP, mesh.GRPC}, Rates: busy,
			Latency: ptr(250.0), Health: mesh.HealthDegraded, Peers: &mesh.Peers{Hosts: []string{"pay.shop.global", "pay.shop.svc.cluster.local"}},
			Responses: []mesh.Response{{Code: "200", Rate: 92}, {Code: "503", Flags: "UF,URX", Rate: 8}, {Code: "404", Rate: 0}}},
		"cart>orders":    {Pair: mesh.Pair{Source: cart, Destination: orders}, Protocols: []mesh.Protocol{mesh.TCP}, Rates: stored, Health: mesh.HealthHealthy},
		"cart>host":      {Pair: mesh.Pair{Source: cart, Destination: host}, Protocols: []mesh.Protocol{mesh.HTTP}, Rates: requests(2, 0, 1), Latency: ptr(40.0), Health: mesh.HealthFailure, Change: mesh.ChangeChanged},
		"caller>reviews": {Pair: mesh.Pair{Source: caller, Destination: reviewed}, Protocols: []mesh.Protocol{mesh.HTTP}, Rates: requests(0, 0, 0), Health: mesh.HealthNone},
	}
	return nodes, edges
}

func matched(e *expression.Expression) []string {
	nodes, edges := things()
	found := []string{}
	for name, n := range nodes {
		if e.Node(n) {
			found = append(found, name)
		}
	}
	for name, edge := range edges {
		if e.Edge(edge) {
			found = append(found, name)
		}
	}
	return found
}

func TestWhatPeopleWrite(t *testing.T) {
	for _, tt := range []struct {
		source string
		want   string // names separated by a space
	}{
		{`name == "cart-v1"`, "cart"},
		{`name contains "v"`, "cart pay reviews"},
		{`name startsWith "cart" or name endsWith "-db"`, "cart orders"},
		{`name matches "^(cart|pay)-v[0-9]+$"`, "cart pay"},
		{`name not matches "-v"`, "orders host reviews"},
		{`upper(name) == "REVIEWS"`, "reviews"},
		{`name | lower() == "reviews"`, "reviews"},
		{`kind == "workload" and namespace == "shop"`, "cart pay"},
		{`kind in ["external", "unknown"]`, "host caller"},
		{`kind not in ["workload", "app"]`, "host caller"},
		{`version == "v3"`, "reviews"},
		{`health == "failure"`, "host cart>host"},
		{`change == "new"`, "host"},
		{`idle`, "caller"},
		{`"circuit breaker" in badges`, "reviews"},
		{`"dead" in badges or "idle" in badges`, "reviews caller"},
		{`not idle`, "cart pay orders host reviews"},
		{`edge and change == nil`, "cart>pay cart>orders caller>reviews"},
		{`health != "healthy" && edge`, "cart>pay cart>host caller>reviews"},
		{`rps < 1`, "caller reviews caller>reviews"},
		{`1 < rps < 50`, "host cart>host"},
		{`node and rps >= 100`, "cart pay"},
		{`errorrate > 0.05`, "cart pay cart>pay"},
		{`errorrate * 100 >= 8`, "cart pay cart>pay"},
		{`rate4xx >= 0.5`, "host cart>host"},
		{`bytes > 1_000`, "orders cart>orders"},
		{`mtls < 1`, "pay cart>pay"},
		{`latency > 100`, "cart>pay"},
		{`latency <= 100 || errorrate > 0.05`, "cart pay cart>pay cart>host"},
		{`"grpc" in protocol`, "cart>pay"},
		{`"tcp" not in protocol`, "cart>pay cart>host caller>reviews"},
		{`"503" in codes`, "cart>pay"},
		{`"404" in codes`, ""},
		{`"pay.shop.global" in hosts`, "cart>pay"},
		{`connections > 1`, "cart>orders orders"},
		{`messages == 7 and throughput == 9000`, "cart>pay pay"},
		{`"URX" in flags`, "cart>pay"},
		{`crosscluster`, "cart>pay"},
		{`crosscluster == true`, "cart>pay"},
		{`outside`, "host caller"},
		{`source.name == "cart-v1" and target.cluster != "east"`, "cart>pay"},
		{`source.namespace == target.namespace`, "cart>pay"},
		{`source.cluster == "unknown"`, "caller>reviews"},
		{`edge`, "cart>pay cart>orders cart>host caller>reviews"},
		{"edge\n  and rps > 1 // busy", "cart>pay cart>host"},
		{`rps > -1 and rps - 1 < 0 and rps % 2 == 0`, "caller caller>reviews"},
		{`rps > 1 ? true : false`, "!"},
	} {
		e, err := expression.Compile("find", tt.source)
		if tt.want == "!" {
			require.Error(t, err, tt.source)
			continue
		}
		require.NoError(t, err, tt.source)
		require.ElementsMatch(t, strings.Fields(tt.want), matched(e), tt.source)
		require.Equal(t, tt.source, e.String())
	}
}

func TestWhatIsNotKnownDoesNotMatch(t *testing.T) {
	for _, tt := range []struct{ source, want string }{
		{`latency != 5`, "cart>pay cart>host"},
		{`not (latency > 100)`, "cart>host"},
		{`not crosscluster`, "cart>orders"},
		{`not outside`, "cart pay orders reviews"},
		{`namespace != "shop"`, "orders reviews"},
		{`target.version == source.version`, ""},
		{`latency / rps > 10`, "cart>host"},
		{`rps / 0 > 0 or rps % 0 == 0 or 0 / 0 == 0 / 0`, ""},
		{`-bytes < 0`, "orders cart>orders"},
		{`lower(version) != "v1"`, "reviews"},
		{`latency > 100 or kind == "app"`, "cart>pay reviews"},
		{`latency == nil and edge`, "cart>orders caller>reviews"},
		{`nil != latency`, "cart>pay cart>host"},
		{`protocol != nil`, "cart>pay cart>orders cart>host caller>reviews"},
		{`node and (rps ?? 0) < 1`, "orders caller reviews"},
		{`crosscluster ?? outside`, "cart>pay host caller"},
		{`node and not (version != nil)`, "cart pay orders host caller"},
		{`edge and not (latency < 100 and crosscluster)`, "cart>pay cart>orders"},
	} {
		e, err := expression.Compile("hide", tt.source)
		require.NoError(t, err, tt.source)
		require.ElementsMatch(t, strings.Fields(tt.want), matched(e), tt.source)
	}
	strange := &mesh.Node{In: mesh.Rates{Requests: ptr(math.NaN()), Failed: ptr(math.NaN()), Bytes: ptr(math.Inf(1))}}
	for _, source := range []string{"rps != 1", "bytes > 1", "errorrate >= 0", "kind != \"x\"", "cluster != \"x\""} {
		e, err := expression.Compile("find", source)
		require.NoError(t, err)
		require.False(t, e.Node(strange), source)
	}
}

func TestErrorsPointAtThePlace(t *testing.T) {
	for _, tt := range []struct{ source, want string }{
		{`rpss > 1`, `find: at column 1: unknown name "rpss"; known are node, edge, kind, `},
		{`edge and rpss > 1`, `find: at column 10: unknown name "rpss"`},
		{"edge and\n  rpss > 1", `find: at line 2, column 3: unknown name "rpss"`},
		{`name == "ü" and x`, `find: at column 17: unknown name "x"`},
		{`rps > "1"`, `find: at column 5: > needs two numbers or two texts; it finds a number and a text`},
		{`not rps > 1`, `find: at column 1: not needs a yes or no after it and finds a number; put what it is about in parentheses`},
		{`rps`, `find: the expression is a number; it must say yes or no`},
		{`nil`, `find: the expression is nil; it must`},
		{`rps >`, `find: at column 5: the expression ends too early`},
		{`(rps > 1`, `find: at column 8: the expression ends too early`},
		{`name = "x"`, `find: at column 6: = does not compare; write ==`},
		{`edge AND node`, `find: at column 6: "AND" does not fit here`},
		{`name == "x`, `find: at column 11: literal not terminated`},
		{`  `, `find: the expression is empty`},
		{`protocol == "grpc"`, `find: at column 10: == does not take a list; ask with in`},
		{`protocol contains "grpc"`, `does not take a list`},
		{`name in "abc"`, `find: at column 6: in needs a text on its left and a list on its right`},
		{`name in [name]`, `find: at column 10: a list holds texts in quotes`},
		{`source == "a"`, `find: at column 1: source is one end of an edge; ask for source.kind, source.cluster`},
		{`source.rps > 1`, `find: at column 8: unknown name "source.rps"; known are source.kind`},
		{`name.x == "a"`, `find: at column 6: only source and target have parts`},
		{`source["name"] == "a" or target.name.x == ""`, `only source and target have parts`},
		{`name matches "("`, "find: at column 14: not a regular expression: missing closing ): `(`"},
		{`name matches name`, `find: at column 14: matches needs a pattern in quotes`},
		{`rps matches "a"`, `matches needs a text on its left`},
		{`len(name) > 3`, `find: at column 1: there is no function len; there are lower and upper`},
		{`repeat(name, 1000000000) == "x"`, `there is no function repeat`},
		{`foo()`, `there is no function foo`},
		{`all(protocol, # == "http")`, `there is no function all`},
		{`len(1..1000000000) > 0`, `there is no function len`},
		{`1..1000000000 == nil`, `the operator .. is not available`},
		{`2 ** 1000 > rps`, `the operator ** is not available`},
		{`let x = rps; x > 1`, `this cannot be used here`},
		{`{"a": 1} == nil`, `this cannot be used here`},
		{`name[0:1] == "a"`, `this cannot be used here`},
		{`rps > 1; edge`, `this cannot be used here`},
		{`$env == nil`, `unknown name "$env"`},
		{`name.lower() == "a"`, `this cannot be used here`},
		{`lower(rps) == "a"`, `lower takes a text and finds a number`},
		{`lower(name, name) == "a"`, `lower takes one text`},
		{`name + "x" == "a"`, `+ needs a number on both sides`},
		{`(rps ?? "a") == "a"`, `?? needs the same on both sides, such as rps ?? 0; it finds a number and a text`},
		{"\xff", `not valid UTF-8`},
		{strings.Repeat("x", 2001), `2001 bytes long; at most 2000`},
		{strings.Repeat("1+", 400) + "1 > 0", `more than 500 parts`},
	} {
		_, err := expression.Compile("find", tt.source)
		var placed *expression.Error
		require.ErrorAs(t, err, &placed, tt.source)
		require.Equal(t, "find", placed.Field)
		require.NotContains(t, err.Error(), "\n", tt.source)
		require.Contains(t, err.Error(), tt.want, tt.source)
	}
}

func TestEveryPropertyCanBeAskedFor(t *testing.T) {
	nodes, edges := things()
	edges["reviews>reviews"] = &mesh.Edge{Pair: mesh.Pair{Source: reviewed, Destination: reviewed}}
	for _, p := range expression.Properties() {
		require.NotEmpty(t, p.Meaning, p.Name)
		e, err := expression.Compile("find", p.Name+" != nil")
		require.NoError(t, err, p.Name)
		var onNodes, onEdges bool
		for _, n := range nodes {
			onNodes = onNodes || e.Node(n)
		}
		for _, edge := range edges {
			onEdges = onEdges || e.Edge(edge)
		}
		require.Equal(t, p.Node, onNodes, "%s of nodes", p.Name)
		require.Equal(t, p.Edge, onEdges, "%s of edges", p.Name)
	}
}

// The longest work that a stranger can ask for stays short.
func TestHostileExpressionsEndSoon(t *testing.T) {
	long := &mesh.Node{Ref: workload("east", "shop", strings.Repeat("a", 250))}
	repeated := func(n int, part, between string) string {
		return strings.TrimSuffix(strings.Repeat(part+between, n), between)
	}
	for _, tt := range []struct {
		source  string
		refused bool
	}{
		{source: `name matches "(a+)+$b"`},
		{source: `name matches "(a?){240}a{240}b"`, refused: true},
		{source: `name matches "(a?){120}(a|aa)+b$"`},
		{source: repeated(40, `name matches "(a|aa)+b"`, " or ")},
		{source: repeated(80, `name matches "a*a*b"`, " or "), refused: true},
		{source: `name matches "(.*a){200}b"`, refused: true},
		{source: `name matches "((a{1,30}){1,30}){1,30}"`, refused: true},
		{source: `name matches "` + strings.Repeat("a{1000}", 60) + `"`, refused: true},
		{source: strings.Repeat("(", 990) + "edge" + strings.Repeat(")", 990)},
		{source: strings.Repeat("not ", 480) + "edge"},
		{source: strings.Repeat("-", 1990) + "1 > 0", refused: true},
		{source: strings.Repeat("1 < ", 160) + "rps"},
		{source: strings.Repeat("1<(", 400) + "rps" + strings.Repeat(")<1", 200), refused: true},
		{source: strings.Repeat("[", 1999), refused: true},
	} {
		require.LessOrEqual(t, len(tt.source), 2000)
		started := time.Now()
		e, err := expression.Compile("find", tt.source)
		require.Equal(t, tt.refused, err != nil, "%.60s: %v", tt.source, err)
		for range 100 {
			if e != nil {
				e.Node(long)
			}
		}
		require.Less(t, time.Since(started), 5*time.Second, "%.60s", tt.source)
		t.Logf("%v for a hundred nodes: %.60s", time.Since(started), tt.source)
	}
}
