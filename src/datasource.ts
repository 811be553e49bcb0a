import { CoreApp, type AnnotationSupport, type DataSourceInstanceSettings, type ScopedVars } from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv, type TemplateSrv } from '@grafana/runtime';

import { expandList, expandName, expandText } from './interpolate';
import { type AtlasJsonData, type AtlasQuery, type ClusterInfo, type Focus, type NamesOf } from './types';
import { AtlasVariableSupport } from './variables';

const LISTS = ['clusters', 'namespaces', 'names', 'protocols', 'boxes', 'measures', 'kinds', 'what'] as const;
const TEXTS = [
  'level',
  'latency',
  'window',
  'compareTo',
  'arrange',
  'find',
  'hideIf',
  'of',
  'severity',
  'by',
  'side',
] as const;
// Texts only where a dashboard variable decides.
const SWITCHES = ['services', 'idle', 'crossClusterOnly', 'yaml', 'traffic', 'worstFirst'] as const;
const NUMBERS = ['maxNodes', 'limit'] as const;
const FOCUS_NAMES = ['kind', 'cluster', 'namespace', 'name'] as const;

/** Whether an editor stands in an alert rule, where a graph has no meaning. */
export function isAlerting(app?: CoreApp): boolean {
  return app === CoreApp.UnifiedAlerting || app === CoreApp.CloudAlerting;
}

export class AtlasDataSource extends DataSourceWithBackend<AtlasQuery, AtlasJsonData> {
  /** Annotations are queries like others; Grafana reads the frame's columns by their names. */
  annotations: AnnotationSupport<AtlasQuery> = { getDefaultQuery: () => ({ queryType: 'changes' }) };

  constructor(
    settings: DataSourceInstanceSettings<AtlasJsonData>,
    readonly templates: TemplateSrv = getTemplateSrv()
  ) {
    super(settings);
    this.variables = new AtlasVariableSupport(this);
  }

  getDefaultQuery(app: CoreApp): Partial<AtlasQuery> {
    return isAlerting(app) ? { queryType: 'health' } : { queryType: 'trafficGraph', level: 'auto' };
  }

  filterQuery(query: AtlasQuery): boolean {
    const complete = query.queryType === 'variable' ? Boolean(query.of) : Boolean(query.queryType);
    return complete && !query.hide;
  }

  applyTemplateVariables(query: AtlasQuery, scopedVars?: ScopedVars): AtlasQuery {
    const out = { ...query };
    for (const key of LISTS) {
      if (out[key]) {
        out[key] = expandList(this.templates, out[key], scopedVars);
      }
    }
    for (const key of TEXTS) {
      if (out[key]) {
        out[key] = expandText(this.templates, out[key], scopedVars);
      }
    }
    for (const key of [...SWITCHES, ...NUMBERS]) {
      const value = out[key];
      if (typeof value === 'string') {
        out[key] = expandText(this.templates, value, scopedVars);
      }
    }
    if (out.focus) {
      out.focus = this.expandFocus(out.focus, scopedVars);
    }
    return out;
  }

  interpolateVariablesInQueries(queries: AtlasQuery[], scopedVars: ScopedVars): AtlasQuery[] {
    return queries.map((query) => ({ ...this.applyTemplateVariables(query, scopedVars), datasource: this.getRef() }));
  }

  /**
   * The one name that a list stands for once the dashboard's variables are replaced, outside of any panel; undefined
   * when there are several or none. The resources take one cluster and one namespace; without, they list names of all.
   */
  only(names: Array<string | undefined> = []): string | undefined {
    const expanded = expandList(
      this.templates,
      names.filter((name) => name !== undefined)
    );
    return expanded.length === 1 ? expanded[0] : undefined;
  }

  /** Names of the clusters of the mesh. */
  async listClusters(): Promise<string[]> {
    return (await this.list<ClusterInfo>('clusters')).map(({ name }) => name);
  }

  /** Names of namespaces, in one cluster or in all. */
  listNamespaces(cluster?: string): Promise<string[]> {
    return this.list<string>('namespaces', { cluster });
  }

  /** Names of workloads, services or applications, in one cluster and namespace or in all. */
  listNames(of: NamesOf, cluster?: string, namespace?: string): Promise<string[]> {
    return this.list<string>('names', { of, cluster, namespace });
  }

  private expandFocus(focus: Focus, scopedVars?: ScopedVars): Focus {
    const out = { ...focus };
    for (const key of FOCUS_NAMES) {
      if (out[key]) {
        out[key] = expandName(this.templates, out[key], scopedVars);
      }
    }
    return out;
  }

  // An editor shows the reason itself: a pop-up for each failing list would be in the way of typing.
  private async list<T>(path: string, params: Record<string, string | undefined> = {}): Promise<T[]> {
    const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value));
    return (await this.getResource(path, given, { showErrorAlert: false })) ?? [];
  }
}
