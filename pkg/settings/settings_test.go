package settings_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/settings"
)

func TestAnURLIsEnough(t *testing.T) {
	for _, raw := range []string{``, `{}`} {
		got, err := settings.Decode("http://prometheus:9090", []byte(raw), nil)
		require.NoError(t, err)
		require.Equal(t, mesh.AccessNone, got.Home.Access)
		require.True(t, got.RemoteSecrets.Enabled)
		require.Equal(t, []string{"istio-system"}, got.RemoteSecrets.Namespaces)
		require.Equal(t, []string{"kiali.io/multiCluster=true", "istio/multiCluster=true"}, got.RemoteSecrets.Selectors)
		require.Equal(t, 15*time.Second, got.TimeInterval)
		require.Equal(t, mesh.NewTolerances(), got.Tolerances)
		require.Equal(t, settings.Links{TracesType: settings.TracesTempo, Dashboards: true}, got.Links)
		require.Equal(t, settings.Limits{ClusterTimeout: 5 * time.Second, MaxNodes: 200}, got.Limits)
	}
}

func TestEverySetting(t *testing.T) {
	got, err := settings.Decode("http://prometheus:9090", []byte(`{
		"homeCluster": {"name": "east", "access": "kubeconfig"},
		"remoteSecrets": {"enabled": false, "namespaces": ["a"], "selectors": ["b=c"]},
		"clusters": [
			{"name": "west", "secret": {"namespace": "ns", "name": "remote-west", "key": "k"}},
			{"name": "south", "kubeconfig": true},
			{"name": "north", "accessible": false, "links": [{"title": "Kiali", "url": "https://kiali"}]}],
		"clusterAliases": {"Kubernetes": "east"}, "queryScope": {"mesh_id": "m"}, "timeInterval": "30s",
		"identity": {"mode": "serviceAccount"}, "health": {"rates": [{"namespace": "shop", "failure": 30}]},
		"links": {"metricsUid": "p", "tracesUid": "t", "logsUid": "l", "tracesType": "jaeger", "dashboards": false,
			"logsQuery": " {ns=\"${namespace}\"}\n", "tracesQuery": "${app}", "byCluster": {"west": {"logsUid": "loki-west"}}},
		"limits": {"clusterTimeout": "2s", "maxNodes": 50}}`),
		map[string]string{"homeKubeconfig": "home", "kubeconfig.south": "south"})
	require.NoError(t, err)
	south := settings.NewSecret("south")
	shop, err := mesh.NewPattern("shop")
	require.NoError(t, err)
	require.Equal(t, settings.Settings{
		URL:           "http://prometheus:9090",
		Home:          settings.Home{Name: "east", Access: mesh.AccessKubeconfig, Kubeconfig: settings.NewSecret("home")},
		RemoteSecrets: settings.RemoteSecrets{Namespaces: []string{"a"}, Selectors: []string{"b=c"}},
		Clusters: []settings.Cluster{
			{Name: "west", Secret: &settings.SecretRef{Namespace: "ns", Name: "remote-west", Key: "k"}},
			{Name: "south", Kubeconfig: &south},
			{Name: "north", NotAccessible: true, Links: []mesh.Link{{Title: "Kiali", URL: "https://kiali"}}},
		},
		Aliases:      map[string]mesh.ClusterName{"Kubernetes": "east"},
		QueryScope:   map[string]string{"mesh_id": "m"},
		TimeInterval: 30 * time.Second,
		Tolerances:   mesh.NewTolerances(mesh.Tolerance{Namespace: shop, Failure: 30}),
		Links: settings.Links{
			MetricsUID: "p", TracesUID: "t", LogsUID: "l", TracesType: settings.TracesJaeger,
			LogsQuery: `{ns="${namespace}"}`, TracesQuery: "${app}",
			ByCluster: map[mesh.ClusterName]settings.ClusterLinks{"west": {LogsUID: "loki-west"}},
		},
		Limits: settings.Limits{ClusterTimeout: 2 * time.Second, MaxNodes: 50},
	}, got)
}

