package query

import (
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// The query types of tables of what runs where, as saved dashboards name them.
const (
	TypeNamespaces   = "namespaces"
	TypeApplications = "applications"
	TypeWorkloads    = "workloads"
	TypeServices     = "services"
	TypePods         = "pods"
)

// OfPods is what the table of pods lists; no variable does.
const OfPods Of = "pods"

// Table asks for what runs where, one row each: as it is now, and its traffic as it was
// over the range.
type Table struct {
	Selection
	// Of is what the rows are: OfNamespaces, OfApplications, OfWorkloads, OfServices or OfPods.
	Of Of
	// Traffic asks for the columns of traffic. Pods have none.
	Traffic bool
	// Latency is which latency the rows have.
	Latency Latency
	// Window is as in Options.
	Window time.Duration
	// For leaves out workloads and pods that do not belong to an app, a service or a
	// workload, by its kind, namespace and name; the zero value leaves out none.
	For mesh.Ref
	// WorstFirst puts the rows in the order of their health; pods have none.
	WorstFirst bool
}

func (Table) isQuery() {}

// table reads a table. Its traffic is there unless the query says otherwise.
func (d document) table(of Of) (Query, error) {
	t := Table{Selection: d.selection(), Of: of, Traffic: of != OfPods && (d.Traffic == nil || *d.Traffic), WorstFirst: d.WorstFirst}
	var err error
	if t.Latency, err = oneOf("latency", d.Latency, LatencyP95, LatencyP50, LatencyP99, LatencyAvg, LatencyNone); err != nil {
		return nil, err
	}
	if t.Window, err = duration("window", d.Window, "5m or 1h"); err != nil {
		return nil, err
	}
	if of == OfWorkloads || of == OfPods {
		t.For, err = d.thing(mesh.KindApp, mesh.KindWorkload, mesh.KindService)
	}
	return t, err
}

// thing reads what a table is about from the focus, of which the kinds are possible; none
// without a name. Clusters are chosen by the selection.
func (d document) thing(kinds ...mesh.Kind) (mesh.Ref, error) {
	if d.Focus == nil || d.Focus.Name == "" {
		return mesh.Ref{}, nil
	}
	kind, err := oneOf("focus.kind", d.Focus.Kind, kinds...)
	return mesh.Ref{Kind: kind, Namespace: d.Focus.Namespace, Name: d.Focus.Name}, err
}
