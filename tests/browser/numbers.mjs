// The editors of health and rates, for panels and for alert rules, used as a person would.
import assert from 'node:assert/strict';

import { RESOURCES, VARIABLES } from './fixtures.mjs';

export const numberTests = {
  'query: alert rules are offered tables and series only': async (open) => {
    const editor = await open({
      editor: 'query',
      app: 'unified-alerting',
      value: { refId: 'A', queryType: 'clusters' },
    });
    await editor.page.getByLabel('Query type').click();
    await editor.page.getByRole('option').first().waitFor();
    const offered = await editor.page.getByRole('option').allTextContents();
    assert.equal(offered.length, 4, offered.join());
    assert.ok(!offered.some((text) => /graph/i.test(text)), offered.join());
    await editor.close();
  },

  'query: an alert rule judges one number of health': async (open) => {
    const editor = await open({
      editor: 'query',
      app: 'unified-alerting',
      value: { refId: 'A', queryType: 'clusters' },
      resources: RESOURCES,
    });
    await editor.pick('Query type', /^Health/);
    await editor.pick('Health of', /^Workloads/);
    await editor.pick('Measure', /^Error ratio/);
    await editor.pick('Clusters', /^east/);
    await editor.pick('Namespaces', /^bookinfo/);
    await editor.pick('Names', /^reviews-v1/, 'revi');
    const saved = {
      refId: 'A',
      queryType: 'health',
      of: 'workloads',
      measures: ['errorratio'],
      clusters: ['east'],
      namespaces: ['bookinfo'],
      names: ['reviews-v1'],
    };
    assert.deepEqual(await editor.saved(), saved);
    await editor.pick('Measure', /^Reachable/);
    assert.deepEqual(await editor.saved(), { ...saved, measures: ['reachable'] });
    await editor.screenshot('query-health');
    await editor.close();
  },

  'query: a panel shows some numbers of health': async (open) => {
    const value = { refId: 'A', queryType: 'health' };
    const editor = await open({ editor: 'query', app: 'panel-editor', value, resources: RESOURCES });
    await editor.pick('Measures', /^Score/);
    await editor.pick('Measures', /^Error ratio/);
    await editor.pick('Measures', /^Age/);
    await editor.pick('Window', /^Last 5 minutes/);
    assert.deepEqual(await editor.saved(), { ...value, measures: ['score', 'errorratio', 'age'], window: '5m' });
    for (const shown of ['Score', 'Error ratio', 'Age']) {
      assert.ok(await editor.page.getByText(shown, { exact: true }).isVisible(), `${shown} is folded away`);
    }
    await editor.screenshot('query-health-panel');
    await editor.close();
  },

  'query: rates over time of apps': async (open) => {
    const value = { refId: 'A', queryType: 'traffic', clusters: ['east'], latency: 'none', level: 'app' };
    const editor = await open({
      editor: 'query',
      app: 'panel-editor',
      value,
      resources: RESOURCES,
      variables: VARIABLES,
    });
    const { page } = editor;
    await editor.pick('Query type', /^Rates over time/);
    assert.deepEqual(await editor.saved(), { refId: 'A', queryType: 'rates', clusters: ['east'] });
    await editor.pick('Measures', /^Error ratio/);
    await editor.pick('Measures', /^Latency/);
    await editor.pick('By', /^App/);
    await editor.pick('Side', /^What it sends/);
    await editor.pick('Namespaces', /^\$ns/, '$ns');
    await editor.pick('Names', /^reviews/, 'revi');
    await editor.pick('Latency', /^99th/);
    await editor.pick('Protocols', /^HTTP/);
    await page.getByLabel('Limit').fill('10');
    await page.getByLabel('Limit').press('Enter');
    const saved = {
      refId: 'A',
      queryType: 'rates',
      clusters: ['east'],
      measures: ['errorratio', 'latency'],
      by: 'app',
      side: 'source',
      namespaces: ['$ns'],
      names: ['reviews'],
      latency: 'p99',
      protocols: ['http'],
      limit: 10,
    };
    assert.deepEqual(await editor.saved(), saved);
    assert.equal(await editor.runs(), 10, 'one run for each change');
    await editor.screenshot('query-rates');
    await editor.pick('By', /^Service/);
    const { side: _, ...served } = saved;
    assert.deepEqual(await editor.saved(), { ...served, by: 'service' });
    await editor.close();
  },

  'query: an alert rule judges rates over time': async (open) => {
    const value = { refId: 'A', queryType: 'health', measures: ['score'], namespaces: ['bookinfo'] };
    const editor = await open({ editor: 'query', app: 'unified-alerting', value, resources: RESOURCES });
    await editor.pick('Query type', /^Rates over time/);
    await editor.pick('Measure', /^Latency/);
    await editor.pick('By', /^Cluster pair/);
    const saved = {
      refId: 'A',
      queryType: 'rates',
      namespaces: ['bookinfo'],
      measures: ['latency'],
      by: 'clusterPair',
    };
    assert.deepEqual(await editor.saved(), saved);
    await editor.screenshot('query-rates-alert');
    await editor.close();
  },
};
