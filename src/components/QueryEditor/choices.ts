import {
  type Arrange,
  type BoxKind,
  type FocusKind,
  type Grouping,
  type HealthMeasure,
  type HealthOf,
  type Latency,
  type Level,
  type NamesOf,
  type Protocol,
  type RateMeasure,
  type Severity,
  type Side,
  type ValuesOf,
  type What,
} from '../../types';

// A choice has a plain string as its value, so that dashboard variables can stand beside it.
interface Choice<T extends string> {
  value: string & T;
  label: string;
  description?: string;
}

type Choices<T extends string> = Array<Choice<T> & { value: string }>;

export const LEVELS: Choices<Level> = [
  { value: 'auto', label: 'Auto', description: 'The finest within the limit' },
  { value: 'cluster', label: 'Cluster', description: 'Which clusters call each other' },
  { value: 'namespace', label: 'Namespace', description: 'Each namespace of each cluster' },
  { value: 'app', label: 'App', description: 'All versions of an app together' },
  { value: 'versionedApp', label: 'Versioned app', description: 'Each version by itself' },
  { value: 'workload', label: 'Workload', description: 'Deployments and the like' },
  { value: 'service', label: 'Service', description: 'The services that are called' },
];

const WITH_SERVICES = ['auto', 'app', 'versionedApp', 'workload'];

/** Whether called services can be put between the nodes of a level. */
export function hasServices(level = 'auto'): boolean {
  return WITH_SERVICES.includes(level);
}

/** What the names of a level are. */
export function namesOf(level = 'auto'): NamesOf {
  switch (level) {
    case 'app':
    case 'versionedApp':
      return 'applications';
    case 'service':
      return 'services';
    default:
      return 'workloads';
  }
}

export const PROTOCOLS: Choices<Protocol> = [
  { value: 'http', label: 'HTTP' },
  { value: 'grpc', label: 'gRPC' },
  { value: 'tcp', label: 'TCP' },
];

export const LATENCIES: Choices<Latency> = [
  { value: 'p95', label: '95th percentile' },
  { value: 'p50', label: 'Median' },
  { value: 'p99', label: '99th percentile' },
  { value: 'avg', label: 'Average' },
  { value: 'none', label: 'None', description: 'Fewer and cheaper queries' },
];

/** Latencies over time, which nobody asks for to have none. */
export const RATE_LATENCIES = LATENCIES.filter(({ value }) => value !== 'none');

export const WINDOWS = [
  { value: '1m', label: 'Last minute' },
  { value: '5m', label: 'Last 5 minutes' },
  { value: '15m', label: 'Last 15 minutes' },
  { value: '1h', label: 'Last hour' },
];

export const COMPARISONS = [
  { value: '1h', label: 'An hour ago' },
  { value: '1d', label: 'A day ago' },
  { value: '1w', label: 'A week ago' },
];

export const ARRANGEMENTS: Choices<Arrange> = [
  { value: 'panel', label: 'By the panel', description: 'The panel finds the places' },
  { value: 'boxes', label: 'In boxes', description: 'Namespaces inside clusters' },
];

export const BOXES: Choices<BoxKind> = [
  { value: 'cluster', label: 'Clusters' },
  { value: 'namespace', label: 'Namespaces' },
];

export const FOCUS_KINDS: Choices<FocusKind> = [
  { value: 'cluster', label: 'Cluster' },
  { value: 'namespace', label: 'Namespace' },
  { value: 'app', label: 'App' },
  { value: 'workload', label: 'Workload' },
  { value: 'service', label: 'Service' },
  { value: 'external', label: 'Host outside the mesh' },
];

/** How far the surroundings of a node in focus may reach. */
export const MAX_HOPS = 20;

export const VALUES: Choices<ValuesOf> = [
  { value: 'clusters', label: 'Clusters' },
  { value: 'namespaces', label: 'Namespaces' },
  { value: 'workloads', label: 'Workloads' },
  { value: 'services', label: 'Services' },
  { value: 'applications', label: 'Applications' },
  { value: 'revisions', label: 'Istio revisions' },
];

/** What the rows of health are. */
export const HEALTHS: Choices<HealthOf> = [
  { value: 'namespaces', label: 'Namespaces' },
  { value: 'clusters', label: 'Clusters' },
  { value: 'applications', label: 'Applications' },
  { value: 'workloads', label: 'Workloads' },
  { value: 'services', label: 'Services' },
];

