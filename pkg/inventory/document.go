package inventory

import (
	"context"
	"net/http"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"k8s.io/apimachinery/pkg/runtime"
	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"
)

// mostDocument bounds the bytes of a document; what is longer is cut off, and says so.
const mostDocument = 64 << 10

// lastApplied holds the object once more, as it was given to kubectl.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// Document reads an object of configuration as it is now, as YAML: without its managed
// fields and without the copy that kubectl keeps in an annotation.
func Document(ctx context.Context, cfg *rest.Config, client *http.Client, c *mesh.Config) (string, error) {
	core, err := corev1.NewForConfigAndClient(cfg, client)
	if err != nil {
		return "", err
	}
	k, ok := kindOf(c)
	if !ok {
		return "", fault.BadGateway(nil, "objects of the kind %s cannot be read", c.Kind)
	}
	path := []string{"/apis", c.Group, c.Version}
	if c.Namespace != "" {
		path = append(path, "namespaces", c.Namespace)
	}
	raw, err := core.RESTClient().Get().AbsPath(append(path, k.resource.Resource, c.Name)...).
		SetHeader("Accept", runtime.ContentTypeJSON).Do(ctx).Raw()
	if err != nil {
		return "", err
	}
	return written(raw)
}

// kindOf is the kind of an object of configuration.
func kindOf(c *mesh.Config) (kind, bool) {
	for _, k := range kinds() {
		if k.custom && k.name == c.Kind && k.resource.Group == c.Group {
			return k, true
		}
	}
	return kind{}, false
}

// written is an object as YAML.
func written(raw []byte) (string, error) {
	var object map[string]any
	if err := yaml.Unmarshal(raw, &object); err != nil {
		return "", fault.BadGateway(err, "the answer is no object; check that the address is an API server's")
	}
	if metadata, ok := object["metadata"].(map[string]any); ok {
		delete(metadata, "managedFields")
		if annotations, ok := metadata["annotations"].(map[string]any); ok {
			delete(annotations, lastApplied)
			if len(annotations) == 0 {
				delete(metadata, "annotations")
			}
		}
	}
	out, err := yaml.Marshal(object)
	if err != nil {
		return "", err
	}
	return cut(string(out)), nil
}

// cut shortens a document to its first lines, in valid text.
func cut(text string) string {
	if len(text) <= mostDocument {
		return text
	}
	text = text[:mostDocument]
	if at := strings.LastIndexByte(text, '\n'); at >= 0 {
		text = text[:at+1]
	}
	return strings.ToValidUTF8(text, "") + "# the rest is left out\n"
}
