package query_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
)

func TestChanges(t *testing.T) {
	for raw, want := range map[string]query.Changes{
		`{}`: {},
		`{"clusters": ["east"], "names": ["reviews"], "kinds": ["VirtualService", ""], "what": ["changed", "", "rolledOut"], "refId": "Anno"}`: {
			Selection: query.Selection{Clusters: []mesh.ClusterName{"east"}, Names: []string{"reviews"}},
			Kinds:     []string{"VirtualService"}, What: []mesh.What{mesh.WhatChanged, mesh.WhatRolledOut},
		},
	} {
		got, err := query.Decode("changes", []byte(raw))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}
