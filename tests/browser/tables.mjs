// The editors of tables and of changes, used as a person would.
import assert from 'node:assert/strict';

import { RESOURCES, VARIABLES } from './fixtures.mjs';

export const tableTests = {
  'query: a table of workloads': async (open) => {
    const value = { refId: 'A', queryType: 'trafficGraph', clusters: ['east'], level: 'app', latency: 'p99' };
    const editor = await open({ editor: 'query', app: 'panel-editor', value, resources: RESOURCES });
    const { page } = editor;
    await page.getByLabel('Query type').click();
    await page.getByRole('option', { name: /^Pods/ }).waitFor();
    await editor.screenshot('query-types', false);
    await page.keyboard.press('Escape');
    await editor.pick('Query type', /^Workloads/);
    await editor.pick('Namespaces', /^bookinfo/);
    await editor.pick('Names', /^reviews-v1/, 'revi');
    await editor.pick('Window', /^Last 5 minutes/);
    const saved = {
      refId: 'A',
      queryType: 'workloads',
      clusters: ['east'],
      namespaces: ['bookinfo'],
      names: ['reviews-v1'],
      latency: 'p99',
    };
    assert.deepEqual(await editor.saved(), { ...saved, window: '5m' });
    assert.ok(editor.asked.includes('names?of=workloads&cluster=east&namespace=bookinfo'), `asked for ${editor.asked}`);
    await editor.screenshot('query-table');
    await page.locator('label[for$="-traffic"]').last().click();
    await page.getByLabel('Window', { exact: true }).waitFor({ state: 'detached' });
    assert.deepEqual(await editor.saved(), { ...saved, window: '5m', traffic: false });
    await page.locator('label[for$="-traffic"]').last().click();
    assert.deepEqual(await editor.saved(), { ...saved, window: '5m' });
    await editor.close();
  },

  'query: the worst workloads of a service first': async (open) => {
    const focus = { kind: 'app', cluster: 'east', namespace: 'bookinfo', name: 'reviews', hops: 2 };
    const value = { refId: 'A', queryType: 'trafficGraph', clusters: ['east'], focus };
    const editor = await open({
      editor: 'query',
      app: 'panel-editor',
      value,
      resources: RESOURCES,
      variables: VARIABLES,
    });
    const { page } = editor;
    await editor.pick('Query type', /^Workloads/);
    const saved = { refId: 'A', queryType: 'workloads', clusters: ['east'] };
    const thing = { kind: 'app', namespace: 'bookinfo', name: 'reviews' };
    assert.deepEqual(await editor.saved(), { ...saved, focus: thing }, 'the graph’s node without its surroundings');
    await page.locator('label[for$="-worst-first"]').last().click();
    await editor.pick('Kind', /^Service/);
    await page.getByRole('button', { name: 'Clear value' }).first().click();
    await page.getByText('A name needs its namespace').waitFor();
    await editor.screenshot('query-table-incomplete');
    await editor.pick('Namespace', /^bookinfo/);
    await editor.pick('Name', /^productpage/, 'prod');
    const about = { ...saved, worstFirst: true, focus: { ...thing, kind: 'service', name: 'productpage' } };
    assert.deepEqual(await editor.saved(), about);
    assert.equal(await editor.runs(), 6, 'one run for each change');
    assert.ok(editor.asked.includes('names?of=services&cluster=east&namespace=bookinfo'), `asked for ${editor.asked}`);
    await editor.screenshot('query-table-focus');
    await page.getByRole('button', { name: 'Focus' }).click();
    await page.getByText('Service bookinfo/productpage').waitFor();
    await editor.pick('Query type', /^Pods/);
    const { worstFirst: _, ...pods } = about;
    assert.deepEqual(await editor.saved(), { ...pods, queryType: 'pods' });
    await editor.screenshot('query-pods');
    await editor.close();
  },

  'query: a table of configuration': async (open) => {
    const value = { refId: 'A', queryType: 'workloads', clusters: ['east'], traffic: false };
    const editor = await open({ editor: 'query', app: 'panel-editor', value, resources: RESOURCES });
    const { page } = editor;
    await editor.pick('Query type', /^Istio config/);
    await editor.pick('Namespaces', /^bookinfo/);
    await editor.pick('Kinds', /^VirtualService/, 'Virtual');
    await editor.pick('Kinds', /^Gateway$/, 'Gateway');
    await editor.pick('Names', /^reviews/, 'reviews');
    await editor.pick('Findings', /^Warnings and errors/);
    await page.locator('label[for$="-yaml"]').last().click();
    assert.deepEqual(await editor.saved(), {
      refId: 'A',
      queryType: 'istioConfig',
      clusters: ['east'],
      namespaces: ['bookinfo'],
      kinds: ['VirtualService', 'Gateway'],
      names: ['reviews'],
      severity: 'warning',
      yaml: true,
    });
    await editor.screenshot('query-istio-config');
    await page.getByRole('button', { name: 'Clear value' }).click();
    assert.equal((await editor.saved()).severity, undefined);
    await editor.close();
  },

  'query: configuration for a host outside the mesh': async (open) => {
    const value = { refId: 'A', queryType: 'istioConfig', clusters: ['east'] };
    const editor = await open({ editor: 'query', app: 'panel-editor', value, resources: RESOURCES });
    const { page } = editor;
    await page.getByRole('button', { name: 'Focus' }).click();
    await editor.pick('Namespace', /^bookinfo/);
    await editor.pick('Name', /^reviews/, 'rev');
    assert.deepEqual(await editor.saved(), { ...value, focus: { namespace: 'bookinfo', name: 'reviews' } });
    await editor.screenshot('query-istio-config-app');
    await editor.pick('Kind', /^Host outside/);
    await editor.pick('Name', /^api\.example\.com/, 'api.example.com');
    await page.getByLabel('Namespace', { exact: true }).waitFor({ state: 'detached' });
    assert.deepEqual(await editor.saved(), { ...value, focus: { kind: 'external', name: 'api.example.com' } });
    await editor.screenshot('query-istio-config-host');
    await page.getByRole('button', { name: 'Focus' }).click();
    await page.getByText('Host outside the mesh api.example.com').waitFor();
    await editor.close();
  },

  'query: changes of virtual services': async (open) => {
    const value = { refId: 'A', queryType: 'clusters', clusters: ['east'] };
    const editor = await open({ editor: 'query', app: 'panel-editor', value, resources: RESOURCES });
    await editor.pick('Query type', /^Changes/, 'Changes');
    await editor.pick('Kinds', /^VirtualService/);
    await editor.pick('What', /^Changed/);
    await editor.pick('What', /^Deleted/);
    assert.deepEqual(await editor.saved(), {
      ...value,
      queryType: 'changes',
      kinds: ['VirtualService'],
      what: ['changed', 'deleted'],
    });
    await editor.screenshot('query-changes');
    await editor.close();
  },
};
