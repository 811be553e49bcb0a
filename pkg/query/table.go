package query

import "time"

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
	// Applications leaves out workloads and pods of other applications; empty leaves out none.
	Applications []string
	// WorstFirst puts the rows in the order of their health; pods have none.
	WorstFirst bool
}

func (Table) isQuery() {}

// table reads a table. Its traffic is there unless the query says otherwise.
func (d document) table(of Of) (Query, error) {
	t := Table{Selection: d.selection(), Of: of, Traffic: of != OfPods && (d.Traffic == nil || *d.Traffic),
		Applications: clean(d.Applications), WorstFirst: d.WorstFirst}
	var err error
	if t.Latency, err = oneOf("latency", d.Latency, LatencyP95, LatencyP50, LatencyP99, LatencyAvg, LatencyNone); err != nil {
		return nil, err
	}
	if t.Window, err = duration("window", d.Window, "5m or 1h"); err != nil {
		return nil, err
	}
	return t, nil
}
