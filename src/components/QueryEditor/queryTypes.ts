import { type ComponentType } from 'react';

import { type AtlasQuery, type FocusKind, type QueryType } from '../../types';
import { ChangesEditor } from './ChangesEditor';
import { HEALTH_MEASURES, HEALTHS, RATE_LATENCIES, RATE_MEASURES, VALUES } from './choices';
import { ClustersEditor } from './ClustersEditor';
import { asThing } from './focus';
import { HealthEditor } from './HealthEditor';
import { type EditorProps, type Patch } from './props';
import { RatesEditor } from './RatesEditor';
import { TABLES } from './tables';
import { TrafficEditor } from './TrafficEditor';
import { ValuesEditor } from './ValuesEditor';

type Field = Exclude<keyof AtlasQuery, 'refId' | 'hide' | 'key' | 'queryType' | 'datasource'>;

/** A type of query that the editor offers. */
export interface QueryTypeInfo {
  value: QueryType;
  label: string;
  description: string;
  /** Whether an alert rule can use it. */
  alerting: boolean;
  Editor: ComponentType<EditorProps>;
  /** The fields that it has; others are dropped when a query becomes one of this type. */
  fields: Field[];
  /** What a field can hold where types that share it differ; other values are dropped likewise. */
  values?: Partial<Record<Field, string[]>>;
  /** What its focus can be, where that is not a node of a graph. */
  things?: FocusKind[];
}

const TRAFFIC_FIELDS: Field[] = [
  'clusters',
  'namespaces',
  'names',
  'level',
  'services',
  'protocols',
  'latency',
  'window',
  'compareTo',
  'crossClusterOnly',
  'maxNodes',
  'focus',
  'find',
  'hideIf',
];

const words = (choices: Array<{ value: string }>) => choices.map(({ value }) => value);

/** All types, in the order in which they are offered. */
export const QUERY_TYPES: QueryTypeInfo[] = [
  {
    value: 'trafficGraph',
    label: 'Traffic graph',
    description: 'Who calls whom, for the Node graph panel',
    alerting: false,
    Editor: TrafficEditor,
    fields: [...TRAFFIC_FIELDS, 'idle', 'arrange', 'boxes'],
  },
  {
    value: 'traffic',
    label: 'Traffic table',
    description: 'Who calls whom, one row for each pair',
    alerting: true,
    Editor: TrafficEditor,
    fields: TRAFFIC_FIELDS,
  },
  {
    value: 'rates',
    label: 'Rates over time',
    description: 'Requests, errors, latency and bytes as time series',
    alerting: true,
    Editor: RatesEditor,
    fields: ['clusters', 'namespaces', 'names', 'measures', 'by', 'side', 'latency', 'protocols', 'limit'],
    values: { measures: words(RATE_MEASURES), latency: words(RATE_LATENCIES) },
  },
  {
    value: 'clusters',
    label: 'Clusters',
    description: 'The clusters of the mesh and whether they can be reached',
    alerting: true,
    Editor: ClustersEditor,
    fields: ['clusters'],
  },
  ...TABLES,
  {
    value: 'health',
    label: 'Health (for alert rules)',
    description: 'How things do, in numbers',
    alerting: true,
    Editor: HealthEditor,
    fields: ['of', 'clusters', 'namespaces', 'names', 'measures', 'window'],
    values: { measures: words(HEALTH_MEASURES), of: words(HEALTHS) },
  },
  {
    value: 'changes',
    label: 'Changes (annotations)',
    description: 'What changed in the mesh, and when',
    alerting: false,
    Editor: ChangesEditor,
    fields: ['clusters', 'namespaces', 'names', 'kinds', 'what'],
  },
  {
    value: 'variable',
    label: 'Names',
    description: 'One column of names, as a dashboard variable gets them',
    alerting: false,
    Editor: ValuesEditor,
    fields: ['of', 'clusters', 'namespaces'],
    values: { of: words(VALUES) },
  },
];

export function queryType(value?: string): QueryTypeInfo | undefined {
  return QUERY_TYPES.find((type) => type.value === value);
}

/** The query as one of another type: what both types know stays. */
export function asType(query: AtlasQuery, next: QueryTypeInfo): AtlasQuery {
  const own: string[] = QUERY_TYPES.flatMap((type) => type.fields);
  const kept = Object.entries(query).filter(([key]) => !own.includes(key) || next.fields.some((f) => f === key));
  const known = Object.fromEntries(kept.map(([key, value]) => [key, valueOf(value, next.values?.[key as Field])]));
  const { things } = next;
  return withPatch(
    { ...(known as unknown as AtlasQuery), queryType: next.value },
    things ? { focus: asThing(query.focus, things) } : {}
  );
}

function valueOf(value: unknown, known?: string[]): unknown {
  const stays = (word: unknown) => !known || known.some((one) => one === word) || String(word).includes('$');
  return Array.isArray(value) ? value.filter(stays) : stays(value) ? value : undefined;
}

/** The query with a patch applied; fields that are undefined or empty lists are removed. */
export function withPatch(query: AtlasQuery, patch: Patch): AtlasQuery {
  const changed = typeof patch === 'function' ? patch(query) : patch;
  const kept = Object.entries({ ...query, ...changed }).filter(
    ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
  );
  return Object.fromEntries(kept) as unknown as AtlasQuery;
}
