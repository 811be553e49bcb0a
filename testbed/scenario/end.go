package scenario

import (
	"encoding/json"
	"fmt"
	"strings"
)

// EndKind says what an end of a call is.
type EndKind int

// The kinds of ends.
const (
	AtWorkload EndKind = iota
	AtUnknown
	AtExternal
	AtPassthrough
	AtNowhere
)

// End is one end of a call: see Call for how it is written.
type End struct {
	Kind      EndKind
	Cluster   string // AtWorkload, AtUnknown
	Namespace string // AtWorkload, AtNowhere
	Name      string // workload, host or service
}

// At returns the end at a workload.
func At(cluster, namespace, workload string) End {
	return End{Kind: AtWorkload, Cluster: cluster, Namespace: namespace, Name: workload}
}

// ParseEnd reads an end as Call describes it.
func ParseEnd(s string) (End, error) {
	parts := strings.Split(s, "/")
	switch {
	case len(parts) == 2 && parts[0] == "external":
		return End{Kind: AtExternal, Name: parts[1]}, nil
	case len(parts) == 2 && parts[0] == "passthrough":
		return End{Kind: AtPassthrough, Name: parts[1]}, nil
	case len(parts) == 3 && parts[0] == "nowhere":
		return End{Kind: AtNowhere, Namespace: parts[1], Name: parts[2]}, nil
	case len(parts) == 2 && parts[1] == "unknown":
		return End{Kind: AtUnknown, Cluster: parts[0]}, nil
	case len(parts) == 3:
		return At(parts[0], parts[1], parts[2]), nil
	}
	return End{}, fmt.Errorf("%q is no end of a call: write <cluster>/<namespace>/<workload>, <cluster>/unknown, external/<host>, passthrough/<host> or nowhere/<namespace>/<service>", s)
}

// String writes the end as ParseEnd reads it.
func (e End) String() string {
	switch e.Kind {
	case AtExternal:
		return "external/" + e.Name
	case AtPassthrough:
		return "passthrough/" + e.Name
	case AtNowhere:
		return "nowhere/" + e.Namespace + "/" + e.Name
	case AtUnknown:
		return e.Cluster + "/unknown"
	}
	return e.Cluster + "/" + e.Namespace + "/" + e.Name
}

// UnmarshalJSON reads the end from a string.
func (e *End) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	parsed, err := ParseEnd(s)
	*e = parsed
	return err
}

// MarshalJSON writes the end as a string.
func (e End) MarshalJSON() ([]byte, error) { return json.Marshal(e.String()) }
