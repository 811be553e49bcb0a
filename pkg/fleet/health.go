package fleet

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"golang.org/x/sync/errgroup"
	authv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Report is what the health check found out about one cluster.
type Report struct {
	// Cluster is the cluster after the check.
	Cluster mesh.Cluster
	// Expected is false for a cluster that the settings say is not to be reached.
	Expected bool
	// Reached tells whether it answered just now.
	Reached bool
	// Error is one sentence: why it was not reached, or why its permissions could
	// not be checked. Empty when neither is so.
	Error string
	// Missing are the permissions that a reader lacks there, such as "list and watch
	// pods, services": those of which the same is forbidden are told together.
	Missing []string
}

// Health checks all clusters afresh, side by side, each within the cluster timeout,
// in the order of Clusters.
func (f *Fleet) Health(ctx context.Context) []Report {
	begun := time.Now()
	members := f.Clusters(ctx)
	reports := make([]Report, len(members))
	var checks sync.WaitGroup
	for i, m := range members {
		checks.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, f.settings.Limits.ClusterTimeout)
			defer cancel()
			reports[i] = f.check(ctx, m, begun)
		})
	}
	checks.Wait()
	return reports
}

// check makes contact, unless there was some since then, and asks for permissions.
func (f *Fleet) check(ctx context.Context, m Member, since time.Time) Report {
	r := Report{Cluster: m.Cluster, Expected: m.State != mesh.StateNotAccessible, Error: m.Error}
	if m.conn == nil {
		return r
	}
	if err := m.conn.since(ctx, since); err != nil {
		// No contact ended in time: what was seen before no longer counts.
		r.Cluster.State, r.Cluster.Error = mesh.StateUnreachable, fault.Of(err).Sentence
		r.Error = r.Cluster.Error
		return r
	}
	seen := m.conn.observation()
	r.Cluster.State, r.Cluster.LastContact, r.Cluster.Error = seen.State, seen.LastContact, ""
	if seen.Facts != nil && r.Cluster.Facts == nil {
		r.Cluster.Facts = seen.Facts
	}
	if seen.Err != nil {
		r.Cluster.Error = fault.Of(seen.Err).Sentence
		r.Error = r.Cluster.Error
		return r
	}
	r.Reached, r.Error = true, ""
	missing, err := m.conn.missing(ctx, f.needs(m))
	if err != nil {
		r.Error = "its permissions could not be checked: " + fault.Of(err).Sentence
	}
	r.Missing = missing
	return r
}

// needs are the permissions that a reader needs in a cluster.
func (f *Fleet) needs(m Member) []authv1.ResourceAttributes {
	var out []authv1.ResourceAttributes
	both := func(need authv1.ResourceAttributes) {
		for _, need.Verb = range []string{"list", "watch"} {
			out = append(out, need)
		}
	}
	for _, need := range f.pool.opts.Needs {
		both(authv1.ResourceAttributes{Group: need.Group, Resource: need.Resource})
	}
	if m.Home && f.settings.RemoteSecrets.Enabled {
		for _, namespace := range unique(f.settings.RemoteSecrets.Namespaces) {
			both(authv1.ResourceAttributes{Resource: "secrets", Namespace: namespace})
		}
	}
	return out
}

// reviewsAtOnce bounds the questions in flight to one cluster.
const reviewsAtOnce = 16

// missing asks the cluster which of the permissions its account lacks, in the order
// of the list.
func (c *connection) missing(ctx context.Context, needs []authv1.ResourceAttributes) ([]string, error) {
	allowed := make([]bool, len(needs))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(reviewsAtOnce)
	for i := range needs {
		group.Go(func() error {
			review, err := c.client.Kube.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx,
				&authv1.SelfSubjectAccessReview{Spec: authv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &needs[i]}}, metav1.CreateOptions{})
			if err == nil {
				allowed[i] = review.Status.Allowed
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var denied []authv1.ResourceAttributes
	for i, need := range needs {
		if !allowed[i] {
			denied = append(denied, need)
		}
	}
	return permissions(denied), nil
}

// permissions tells what is denied, a text for each set of verbs that is denied of
// resources in the same place, in the order in which they come.
func permissions(denied []authv1.ResourceAttributes) []string {
	verbs := map[authv1.ResourceAttributes][]string{} // of what is denied, but for the verb
	var of []authv1.ResourceAttributes
	for _, need := range denied {
		verb := need.Verb
		need.Verb = ""
		if verbs[need] == nil {
			of = append(of, need)
		}
		verbs[need] = append(verbs[need], verb)
	}
	names := map[[2]string][]string{} // by verbs and place
	var groups [][2]string
	for _, need := range of {
		group := [2]string{strings.Join(verbs[need], " and "), ""}
		if need.Namespace != "" {
			group[1] = " in namespace " + need.Namespace
		}
		if names[group] == nil {
			groups = append(groups, group)
		}
		name := need.Resource
		if need.Group != "" {
			name += "." + need.Group
		}
		names[group] = append(names[group], name)
	}
	var out []string
	for _, group := range groups {
		out = append(out, group[0]+" "+strings.Join(names[group], ", ")+group[1])
	}
	return out
}
