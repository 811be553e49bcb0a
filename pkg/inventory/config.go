package inventory

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"istio.io/api/annotation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// config is what is kept of an object of Istio's or of the Gateway API's configuration.
type config struct {
	mesh.Config
	// group is the WorkloadGroup that a WorkloadEntry was made for; empty for none.
	group string
	uid   types.UID
}

func (c *config) object() *mesh.Object { return &c.Object }

// document is an object as the API server writes it. Only what is used is read: fields
// and values that a newer version brings do no harm.
type document struct {
	Metadata metav1.ObjectMeta
	Spec     json.RawMessage
	Status   objectStatus
}

type objectStatus struct {
	Conditions []mesh.Condition
	Addresses  []struct{ Value string }                // of a gateway
	Parents    []struct{ Conditions []mesh.Condition } // of a route, one for each gateway
	Ancestors  []struct{ Conditions []mesh.Condition } // of a policy
}

// scope is what many kinds say in the same words: which pods and who sees it.
type scope struct {
	Selector         podSelector
	WorkloadSelector podSelector
	TargetRef        *reference
	TargetRefs       []reference
	ExportTo         []string
}

// detail reads what is used of one kind's specification.
type detail func(*mesh.Config, *document)

// detailOf makes a detail of a function that takes the specification's form.
func detailOf[S any](fill func(*mesh.Config, *S, *objectStatus)) detail {
	return func(c *mesh.Config, d *document) {
		var spec S
		if lenient(d.Spec, &spec) == nil {
			fill(c, &spec, &d.Status)
		}
	}
}

// lenient decodes JSON and passes over values of an unexpected type.
func lenient(raw []byte, into any) error {
	if len(raw) == 0 {
		return nil
	}
	err := json.Unmarshal(raw, into)
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		return nil
	}
	return err
}

// readConfig reads one object of a kind in a version.
func (k kind) readConfig(version string, d *document, t *texts) *config {
	var s scope
	_ = lenient(d.Spec, &s) // a specification that cannot be read tells nothing
	c := &config{Config: mesh.Config{
		Object: t.object(&d.Metadata), Kind: k.name, Group: k.resource.Group, Version: version,
		Conditions: d.Status.all(t), ExportTo: s.ExportTo, Ignored: t.ignored(&d.Metadata),
	}, uid: d.Metadata.UID}
	c.Selector = t.labels(s.WorkloadSelector)
	if c.Selector == nil {
		c.Selector = t.labels(s.Selector)
	}
	if s.TargetRef != nil {
		s.TargetRefs = append(s.TargetRefs, *s.TargetRef)
	}
	c.Targets = targets(s.TargetRefs)
	if k.detail != nil {
		k.detail(&c.Config, d)
	}
	c.group = d.Metadata.Annotations[annotation.IoIstioAutoRegistrationGroup.Name]
	for _, o := range d.Metadata.OwnerReferences {
		if o.Kind == "WorkloadGroup" {
			c.group = o.Name
		}
	}
	return c
}

// all are the conditions of a status, also those that are told for each gateway.
func (s *objectStatus) all(t *texts) []mesh.Condition {
	out := s.Conditions
	for _, p := range s.Parents {
		out = append(out, p.Conditions...)
	}
	for _, a := range s.Ancestors {
		out = append(out, a.Conditions...)
	}
	for i := range out {
		c := &out[i]
		c.Type, c.Reason, c.Message, c.Status = t.text(c.Type), t.text(c.Reason), t.text(c.Message), t.text(c.Status)
	}
	return out
}

// podSelector are labels, given plainly or under matchLabels or labels.
type podSelector map[string]string

// UnmarshalJSON reads any of the forms.
func (s *podSelector) UnmarshalJSON(raw []byte) error {
	var nested struct{ MatchLabels, Labels map[string]string }
	if json.Unmarshal(raw, &nested) == nil && (nested.MatchLabels != nil || nested.Labels != nil) {
		*s = nested.MatchLabels
		if *s == nil {
			*s = nested.Labels
		}
		return nil
	}
	return lenient(raw, (*map[string]string)(s))
}

// reference is a targetRef, parentRef or backendRef.
type reference struct {
	Group, Kind     *string
	Namespace, Name string
	Port            number
	Weight          *number
}

// targets are references with defaults that differ from kind to kind.
func (r *reference) target(group, kind string) mesh.Target {
	if r.Group != nil {
		group = *r.Group
	}
	if r.Kind != nil {
		kind = *r.Kind
	}
	return mesh.Target{Group: group, Kind: kind, Namespace: r.Namespace, Name: r.Name}
}

func targets(refs []reference) []mesh.Target {
	var out []mesh.Target
	for i := range refs {
		out = append(out, refs[i].target("", ""))
	}
	return out
}

// number is a number that may also be written as a text; 0 when it is neither.
type number int

// UnmarshalJSON reads both forms.
func (n *number) UnmarshalJSON(raw []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(raw), `"`), 64)
	if err == nil && f >= -1e9 && f <= 1e9 {
		*n = number(f)
	}
	return nil
}
