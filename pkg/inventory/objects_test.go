package inventory

import (
	"testing"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

type labels = map[string]string

func ptr[T any](v T) *T { return &v }

func TestObjectTellsTheLastChangeOfWhatIsWanted(t *testing.T) {
	at := func(minute int) *metav1.Time { return ptr(metav1.Date(2026, 5, 1, 10, minute, 0, 0, time.UTC)) }
	o := newTexts().object(&metav1.ObjectMeta{Namespace: "shop", Name: "cart", Generation: 7, CreationTimestamp: *at(0),
		ManagedFields: []metav1.ManagedFieldsEntry{
			{Manager: "kubectl-create", Time: at(1)},
			{Manager: "argocd", Time: at(5)},
			{Manager: "kube-controller-manager", Subresource: "status", Time: at(9)},
			{Manager: "nobody knows when"},
		}})
	require.Equal(t, mesh.Object{Namespace: "shop", Name: "cart", Generation: 7, Created: at(0).UTC(), Changed: at(5).UTC(), ChangedBy: "argocd"}, o)
	o = newTexts().object(&metav1.ObjectMeta{Name: "x"})
	require.True(t, o.Changed.IsZero())
	require.True(t, o.Created.IsZero())
}

func TestEqualTextsAndLabelsAreKeptOnce(t *testing.T) {
	x := newTexts()
	a, b := x.labels(labels{"app": "cart", "version": "v1"}), x.labels(labels{"version": "v1", "app": "cart"})
	require.Equal(t, labels{"app": "cart", "version": "v1"}, a)
	a["mark"] = "" // seen through the other: they are one map
	require.Contains(t, b, "mark")
	require.Nil(t, x.labels(labels{}))
	require.NotEqual(t, x.labels(labels{"a": "b"}), x.labels(labels{"ab": ""}))
	for n := range 3 * mostTexts {
		require.Equal(t, string(rune('a'+n)), x.text(string(rune('a'+n))))
		require.Len(t, x.labels(labels{"n": string(rune('a' + n))}), 1)
	}
	require.LessOrEqual(t, len(x.one), mostTexts)
	require.LessOrEqual(t, len(x.sets), mostTexts)
}

func TestInjectionOfNamespaces(t *testing.T) {
	for name, tt := range map[string]struct {
		labels   labels
		mode     mesh.Mode
		revision string
	}{
		"none":                  {nil, mesh.ModeNone, ""},
		"enabled":               {labels{"istio-injection": "enabled"}, mesh.ModeSidecar, "default"},
		"disabled":              {labels{"istio-injection": "disabled"}, mesh.ModeNone, ""},
		"a revision":            {labels{"istio.io/rev": "canary"}, mesh.ModeSidecar, "canary"},
		"both":                  {labels{"istio-injection": "enabled", "istio.io/rev": "canary"}, mesh.ModeSidecar, "default"},
		"disabled wins":         {labels{"istio-injection": "disabled", "istio.io/rev": "canary"}, mesh.ModeNone, ""},
		"ambient":               {labels{"istio.io/dataplane-mode": "ambient"}, mesh.ModeAmbient, ""},
		"ambient, not injected": {labels{"istio.io/dataplane-mode": "ambient", "istio-injection": "disabled"}, mesh.ModeAmbient, ""},
		"sidecars win":          {labels{"istio.io/dataplane-mode": "ambient", "istio-injection": "enabled"}, mesh.ModeSidecar, "default"},
		"not in the mesh":       {labels{"istio.io/dataplane-mode": "none"}, mesh.ModeNone, ""},
	} {
		mode, revision := injection(tt.labels)
		require.Equal(t, tt.mode, mode, name)
		require.Equal(t, tt.revision, revision, name)
	}
}

func ns(l labels) *namespace {
	return readNamespace(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop", Labels: l}}, newTexts()).(*namespace)
}

func TestHowPodsTakePart(t *testing.T) {
	app, proxy := corev1.Container{Name: "app"}, corev1.Container{Name: "istio-proxy", Image: "docker.io/istio/proxyv2:1.31.1"}
	plain, injected := corev1.PodSpec{Containers: []corev1.Container{app}}, corev1.PodSpec{Containers: []corev1.Container{app, proxy}}
	native := corev1.PodSpec{Containers: []corev1.Container{app}, InitContainers: []corev1.Container{proxy}}
	host := corev1.PodSpec{Containers: []corev1.Container{app}, HostNetwork: true}
	asks, forbids, ambient := labels{"istio-injection": "enabled"}, labels{"istio-injection": "disabled"}, labels{"istio.io/dataplane-mode": "ambient"}
	for name, tt := range map[string]struct {
		ns, labels, annotations labels
		spec                    corev1.PodSpec
		mode                    mesh.Mode
		lacks                   bool
	}{
		"not in the mesh":               {spec: plain, mode: mesh.ModeNone},
		"sidecar":                       {ns: asks, spec: injected, mode: mesh.ModeSidecar},
		"native sidecar":                {ns: asks, spec: native, mode: mesh.ModeSidecar},
		"sidecar nobody asked for":      {spec: injected, mode: mesh.ModeSidecar},
		"asked by namespace":            {ns: asks, spec: plain, mode: mesh.ModeNone, lacks: true},
		"asked by revision":             {ns: labels{"istio.io/rev": "x"}, spec: plain, mode: mesh.ModeNone, lacks: true},
		"asked by pod":                  {labels: labels{"sidecar.istio.io/inject": "true"}, spec: plain, mode: mesh.ModeNone, lacks: true},
		"asked by pod's revision":       {labels: labels{"istio.io/rev": "x"}, spec: plain, mode: mesh.ModeNone, lacks: true},
		"asked by annotation":           {annotations: labels{"sidecar.istio.io/inject": "true"}, spec: plain, mode: mesh.ModeNone, lacks: true},
		"refused by pod":                {ns: asks, labels: labels{"sidecar.istio.io/inject": "false"}, spec: plain, mode: mesh.ModeNone},
		"refused by pod with revision":  {labels: labels{"sidecar.istio.io/inject": "false", "istio.io/rev": "x"}, spec: plain, mode: mesh.ModeNone},
		"forbidden by namespace":        {ns: forbids, labels: labels{"sidecar.istio.io/inject": "true"}, spec: plain, mode: mesh.ModeNone},
		"host network":                  {ns: asks, spec: host, mode: mesh.ModeNone},
		"host network in ambient":       {ns: ambient, spec: host, mode: mesh.ModeNone},
		"istiod":                        {ns: asks, labels: labels{"app": "istiod"}, spec: plain, mode: mesh.ModeNone},
		"istiod in ambient":             {ns: ambient, labels: labels{"app": "istiod"}, spec: plain, mode: mesh.ModeNone},
		"ztunnel has such a container":  {ns: asks, labels: labels{"app": "ztunnel"}, spec: injected, mode: mesh.ModeNone},
		"ambient by namespace":          {ns: ambient, spec: plain, mode: mesh.ModeAmbient},
		"ambient by label":              {labels: ambient, spec: plain, mode: mesh.ModeAmbient},
		"ambient by annotation":         {annotations: labels{"ambient.istio.io/redirection": "enabled"}, spec: plain, mode: mesh.ModeAmbient},
		"not ambient by label":          {ns: ambient, labels: labels{"istio.io/dataplane-mode": "none"}, spec: plain, mode: mesh.ModeNone},
		"sidecar in ambient":            {ns: ambient, spec: injected, mode: mesh.ModeSidecar},
		"ingress gateway":               {ns: asks, labels: labels{"istio": "ingressgateway"}, spec: injected, mode: mesh.ModeGateway},
		"gateway without a proxy":       {ns: asks, labels: labels{"istio": "eastwestgateway"}, spec: plain, mode: mesh.ModeGateway},
		"another value of istio":        {ns: asks, labels: labels{"istio": "pilot"}, spec: plain, mode: mesh.ModeNone, lacks: true},
		"gateway of the Gateway API":    {labels: labels{"gateway.networking.k8s.io/gateway-name": "g"}, spec: injected, mode: mesh.ModeGateway},
		"managed gateway":               {labels: labels{"gateway.istio.io/managed": "istio.io-gateway-controller"}, spec: injected, mode: mesh.ModeGateway},
		"waypoint":                      {ns: ambient, labels: labels{"gateway.istio.io/managed": "istio.io-mesh-controller", "gateway.networking.k8s.io/gateway-name": "waypoint"}, spec: injected, mode: mesh.ModeWaypoint},
		"gateway by template":           {annotations: labels{"inject.istio.io/templates": "x, gateway"}, spec: injected, mode: mesh.ModeGateway},
		"another template":              {annotations: labels{"inject.istio.io/templates": "sidecar"}, spec: injected, mode: mesh.ModeSidecar},
		"ambient wants, injection asks": {ns: labels{"istio.io/dataplane-mode": "ambient", "istio-injection": "enabled"}, spec: plain, mode: mesh.ModeAmbient},
	} {
		got := traitsOf(tt.labels, tt.annotations, &tt.spec)
		require.Equal(t, tt.mode, got.within(ns(tt.ns)), name)
		require.Equal(t, tt.lacks, got.lacks(ns(tt.ns)), name)
	}
	got := traitsOf(nil, nil, &plain)
	require.Equal(t, mesh.ModeNone, got.within(nil), "nothing is known of the namespace")
	require.False(t, got.lacks(nil))
}

func TestCanonicalNames(t *testing.T) {
	for _, tt := range []struct {
		labels       labels
		app, version string
	}{
		{nil, "cart-v1", "latest"},
		{labels{"app": "cart", "version": "v1"}, "cart", "v1"},
		{labels{"app": "cart", "app.kubernetes.io/name": "basket", "version": "v1", "app.kubernetes.io/version": "1.2"}, "basket", "1.2"},
		{labels{"app.kubernetes.io/name": "basket", "service.istio.io/canonical-name": "cart", "app.kubernetes.io/version": "1", "service.istio.io/canonical-revision": "v9"}, "cart", "v9"},
		{labels{"app": "", "version": ""}, "cart-v1", "latest"},
	} {
		app, version := canonical(tt.labels, "cart-v1")
		require.Equal(t, tt.app, app, tt.labels)
		require.Equal(t, tt.version, version, tt.labels)
	}
}

func TestWorkloadsOfPods(t *testing.T) {
	owned := func(kind, name string, l labels) *corev1.Pod {
		return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p", Labels: l, OwnerReferences: []metav1.OwnerReference{
			{Kind: "Other", Name: "x"}, {Kind: kind, Name: name, Controller: ptr(true)}}}}
	}
	hash := labels{"pod-template-hash": "5d89"}
	for name, tt := range map[string]struct {
		pod  *corev1.Pod
		want mesh.Owner
	}{
		"alone":                    {&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p"}}, mesh.Owner{Kind: "Pod", Name: "p"}},
		"deployment":               {owned("ReplicaSet", "cart-v1-5d89", hash), mesh.Owner{Kind: "Deployment", Name: "cart-v1"}},
		"bare replica set":         {owned("ReplicaSet", "cart-5d89", nil), mesh.Owner{Kind: "ReplicaSet", Name: "cart-5d89"}},
		"replica set of that hash": {owned("ReplicaSet", "cart", hash), mesh.Owner{Kind: "ReplicaSet", Name: "cart"}},
		"rollout":                  {owned("ReplicaSet", "cart-77", labels{"rollouts-pod-template-hash": "77"}), mesh.Owner{Kind: "Rollout", Name: "cart"}},
		"stateful set":             {owned("StatefulSet", "db", nil), mesh.Owner{Kind: "StatefulSet", Name: "db"}},
		"job":                      {owned("Job", "import", nil), mesh.Owner{Kind: "Job", Name: "import"}},
		"cron job":                 {owned("Job", "nightly-28931040", nil), mesh.Owner{Kind: "CronJob", Name: "nightly"}},
		"job with a number":        {owned("Job", "import-2024", nil), mesh.Owner{Kind: "Job", Name: "import-2024"}},
		"deployment config":        {owned("ReplicationController", "cart-3", labels{"deploymentconfig": "cart"}), mesh.Owner{Kind: "DeploymentConfig", Name: "cart"}},
		"replication controller":   {owned("ReplicationController", "cart", nil), mesh.Owner{Kind: "ReplicationController", Name: "cart"}},
		"something else":           {owned("CloneSet", "cart", nil), mesh.Owner{Kind: "CloneSet", Name: "cart"}},
		"of the node itself":       {owned("Node", "n1", nil), mesh.Owner{Kind: "Pod", Name: "p"}},
	} {
		require.Equal(t, tt.want, workloadOf(tt.pod, newTexts()), name)
	}
}

