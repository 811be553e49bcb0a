import { type AtlasQuery } from '../../types';
import { isDuration } from './choices';
import { asType, queryType, withPatch } from './queryTypes';

const graph: AtlasQuery = {
  refId: 'A',
  hide: true,
  datasource: { uid: 'atlas' },
  queryType: 'trafficGraph',
  clusters: ['east'],
  namespaces: ['bookinfo'],
  level: 'workload',
};

test('another type keeps what it knows, and what belongs to Grafana', () => {
  expect(asType(graph, queryType('traffic')!)).toEqual({ ...graph, queryType: 'traffic' });
  expect(asType(graph, queryType('clusters')!)).toEqual({
    refId: 'A',
    hide: true,
    datasource: { uid: 'atlas' },
    queryType: 'clusters',
    clusters: ['east'],
  });
});

test('a table has no places and nothing idle', () => {
  const drawn = { ...graph, services: true, find: 'edge', hideIf: 'outside', focus: { name: 'a' } };
  const more = { arrange: 'boxes', boxes: ['cluster'], idle: true };
  expect(asType({ ...drawn, ...more }, queryType('traffic')!)).toEqual({ ...drawn, queryType: 'traffic' });
});

test.each<[Partial<AtlasQuery>, string, Partial<AtlasQuery>]>([
  [{ queryType: 'health', measures: ['score', 'requests'] }, 'rates', { measures: ['requests'] }],
  [{ queryType: 'health', measures: ['score'] }, 'rates', {}],
  [{ queryType: 'rates', measures: ['latency', '$measure'] }, 'health', { measures: ['$measure'] }],
  [{ queryType: 'traffic', latency: 'none' }, 'rates', {}],
  [{ queryType: 'traffic', latency: 'p99' }, 'rates', { latency: 'p99' }],
  [{ queryType: 'variable', of: 'revisions' }, 'health', {}],
  [{ queryType: 'health', of: 'workloads' }, 'variable', { of: 'workloads' }],
])('%j as %s keeps what that type can say', (query, value, kept) => {
  expect(asType({ refId: 'A', ...query }, queryType(value)!)).toEqual({ refId: 'A', queryType: value, ...kept });
});

test.each([
  ['workloads', { kind: 'service', namespace: 'a', name: 'cart' }],
  ['istioConfig', { kind: 'service', namespace: 'a', name: 'cart' }],
  ['services', undefined],
])('a graph around one thing as %s is about that thing', (value, focus) => {
  const around = { kind: 'service', cluster: 'east', namespace: 'a', name: 'cart', hops: 2 };
  expect(asType({ ...graph, focus: around }, queryType(value)!).focus).toEqual(focus);
});

test('a patch can build on the query as it is by then', () => {
  const patched = withPatch(graph, ({ level }) => ({ level: `${level}!` }));
  expect(patched).toEqual({ ...graph, level: 'workload!' });
});

test('a patch removes what becomes empty', () => {
  expect(withPatch(graph, { clusters: [], namespaces: undefined, window: '', maxNodes: 5 })).toEqual({
    refId: 'A',
    hide: true,
    datasource: { uid: 'atlas' },
    queryType: 'trafficGraph',
    level: 'workload',
    maxNodes: 5,
  });
});

test.each([
  [undefined, true],
  ['', true],
  ['5m', true],
  ['1h30m', true],
  ['$window', true],
  ['five', false],
  ['5', false],
  ['-5m', false],
])('isDuration(%p) is %p', (text, wanted) => {
  expect(isDuration(text)).toBe(wanted);
});
