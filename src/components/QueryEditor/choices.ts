import {
  type Arrange,
  type BoxKind,
  type FocusKind,
  type Latency,
  type Level,
  type NamesOf,
  type Protocol,
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
export const KINDS = [
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
