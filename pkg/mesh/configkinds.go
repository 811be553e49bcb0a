package mesh

// ConfigKinds are the kinds of Istio's and the Gateway API's configuration, sorted. Both
// have a Gateway.
func ConfigKinds() []string {
	return []string{
		"AuthorizationPolicy", "DestinationRule", "EnvoyFilter", "GRPCRoute", "Gateway", "GatewayClass", "HTTPRoute",
		"PeerAuthentication", "ProxyConfig", "ReferenceGrant", "RequestAuthentication", "ServiceEntry", "Sidecar",
		"TCPRoute", "TLSRoute", "Telemetry", "TrafficExtension", "UDPRoute", "VirtualService", "WasmPlugin",
		"WorkloadEntry", "WorkloadGroup",
	}
}
