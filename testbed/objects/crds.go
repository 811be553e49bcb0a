package objects

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"istio.io/api/label"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	gatewayapi "sigs.k8s.io/gateway-api/pkg/consts"
)

// The modules that publish the resource definitions, and where they lie in them.
// The imports above keep both modules in go.mod.
var definitions = []struct{ module, files string }{
	{"istio.io/api", "kubernetes/customresourcedefinitions.gen.yaml"},
	{"sigs.k8s.io/gateway-api", "config/crd/standard/*.yaml"},
}

// Labels that tell where things belong, as Istio names them.
var (
	networkLabel      = label.TopologyNetwork.Name
	revisionLabel     = label.IoIstioRev.Name
	tagLabel          = label.IoIstioTag.Name
	componentLabel    = label.OperatorComponent.Name
	canonicalName     = label.ServiceCanonicalName.Name
	canonicalRevision = label.ServiceCanonicalRevision.Name
	tlsModeLabel      = label.SecurityTlsMode.Name
)

// Definitions returns the resource definitions of Istio and of the Gateway API, of
// the versions that testbed/go.mod requires.
func Definitions(ctx context.Context, repo string) ([]*unstructured.Unstructured, error) {
	var all []*unstructured.Unstructured
	for _, d := range definitions {
		cmd := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", d.module)
		cmd.Dir = filepath.Join(repo, "testbed")
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly")
		out, err := cmd.Output()
		dir := strings.TrimSpace(string(out))
		if err != nil || dir == "" {
			return nil, fmt.Errorf("find module %s, which holds resource definitions: run `go mod download` in testbed/ (%w)", d.module, err)
		}
		files, err := filepath.Glob(filepath.Join(dir, d.files))
		if err != nil || len(files) == 0 {
			return nil, fmt.Errorf("module %s has no %s (%w)", d.module, d.files, err)
		}
		for _, file := range files {
			objects, err := ReadYAML(file)
			if err != nil {
				return nil, err
			}
			for _, o := range objects {
				if o.GetKind() == "CustomResourceDefinition" {
					all = append(all, o)
				}
			}
		}
	}
	return all, checkGatewayAPI(all)
}

// checkGatewayAPI makes sure that the definitions belong to the module's code.
func checkGatewayAPI(all []*unstructured.Unstructured) error {
	for _, o := range all {
		if !strings.HasSuffix(o.GetName(), ".gateway.networking.k8s.io") {
			continue
		}
		if got := o.GetAnnotations()[gatewayapi.BundleVersionAnnotation]; got != gatewayapi.BundleVersion {
			return fmt.Errorf("%s is of bundle %q, the module of %q", o.GetName(), got, gatewayapi.BundleVersion)
		}
	}
	return nil
}

// ReadYAML reads every object of a YAML file.
func ReadYAML(file string) ([]*unstructured.Unstructured, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var all []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096)
	for {
		o := &unstructured.Unstructured{}
		err := decoder.Decode(&o.Object)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if len(o.Object) > 0 {
			all = append(all, o)
		}
	}
}

// define writes resource definitions and waits until the cluster serves them.
func (c *Client) define(ctx context.Context, definitions []*unstructured.Unstructured) error {
	if err := each(ctx, definitions, func(ctx context.Context, o *unstructured.Unstructured) error {
		_, err := c.Apply(ctx, o)
		return err
	}); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	if err := each(ctx, definitions, c.established); err != nil {
		return err
	}
	return c.discovered(ctx, definitions)
}

// discovered waits until discovery shows what the definitions define, which comes
// a moment later than the definitions are established.
func (c *Client) discovered(ctx context.Context, definitions []*unstructured.Unstructured) error {
	for {
		c.mapper.Reset()
		var missing error
		for _, d := range definitions {
			group, _, _ := unstructured.NestedString(d.Object, "spec", "group")
			kind, _, _ := unstructured.NestedString(d.Object, "spec", "names", "kind")
			if _, err := c.mapper.RESTMapping(schema.GroupKind{Group: group, Kind: kind}); err != nil {
				missing = err
				break
			}
		}
		if missing == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", missing, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (c *Client) established(ctx context.Context, o *unstructured.Unstructured) error {
	resource, err := c.resource(o)
	if err != nil {
		return err
	}
	for {
		got, err := resource.Get(ctx, o.GetName(), getOptions)
		if err != nil {
			return err
		}
		conditions, _, _ := unstructured.NestedSlice(got.Object, "status", "conditions")
		for _, condition := range conditions {
			if m, ok := condition.(map[string]any); ok && m["type"] == "Established" && m["status"] == "True" {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: not served: %w", o.GetName(), ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}
