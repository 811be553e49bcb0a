package mesh

import "slices"

// Judge judges traffic by tolerances. It finds a node's tolerances once, and matches a
// code once for all nodes with the same ones, so that a graph costs few matches of regular
// expressions. It is for one goroutine.
type Judge struct {
	tolerances []Tolerance // those that nodes may have in common
	before     int         // how many of them come before a node's own
	own        func(Ref) []Tolerance
	nodes      map[Ref]*standard
	standards  map[string]*standard // by which of the tolerances they hold
}

// NewJudge makes a judge.
func NewJudge(t Tolerances) *Judge {
	if t.last == nil {
		t.last = defaultTolerances()
	}
	return &Judge{tolerances: slices.Concat(t.first, t.last), before: len(t.first), own: t.own, nodes: map[Ref]*standard{}, standards: map[string]*standard{}}
}

// Tally starts to count a node's requests in one direction.
func (j *Judge) Tally(ref Ref, d Direction) Tally {
	return Tally{standard: j.standard(ref), direction: d}
}

// standard finds the tolerances of a node.
func (j *Judge) standard(ref Ref) *standard {
	if s, ok := j.nodes[ref]; ok {
		return s
	}
	var which []byte
	var mine []*Tolerance
	own := j.ownOf(ref)
	for i := range j.tolerances {
		if i == j.before {
			mine = append(mine, own...)
		}
		of := byte('-')
		if t := &j.tolerances[i]; t.Of(ref) {
			of = '+'
			mine = append(mine, t)
		}
		which = append(which, of)
	}
	s, ok := j.standards[string(which)]
	if !ok || own != nil {
		s = &standard{tolerances: mine, takers: map[ending]int{}}
	}
	if own == nil { // what a node has for itself is not for others
		j.standards[string(which)] = s
	}
	j.nodes[ref] = s
	return s
}

// ownOf are the tolerances that a node has for itself; nil for none.
func (j *Judge) ownOf(ref Ref) []*Tolerance {
	if j.own == nil {
		return nil
	}
	var out []*Tolerance
	list := j.own(ref)
	for i := range list {
		out = append(out, &list[i])
	}
	return out
}

// standard is the tolerances of some nodes, in order.
type standard struct {
	tolerances []*Tolerance
	takers     map[ending]int
}

// ending is how a request ended, as a Response's code says it.
type ending struct {
	direction Direction
	protocol  Protocol
	code      string
}

// nobody is the taker of what no tolerance is about.
const nobody = -1

// taker says which tolerance counts requests that ended in a way: the first about it.
func (s *standard) taker(e ending) int {
	at, ok := s.takers[e]
	if ok {
		return at
	}
	at = nobody
	for i, t := range s.tolerances {
		if t.takes(e.direction, e.protocol, bare(e.code)) {
			at = i
			break
		}
	}
	s.takers[e] = at
	return at
}

// Tally counts the requests of a node in one direction.
type Tally struct {
	standard  *standard
	direction Direction
	protocols [2]count // HTTP, gRPC
	tcp       bool
}

// Empty is a tally of the same node and direction that has counted nothing.
func (t *Tally) Empty() Tally { return Tally{standard: t.standard, direction: t.direction} }

// count is how many requests of one protocol there are, per second, and how many of them
// each tolerance counts; nil when none counts any.
type count struct {
	requests float64
	taken    []float64
}

// Add counts a call.
func (t *Tally) Add(c *Call) {
	t.tcp = t.tcp || c.Bytes != nil
	if c.Requests == nil {
		return
	}
	n := &t.protocols[slot(c.Protocol)]
	n.requests += *c.Requests
	for i := range c.Responses {
		r := &c.Responses[i]
		t.take(n, c.Protocol, r.Code, r.Rate)
	}
	if len(c.Responses) == 0 { // nobody told how they ended, or only how well
		t.takeSome(n, c.Protocol, "500", c.Failed)
		t.takeSome(n, c.Protocol, "400", c.ClientErrors)
	}
}

func (t *Tally) takeSome(n *count, p Protocol, code string, rate *float64) {
	if rate != nil {
		t.take(n, p, code, *rate)
	}
}

func (t *Tally) take(n *count, p Protocol, code string, rate float64) {
	at := t.standard.taker(ending{t.direction, p, code})
	if at == nobody {
		return
	}
	if n.taken == nil {
		n.taken = make([]float64, len(t.standard.tolerances))
	}
	n.taken[at] += rate
}

func slot(p Protocol) int {
	if p == GRPC {
		return 1
	}
	return 0
}

// Join adds what another tally of the same node and direction has counted.
func (t *Tally) Join(o *Tally) {
	t.tcp = t.tcp || o.tcp
	for p := range o.protocols {
		from, to := &o.protocols[p], &t.protocols[p]
		to.requests += from.requests
		if to.taken == nil && from.taken != nil {
			to.taken = make([]float64, len(from.taken))
		}
		for i, taken := range from.taken {
			to.taken[i] += taken
		}
	}
}

// Health is the worst that any tolerance says of any protocol. TCP has no responses to
// judge by: it is healthy when there is any.
func (t *Tally) Health() Health {
	worst := HealthNone
	if t.tcp {
		worst = HealthHealthy
	}
	for p := range t.protocols {
		n := &t.protocols[p]
		if !(n.requests > 0) {
			continue
		}
		worst = worst.Worse(HealthHealthy)
		for i, taken := range n.taken {
			worst = worst.Worse(t.standard.tolerances[i].judge(taken, n.requests))
		}
	}
	return worst
}