export const HEALTH_MEASURES: Choices<HealthMeasure> = [
  { value: 'score', label: 'Score', description: '1 healthy, 0.75 not ready, 0.5 degraded, 0 failure' },
  { value: 'errorratio', label: 'Error ratio', description: 'Of the requests it serves, 0 to 1' },
  { value: 'requests', label: 'Requests', description: 'That it serves, per second' },
  { value: 'p95', label: 'p95', description: 'Of the requests it serves, milliseconds' },
  { value: 'readyratio', label: 'Ready ratio', description: 'Ready pods of those wanted, 0 to 1' },
  { value: 'configerrors', label: 'Config errors', description: 'In its configuration' },
  { value: 'mtls', label: 'mTLS', description: 'Share of what it serves, 0 to 1' },
  { value: 'reachable', label: 'Reachable', description: 'Whether its cluster answers, 1 or 0' },
  { value: 'age', label: 'Age', description: 'Seconds since it is known to be so' },
];

/** What rates tell of each thing. */
export const RATE_MEASURES: Choices<RateMeasure> = [
  { value: 'requests', label: 'Requests', description: 'HTTP and gRPC, per second' },
  { value: 'errorratio', label: 'Error ratio', description: 'Share of the requests that failed, 0 to 1' },
  { value: 'clienterrorratio', label: 'Client error ratio', description: 'Share answered with HTTP 4xx, 0 to 1' },
  { value: 'latency', label: 'Latency', description: 'Of the requests, milliseconds' },
  { value: 'bytes', label: 'TCP bytes', description: 'Both directions, per second' },
];

export const GROUPINGS: Choices<Grouping> = [
  { value: 'namespace', label: 'Namespace', description: 'Each namespace of each cluster' },
  { value: 'cluster', label: 'Cluster' },
  { value: 'app', label: 'App', description: 'All versions of an app together' },
  { value: 'workload', label: 'Workload', description: 'Deployments and the like' },
  { value: 'service', label: 'Service', description: 'The services that are called' },
  { value: 'clusterPair', label: 'Cluster pair', description: 'From each cluster to each' },
];

export const SIDES: Choices<Side> = [
  { value: 'destination', label: 'What it serves' },
  { value: 'source', label: 'What it sends' },
];

export const CONFIG_KINDS = [
  'VirtualService',
  'DestinationRule',
  'Gateway',
  'ServiceEntry',
  'Sidecar',
  'WorkloadEntry',
  'WorkloadGroup',
  'EnvoyFilter',
  'ProxyConfig',
  'AuthorizationPolicy',
  'PeerAuthentication',
  'RequestAuthentication',
  'Telemetry',
  'WasmPlugin',
  'TrafficExtension',
  'GatewayClass',
  'HTTPRoute',
  'GRPCRoute',
  'TLSRoute',
  'TCPRoute',
  'UDPRoute',
  'ReferenceGrant',
].map((value) => ({ value, label: value }));

export const SEVERITIES: Choices<Severity> = [
  { value: 'error', label: 'Errors', description: 'What does not work as it is written' },
  { value: 'warning', label: 'Warnings and errors', description: 'Also what has no effect, or another one' },
];

export const WHATS: Choices<What> = [
  { value: 'created', label: 'Created' },
  { value: 'changed', label: 'Changed', description: 'Configuration is wanted differently' },
  { value: 'deleted', label: 'Deleted' },
  { value: 'rolledOut', label: 'Rolled out', description: 'A workload gets new pods' },
  { value: 'scaled', label: 'Scaled' },
  { value: 'failing', label: 'Failing', description: 'No pod is ready, or too few for a while' },
  { value: 'recovered', label: 'Recovered' },
  { value: 'joined', label: 'Joined', description: 'A cluster is new in the mesh' },
  { value: 'lost', label: 'Lost', description: 'A cluster does not answer' },
  { value: 'back', label: 'Back', description: 'A cluster answers again' },
];

/** Kinds that changes are often asked of; others can be typed. */
export const CHANGED_KINDS = [
  'Cluster',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'VirtualService',
  'DestinationRule',
  'Gateway',
  'ServiceEntry',
  'AuthorizationPolicy',
  'PeerAuthentication',
  'HTTPRoute',
].map((value) => ({ value, label: value }));

const DURATION = /^(\d+(ms|[smhdwy]))+$/;

/** Whether a text is empty, a duration such as 5m, or holds a dashboard variable that may become one. */
export function isDuration(text?: string): boolean {
  return !text || text.includes('$') || DURATION.test(text);
}
