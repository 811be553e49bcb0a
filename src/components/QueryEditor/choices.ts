import { type Latency, type Level, type Protocol, type ValuesOf } from '../../types';

// A choice has a plain string as its value, so that dashboard variables can stand beside it.
interface Choice<T extends string> {
  value: string & T;
  label: string;
  description?: string;
}

type Choices<T extends string> = Array<Choice<T> & { value: string }>;

export const LEVELS: Choices<Level> = [
  { value: 'auto', label: 'Auto', description: 'The finest that stays within the limit of nodes' },
  { value: 'cluster', label: 'Cluster' },
  { value: 'namespace', label: 'Namespace' },
  { value: 'workload', label: 'Workload' },
];

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

export const VALUES: Choices<ValuesOf> = [
  { value: 'clusters', label: 'Clusters' },
  { value: 'namespaces', label: 'Namespaces' },
  { value: 'workloads', label: 'Workloads' },
  { value: 'services', label: 'Services' },
  { value: 'applications', label: 'Applications' },
  { value: 'revisions', label: 'Istio revisions' },
];

const DURATION = /^(\d+(ms|[smhdwy]))+$/;

/** Whether a text is empty, a duration such as 5m, or holds a dashboard variable that may become one. */
export function isDuration(text?: string): boolean {
  return !text || text.includes('$') || DURATION.test(text);
}
