package frames

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// phaseColors are those of the phases, and of the reasons that Kubernetes gives most
// when a pod does not run.
var phaseColors = colored(map[string]string{
	"Running": green, "Succeeded": grey, "Completed": grey,
	"Pending": orange, "ContainerCreating": orange, "Terminating": orange,
	"Failed": red, "Unknown": red, "Error": red, "Evicted": red, "OOMKilled": red,
	"CrashLoopBackOff": red, "ImagePullBackOff": red, "ErrImagePull": red, "InvalidImageName": red,
	"CreateContainerConfigError": red, "CreateContainerError": red, "RunContainerError": red,
	"ContainerCannotRun": red, "StartError": red, "DeadlineExceeded": red, "NodeLost": red,
})

// Pods makes the table of pods, in the order given.
func Pods(rows []catalog.Pod, o TableOptions) data.Frames {
	type row = catalog.Pod
	workload := wide(titled("Workload"), widthName)
	workload.Links = o.Links.row(mesh.KindWorkload, "workload")
	return tableOf("pods", rows, o,
		located(nil,
			func(r *row) catalog.Where { return r.Where },
			func(r *row) (string, string) { return r.Namespace, r.Name }),
		[]column[row]{
			painted("phase", paint(wide(titled("Phase"), widthWord), phaseColors), func(r *row) string { return r.Phase }),
			whole("ready", "Ready", func(r *row) int { return r.Ready }),
			whole("containers", "Containers", func(r *row) int { return r.Containers }),
			whole("restarts", "Restarts", func(r *row) int { return r.Restarts }),
			painted("workload", workload, func(r *row) string { return r.Workload.Name }),
			word("workloadkind", "Workload kind", widthWord, func(r *row) string { return r.Workload.Kind }),
			word("app", "App", widthName, func(r *row) string { return r.App }),
			word("version", "Version", widthShort, func(r *row) string { return r.Version }),
			word("mode", "Mode", widthShort, func(r *row) string { return string(r.Mode) }),
			word("proxyversion", "Proxy", widthShort, func(r *row) string { return r.ProxyVersion }),
			word("revision", "Revision", widthWord, func(r *row) string { return r.Revision }),
			word("node", "Node", widthName, func(r *row) string { return r.Node }),
			word("ip", "IP", widthWord, func(r *row) string { return r.IP }),
			word("network", "Network", widthWord, func(r *row) string { return r.Network }),
			word("account", "Service account", widthName, func(r *row) string { return r.Account }),
			created(func(r *row) time.Time { return r.Created }),
			asOf(func(r *row) catalog.Where { return r.Where }),
		})
}