func TestPod(t *testing.T) {
	always := corev1.ContainerRestartPolicyAlways
	k := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "cart-1", Labels: labels{"topology.istio.io/network": "n1", "istio.io/rev": "tag"},
			Annotations: labels{"sidecar.istio.io/status": `{"revision":"1-31"}`, "health.kiali.io/rate": "400,10,20,http,inbound"}},
		Spec: corev1.PodSpec{NodeName: "node-1", ServiceAccountName: "cart", Containers: []corev1.Container{{Name: "app"}},
			InitContainers: []corev1.Container{{Name: "setup"}, {Name: "istio-proxy", Image: "r:5000/istio/proxyv2:1.31.1-distroless", RestartPolicy: &always}}},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, PodIP: "10.0.0.7",
			Conditions:            []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionFalse}},
			ContainerStatuses:     []corev1.ContainerStatus{{Name: "app", RestartCount: 3, State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}}}},
			InitContainerStatuses: []corev1.ContainerStatus{{Name: "setup", Ready: true, RestartCount: 9}, {Name: "istio-proxy", Ready: true, RestartCount: 1}}},
	}
	p := readPod(k, newTexts()).(*pod)
	require.Equal(t, mesh.Pod{
		Object: mesh.Object{Namespace: "shop", Name: "cart-1", Labels: k.Labels}, Workload: mesh.Owner{Kind: "Pod", Name: "cart-1"},
		App: "cart-1", Version: "latest", Phase: "CrashLoopBackOff", Containers: 2, Ready: 1, Restarts: 4, Node: "node-1", IP: "10.0.0.7",
		Network: "n1", Account: "cart", Mode: mesh.ModeSidecar, ProxyVersion: "1.31.1", Revision: "1-31",
	}, p.Pod)
	require.False(t, p.ready)
	require.Equal(t, "400,10,20,http,inbound", p.healthRate)
	require.Nil(t, readPod(&corev1.Service{}, newTexts()))

	for want, change := range map[string]func(*corev1.Pod){
		"Terminating":      func(k *corev1.Pod) { k.DeletionTimestamp = &metav1.Time{} },
		"Evicted":          func(k *corev1.Pod) { k.Status.Reason = "Evicted" },
		"OOMKilled":        func(k *corev1.Pod) { k.Status.ContainerStatuses[0].State = terminated("OOMKilled", 137) },
		"Running":          func(k *corev1.Pod) { k.Status.ContainerStatuses[0].State = terminated("Completed", 0) },
		"ImagePullBackOff": func(k *corev1.Pod) { k.Status.InitContainerStatuses[0].State = waiting("ImagePullBackOff") },
		"Pending": func(k *corev1.Pod) {
			k.Status.Phase, k.Status.ContainerStatuses[0].State = corev1.PodPending, waiting("PodInitializing")
		},
	} {
		changed := k.DeepCopy()
		change(changed)
		require.Equal(t, want, phase(changed))
	}
}

