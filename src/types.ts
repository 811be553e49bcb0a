import { type DataSourceJsonData } from '@grafana/data';
import { type DataQuery } from '@grafana/schema';

// Settings. What is absent means the default; the editors never write one.

/** How the plugin reaches the cluster that holds the remote secrets. Absent means `none`. */
export type HomeAccess = 'none' | 'inCluster' | 'kubeconfig';

export interface HomeCluster {
  name?: string;
  access?: HomeAccess;
}

export interface RemoteSecrets {
  /** Absent means true: with a home cluster, its remote secrets are looked for. */
  enabled?: boolean;
  /** Empty means `istio-system`. */
  namespaces?: string[];
  /** Label selectors, each on its own. Empty means those of Kiali and Istio. */
  selectors?: string[];
}

export interface Link {
  title: string;
  url: string;
}

export interface SecretRef {
  /** Empty means `istio-system`. */
  namespace?: string;
  name: string;
  /** May be left out when the secret holds one key. */
  key?: string;
}

/** A cluster listed by hand: at most one of `secret`, `kubeconfig` and `accessible: false`. */
export interface ListedCluster {
  name: string;
  secret?: SecretRef;
  /** True: the kubeconfig is in the secret setting `kubeconfig.<name>`. */
  kubeconfig?: boolean;
  accessible?: boolean;
  links?: Link[];
}

export interface AtlasJsonData extends DataSourceJsonData {
  homeCluster?: HomeCluster;
  remoteSecrets?: RemoteSecrets;
  clusters?: ListedCluster[];
  /** A cluster's name in telemetry → its name here. */
  clusterAliases?: Record<string, string>;
  /** Label → value, added to every PromQL selector. */
  queryScope?: Record<string, string>;
  /** Scrape interval, such as `15s`. */
  timeInterval?: string;
  identity?: { mode?: 'serviceAccount' | 'grafanaUser' | 'oauth' };
  health?: { rates?: unknown[] };
  links?: { metricsUid?: string; tracesUid?: string; logsUid?: string };
  limits?: { clusterTimeout?: string; maxNodes?: number };
}

/** Keys of secureJsonData, beside Grafana's own for HTTP. */
export type KubeconfigKey = 'homeKubeconfig' | `kubeconfig.${string}`;

export type AtlasSecureJsonData = Partial<Record<KubeconfigKey, string>>;

// Queries

export type QueryType = 'trafficGraph' | 'traffic' | 'clusters' | 'variable';

export type Level = 'auto' | 'cluster' | 'namespace' | 'workload';

export type Protocol = 'http' | 'grpc' | 'tcp';

export type Latency = 'p95' | 'p50' | 'p99' | 'avg' | 'none';

/** What a `variable` query lists. */
export type ValuesOf = 'clusters' | 'namespaces' | 'applications' | 'workloads' | 'services' | 'revisions';

/** What a query selects. Lists of exact names; empty or absent means all. */
export interface Selection {
  clusters?: string[];
  namespaces?: string[];
  names?: string[];
}

/** A query as saved in dashboards. `level`, `latency` and `of` may also hold a dashboard variable, hence the strings. */
export interface AtlasQuery extends DataQuery, Selection {
  queryType?: QueryType;
  level?: Level | string;
  protocols?: string[];
  latency?: Latency | string;
  /** Empty means the whole time range; else a duration that ends where the range ends. */
  window?: string;
  crossClusterOnly?: boolean;
  maxNodes?: number;
  of?: ValuesOf | string;
}

// Resources

/** One row of the resource `clusters`. */
export interface ClusterInfo {
  name: string;
  home?: boolean;
  state?: string;
  error?: string;
}

/** What the resource `names` can list. */
export type NamesOf = 'applications' | 'workloads' | 'services';
