package mesh

// Vitals is how one thing does: the traffic that it serves and sends, added up over
// all whom it talks to, and its health.
type Vitals struct {
	// In is what it serves, calls from itself included. Out is what it sends: to others, of
	// clusters and namespaces; of all else calls to itself are part of it as well.
	In, Out Rates
	// Latency is that of the requests it serves, in milliseconds; nil when nobody reported it.
	Latency *float64
	Health  Health
}

// Total is what one thing serves and sends, added up over all whom it talks to.
type Total struct {
	// Served and Sent are in order. Of a call that is added up over whom the thing talks
	// to, only the thing's own end is set.
	Served, Sent []Call
	// Latency is as in Vitals.
	Latency *float64
}

// Totals are those of the things of one level.
type Totals map[Ref]*Total

// At gives a thing's total to add to.
func (t Totals) At(ref Ref) *Total {
	one, ok := t[ref]
	if !ok {
		one = &Total{}
		t[ref] = one
	}
	return one
}

// Vitals judges totals as nodes of a graph are judged: a thing is as well as all that it
// serves, and all that it sends, whichever is worse.
func (t Totals) Vitals(tolerances Tolerances) map[Ref]Vitals {
	judge := NewJudge(tolerances)
	out := make(map[Ref]Vitals, len(t))
	for ref, one := range t {
		served, sent := judge.Tally(ref, Inbound), judge.Tally(ref, Outbound)
		v := Vitals{Latency: one.Latency}
		for i := range one.Served {
			v.In.Add(one.Served[i].Rates)
			served.Add(&one.Served[i])
		}
		for i := range one.Sent {
			v.Out.Add(one.Sent[i].Rates)
			sent.Add(&one.Sent[i])
		}
		v.Health = served.Health().Worse(sent.Health())
		out[ref] = v
	}
	return out
}
