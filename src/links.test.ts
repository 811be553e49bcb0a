import {
  dataFrameFromJSON,
  getFieldDisplayValuesProxy,
  mapInternalLinkToExplore,
  textUtil,
  type DataFrame,
  type DataFrameJSON,
  type DataLink,
} from '@grafana/data';
import { readFileSync } from 'fs';
import { property } from 'lodash';
import path from 'path';

// The frames that the backend's own test keeps, with a comment above the JSON.
const golden = readFileSync(path.resolve(__dirname, '../pkg/frames/testdata/graph.jsonc'), 'utf8');
const { frames } = JSON.parse(golden.slice(golden.search(/^\{/m))) as { frames: DataFrameJSON[] };
const [nodes, edges] = frames.map((frame) => dataFrameFromJSON(frame));

const VARIABLE = /\$\{(\w+)(?:\.([^:}]+))?(?::(\w+))?\}/g;
const BUILT_IN: Record<string, string> = { __url_time_range: 'from=now-1h&to=now' };

/**
 * The links of a row as Grafana's panel makes them, by title. The panel leaves out a link of which a variable stands
 * for its own name, which Grafana takes for not defined.
 */
function menu(frame: DataFrame, id: string): Record<string, string> {
  const field = frame.fields.find(({ name }) => name === 'id')!;
  const rowIndex = field.values.indexOf(id);
  expect(rowIndex).toBeGreaterThanOrEqual(0);
  const fields = getFieldDisplayValuesProxy({ frame, rowIndex });
  const links = (field.config.links ?? []).flatMap((link: DataLink) => {
    let defined = true;
    const replace = (text = '') =>
      text.replace(VARIABLE, (match, name: string, at: string) => {
        const value = name === '__data' ? String(property(at)({ fields })) : BUILT_IN[name];
        defined = defined && value !== undefined && value !== match;
        return value;
      });
    const internalLink = link.internal;
    const { title, href } = internalLink
      ? mapInternalLinkToExplore({ link, internalLink, scopedVars: {}, field, replaceVariables: replace })
      : { title: replace(link.title), href: textUtil.sanitizeUrl(replace(link.url)) };
    return defined ? [[title, href]] : [];
  });
  return Object.fromEntries(links);
}

const explored = (href: string) => JSON.parse(new URL(href, 'http://grafana').searchParams.get('left')!);

test('a workload has logs and traces of its cluster, and its dashboard', () => {
  const links = menu(nodes, 'workload/west/shop/cart');
  expect(Object.keys(links)).toEqual([
    'Dashboards/Workload',
    'Dashboards/Traffic',
    'Metrics/PromQL of this node',
    'Logs and traces/Logs',
    'Logs and traces/Traces',
  ]);
  expect(links['Dashboards/Workload']).toBe(
    '/d/meshatlas-workload?var-cluster=west&var-namespace=shop&var-workload=cart&from=now-1h&to=now'
  );
  expect(links['Dashboards/Traffic']).toBe(
    '/d/meshatlas-traffic?var-level=workload&var-cluster=west&var-namespace=shop&from=now-1h&to=now'
  );
  expect(explored(links['Logs and traces/Logs'])).toEqual({
    datasource: 'loki-west',
    queries: [
      {
        datasource: { uid: 'loki-west' },
        refId: 'A',
        queryType: 'range',
        editorMode: 'code',
        expr: '{namespace="shop", pod=~"cart-.*"}',
      },
    ],
  });
  expect(explored(links['Logs and traces/Traces']).queries[0]).toMatchObject({
    queryType: 'traceql',
    query: '{ span.node_id =~ ".*~cart-[^~]*[.]shop~.*" }',
  });
});

test('what has neither logs nor a dashboard has no such links', () => {
  expect(Object.keys(menu(nodes, 'external/west/api.example.com'))).toEqual(['Metrics/PromQL of this node']);
  expect(Object.keys(menu(edges, edges.fields[0].values[0]))).toEqual(['Metrics/PromQL of this edge']);
});
