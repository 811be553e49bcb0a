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

/** What the data sources for traces are. Absent means `tempo`. */
export type TracesType = 'tempo' | 'jaeger';

/** Data sources of one cluster, by uid. */
export interface ClusterLinks {
  logsUid?: string;
  tracesUid?: string;
}

/** Where a click on a node or an edge can lead. */
export interface LinkSettings extends ClusterLinks {
  metricsUid?: string;
  /** Clusters whose logs or traces are elsewhere. */
  byCluster?: Record<string, ClusterLinks>;
  tracesType?: TracesType;
  /** Queries with `${cluster}`, `${namespace}`, `${workload}` and `${app}`. Empty means the default ones. */
  logsQuery?: string;
  tracesQuery?: string;
  /** Absent means true: links lead to the provisioned dashboards. */
  dashboards?: boolean;
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
  links?: LinkSettings;
  limits?: { clusterTimeout?: string; maxNodes?: number };
}

/** Keys of secureJsonData, beside Grafana's own for HTTP. */
export type KubeconfigKey = 'homeKubeconfig' | `kubeconfig.${string}`;

export type AtlasSecureJsonData = Partial<Record<KubeconfigKey, string>>;

// Queries

/** Tables of what runs where. */
export type TableType = 'namespaces' | 'applications' | 'workloads' | 'services' | 'pods';

export type QueryType =
  'trafficGraph' | 'traffic' | 'rates' | 'clusters' | TableType | 'istioConfig' | 'health' | 'changes' | 'variable';

/** What can happen, for `changes`. */
export type What =
  'created' | 'changed' | 'deleted' | 'rolledOut' | 'scaled' | 'failing' | 'recovered' | 'joined' | 'lost' | 'back';

export type Level = 'auto' | 'cluster' | 'namespace' | 'app' | 'versionedApp' | 'workload' | 'service';

export type Protocol = 'http' | 'grpc' | 'tcp';

export type Latency = 'p95' | 'p50' | 'p99' | 'avg' | 'none';

/** Who places the nodes: the panel, or boxes with fixed places inside. */
export type Arrange = 'panel' | 'boxes';

/** A kind of box that `arrange: boxes` draws. */
export type BoxKind = 'cluster' | 'namespace';

export type FocusKind = 'cluster' | 'namespace' | 'app' | 'workload' | 'service' | 'external';

/** A node by what is given of it, with its surroundings. Without any of kind, cluster, namespace and name it is none. */
export interface Focus {
  kind?: FocusKind | string;
  cluster?: string;
  namespace?: string;
  name?: string;
  /** How many edges away the surroundings reach, 1 to 20. Absent means 1. */
  hops?: number;
}

/** What the rows of a `health` query are. Absent means `namespaces`. */
export type HealthOf = 'namespaces' | 'clusters' | 'applications' | 'workloads' | 'services';

/** A number that a `health` query tells of each row. */
export type HealthMeasure =
  'score' | 'errorratio' | 'requests' | 'p95' | 'readyratio' | 'configerrors' | 'mtls' | 'reachable' | 'age';

/** What a `rates` query tells of each thing over time. */
export type RateMeasure = 'requests' | 'errorratio' | 'clienterrorratio' | 'latency' | 'bytes';

/** Of what a `rates` query has a series each. Absent means `namespace`. */
export type Grouping = 'namespace' | 'cluster' | 'app' | 'workload' | 'service' | 'clusterPair';

/** The end of calls that a `rates` query is about: what serves, or what calls. Absent means `destination`. */
export type Side = 'destination' | 'source';

/** How bad the findings are that objects of configuration must have at least. */
export type Severity = 'warning' | 'error';

/** What a `variable` query lists. */
export type ValuesOf = 'clusters' | 'namespaces' | 'applications' | 'workloads' | 'services' | 'revisions';

/** What a query selects. Lists of exact names; empty or absent means all. */
interface Selection {
  clusters?: string[];
  namespaces?: string[];
  names?: string[];
}

/**
 * A query as saved in dashboards. Where a field of few words may also hold a dashboard variable, it is a string; so are
 * switches and numbers then, and the backend reads what the variable stands for.
 */
export interface AtlasQuery extends DataQuery, Selection {
  queryType?: QueryType;
  level?: Level | string;
  /** Puts the called service between caller and destination, at the levels that have services. */
  services?: boolean | string;
  /** Adds what runs and has no traffic. */
  idle?: boolean | string;
  protocols?: string[];
  /** False leaves the columns of traffic out of a table of what runs where. */
  traffic?: boolean | string;
  latency?: Latency | string;
  /** Empty means the whole time range; else a duration that ends where the range ends. */
  window?: string;
  /** A duration: marks what is new, gone or changed since that long ago. Empty and `off` compare nothing. */
  compareTo?: string;
  crossClusterOnly?: boolean | string;
  maxNodes?: number | string;
  arrange?: Arrange | string;
  /** Empty means both kinds. */
  boxes?: string[];
  focus?: Focus;
  /** Expressions over the properties of nodes and edges. Not `hide`: that is Grafana's own switch for the query. */
  find?: string;
  hideIf?: string;
  of?: ValuesOf | HealthOf | string;
  /** Which numbers: of `health`, where absent means all, and in an alert rule `score`; of `rates`, where it means requests. */
  measures?: string[];
  by?: Grouping | string;
  side?: Side | string;
  /** Of how many things there are series, the busiest. Absent means 50, and in an alert rule all. */
  limit?: number | string;
  /** Kinds of objects: of configuration, or of those whose changes are told. Empty means all. */
  kinds?: string[];
  /** Leaves out configuration without findings that are so bad. Empty leaves out none. */
  severity?: Severity | string;
  /** Puts the rows of a table in the order of their health. */
  worstFirst?: boolean | string;
  /** Adds the objects of configuration themselves. */
  yaml?: boolean | string;
  /** Words of `What`. Empty means all. */
  what?: string[];
}

// Resources

/** One row of the resource `clusters`, as far as it is read here. */
export interface ClusterInfo {
  name: string;
}

/** What the resource `names` can list. */
export type NamesOf = 'applications' | 'workloads' | 'services';
