package integration

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

// effect is how soon a change of a secret shows.
const effect = 5 * time.Second

func put(t *testing.T, secret *corev1.Secret) {
	t.Helper()
	if err := mesh.PutSecret(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
}

// added puts a secret of Kiali's form that is gone, with its cluster, after the test.
func added(t *testing.T, name, cluster string, kubeconfig []byte) {
	t.Helper()
	put(t, lab.Secret(scenario.ByKialiSecret, name, cluster, map[string][]byte{cluster: kubeconfig}))
	t.Cleanup(func() {
		if err := mesh.DeleteSecret(afterwards(t), name); err != nil {
			t.Error(err)
		}
		within(t, effect, func() string {
			if all, _ := clusters(t, mesh.Settings()); all[cluster] != nil {
				return "cluster " + cluster + " is still there"
			}
			return ""
		})
	})
}

func TestASecretComesAndGoesWhileQueriesRun(t *testing.T) {
	s := mesh.Settings()
	state(t, s, "west", "ready", effect)
	asking, failures := make(chan struct{}), make(chan string, 1)
	go func() { // a dashboard that refreshes all the time
		for {
			select {
			case <-asking:
				close(failures)
				return
			default:
			}
			responses, err := plugin.Query(t.Context(), s, ask.Query{Type: "clusters"}, ask.Query{Type: "trafficGraph", Fields: map[string]any{"level": "namespace"}})
			if err == nil && responses["A"].Error == nil && responses["B"].Error == nil && responses["A"].Frames[0].Rows() >= 4 {
				continue
			}
			select {
			case failures <- fmt.Sprint(err, responses["A"].Error, responses["B"].Error):
			default:
			}
		}
	}()
	put(t, lab.Secret(scenario.ByIstioSecret, "two-in-one", "", map[string][]byte{
		"first": mesh.Cluster("west").Kubeconfig(), "second": mesh.Cluster("south").Kubeconfig(),
		"east": mesh.Cluster("west").Kubeconfig(), // the home cluster's own name is passed over
	}))
	state(t, s, "first", "ready", effect)
	got := state(t, s, "second", "ready", effect)
	if got["network"] != "network1" || !strings.Contains(got["foundin"].(string), "two-in-one") {
		t.Errorf("the added cluster is told wrongly: %v", got)
	}
	if all, _ := clusters(t, s); all["east"]["network"] != "network1" {
		t.Errorf("the home cluster was replaced by a secret's: %v", all["east"])
	}
	if err := mesh.DeleteSecret(t.Context(), "two-in-one"); err != nil {
		t.Fatal(err)
	}
	within(t, effect, func() string {
		all, _ := clusters(t, s)
		if all["first"] != nil || all["second"] != nil {
			return "the clusters of a deleted secret are still there"
		}
		return ""
	})
	close(asking)
	for f := range failures {
		t.Errorf("a query failed meanwhile: %s", f)
	}
}

func TestATokenIsRotated(t *testing.T) {
	s := mesh.Settings()
	state(t, s, "west", "ready", effect)
	west := mesh.Cluster("west")
	kubeconfig, err := west.RotateToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	name := lab.SecretName(clusterOf(t, "west"))
	put(t, lab.Secret(scenario.ByKialiSecret, name, "west", map[string][]byte{"west": kubeconfig}))
	// The API server forgets the old token within about ten seconds: whoever still
	// used it then would be seen to fail.
	changed := time.Now()
	for time.Since(changed) < 20*time.Second {
		all, _ := clusters(t, s)
		if all["west"]["state"] != "ready" {
			t.Fatalf("%s after the rotation west is %v: %v", time.Since(changed), all["west"]["state"], all["west"]["error"])
		}
		time.Sleep(250 * time.Millisecond)
	}
	all, _ := clusters(t, s)
	if last := all["west"]["lastcontact"].(time.Time); last.Before(changed.Add(5 * time.Second)) {
		t.Errorf("no contact since the rotation: %s", last)
	}
}

func clusterOf(t *testing.T, name string) scenario.Cluster {
	t.Helper()
	for _, c := range mesh.Scenario.Clusters {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("the scenario has no cluster %s", name)
	return scenario.Cluster{}
}

func TestATokenEndsWithoutASuccessor(t *testing.T) {
	s := mesh.Settings()
	stale := mesh.Cluster("south").Kubeconfig()
	added(t, "stale", "stale", stale)
	state(t, s, "stale", "ready", effect)
	kubeconfig, err := mesh.Cluster("south").RotateToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	put(t, lab.Secret(scenario.ByIstioSecret, lab.SecretName(clusterOf(t, "south")), "south", map[string][]byte{"south": kubeconfig}))
	got := state(t, s, "stale", "unreachable", 40*time.Second)
	if e := got["error"].(string); !strings.Contains(e, "token") {
		t.Errorf("the error does not speak of the token: %s", e)
	}
	_, notes := clusters(t, s)
	if !contains(notes, "stale", "read ") {
		t.Errorf("no notice tells of the cluster and the age of what is shown: %v", notes)
	}
	state(t, s, "south", "ready", effect)
}

func TestAnAPIServerDies(t *testing.T) {
	s := mesh.Settings()
	state(t, s, "west", "ready", effect)
	west := mesh.Cluster("west")
	west.Kill()
	got := state(t, s, "west", "unreachable", 20*time.Second)
	if got["apiversion"] != "v1.36.3" {
		t.Errorf("what was known of west is gone: %v", got)
	}
	all, notes := clusters(t, s)
	for _, name := range []string{"east", "south"} {
		if all[name]["state"] != "ready" {
			t.Errorf("%s is %v because west died", name, all[name]["state"])
		}
	}
	if !contains(notes, "Cluster west", "read ") {
		t.Errorf("no notice tells of west: %v", notes)
	}
	graph(t, s, map[string]any{"level": "cluster", "clusters": []string{"west"}})
	if err := west.Start(running); err != nil {
		t.Fatal(err)
	}
	state(t, s, "west", "ready", 15*time.Second)
}

func TestAnAPIServerIsABlackHole(t *testing.T) {
	s := mesh.Settings()
	state(t, s, "south", "ready", effect)
	mesh.Cluster("south").Pause()
	t.Cleanup(mesh.Cluster("south").Resume)
	got := state(t, s, "south", "unreachable", 30*time.Second)
	if e := got["error"].(string); !strings.Contains(e, "time") {
		t.Errorf("the error does not speak of time: %s", e)
	}
	begin := time.Now()
	clusters(t, s)
	if took := time.Since(begin); took > time.Second {
		t.Errorf("a black hole holds up the others: %s", took)
	}
	mesh.Cluster("south").Resume()
	state(t, s, "south", "ready", 20*time.Second)
}

func TestOneResourceIsForbidden(t *testing.T) {
	s := mesh.Settings()
	allow := forbid(t, "west", func(rule *rbacv1.PolicyRule) {
		if slices.Contains(rule.APIGroups, "networking.istio.io") {
			rule.Resources = without(rule.Resources)
		}
	})
	t.Cleanup(func() {
		allow()
		within(t, effect, func() string {
			if _, err := plugin.CheckHealth(afterwards(t), s); err != nil {
				t.Fatal(err)
			}
			if _, notes := clusters(t, s); contains(notes, "Cluster west") {
				return fmt.Sprintf("west is told of still: %v", notes)
			}
			return ""
		})
	})
	// Facts are read once a minute, and anew by every health check. The API server takes a
	// moment to let the change of rights take effect.
	within(t, effect, func() string {
		if _, err := plugin.CheckHealth(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		all, notes := clusters(t, s)
		if all["west"]["state"] != "ready" || all["west"]["apiversion"] == nil {
			return fmt.Sprintf("west lost more than its config: %v", all["west"])
		}
		if !contains(notes, "Cluster west", "virtualservices") {
			return fmt.Sprintf("no notice names what is forbidden: %v", notes)
		}
		return ""
	})
	health, err := plugin.CheckHealth(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(health.Message, "west: not allowed to list and watch ") || !strings.Contains(health.Message, "virtualservices.networking.istio.io") {
		t.Errorf("the health check does not name the missing permission: %s", health.Message)
	}
}

// without spells out what a rule may read of Istio's networking, but for virtual services.
func without(resources []string) []string {
	out := []string{"destinationrules", "gateways", "serviceentries", "sidecars", "workloadentries", "workloadgroups", "envoyfilters", "proxyconfigs"}
	for _, r := range resources {
		if r != "*" && r != "virtualservices" {
			out = append(out, r)
		}
	}
	return out
}

func TestDangerousAndBrokenKubeconfigsAreRefused(t *testing.T) {
	s := mesh.Settings()
	exec := strings.Replace(string(mesh.Cluster("west").Kubeconfig()), "    token:",
		"    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: touch\n      args: [owned]\n      interactiveMode: Never\n    token:", 1)
	if !strings.Contains(exec, "command: touch") {
		t.Fatal("the kubeconfig has another shape than this test thinks")
	}
	insecure := strings.Replace(string(mesh.Cluster("west").Kubeconfig()), "    server:", "    insecure-skip-tls-verify: true\n    server:", 1)
	for name, tt := range map[string]struct{ kubeconfig, want string }{
		"evil":     {exec, "exec"},
		"insecure": {insecure, "insecure-skip-tls-verify"},
		"broken":   {"this is: [not a kubeconfig", "kubeconfig"},
		"empty":    {"", "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			added(t, "secret-of-"+name, name, []byte(tt.kubeconfig))
			got := state(t, s, name, "refused", effect)
			reason := got["error"].(string)
			if !strings.Contains(reason, tt.want) || !strings.Contains(reason, "secret-of-"+name) {
				t.Errorf("the error names neither the reason nor the secret: %s", reason)
			}
			if all, notes := clusters(t, s); all["west"]["state"] != "ready" || !contains(notes, "Cluster "+name) {
				t.Errorf("west is %v; notices %v", all["west"]["state"], notes)
			}
		})
	}
}

func TestTheStoreFails(t *testing.T) {
	s := mesh.Settings()
	clusters(t, s)
	mesh.Store.SetMode(lab.Down)
	t.Cleanup(func() { mesh.Store.SetMode(lab.Good) })
	// A window that nobody has asked for yet: answers are kept for a scrape.
	r := response(t, s, ask.Query{Type: "trafficGraph", Fields: map[string]any{"window": "7m"}})
	if r.Error == nil || r.ErrorSource != "downstream" || r.Status < 400 {
		t.Errorf("no store: error %v, source %s, status %d", r.Error, r.ErrorSource, r.Status)
	}
	all, notes := clusters(t, s)
	if all["east"]["state"] != "ready" || !contains(notes, "telemetry") {
		t.Errorf("the clusters need the store: %v %v", all, notes)
	}
	health, err := plugin.CheckHealth(t.Context(), s)
	if err != nil || !strings.Contains(health.Message, "Prometheus") || health.Status.String() != "ERROR" {
		t.Errorf("health without a store: %v %v", health, err)
	}
	mesh.Store.SetMode(lab.Partial)
	frames := answer(t, s, ask.Query{Type: "trafficGraph", Fields: map[string]any{"level": "workload", "window": "8m"}})
	if !contains(notices(frames[0]), "No StoreAPIs matched") {
		t.Errorf("the store's warning is lost: %v", notices(frames[0]))
	}
	mesh.Store.SetMode(lab.Good)
	mesh.Store.SetDelay(2 * time.Second)
	t.Cleanup(func() { mesh.Store.SetDelay(0) })
	begin := time.Now()
	answer(t, s, ask.Query{Type: "trafficGraph", Fields: map[string]any{"level": "cluster", "window": "9m"}})
	if took := time.Since(begin); took > 3500*time.Millisecond {
		t.Errorf("a store that takes 2 s makes an answer take %s: its queries do not run side by side", took)
	}
}

func TestHealthSaysHowManyAndWhy(t *testing.T) {
	s := mesh.Settings()
	health, err := plugin.CheckHealth(t.Context(), s)
	if err != nil || health.Status.String() != "OK" || !strings.Contains(health.Message, "3 of 4 clusters") || !strings.Contains(health.Message, "north") {
		t.Errorf("%v %s %v", health.Status, health.Message, err)
	}
	mesh.Cluster("west").Kill()
	t.Cleanup(func() {
		if err := mesh.Cluster("west").Start(running); err != nil {
			t.Error(err)
		}
		state(t, s, "west", "ready", 15*time.Second)
	})
	begin := time.Now()
	health, err = plugin.CheckHealth(t.Context(), s)
	if took := time.Since(begin); took > 12*time.Second {
		t.Errorf("the check took %s", took)
	}
	if err != nil || health.Status.String() != "ERROR" || !strings.Contains(health.Message, "2 of 4 clusters") || !strings.Contains(health.Message, "west: ") {
		t.Errorf("%v %s %v", health.Status, health.Message, err)
	}
	var details struct {
		Verbose  string `json:"verboseMessage"`
		Clusters []struct{ Name, State, Error string }
	}
	if err := json.Unmarshal(health.JSONDetails, &details); err != nil || len(details.Clusters) != 4 || !strings.Contains(details.Verbose, "west") {
		t.Errorf("details: %s %v", health.JSONDetails, err)
	}
}
