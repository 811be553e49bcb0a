package inventory

import (
	"encoding/json"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// arrival is an object on its way from the API server into the store: what is kept of
// it, and what client-go's reflector has to know. It is a runtime.Object.
type arrival struct {
	record   record // nil for a bookmark, which is no object
	metadata metav1.ObjectMeta
}

// GetObjectKind is part of runtime.Object; the kind is known by the store.
func (a *arrival) GetObjectKind() schema.ObjectKind { return schema.EmptyObjectKind }

// DeepCopyObject is part of runtime.Object. Nobody changes what it gives.
func (a *arrival) DeepCopyObject() runtime.Object { return a }

// GetObjectMeta is how the reflector reads name and version.
func (a *arrival) GetObjectMeta() metav1.Object { return &a.metadata }

// listPage is a part of a list. It is a runtime.Object.
type listPage struct {
	metav1.TypeMeta
	metav1.ListMeta
	Items []runtime.Object // by this name client-go finds them
}

// DeepCopyObject is part of runtime.Object. Nobody changes what it gives.
func (p *listPage) DeepCopyObject() runtime.Object { return p }

// slimming is a serializer that gives arrivals and pages in place of whole objects, so
// that these live no longer than it takes to read them.
type slimming struct {
	runtime.NegotiatedSerializer
	kind    kind
	version string
	texts   *texts
	heard   func() // called for everything that arrives
}

// DecoderToVersion is part of runtime.NegotiatedSerializer.
func (s slimming) DecoderToVersion(d runtime.Decoder, gv runtime.GroupVersioner) runtime.Decoder {
	return slimmer{s, s.NegotiatedSerializer.DecoderToVersion(d, gv)}
}

type slimmer struct {
	slimming
	whole runtime.Decoder
}

// Decode reads an object, a list or a status.
func (s slimmer) Decode(data []byte, defaults *schema.GroupVersionKind, _ runtime.Object) (runtime.Object, *schema.GroupVersionKind, error) {
	s.heard()
	if s.kind.custom {
		o, err := s.custom(data)
		return o, nil, err
	}
	o, gvk, err := s.whole.Decode(data, defaults, nil)
	if err != nil {
		return nil, gvk, s.unexpected(err)
	}
	o, err = s.builtIn(o)
	return o, gvk, err
}

// builtIn cuts down what client-go has decoded.
func (s slimmer) builtIn(o runtime.Object) (runtime.Object, error) {
	if _, ok := o.(*metav1.Status); ok {
		return o, nil
	}
	if !meta.IsListType(o) {
		return s.arrival(o)
	}
	list, err := meta.ListAccessor(o)
	if err != nil {
		return nil, err
	}
	p := &listPage{Items: make([]runtime.Object, 0, meta.LenList(o))}
	p.ResourceVersion, p.Continue = list.GetResourceVersion(), list.GetContinue()
	return p, meta.EachListItem(o, func(item runtime.Object) error {
		a, err := s.arrival(item)
		if err == nil {
			p.Items = append(p.Items, a)
		}
		return err
	})
}

func (s slimmer) arrival(o runtime.Object) (runtime.Object, error) {
	m, err := meta.Accessor(o)
	if err != nil {
		return nil, err
	}
	a := newArrival(m)
	if a.metadata.Name == "" {
		return a, nil
	}
	if a.record = s.kind.builtIn(o, s.texts); a.record == nil {
		return nil, s.unexpected(nil)
	}
	return a, nil
}

// newArrival takes over what the reflector needs; of a bookmark, which has no name, that
// is what marks the end of a list.
func newArrival(m metav1.Object) *arrival {
	a := &arrival{metadata: metav1.ObjectMeta{Namespace: m.GetNamespace(), Name: m.GetName(), ResourceVersion: m.GetResourceVersion()}}
	if a.metadata.Name == "" {
		a.metadata.Annotations = m.GetAnnotations()
	}
	return a
}

// custom reads what a CRD defines.
func (s slimmer) custom(data []byte) (runtime.Object, error) {
	var outer struct {
		Kind     string
		Metadata metav1.ListMeta
		Items    []json.RawMessage
	}
	if err := lenient(data, &outer); err != nil {
		return nil, s.unexpected(err)
	}
	switch {
	case outer.Kind == "Status":
		status := &metav1.Status{}
		return status, json.Unmarshal(data, status)
	case strings.HasSuffix(outer.Kind, "List"):
		p := &listPage{ListMeta: outer.Metadata, Items: make([]runtime.Object, 0, len(outer.Items))}
		for _, item := range outer.Items {
			a, err := s.document(item)
			if err != nil {
				return nil, err
			}
			p.Items = append(p.Items, a)
		}
		return p, nil
	case outer.Kind == s.kind.name:
		return s.document(data)
	}
	return nil, s.unexpected(nil)
}

func (s slimmer) document(data []byte) (*arrival, error) {
	var d document
	if err := lenient(data, &d); err != nil {
		return nil, s.unexpected(err)
	}
	a := newArrival(&d.Metadata)
	if a.metadata.Name != "" {
		a.record = s.kind.readConfig(s.version, &d, s.texts)
	}
	return a, nil
}

func (s slimmer) unexpected(cause error) error {
	return fault.BadGateway(cause, "the answer about %s cannot be read; check that the address is an API server's", s.kind.resource)
}
