import { CoreApp } from '@grafana/data';
import { setBackendSrv, type BackendSrv, type BackendSrvRequest } from '@grafana/runtime';
import { of } from 'rxjs';

import { AtlasDataSource } from './datasource';
import { instanceSettings } from './test/settings';
import { fakeTemplates } from './test/templates';
import { type AtlasQuery } from './types';

const templates = fakeTemplates([
  { name: 'ns', value: ['bookinfo', 'sample'] },
  { name: 'level', value: 'namespace' },
  { name: 'w', value: '5m' },
  { name: 'app', value: 'reviews' },
  { name: 'on', value: 'true' },
  { name: 'off', value: 'false' },
  { name: 'n', value: '50' },
  { name: 'all', value: ['$__all'], options: ['east', 'west'] },
]);
const datasource = new AtlasDataSource(instanceSettings(), templates);

const query: AtlasQuery = {
  refId: 'A',
  queryType: 'traffic',
  clusters: ['east'],
  namespaces: ['$ns'],
  level: '$level',
  window: '$w',
  compareTo: '$w',
  crossClusterOnly: true,
  maxNodes: 50,
};

describe('variables in a query', () => {
  test('become names in lists and text elsewhere', () => {
    expect(datasource.applyTemplateVariables(query)).toEqual({
      ...query,
      namespaces: ['bookinfo', 'sample'],
      level: 'namespace',
      window: '5m',
      compareTo: '5m',
    });
    expect(query.namespaces).toEqual(['$ns']);
  });

  test('become text in what is drawn, marked and left out', () => {
    const drawn: AtlasQuery = {
      refId: 'A',
      queryType: 'trafficGraph',
      arrange: '$level',
      boxes: ['$level'],
      find: 'name == "$app" and rps > 1',
      hideIf: 'namespace == "${app}"',
      hide: true,
    };
    expect(datasource.applyTemplateVariables(drawn)).toEqual({
      ...drawn,
      arrange: 'namespace',
      boxes: ['namespace'],
      find: 'name == "reviews" and rps > 1',
      hideIf: 'namespace == "reviews"',
    });
  });

  test('become names in each part of a focus, and "All" leaves a part open', () => {
    const focused = {
      ...query,
      focus: { kind: '$level', cluster: '$all', namespace: '$ns', name: '$app-v1', hops: 2 },
    };
    expect(datasource.applyTemplateVariables(focused).focus).toEqual({
      kind: 'namespace',
      cluster: '',
      namespace: 'bookinfo,sample',
      name: 'reviews-v1',
      hops: 2,
    });
    expect(focused.focus.cluster).toBe('$all');
  });

  test('become text in switches and numbers, which the backend reads', () => {
    const switched: AtlasQuery = {
      refId: 'A',
      services: '$on',
      idle: true,
      crossClusterOnly: '$off',
      traffic: '$off',
      maxNodes: '$n',
      limit: '$n',
    };
    expect(datasource.applyTemplateVariables(switched)).toEqual({
      refId: 'A',
      services: 'true',
      idle: true,
      crossClusterOnly: 'false',
      traffic: 'false',
      maxNodes: '50',
      limit: '50',
    });
    expect(switched.services).toBe('$on');
  });

  test('become what series are asked of', () => {
    const rates: AtlasQuery = { refId: 'A', measures: ['latency'], by: '$level', side: '$level', limit: 7 };
    expect(datasource.applyTemplateVariables(rates)).toEqual({ ...rates, by: 'namespace', side: 'namespace' });
  });

  test('add no fields', () => {
    expect(datasource.applyTemplateVariables({ refId: 'A', queryType: 'clusters' })).toEqual({
      refId: 'A',
      queryType: 'clusters',
    });
  });

  test('are replaced the same way for Explore', () => {
    const [explored] = datasource.interpolateVariablesInQueries([query], {});
    expect(explored).toEqual({ ...datasource.applyTemplateVariables(query), datasource: datasource.getRef() });
  });
});

test.each<[string, Partial<AtlasQuery>, boolean]>([
  ['complete', { queryType: 'trafficGraph' }, true],
  ['hidden', { queryType: 'trafficGraph', hide: true }, false],
  ['without a type', {}, false],
  ['names of something', { queryType: 'variable', of: 'clusters' }, true],
  ['names of nothing', { queryType: 'variable' }, false],
  ['a type of a newer version, for the backend to refuse', { queryType: 'trust' as AtlasQuery['queryType'] }, true],
])('filterQuery: %s', (_, fields, runs) => {
  expect(datasource.filterQuery({ refId: 'A', ...fields })).toBe(runs);
});

test('annotations are asked for changes, in which variables are replaced', () => {
  expect(datasource.annotations.getDefaultQuery?.()).toEqual({ queryType: 'changes' });
  const asked: AtlasQuery = { refId: 'Anno', queryType: 'changes', clusters: ['$all'], kinds: ['$app'], what: ['$ns'] };
  expect(datasource.applyTemplateVariables(asked)).toEqual({
    ...asked,
    clusters: [],
    kinds: ['reviews'],
    what: ['bookinfo', 'sample'],
  });
  expect(datasource.filterQuery(asked)).toBe(true);
});

test('the first query draws a graph, and a table in alert rules', () => {
  expect(datasource.getDefaultQuery(CoreApp.Explore)).toEqual({ queryType: 'trafficGraph', level: 'auto' });
  expect(datasource.getDefaultQuery(CoreApp.PanelEditor)).toEqual({ queryType: 'trafficGraph', level: 'auto' });
  expect(datasource.getDefaultQuery(CoreApp.UnifiedAlerting)).toEqual({ queryType: 'health' });
  expect(datasource.getDefaultQuery(CoreApp.CloudAlerting)).toEqual({ queryType: 'health' });
});

test('the one name that a list stands for', () => {
  expect(datasource.only(['$app'])).toBe('reviews');
  expect(datasource.only(['$ns'])).toBeUndefined();
  expect(datasource.only(['$all'])).toBeUndefined();
  expect(datasource.only([undefined])).toBeUndefined();
  expect(datasource.only()).toBeUndefined();
});

describe('resources', () => {
  const asked: BackendSrvRequest[] = [];
  let answer: unknown;

  beforeEach(() => {
    asked.length = 0;
    answer = ['a'];
    setBackendSrv({
      fetch: (request: BackendSrvRequest) => {
        asked.push(request);
        return of({ data: answer });
      },
    } as unknown as BackendSrv);
  });

  test('are asked with what is known only, and without pop-ups', async () => {
    await expect(datasource.listNames('workloads', 'east', undefined)).resolves.toEqual(['a']);
    await datasource.listNamespaces();
    answer = [{ name: 'east', home: true }, { name: 'west' }];
    await expect(datasource.listClusters()).resolves.toEqual(['east', 'west']);
    expect(asked.map(({ url, params, showErrorAlert }) => ({ url, params, showErrorAlert }))).toEqual([
      {
        url: '/api/datasources/uid/atlas/resources/names',
        params: { of: 'workloads', cluster: 'east' },
        showErrorAlert: false,
      },
      { url: '/api/datasources/uid/atlas/resources/namespaces', params: {}, showErrorAlert: false },
      { url: '/api/datasources/uid/atlas/resources/clusters', params: {}, showErrorAlert: false },
    ]);
  });

  test('a null list is an empty one', async () => {
    answer = null;
    await expect(datasource.listClusters()).resolves.toEqual([]);
  });
});
