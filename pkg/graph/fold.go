package graph

import (
	"cmp"
	"math"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// FoldOptions say what Fold folds.
type FoldOptions struct {
	// MaxNodes is how many nodes are wanted; 0 or less means no limit.
	MaxNodes int
	// Keep reports whether a node stays as it is, however quiet; nil keeps none.
	Keep func(mesh.Ref) bool
	// Past is traffic that is drawn in the same graph. Its nodes count, and one that is
	// not in the traffic of now is as busy as it was.
	Past mesh.Traffic
	// Idle are nodes that are drawn without traffic: they count, and fold first.
	Idle []mesh.Ref
}

// Folded says what Fold did. It is zero when nothing had to be folded.
type Folded struct {
	// Nodes is how many nodes were folded, Of how many there were in all.
	Nodes, Of int
	// Namespaces is how many "other" nodes stand for them, one per namespace of a cluster.
	Namespaces int

	into map[mesh.Ref]mesh.Ref
}

// Apply folds the nodes in traffic: in that which was asked about, or in that of another
// time.
func (f Folded) Apply(traffic mesh.Traffic) mesh.Traffic {
	if len(f.into) == 0 {
		return traffic
	}
	return renamed(traffic, f.into)
}

// Rename says what nodes are called after folding, sorted and each once.
func (f Folded) Rename(refs []mesh.Ref) []mesh.Ref {
	out := make([]mesh.Ref, len(refs))
	for i, ref := range refs {
		out[i] = ref
		if other, ok := f.into[ref]; ok {
			out[i] = other
		}
	}
	slices.SortFunc(out, mesh.Ref.Compare)
	return slices.Compact(out)
}

// Fold says how traffic is kept within a number of nodes: the least busy workloads, apps
// and services of a namespace become that namespace's "other" node. Folded.Apply keeps
// every call, with its ends renamed, so no sum over the calls changes; calls between two
// nodes that fold into the same one become calls inside it.
//
// Nodes fold from the least busy of the whole graph on, and no more of them than are
// needed. Clusters, namespaces, external hosts and unknown callers stay as they are, and
// so does a node that is alone in its namespace, which folding would only rename: where
// those alone outnumber what is wanted, the answer does too.
//
// The latency of a pair that an "other" node is part of is dropped, since quantiles do
// not add up.
func Fold(traffic mesh.Traffic, o FoldOptions) Folded {
	weights := weigh(traffic.Calls)
	for ref, weight := range weigh(o.Past.Calls) {
		if _, now := weights[ref]; !now {
			weights[ref] = weight
		}
	}
	for _, ref := range o.Idle {
		if _, busy := weights[ref]; !busy {
			weights[ref] = 0
		}
	}
	if o.MaxNodes <= 0 || len(weights) <= o.MaxNodes {
		return Folded{}
	}
	folded := Folded{into: choose(weights, o), Of: len(weights)}
	if len(folded.into) == 0 {
		return Folded{}
	}
	others := map[mesh.Ref]bool{}
	for _, other := range folded.into {
		others[other] = true
	}
	folded.Nodes, folded.Namespaces = len(folded.into), len(others)
	return folded
}

// byteWeight is how many bytes weigh as much as a request, as in an edge's thickness.
const byteWeight = 1000

// weigh adds up the traffic of every node, in requests per second: what it sends, what it
// serves and, once, what stays inside.
func weigh(calls []mesh.Call) map[mesh.Ref]float64 {
	weights := map[mesh.Ref]float64{}
	for _, c := range inOrder(calls) {
		weight := 0.0
		if c.Requests != nil {
			weight += *c.Requests
		}
		if c.Bytes != nil {
			weight += *c.Bytes / byteWeight
		}
		weights[c.Source] += weight
		if c.Destination != c.Source {
			weights[c.Destination] += weight
		}
	}
	return weights
}

// choose says which nodes fold, and into which.
func choose(weights map[mesh.Ref]float64, o FoldOptions) map[mesh.Ref]mesh.Ref {
	// What folds into each "other" node so far; one that the traffic brings along counts
	// as one of them, since it takes no further node.
	groups := map[mesh.Ref][]mesh.Ref{}
	for ref := range weights {
		if ref.Kind == mesh.KindOther {
			groups[ref] = append(groups[ref], ref)
		}
	}
	count := len(weights)
	for _, ref := range leastBusyFirst(weights, o.Keep) {
		if count <= o.MaxNodes {
			break
		}
		other := otherOf(ref)
		groups[other] = append(groups[other], ref)
		if len(groups[other]) > 1 { // the first of a group only changes its name
			count--
		}
	}
	into := map[mesh.Ref]mesh.Ref{}
	for other, group := range groups {
		for _, ref := range group {
			if len(group) > 1 && ref != other {
				into[ref] = other
			}
		}
	}
	return into
}

// leastBusyFirst ranks the nodes that may fold.
//
// The rank is the power of two that a node's weight lies in, then its name. A rank by the
// weight itself would let any two neighbours swap at every refresh; this way a node moves
// only when its traffic crosses a power of two, and takes at most a few others with it,
// without a memory of the last answer.
func leastBusyFirst(weights map[mesh.Ref]float64, keep func(mesh.Ref) bool) []mesh.Ref {
	type ranked struct {
		magnitude int
		ref       mesh.Ref
	}
	var all []ranked
	for ref, weight := range weights {
		if foldable(ref) && (keep == nil || !keep(ref)) {
			all = append(all, ranked{magnitude(weight), ref})
		}
	}
	slices.SortFunc(all, func(a, b ranked) int {
		if c := cmp.Compare(a.magnitude, b.magnitude); c != 0 {
			return c
		}
		return a.ref.Compare(b.ref)
	})
	refs := make([]mesh.Ref, len(all))
	for i := range all {
		refs[i] = all[i].ref
	}
	return refs
}

func foldable(ref mesh.Ref) bool {
	switch ref.Kind {
	case mesh.KindApp, mesh.KindWorkload, mesh.KindService:
		return ref.Namespace != ""
	}
	return false
}

func otherOf(ref mesh.Ref) mesh.Ref {
	return mesh.Ref{Kind: mesh.KindOther, Cluster: ref.Cluster, Namespace: ref.Namespace}
}

// magnitude is the power of two that a weight lies in; no weight has the least.
func magnitude(weight float64) int {
	if !(weight > 0) { // nor is what is not a number busy
		return math.MinInt
	}
	return math.Ilogb(weight)
}

// renamed puts new nodes in the place of old ones and adds up what falls together.
func renamed(traffic mesh.Traffic, into map[mesh.Ref]mesh.Ref) mesh.Traffic {
	name := func(ref mesh.Ref) mesh.Ref {
		if other, ok := into[ref]; ok {
			return other
		}
		return ref
	}
	calls := slices.Clone(inOrder(traffic.Calls))
	for i := range calls {
		calls[i].Source, calls[i].Destination = name(calls[i].Source), name(calls[i].Destination)
	}
	traffic.Calls = merged(inOrder(calls))
	traffic.Latency = unfolded(traffic.Latency, into)
	return traffic
}

// unfolded is the latency of the pairs of which neither end is renamed.
func unfolded(latency map[mesh.Pair]float64, into map[mesh.Ref]mesh.Ref) map[mesh.Pair]float64 {
	if latency == nil {
		return nil
	}
	out := map[mesh.Pair]float64{}
	for pair, ms := range latency {
		if _, renamed := into[pair.Source]; renamed {
			continue
		}
		if _, renamed := into[pair.Destination]; !renamed {
			out[pair] = ms
		}
	}
	return out
}

// merged adds up neighbours of the same pair and protocol, in place.
func merged(calls []mesh.Call) []mesh.Call {
	out := calls[:0]
	for from := 0; from < len(calls); {
		until := from + 1
		for until < len(calls) && calls[until].Protocol == calls[from].Protocol && calls[until].Pair == calls[from].Pair {
			until++
		}
		out = append(out, sum(calls[from:until]))
		from = until
	}
	return out
}

// sum adds up calls between the same two nodes, of which there is one at least.
func sum(calls []mesh.Call) mesh.Call {
	one := calls[0]
	if len(calls) == 1 {
		return one
	}
	var rates adder
	var responses []mesh.Response
	one.Peers = nil
	for i := range calls {
		rates.add(&calls[i].Rates)
		one.Peers = mesh.JoinPeers(one.Peers, calls[i].Peers)
		responses = append(responses, calls[i].Responses...)
	}
	one.Rates, one.Responses = rates.rates(), mesh.AddResponses(responses, nil)
	return one
}
