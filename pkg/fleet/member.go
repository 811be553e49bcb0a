package fleet

import (
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Member is a cluster of the fleet at one moment.
type Member struct {
	mesh.Cluster
	conn *connection
}

// Client is what the cluster is asked with; nil when it has no connection. Whether
// the cluster answers is another matter: see State.
func (m Member) Client() *Client {
	if m.conn == nil {
		return nil
	}
	return &m.conn.client
}

// member tells what is known of the entry; the roster must be locked.
func (e *entry) member() Member {
	m := Member{Cluster: mesh.Cluster{
		Name: e.name, Home: e.origin == mesh.OriginHome, Access: e.access, Origin: e.origin,
		Source: e.described(), Links: slices.Clone(e.links),
	}}
	switch {
	case e.lease != nil:
		m.conn = e.lease.connection
		seen := m.conn.observation()
		m.State, m.LastContact, m.Facts = seen.State, seen.LastContact, seen.Facts
		if seen.Err != nil {
			m.Error = fault.Of(seen.Err).Sentence
		}
	case e.refused != nil:
		m.State, m.Error = mesh.StateRefused, e.source+": "+e.refused.Error()
	case e.access == mesh.AccessNone:
		m.State = mesh.StateNotAccessible
	default:
		m.State = mesh.StateConnecting
	}
	return m
}

// described says where the cluster comes from, and who else names it.
func (c candidate) described() string {
	if len(c.also) == 0 {
		return c.source
	}
	ignored := "ignored, as the name is taken: " + strings.Join(c.also, "; ")
	if c.source == "" {
		return ignored
	}
	return c.source + " (" + ignored + ")"
}

// withGaps adds sentences to what is known of a cluster. The facts are shared with
// others, so that they are copied.
func (m Member) withGaps(gaps []string) Member {
	if len(gaps) == 0 || m.Facts == nil {
		return m
	}
	facts := *m.Facts
	facts.Gaps = append(slices.Clone(facts.Gaps), gaps...)
	slices.Sort(facts.Gaps)
	m.Facts = &facts
	return m
}
