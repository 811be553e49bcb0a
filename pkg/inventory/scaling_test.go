package inventory

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// stepsOf are reports of a Deployment, each such as "90 up web-2 from 0 to 1": after how many
// seconds, and what is said.
func stepsOf(begin time.Time, lines ...string) (out []report) {
	for _, line := range lines {
		var after int
		var direction, set, rest string
		if n, err := fmt.Sscanf(line, "%d %s %s", &after, &direction, &set); err != nil || n != 3 {
			panic(line)
		}
		rest = strings.SplitN(line, " ", 4)[3]
		out = append(out, report{mesh.Event{
			At: begin.Add(time.Duration(after) * time.Second), What: mesh.WhatScaled, Namespace: "a", Kind: "Deployment", Name: "web",
			Text: fmt.Sprintf("Scaled %s replica set %s %s", direction, set, rest),
		}, "ScalingReplicaSet"})
	}
	return out
}

func TestTheStepsOfARolloutAreOneEvent(t *testing.T) {
	begin := ago(time.Hour)
	for name, tt := range map[string]struct{ steps, want []string }{
		"one set alone is scaled": {
			[]string{"0 up w-1 from 1 to 3", "5 down w-1 from 3 to 2"},
			[]string{"0 scaled Scaled up replica set w-1 from 1 to 3", "5 scaled Scaled down replica set w-1 from 3 to 2"},
		},
		"new pods before old ones go": {
			[]string{"0 up w-2 from 0 to 1", "20 down w-1 from 3 to 2", "20 up w-2 from 1 to 2", "40 down w-1 from 2 to 1", "40 up w-2 from 2 to 3", "60 down w-1 from 1 to 0"},
			[]string{"0 rolledOut replica set w-2 in place of w-1"},
		},
		"old pods go first": {
			[]string{"0 down w-1 from 3 to 2", "0 up w-2 from 0 to 1", "20 down w-1 from 2 to 0", "20 up w-2 from 1 to 3"},
			[]string{"0 rolledOut replica set w-2 in place of w-1"},
		},
		"all old pods go before any new one comes": {
			[]string{"0 down w-1 from 3 to 0", "30 up w-2 from 0 to 3", "90 up w-2 from 3 to 5"},
			[]string{"0 rolledOut replica set w-2 in place of w-1", "90 scaled Scaled up replica set w-2 from 3 to 5"},
		},
		"scaled before and after": {
			[]string{"0 up w-1 from 1 to 3", "300 up w-2 from 0 to 3", "320 down w-1 from 3 to 0", "400 down w-2 from 3 to 1"},
			[]string{"0 scaled Scaled up replica set w-1 from 1 to 3", "300 rolledOut replica set w-2 in place of w-1", "400 scaled Scaled down replica set w-2 from 3 to 1"},
		},
		"a rollout takes the place of another one": {
			[]string{"0 up w-2 from 0 to 1", "5 down w-1 from 3 to 2", "30 up w-3 from 0 to 1", "30 down w-2 from 1 to 0", "50 down w-1 from 2 to 0"},
			[]string{"0 rolledOut replica set w-2 in place of w-1", "30 rolledOut replica set w-3 in place of w-2"},
		},
		"as older servers say it": {
			[]string{"0 up w-2 to 1", "20 down w-1 to 0 from 1"},
			[]string{"0 rolledOut replica set w-2 in place of w-1"},
		},
		"long apart they are two things": {
			[]string{"0 down w-1 from 3 to 0", "1200 up w-2 from 0 to 3"},
			[]string{"0 scaled Scaled down replica set w-1 from 3 to 0", "1200 scaled Scaled up replica set w-2 from 0 to 3"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range rollouts(stepsOf(begin, tt.steps...)) {
				got = append(got, fmt.Sprintf("%.0f %s %s", r.At.Sub(begin).Seconds(), r.What, r.Text))
			}
			require.Equal(t, tt.want, got)
		})
	}
	other := report{mesh.Event{What: mesh.WhatScaled, Text: "Scaled by hand"}, "ScalingReplicaSet"}
	require.Equal(t, []report{other}, rollouts([]report{other}), "what nobody understands stays as it is")
}

