import { CONFIGURED, THINGS } from './focus';
import { IstioConfigEditor } from './IstioConfigEditor';
import { type QueryTypeInfo } from './queryTypes';
import { TableEditor } from './TableEditor';

const SELECTION: QueryTypeInfo['fields'] = ['clusters', 'namespaces', 'names'];
const TRAFFIC: QueryTypeInfo['fields'] = ['traffic', 'latency', 'window', 'worstFirst'];

// A cluster that does not answer has no rows, which an alert rule would take for good news: alerts are of other types.
const TABLE = { alerting: false, Editor: TableEditor, fields: [...SELECTION, ...TRAFFIC] };

/** The tables of what runs where, in the order in which they are offered. */
export const TABLES: QueryTypeInfo[] = [
  {
    ...TABLE,
    value: 'namespaces',
    label: 'Namespaces',
    description: 'What they hold, mutual TLS, health and traffic',
    fields: ['clusters', 'namespaces', ...TRAFFIC],
  },
  {
    ...TABLE,
    value: 'applications',
    label: 'Applications',
    description: 'Versions, health and traffic, and where else they run',
  },
  {
    ...TABLE,
    value: 'workloads',
    label: 'Workloads',
    description: 'Pods, proxies, health and traffic',
    fields: [...SELECTION, 'focus', ...TRAFFIC],
    things: THINGS,
  },
  {
    ...TABLE,
    value: 'services',
    label: 'Services',
    description: 'Ports, endpoints in all clusters, health and traffic',
  },
  {
    ...TABLE,
    value: 'pods',
    label: 'Pods',
    description: 'Phase, containers, restarts, node and proxy',
    fields: [...SELECTION, 'focus'],
    things: THINGS,
  },
  {
    ...TABLE,
    Editor: IstioConfigEditor,
    value: 'istioConfig',
    label: 'Istio config',
    description: 'Istio and Gateway API objects, and what is wrong with them',
    fields: [...SELECTION, 'focus', 'kinds', 'severity', 'yaml'],
    things: CONFIGURED,
  },
];
