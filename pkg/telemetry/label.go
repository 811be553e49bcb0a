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
	labelSourceID    = "source_principal"
	labelDestID      = "destination_principal"
	labelDestSvcNs   = "destination_service_namespace"
	labelDestService = "destination_service_name"
	labelDestHost    = "destination_service"
	labelBucket      = "le"

	// labelMeasure is no label of Istio's: queries that ask for several metrics put
	// it on the sums of each, to tell them apart.
	labelMeasure = "measure"
)

// The values of labelReporter. A sidecar or ztunnel reports as source or destination.
const (
	reporterSource   = "source"
	reporterWaypoint = "waypoint"
)

// labelsOf are the labels of one series that are of interest, as texts or as words of
// the vector that the series is of. Absent ones are zero.
type labelsOf[T any] struct {
	reporter, protocol, code, grpcStatus, flags, security, measure T
	sourceCluster, sourceNamespace, sourceWorkload                 T
	destinationCluster, destinationNamespace, destinationWorkload  T
	sourceApp, sourceVersion, destinationApp, destinationVersion   T
	sourcePrincipal, destinationPrincipal                          T
	serviceNamespace, service, host                                T
}

// labels are the labels of one series as texts.
type labels = labelsOf[string]

// labelNames are the names of all labels of interest.
var labelNames = []string{
	labelReporter, labelProtocol, labelCode, labelGRPCStatus, labelFlags, labelSecurity, labelMeasure,
	labelSourceClust, labelSourceNs, labelSourceWl, labelDestClust, labelDestNs, labelDestWl,
	labelSourceApp, labelSourceVer, labelDestApp, labelDestVer, labelSourceID, labelDestID,
	labelDestSvcNs, labelDestService, labelDestHost,
}

// at is where a label is kept; nil for one that is of no interest.
func (l *labelsOf[T]) at(name string) *T {
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
	case labelMeasure:
		return &l.measure
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
	case labelSourceID:
		return &l.sourcePrincipal
	case labelDestID:
		return &l.destinationPrincipal
	case labelDestSvcNs:
		return &l.serviceNamespace
	case labelDestService:
		return &l.service
	case labelDestHost:
		return &l.host
	}
	return nil
}