func TestAChangeIsToldOnceWithWhatItWas(t *testing.T) {
	begin := ago(time.Hour)
	known := func() *merger {
		of := mesh.Event{Namespace: "a", Kind: "Deployment", Name: "web"}
		created, changed := of, of
		created.At, created.What = begin, mesh.WhatCreated
		changed.At, changed.What, changed.By = begin.Add(time.Minute), mesh.WhatChanged, "helm"
		return &merger{events: []mesh.Event{created, changed}}
	}
	for name, tt := range map[string]struct{ steps, want []string }{
		"its first pods":           {[]string{"1 up w-1 from 0 to 2"}, []string{"0 created  ", "60 changed helm "}},
		"a change of their number": {[]string{"61 up w-1 from 2 to 3"}, []string{"0 created  ", "60 scaled helm Scaled up replica set w-1 from 2 to 3"}},
		"a rollout":                {[]string{"62 up w-2 from 0 to 2", "80 down w-1 from 2 to 0"}, []string{"0 created  ", "60 rolledOut helm replica set w-2 in place of w-1"}},
		"its first pods, and soon more of them": {
			[]string{"58 up w-1 from 0 to 2", "61 up w-1 from 2 to 3"}, []string{"57 created  ", "60 scaled helm Scaled up replica set w-1 from 2 to 3"},
		},
		"another time": {[]string{"30 up w-1 from 2 to 3"}, []string{"0 created  ", "60 changed helm ", "30 scaled  Scaled up replica set w-1 from 2 to 3"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := known()
			if strings.HasPrefix(tt.want[0], "57") {
				m.events[0].At = begin.Add(57 * time.Second)
			}
			m.add(m.owners.inWorkloads(rollouts(stepsOf(begin, tt.steps...))))
			var got []string
			for _, e := range m.events {
				got = append(got, fmt.Sprintf("%.0f %s %s %s", e.At.Sub(begin).Seconds(), e.What, e.By, e.Text))
			}
			require.Equal(t, tt.want, got)
		})
	}
}

func TestWhoseAPodIsThatIsGone(t *testing.T) {
	o := owners{
		pods: map[objectName]mesh.Owner{{"a", "web-6d4cf56db6-x7k2p"}: {Kind: "Rollout", Name: "web"}},
		held: map[thing]bool{{"Deployment", "a", "web"}: true, {"DaemonSet", "a", "agent"}: true, {"StatefulSet", "a", "db"}: true},
	}
	for of, want := range map[string]string{
		"Pod a/web-6d4cf56db6-x7k2p":  "Rollout web",
		"Pod a/web-5c6bd9f7c4-zz9xk":  "Deployment web",
		"Pod b/web-5c6bd9f7c4-zz9xk":  "Pod web-5c6bd9f7c4-zz9xk",
		"Pod a/web-front-zz9xk":       "Pod web-front-zz9xk",
		"Pod a/agent-zz9xk":           "DaemonSet agent",
		"Pod a/db-12":                 "StatefulSet db",
		"Pod a/web":                   "Pod web",
		"ReplicaSet a/web-5c6bd9f7c4": "Deployment web",
		"ReplicaSet a/api-5c6bd9f7c4": "ReplicaSet api-5c6bd9f7c4",
		"Job a/db-12":                 "Job db-12",
	} {
		kind, name, _ := strings.Cut(of, " ")
		namespace, name, _ := strings.Cut(name, "/")
		e := mesh.Event{Kind: kind, Namespace: namespace, Name: name}
		o.give(&e)
		require.Equal(t, want, e.Kind+" "+e.Name, of)
	}
}
