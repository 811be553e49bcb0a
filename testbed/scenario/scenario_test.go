package scenario

import (
	"reflect"
	"strings"
	"testing"
)

func TestDemoIsTheMeshThatItsHeadSays(t *testing.T) {
	s, err := Demo()
	if err != nil {
		t.Fatal(err)
	}
	type cluster struct {
		network    string
		role       Role
		home       bool
		accessible bool
	}
	want := map[string]cluster{
		"east":  {"network1", Primary, true, true},
		"west":  {"network2", Primary, false, true},
		"south": {"network1", Remote, false, true},
		"north": {"network2", Primary, false, false},
	}
	got := map[string]cluster{}
	for _, c := range s.Clusters {
		got[c.Name] = cluster{c.Network, c.Role, c.Home, c.Accessible()}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("clusters are %v, want %v", got, want)
	}
	crossCluster, crossNetwork := 0, 0
	for _, call := range s.Calls {
		if call.From.Kind != AtWorkload || call.To.Kind != AtWorkload || call.From.Cluster == call.To.Cluster {
			continue
		}
		crossCluster++
		from, _ := s.Cluster(call.From.Cluster)
		to, _ := s.Cluster(call.To.Cluster)
		if from.Network != to.Network {
			crossNetwork++
		}
	}
	if crossNetwork == 0 || crossCluster <= crossNetwork {
		t.Errorf("%d calls cross clusters, %d of them networks: the demo needs both kinds", crossCluster, crossNetwork)
	}
}

func TestEveryWorkloadOfDemoHasItsServiceWhereItIsCalled(t *testing.T) {
	s, err := Demo()
	if err != nil {
		t.Fatal(err)
	}
	services := map[string]bool{}
	for _, c := range s.Clusters {
		for _, ns := range c.Namespaces {
			for _, svc := range ns.Services {
				services[c.Name+"/"+ns.Name+"/"+svc.Name] = true
			}
		}
	}
	workloads := s.Workloads()
	for _, call := range s.Calls {
		// DNS answers in the caller's cluster, so the service has to exist there.
		if call.From.Kind != AtWorkload || call.To.Kind != AtWorkload || call.From.Cluster == "north" {
			continue
		}
		name := or(call.Service, workloads[call.To].App)
		if !services[call.From.Cluster+"/"+call.To.Namespace+"/"+name] {
			t.Errorf("%s calls service %s of namespace %s, which its cluster does not have", call.From, name, call.To.Namespace)
		}
	}
}

func TestScaleIsDeterministicAndHasTheRightSize(t *testing.T) {
	for _, tc := range []struct{ workloads, minCalls, maxCalls int }{
		{1, 0, 0}, {7, 7, 21}, {400, 1100, 1200}, {2400, 6900, 7000},
	} {
		s, err := Scale(tc.workloads, 3)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(s.Workloads()); got != tc.workloads {
			t.Errorf("scale %d has %d workloads", tc.workloads, got)
		}
		if got := len(s.Calls); got < tc.minCalls || got > tc.maxCalls {
			t.Errorf("scale %d has %d calls, want %d to %d", tc.workloads, got, tc.minCalls, tc.maxCalls)
		}
		again, err := Scale(tc.workloads, 3)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(s, again) {
			t.Errorf("scale %d differs from itself", tc.workloads)
		}
	}
	if _, err := Scale(0, 3); err == nil {
		t.Error("no workloads are accepted")
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	const head = "name: x\nclusters:\n- {name: a, role: primary, home: true, namespaces: [{name: ns, workloads: [{name: w}, {name: v}]}]}\n"
	for name, tc := range map[string]struct{ yaml, want string }{
		"unknown field":    {head + "colour: blue\n", "colour"},
		"no such workload": {head + "calls: [{from: a/ns/w, to: a/ns/nobody, rate: 1}]\n", "no workload a/ns/nobody"},
		"malformed end":    {head + "calls: [{from: a/ns/w, to: a, rate: 1}]\n", "is no end of a call"},
		"unknown called":   {head + "calls: [{from: a/ns/w, to: a/unknown, rate: 1}]\n", "cannot be called"},
		"protocol":         {head + "calls: [{from: a/ns/w, to: a/ns/v, protocol: udp, rate: 1}]\n", `protocol "udp"`},
		"too many fail":    {head + "calls: [{from: a/ns/w, to: a/ns/v, rate: 1, failures: [{share: 0.7, code: '500'}, {share: 0.7, code: '503'}]}]\n", "more than all"},
		"twice":            {head + "calls: [{from: a/ns/w, to: a/ns/v, rate: 1}, {from: a/ns/w, to: a/ns/v, rate: 2}]\n", "twice"},
		"no home":          {"name: x\nclusters: [{name: a, role: primary, found: kiali, namespaces: []}]\n", "0 home clusters"},
		"no way in":        {"name: x\nclusters: [{name: a, role: primary, home: true, namespaces: []}, {name: b, role: primary, namespaces: []}]\n", "cluster b: found"},
		"role":             {"name: x\nclusters: [{name: a, role: boss, home: true, namespaces: []}]\n", `role "boss"`},
		"managed by":       {"name: x\nclusters: [{name: a, role: remote, managedBy: z, home: true, namespaces: []}]\n", `managedBy "z"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read([]byte(tc.yaml))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("the error is %v, want one with %q", err, tc.want)
			}
		})
	}
}
