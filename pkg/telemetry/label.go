package telemetry

// Istio's standard labels, as far as they are used here.
// https://istio.io/latest/docs/reference/config/metrics/
const (
	labelReporter    = "reporter"
	labelProtocol    = "request_protocol"
	labelCode        = "response_code"
	labelGRPCStatus  = "grpc_response_status"
	labelFlags       = "response_flags"
	labelSecurity    = "connection_security_policy"
	labelSourceClust = "source_cluster"
	labelSourceNs    = "source_workload_namespace"
	labelSourceWl    = "source_workload"
	labelDestClust   = "destination_cluster"
	labelDestNs      = "destination_workload_namespace"
	labelDestWl      = "destination_workload"
	labelSourceApp   = "source_canonical_service"
	labelSourceVer   = "source_canonical_revision"
	labelDestApp     = "destination_canonical_service"
	labelDestVer     = "destination_canonical_revision"
	labelDestSvcNs   = "destination_service_namespace"
	labelDestService = "destination_service_name"
	labelBucket      = "le"

	reporterSource = "source"
)

// labels are the labels of one series that are of interest; absent ones are empty.
type labels struct {
	reporter, protocol, code, grpcStatus, flags, security         string
	sourceCluster, sourceNamespace, sourceWorkload                string
	destinationCluster, destinationNamespace, destinationWorkload string
	sourceApp, sourceVersion, destinationApp, destinationVersion  string
	serviceNamespace, service                                     string
}

// at is where a label is kept; nil for one that is of no interest.
func (l *labels) at(name string) *string {
	switch name {
	case labelReporter:
		return &l.reporter
	case labelProtocol:
		return &l.protocol
	case labelCode:
		return &l.code
	case labelGRPCStatus:
		return &l.grpcStatus
	case labelFlags:
		return &l.flags
	case labelSecurity:
		return &l.security
	case labelSourceClust:
		return &l.sourceCluster
	case labelSourceNs:
		return &l.sourceNamespace
	case labelSourceWl:
		return &l.sourceWorkload
	case labelDestClust:
		return &l.destinationCluster
	case labelDestNs:
		return &l.destinationNamespace
	case labelDestWl:
		return &l.destinationWorkload
	case labelSourceApp:
		return &l.sourceApp
	case labelSourceVer:
		return &l.sourceVersion
	case labelDestApp:
		return &l.destinationApp
	case labelDestVer:
		return &l.destinationVersion
	case labelDestSvcNs:
		return &l.serviceNamespace
	case labelDestService:
		return &l.service
	}
	return nil
}
