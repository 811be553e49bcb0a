/** Something that `find` and `hideIf` can ask of a node or an edge. */
interface Property {
  name: string;
  on: 'node' | 'edge' | 'both';
  meaning: string;
}

/** All properties, in the backend's order; a test of the backend holds the two lists together. */
export const PROPERTIES: Property[] = [
  { name: 'node', on: 'both', meaning: 'it is a node' },
  { name: 'edge', on: 'both', meaning: 'it is an edge' },
  { name: 'kind', on: 'node', meaning: 'cluster, namespace, app, workload, service, other, external or unknown' },
  { name: 'cluster', on: 'node', meaning: 'the cluster’s name' },
  { name: 'namespace', on: 'node', meaning: 'the namespace' },
  { name: 'name', on: 'node', meaning: 'the name of the app, workload, service or host' },
  { name: 'version', on: 'node', meaning: 'the app’s version' },
  { name: 'outside', on: 'node', meaning: 'the node does not match the selection' },
  { name: 'idle', on: 'node', meaning: 'it is there and has no traffic' },
  { name: 'badges', on: 'node', meaning: 'a list of badges, such as "circuit breaker" and "out of mesh"' },
  { name: 'health', on: 'both', meaning: 'failure, degraded, not ready, healthy or none' },
  { name: 'change', on: 'both', meaning: 'new, gone or changed, when compared with the past' },
  { name: 'rps', on: 'both', meaning: 'HTTP and gRPC requests per second' },
  { name: 'errorrate', on: 'both', meaning: 'the share of requests that failed, 0 to 1' },
  { name: 'rate4xx', on: 'both', meaning: 'the share answered with HTTP 4xx, 0 to 1' },
  { name: 'bytes', on: 'both', meaning: 'TCP bytes per second' },
  { name: 'connections', on: 'both', meaning: 'TCP connections opened per second' },
  { name: 'messages', on: 'both', meaning: 'gRPC messages per second, both ways' },
  { name: 'throughput', on: 'both', meaning: 'bytes of HTTP and gRPC requests and responses per second' },
  { name: 'mtls', on: 'both', meaning: 'the share over mutual TLS, 0 to 1' },
  { name: 'latency', on: 'edge', meaning: 'the latency chosen above, in milliseconds' },
  { name: 'protocol', on: 'edge', meaning: 'a list of http, grpc, tcp' },
  { name: 'codes', on: 'edge', meaning: 'a list of response codes, such as "503" and "grpc 14"' },
  { name: 'flags', on: 'edge', meaning: 'a list of Envoy’s response flags, such as "UH"' },
  { name: 'hosts', on: 'edge', meaning: 'a list of the hosts that were called' },
  { name: 'crosscluster', on: 'edge', meaning: 'it leaves its cluster' },
  { name: 'source.kind', on: 'edge', meaning: 'as kind, of the caller' },
  { name: 'source.cluster', on: 'edge', meaning: 'as cluster, of the caller' },
  { name: 'source.namespace', on: 'edge', meaning: 'as namespace, of the caller' },
  { name: 'source.name', on: 'edge', meaning: 'as name, of the caller' },
  { name: 'source.version', on: 'edge', meaning: 'as version, of the caller' },
  { name: 'target.kind', on: 'edge', meaning: 'as kind, of what is called' },
  { name: 'target.cluster', on: 'edge', meaning: 'as cluster, of what is called' },
  { name: 'target.namespace', on: 'edge', meaning: 'as namespace, of what is called' },
  { name: 'target.name', on: 'edge', meaning: 'as name, of what is called' },
  { name: 'target.version', on: 'edge', meaning: 'as version, of what is called' },
];
