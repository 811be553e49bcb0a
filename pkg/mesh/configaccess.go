package mesh

// AuthorizationPolicy lets callers in or keeps them out.
type AuthorizationPolicy struct {
	// Action is ALLOW, DENY, AUDIT or CUSTOM.
	Action string
	Rules  int
	// What rules name as it is written, also to leave it out, each once: namespaces of
	// callers, their principals, their service accounts as namespace/name, and hosts of
	// requests.
	Namespaces, Principals, Accounts, Hosts []RuleName
	// HTTP says that a rule asks for what only HTTP tells, such as a path.
	HTTP bool
}

// RuleName is a name, and the place of the first rule that it is in.
type RuleName struct {
	Name string
	Rule int
}

// Sidecar says what the proxies that it selects are told of.
type Sidecar struct {
	// Egress are the hosts of all its egress listeners as namespace/host, each once.
	Egress []string
}

// ReferenceGrant lets objects of other namespaces refer to those of its own.
type ReferenceGrant struct {
	// From are kinds with their namespaces, To kinds of its own namespace; a name of To
	// is empty for all of its kind.
	From, To []Target
}
