package frames_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func TestChangesAreAnnotations(t *testing.T) {
	at := time.UnixMilli(1_700_000_000_123).UTC()
	scaled := mesh.Event{At: at, Cluster: "east", Namespace: "bookinfo", Kind: "Deployment", Name: "reviews-v1", What: mesh.WhatScaled, By: "kubectl", Text: "from 1 to 3"}
	f := frames.Changes([]mesh.Event{
		scaled, scaled,
		{At: at, Until: at.Add(time.Minute), Cluster: "west,1", Kind: mesh.KindOfClusters, What: mesh.WhatLost, Text: "no answer"},
		{At: at, Cluster: "east", Kind: "GatewayClass", Name: "istio", What: mesh.WhatRolledOut},
	})[0]
	var names []string
	for _, field := range f.Fields {
		names = append(names, field.Name)
	}
	require.Equal(t, []string{"time", "timeEnd", "title", "text", "tags", "id", "cluster", "namespace", "kind", "name", "what", "by"}, names)
	for _, field := range f.Fields[:6] {
		require.Nil(t, field.Config, "Grafana finds %s by its displayed name", field.Name)
	}
	texts := func(column int) (out []string) {
		for row := range f.Rows() {
			out = append(out, f.Fields[column].At(row).(string))
		}
		return out
	}
	require.Equal(t, []string{"Deployment bookinfo/reviews-v1 scaled", "Deployment bookinfo/reviews-v1 scaled", "Cluster west,1 lost", "GatewayClass istio rolled out"}, texts(2))
	require.Equal(t, []string{"in cluster east by kubectl: from 1 to 3", "in cluster east by kubectl: from 1 to 3", "no answer", "in cluster east"}, texts(3))
	require.Equal(t, []string{"scaled,Deployment,east,bookinfo", "scaled,Deployment,east,bookinfo", "lost,Cluster,west 1", "rolledOut,GatewayClass,east"}, texts(4))
	require.Equal(t, []string{"east/bookinfo/Deployment/reviews-v1/scaled@1700000000123", "east/bookinfo/Deployment/reviews-v1/scaled@1700000000123#2"}, texts(5)[:2])
	require.Equal(t, at, f.Fields[0].At(0))
	require.Nil(t, f.Fields[1].At(0))
	require.Equal(t, at.Add(time.Minute), *f.Fields[1].At(2).(*time.Time))
	require.Equal(t, "kubectl", *f.Fields[11].At(0).(*string))
	require.Nil(t, f.Fields[11].At(2))
}
