package findings_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func TestFindingsThatAreIgnored(t *testing.T) {
	for name, tt := range map[string]struct {
		ignored mesh.Ignored
		want    []string
	}{
		"none":              {nil, []string{"routes host-not-found error", "routes single-weight warning"}},
		"all":               {mesh.IgnoredBy(map[string]string{mesh.IgnoreAnnotation: ""}), []string{}},
		"one of ours":       {mesh.Ignored{"host-not-found"}, []string{"routes single-weight warning"}},
		"one of Kiali's":    {mesh.Ignored{"KIA1104"}, []string{"routes host-not-found error"}},
		"several":           {mesh.Ignored{"single-weight", "KIA1101", "KIA0202"}, []string{}},
		"another":           {mesh.Ignored{"KIA0301", "what"}, []string{"routes host-not-found error", "routes single-weight warning"}},
		"only when it's so": {mesh.Ignored{"*", "KIA1104"}, []string{"routes host-not-found error"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := sends(mesh.Destination{Host: "revews", Weight: 7})
			c.Ignored = tt.ignored
			require.Equal(t, tt.want, told(t, twoClusters(c)))
		})
	}
}

func TestIgnoringIsEachObjectsOwn(t *testing.T) {
	silent := sends(mesh.Destination{Host: "revews"})
	silent.Ignored = mesh.Ignored{"host-not-found"}
	loud := sends(mesh.Destination{Host: "revews"})
	loud.Name, loud.Routing.Hosts = "loud", []string{"ratings"}
	require.Equal(t, []string{"loud host-not-found error"}, told(t, twoClusters(silent, loud)))

	in := twoClusters()
	label := labels(useWaypoint, "waypoint", dataplane, "ambient")
	in[0].Namespaces[0].Labels, in[0].Services[1].Labels, in[0].Workloads[0].PodLabels, in[0].Workloads[0].Current = label, label, label, 1
	require.Len(t, ofAll(in), 4)
	in[0].Namespaces[0].Ignored, in[0].Services[1].Ignored, in[0].Workloads[0].Ignored = mesh.Ignored{"waypoint-not-found"}, mesh.Ignored{"KIA1313"}, mesh.Ignored{"KIA1311"}
	require.Equal(t, []string{"east/reviews-v1 waypoint-not-found error"}, ofAll(in))
}
