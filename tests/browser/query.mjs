// The editor of traffic, what editors of all queries have in common, and the variable editor, used as a person would.
import assert from 'node:assert/strict';

import { RESOURCES, VARIABLES } from './fixtures.mjs';

export const queryTests = {
  'query: a graph of two namespaces': async (open) => {
    const editor = await open({
      editor: 'query',
      app: 'panel-editor',
      value: { refId: 'A', queryType: 'trafficGraph', level: 'auto' },
      resources: RESOURCES,
      variables: VARIABLES,
    });
    await editor.screenshot('query-new');
    await editor.pick('Clusters', /^east/);
    await editor.pick('Namespaces', /^bookinfo/);
    await editor.pick('Namespaces', /^\$ns/, '$ns');
    await editor.pick('Names', /^reviews-v1/, 'revi');
    await editor.pick('Level', /^Workload/);
    await editor.pick('Protocols', /^HTTP/);
    await editor.pick('Protocols', /^gRPC/);
    assert.ok(await editor.page.getByText('gRPC', { exact: true }).isVisible(), 'a protocol is folded away');
    await editor.pick('Latency', /^99th/);
    await editor.pick('Window', /^7m/, '7m');
    await editor.pick('Compare to', /^2d/, '2d');
    await editor.page.getByLabel('Max nodes').fill('50');
    await editor.page.getByLabel('Max nodes').press('Enter');
    await editor.page.locator('label[for$="-cross"]').last().click();
    await editor.page.locator('label[for$="-idle"]').last().click();
    assert.deepEqual(await editor.saved(), {
      refId: 'A',
      queryType: 'trafficGraph',
      level: 'workload',
      clusters: ['east'],
      namespaces: ['bookinfo', '$ns'],
      names: ['reviews-v1'],
      protocols: ['http', 'grpc'],
      latency: 'p99',
      window: '7m',
      compareTo: '2d',
      maxNodes: 50,
      crossClusterOnly: true,
      idle: true,
    });
    assert.equal(await editor.runs(), 13, 'one run for each change');
    assert.ok(editor.asked.includes('names?of=workloads&cluster=east&namespace=bookinfo'), `asked for ${editor.asked}`);
    await editor.screenshot('query-graph');
    await editor.page.getByLabel('Namespaces', { exact: true }).click();
    await editor.page.getByRole('option', { name: 'sample' }).waitFor();
    await editor.screenshot('query-menu', false);
    await editor.close();
  },

  'query: a dashboard variable decides a switch and a number': async (open) => {
    const editor = await open({
      editor: 'query',
      app: 'panel-editor',
      value: { refId: 'A', queryType: 'traffic', services: '$gone' },
      resources: RESOURCES,
      variables: [...VARIABLES, { name: 'cross', value: 'false' }],
    });
    await editor.pick('Across clusters only', /^\$cross/);
    await editor.pick('Services', 'On');
    await editor.page.getByLabel('Max nodes').fill('$n');
    await editor.page.getByLabel('Max nodes').press('Enter');
    await editor.page.getByLabel('Find', { exact: true }).fill('errorrate > 0.05');
    await editor.page.getByLabel('Find', { exact: true }).press('Enter');
    const saved = { refId: 'A', queryType: 'traffic', services: true, crossClusterOnly: '$cross', maxNodes: '$n' };
    assert.deepEqual(await editor.saved(), { ...saved, find: 'errorrate > 0.05' });
    await editor.screenshot('query-switches');
    await editor.pick('Across clusters only', 'Off');
    assert.equal((await editor.saved()).crossClusterOnly, undefined);
    await editor.close();
  },

  'query: emptied again, nothing stays behind': async (open) => {
    const value = {
      refId: 'A',
      queryType: 'traffic',
      clusters: ['east'],
      window: '5m',
      maxNodes: 50,
      crossClusterOnly: true,
    };
    const editor = await open({ editor: 'query', app: 'explore', value, resources: RESOURCES });
    const { page } = editor;
    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.getByRole('button', { name: 'Clear value' }).click();
    await page.getByLabel('Max nodes').fill('');
    await page.getByLabel('Max nodes').blur();
    await page.locator('label[for$="-cross"]').last().click();
    assert.deepEqual(await editor.saved(), { refId: 'A', queryType: 'traffic' });
    await editor.close();
  },

  'query: a graph in boxes, focused, with finds': async (open) => {
    const value = { refId: 'A', queryType: 'trafficGraph', level: 'auto', hide: false };
    const editor = await open({
      editor: 'query',
      app: 'panel-editor',
      value,
      resources: RESOURCES,
      variables: VARIABLES,
    });
    const { page } = editor;
    await page.getByRole('combobox', { name: 'Level', exact: true }).click();
    await page.getByRole('option', { name: /^Versioned app/ }).waitFor();
    await editor.screenshot('query-levels', false);
    await page.keyboard.press('Escape');
    await editor.pick('Level', /^Versioned app/);
    await page.locator('label[for$="-services"]').last().click();
    await editor.pick('Names', /^reviews/);
    await editor.pick('Arrange', /^In boxes/);
    await editor.pick('Boxes', /^Namespaces/);
    await page.getByLabel('Find', { exact: true }).fill('errorrate > 0.05');
    await page.getByLabel('Find', { exact: true }).press('Enter');
    await page.getByLabel('Hide if', { exact: true }).fill('edge && rps < 0.1');
    await page.getByRole('button', { name: 'Focus' }).click();
    await editor.pick('Kind', /^Service/);
    await editor.pick('Cluster', /^east/);
    await editor.pick('Namespace', /^bookinfo/);
    await editor.pick('Name', /^reviews/, 'rev');
    await page.getByLabel('Hops').fill('2');
    await page.getByLabel('Hops').blur();
    const saved = {
      ...value,
      level: 'versionedApp',
      services: true,
      names: ['reviews'],
      arrange: 'boxes',
      boxes: ['namespace'],
      find: 'errorrate > 0.05',
      hideIf: 'edge && rps < 0.1',
      focus: { kind: 'service', cluster: 'east', namespace: 'bookinfo', name: 'reviews', hops: 2 },
    };
    assert.deepEqual(await editor.saved(), saved);
    assert.equal(await editor.runs(), 12, 'one run for each change');
    assert.ok(editor.asked.includes('names?of=applications'), `asked for ${editor.asked}`);
    assert.ok(editor.asked.includes('names?of=services&cluster=east&namespace=bookinfo'), `asked for ${editor.asked}`);
    await editor.screenshot('query-boxes');

    await page.getByRole('button', { name: 'Properties for: Find' }).click();
    await page.getByText('errorrate', { exact: true }).waitFor();
    await editor.screenshot('query-properties', false);
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Focus' }).click();
    await page.getByText('Service east/bookinfo/reviews, 2 hops').waitFor();
    await editor.screenshot('query-focus-closed');
    assert.deepEqual(await editor.saved(), saved, 'opening and closing changes nothing');
    await editor.close();
  },

  'query: a focus goes away with its last part': async (open) => {
    const value = { refId: 'A', queryType: 'trafficGraph', focus: { cluster: '$cluster', name: 'cart', hops: 2 } };
    const editor = await open({ editor: 'query', app: 'explore', value, resources: RESOURCES, variables: VARIABLES });
    const clear = () => editor.page.getByRole('button', { name: 'Clear value' }).first().click();
    await clear();
    assert.deepEqual((await editor.saved()).focus, { name: 'cart', hops: 2 });
    await editor.pick('Name', /^\$app/, '$app');
    assert.deepEqual((await editor.saved()).focus, { name: '$app', hops: 2 });
    await clear();
    assert.deepEqual(await editor.saved(), { refId: 'A', queryType: 'trafficGraph' });
    assert.ok(await editor.page.getByLabel('Hops').isDisabled());
    await editor.close();
  },

  'query: another type keeps the selection it knows': async (open) => {
    const value = {
      refId: 'A',
      queryType: 'trafficGraph',
      clusters: ['east'],
      namespaces: ['bookinfo'],
      level: 'namespace',
    };
    const editor = await open({ editor: 'query', app: 'explore', value, resources: RESOURCES });
    await editor.pick('Query type', /^Traffic table/);
    assert.deepEqual(await editor.saved(), { ...value, queryType: 'traffic' });
    await editor.pick('Query type', /^Clusters/);
    assert.deepEqual(await editor.saved(), { refId: 'A', queryType: 'clusters', clusters: ['east'] });
    await editor.screenshot('query-clusters');
    await editor.close();
  },

  'query: a backend that cannot list names says why, and typing works': async (open) => {
    const editor = await open({
      editor: 'query',
      app: 'explore',
      value: { refId: 'A', queryType: 'traffic' },
      refused: true,
      resources: {
        namespaces: { status: 502, body: { message: 'Prometheus at http://prometheus:9090: connection refused' } },
      },
    });
    await editor.pick('Namespaces', /^payments/, 'payments');
    await editor.page
      .getByText('No names to offer: Prometheus at http://prometheus:9090: connection refused')
      .waitFor();
    assert.deepEqual(await editor.saved(), { refId: 'A', queryType: 'traffic', namespaces: ['payments'] });
    await editor.screenshot('query-refused');
    await editor.close();
  },

  'query: fits a narrow pane': async (open) => {
    const value = {
      refId: 'A',
      queryType: 'trafficGraph',
      clusters: ['east', 'west'],
      namespaces: ['$ns'],
      window: 'soon',
      arrange: 'boxes',
      focus: { cluster: 'east' },
    };
    const editor = await open({ editor: 'query', app: 'explore', value, width: 560, light: true });
    const overflow = await editor.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `wider than the pane by ${overflow}`);
    await editor.screenshot('query-narrow');
    await editor.close();
    const config = { refId: 'A', queryType: 'istioConfig', kinds: ['VirtualService'], focus: { name: 'cart' } };
    const table = await open({ editor: 'query', app: 'explore', value: config, width: 480 });
    const beyond = await table.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(beyond <= 0, `wider than the pane by ${beyond}`);
    await table.screenshot('query-narrow-table');
    await table.close();
  },

  'variable: workloads of a namespace': async (open) => {
    const editor = await open({ editor: 'variable', value: '', resources: RESOURCES, variables: VARIABLES });
    await editor.pick('Names of', /^Workloads/);
    await editor.pick('Clusters', /^\$cluster/);
    await editor.pick('Namespaces', /^bookinfo/);
    assert.deepEqual(await editor.saved(), {
      refId: 'variable',
      queryType: 'variable',
      of: 'workloads',
      clusters: ['$cluster'],
      namespaces: ['bookinfo'],
    });
    assert.ok(editor.asked.includes('namespaces?cluster=east'), `asked for ${editor.asked}`);
    await editor.screenshot('variable');
    await editor.close();
  },
};