func TestWhatIsWrongIsNamedAllAtOnce(t *testing.T) {
	_, err := settings.Decode("prometheus", []byte(`{
		"homeCluster": {"access": "kubeconfig"},
		"clusters": [{"name": ""}, {"name": "a", "kubeconfig": true}, {"name": "a", "accessible": false},
			{"name": "b", "accessible": false, "links": [{"url": "javascript:alert(1)"}]}],
		"queryScope": {"a-b": "c"}, "timeInterval": "often", "identity": {"mode": "oauth"}, "limits": {"maxNodes": -1}}`), nil)
	for _, want := range []string{
		`"url"`, `"homeCluster.access"`, `"homeCluster.name"`, `"clusters[0].name": is empty`, `"clusters[1].kubeconfig"`, `"clusters[2].name": "a" is listed twice`,
		`"clusters[3].links[0].url"`, `"queryScope": "a-b"`, `"timeInterval": "often"`, `"identity.mode": "oauth" is not available`, `"limits.maxNodes"`,
	} {
		require.ErrorContains(t, err, want)
	}
	_, err = settings.Decode("", []byte(`{"clusters": "east"}`), nil)
	require.ErrorContains(t, err, `"clusters": a JSON string does not fit`)
	_, err = settings.Decode("", []byte(`{`), nil)
	require.ErrorContains(t, err, "not valid JSON")
	_, err = settings.Decode("", []byte(`{"clusters": [{"name": "west", "secret": {"name": "s"}}]}`), nil)
	require.ErrorContains(t, err, "needs a home cluster")
}

func TestWrongLinksAreNamed(t *testing.T) {
	for raw, want := range map[string]string{
		`{"tracesType": "zipkin"}`:              `"links.tracesType": "zipkin" is not one of tempo, jaeger`,
		`{"logsQuery": "{pod=\"${pod}\"}"}`:     `"links.logsQuery": "${pod}" is not one of ${cluster}, ${namespace}, ${workload}, ${app}`,
		`{"tracesQuery": "${}"}`:                `"links.tracesQuery": "${}" is not one of`,
		`{"byCluster": {"": {"logsUid": "l"}}}`: `"links.byCluster": has an empty name of a cluster`,
		`{"byCluster": {"west": {}}}`:           `"links.byCluster[\"west\"]": names no data source`,
		`{"byCluster": {"west": "loki"}}`:       `"links.byCluster": a JSON string does not fit`,
		`{"byCluster": ["west"]}`:               `"links.byCluster": a JSON array does not fit`,
		`{"dashboards": "no"}`:                  `"links.dashboards": a JSON string does not fit`,
	} {
		_, err := settings.Decode("", []byte(`{"links": `+raw+`}`), nil)
		require.ErrorContains(t, err, want, raw)
	}
}

func TestAClusterCanHaveLogsAndTracesOfItsOwn(t *testing.T) {
	got, err := settings.Decode("", []byte(`{"links": {"logsUid": "loki", "byCluster":
		{"west": {"logsUid": "loki-west", "tracesUid": "tempo-west"}, "south": {"tracesUid": "tempo-south"}}}}`), nil)
	require.NoError(t, err)
	for cluster, want := range map[mesh.ClusterName][2]string{
		"east": {"loki", ""}, "west": {"loki-west", "tempo-west"}, "south": {"loki", "tempo-south"},
	} {
		require.Equal(t, want, [2]string{got.Links.Logs(cluster), got.Links.Traces(cluster)}, cluster)
	}
}

func TestASecretIsNeverShown(t *testing.T) {
	const value = "hunter2"
	s := struct{ S settings.Secret }{settings.NewSecret(value)}
	encoded, err := json.Marshal(s)
	require.NoError(t, err)
	for _, shown := range []string{
		fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q %x %d", s, s, s, s.S, s.S, s.S, s.S), string(encoded),
	} {
		require.NotContains(t, shown, value)
		require.NotContains(t, shown, fmt.Sprintf("%x", value))
	}
	require.Equal(t, value, s.S.Reveal())
}
