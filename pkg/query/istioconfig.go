package query

import "github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"

// TypeIstioConfig is the query type of the table of configuration.
const TypeIstioConfig = "istioConfig"

// anySeverity leaves out nothing: a custom variable of a dashboard cannot be empty.
const anySeverity = "any"

// IstioConfig asks for the objects of Istio's and the Gateway API's configuration, one row
// each, as they are now.
type IstioConfig struct {
	Selection
	// Kinds are of mesh.ConfigKinds; empty means all.
	Kinds []string
	// Severity leaves out objects without a finding that is at least so bad: warning or
	// error. Empty leaves out none.
	Severity mesh.Severity
	// For leaves out what does not apply to one app, workload, service or host outside
	// the mesh, by its kind, namespace and name; the zero value leaves out none.
	For mesh.Ref
	// YAML adds the objects themselves.
	YAML bool
}

func (IstioConfig) isQuery() {}

func (d document) istioConfig() (Query, error) {
	q := IstioConfig{Selection: d.selection(), YAML: d.YAML}
	for _, name := range clean(d.Kinds) {
		kind, err := oneOf("kinds", name, mesh.ConfigKinds()...)
		if err != nil {
			return nil, err
		}
		q.Kinds = append(q.Kinds, kind)
	}
	var err error
	if d.Severity != "" && d.Severity != anySeverity {
		if q.Severity, err = oneOf("severity", d.Severity, mesh.SeverityWarning, mesh.SeverityError); err != nil {
			return nil, err
		}
	}
	q.For, err = d.thing(mesh.KindApp, mesh.KindWorkload, mesh.KindService, mesh.KindExternal)
	return q, err
}
