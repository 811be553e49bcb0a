package mesh_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func TestWhichFindingsAreIgnored(t *testing.T) {
	asked := func(value string) mesh.Ignored {
		return mesh.IgnoredBy(map[string]string{"other": "x", "kiali.io/ignore-validations": value})
	}
	require.Nil(t, mesh.IgnoredBy(nil))
	require.Nil(t, mesh.IgnoredBy(map[string]string{"other": ""}))
	require.False(t, mesh.Ignored(nil).All())
	require.Equal(t, mesh.Ignored{"KIA0101", "host-not-found"}, asked(" KIA0101,, host-not-found "))
	require.False(t, asked("KIA0101").All())
	for _, value := range []string{"", " ", ","} {
		require.True(t, asked(value).All(), "%q", value)
	}
}
