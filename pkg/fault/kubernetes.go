package fault

import (
	"errors"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ofKubernetes classifies what a Kubernetes API answered.
func ofKubernetes(err error) *Fault {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return nil
	}
	s := status.Status()
	switch code := int(s.Code); {
	case code == http.StatusUnauthorized:
		return downstream(backend.StatusUnauthorized,
			"the Kubernetes API does not accept the credentials: they have expired or are wrong; renew the token in the cluster's secret or kubeconfig")
	case code == http.StatusForbidden:
		return downstream(backend.StatusForbidden,
			"the Kubernetes API forbids to read %s; apply deploy/reader to that cluster, or bind its cluster role to the account in use", what(s))
	case code == http.StatusNotFound:
		return downstream(backend.StatusNotFound,
			"the Kubernetes API knows no %s; check that the address is an API server's, and that it is installed", what(s))
	case code == http.StatusTooManyRequests:
		return downstream(backend.StatusTooManyRequests,
			"the Kubernetes API has too much to do and asks to come back later; it is asked again by itself")
	case code == http.StatusGatewayTimeout, s.Reason == metav1.StatusReasonTimeout:
		return downstream(backend.StatusTimeout,
			"the Kubernetes API ran out of time over %s; check its load, and that of its etcd", what(s))
	case code >= http.StatusInternalServerError:
		return downstream(backend.StatusBadGateway,
			"the Kubernetes API failed with status %d (%s); check the API server's log", code, orNothing(s.Message))
	case code >= http.StatusBadRequest:
		return downstream(backend.Status(code),
			"the Kubernetes API refused the request with status %d (%s); check that its version is supported", code, orNothing(s.Message))
	}
	return downstream(backend.StatusBadGateway,
		"the Kubernetes API gave an answer that is no answer (%s); check that the address is an API server's", orNothing(s.Message))
}

// what names the resource that a status is about.
func what(s metav1.Status) string {
	if s.Details == nil || s.Details.Kind == "" {
		return "what was asked for"
	}
	name := s.Details.Kind
	if s.Details.Group != "" {
		name += "." + s.Details.Group
	}
	if s.Details.Name != "" {
		name += " " + s.Details.Name
	}
	return name
}

func orNothing(message string) string {
	if message == "" {
		return "it says nothing"
	}
	return message
}