func terminated(reason string, code int32) corev1.ContainerState {
	return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: reason, ExitCode: code}}
}

func waiting(reason string) corev1.ContainerState {
	return corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason}}
}

func TestRevisionOfPods(t *testing.T) {
	for _, tt := range []struct {
		labels, annotations labels
		want                string
	}{
		{nil, nil, ""},
		{labels{"istio.io/rev": "a"}, nil, "a"},
		{labels{"istio.io/rev": "a"}, labels{"istio.io/rev": "b"}, "b"},
		{labels{"istio.io/rev": "a"}, labels{"istio.io/rev": "b", "sidecar.istio.io/status": `{"revision":"c"}`}, "c"},
		{labels{"istio.io/rev": "a"}, labels{"sidecar.istio.io/status": `{"revi`}, "a"},
	} {
		require.Equal(t, tt.want, revision(tt.labels, tt.annotations))
	}
}

func TestService(t *testing.T) {
	k := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "cart",
		Annotations: labels{"networking.istio.io/exportTo": "., shop ,", "health.kiali.io/rate": "x"}},
		Spec: corev1.ServiceSpec{Selector: labels{"app": "cart"}, ClusterIP: "None", Ports: []corev1.ServicePort{{Name: "http", Port: 80}}}}
	require.Equal(t, mesh.Service{Object: mesh.Object{Namespace: "shop", Name: "cart"}, Type: "Headless", Selector: labels{"app": "cart"},
		Ports: []mesh.Port{{Name: "http", Number: 80, Protocol: "HTTP"}}, ExportTo: []string{".", "shop"}, HealthRate: "x"},
		readService(k, newTexts()).(*service).Service)
	k.Spec = corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: "db.example.com"}
	s := readService(k, newTexts()).(*service)
	require.Equal(t, "ExternalName", s.Type)
	require.Equal(t, "db.example.com", s.ExternalName)
	require.Nil(t, s.Selector)

	for _, tt := range []struct {
		port corev1.ServicePort
		want string
	}{
		{corev1.ServicePort{}, "TCP"},
		{corev1.ServicePort{Name: "http"}, "HTTP"},
		{corev1.ServicePort{Name: "http-web"}, "HTTP"},
		{corev1.ServicePort{Name: "https"}, "HTTPS"},
		{corev1.ServicePort{Name: "grpc-web"}, "GRPC-WEB"},
		{corev1.ServicePort{Name: "grpc-api"}, "GRPC"},
		{corev1.ServicePort{Name: "status-port"}, "TCP"},
		{corev1.ServicePort{Name: "mongo"}, "MONGO"},
		{corev1.ServicePort{Name: "tcp-x", AppProtocol: ptr("http2")}, "HTTP2"},
		{corev1.ServicePort{Name: "x", AppProtocol: ptr("kubernetes.io/h2c")}, "HTTP2"},
		{corev1.ServicePort{Name: "x", AppProtocol: ptr("kubernetes.io/ws")}, "HTTP"},
		{corev1.ServicePort{Name: "x", AppProtocol: ptr("kubernetes.io/wss")}, "HTTPS"},
		{corev1.ServicePort{Name: "http", AppProtocol: ptr("example.com/own")}, "TCP"},
		{corev1.ServicePort{Name: "http", Protocol: corev1.ProtocolUDP}, "UDP"},
	} {
		require.Equal(t, tt.want, portProtocol(&tt.port), tt.port)
	}
}

func TestWhatAnObjectAsksNotToBeTold(t *testing.T) {
	m := metav1.ObjectMeta{Name: "x", Annotations: map[string]string{"kiali.io/ignore-validations": "KIA1313, single-weight"}}
	want := mesh.Ignored{"KIA1313", "single-weight"}
	x := newTexts()
	require.Equal(t, want, readNamespace(&corev1.Namespace{ObjectMeta: m}, x).(*namespace).Ignored)
	require.Equal(t, want, readService(&corev1.Service{ObjectMeta: m}, x).(*service).Ignored)
	require.Equal(t, want, readDeployment(&appsv1.Deployment{ObjectMeta: m}, x).(*controller).Ignored)
	require.Equal(t, want, readOf(t, "sidecars.networking.istio.io", `{"metadata":{"name":"x","annotations":{"kiali.io/ignore-validations":"KIA1313, single-weight"}}}`).Ignored)
	require.True(t, readOf(t, "sidecars.networking.istio.io", `{"metadata":{"annotations":{"kiali.io/ignore-validations":""}}}`).Ignored.All())
	require.Nil(t, readService(&corev1.Service{}, x).(*service).Ignored)
}
