// The settings page, used as a person would.
import assert from 'node:assert/strict';

const KUBECONFIG = 'apiVersion: v1\nkind: Config\nclusters: []\n';

// What the settings page starts from; the same as someOptions() in src/test.
const BASE = {
  id: 1,
  uid: 'atlas',
  orgId: 1,
  name: 'Mesh Atlas',
  typeName: 'Mesh Atlas',
  typeLogoUrl: '',
  type: 'meshatlas-istio-datasource',
  access: 'proxy',
  url: '',
  user: '',
  database: '',
  basicAuth: false,
  basicAuthUser: '',
  isDefault: false,
  readOnly: false,
  withCredentials: false,
  jsonData: {},
  secureJsonFields: {},
  secureJsonData: {},
};

/** Every setting that the page has, and two that it keeps. */
export const FULL = {
  homeCluster: { name: 'east', access: 'kubeconfig' },
  remoteSecrets: { enabled: true, namespaces: ['istio-system', 'mesh'], selectors: ['istio/multiCluster=true'] },
  clusters: [
    { name: 'west', secret: { namespace: 'istio-system', name: 'remote-west', key: 'config' } },
    { name: 'south', kubeconfig: true },
    { name: 'north', accessible: false, links: [{ title: 'Kiali (north)', url: 'https://kiali.north.example.com' }] },
  ],
  clusterAliases: { Kubernetes: 'east' },
  queryScope: { mesh_id: 'mesh1' },
  timeInterval: '15s',
  identity: { mode: 'serviceAccount' },
  health: { rates: [{ namespace: 'bookinfo' }] },
  links: {
    metricsUid: 'prom',
    tracesUid: 'tempo',
    logsUid: 'loki',
    byCluster: { west: { logsUid: 'loki-west' } },
    logsQuery: '{app="${app}"}',
    tracesType: 'jaeger',
    tracesQuery: '${app}.${namespace}',
    dashboards: false,
  },
  limits: { clusterTimeout: '5s', maxNodes: 200 },
};

const expand = (page, title) => page.getByRole('button', { name: `Expand section ${title}` }).click();

async function expandAll(page) {
  const closed = page.getByRole('button', { name: /^Expand section/ });
  while ((await closed.count()) > 0) {
    await closed.first().click();
  }
}

export const configTests = {
  'settings: a new data source needs the URL alone': async (open) => {
    const editor = await open({ editor: 'config', value: {} });
    await editor.screenshot('config-new');
    await editor.page.getByLabel('Data source connection URL').fill('http://prometheus:9090');
    assert.deepEqual(await editor.saved(), { ...BASE, url: 'http://prometheus:9090' });
    await editor.close();
  },

  'settings: looking at every section writes nothing': async (open) => {
    const editor = await open({ editor: 'config', value: {} });
    await expandAll(editor.page);
    assert.deepEqual(await editor.saved(), BASE);
    await editor.close();
  },

  'settings: filled in from empty to full': async (open) => {
    const editor = await open({
      editor: 'config',
      value: { jsonData: { health: FULL.health, identity: FULL.identity } },
    });
    const { page } = editor;
    await page.getByLabel('Data source connection URL').fill('http://prometheus:9090');

    await expand(page, 'Metrics');
    await page.locator('#atlas-time-interval').fill('15s');
    await page.getByRole('button', { name: 'Add label' }).click();
    await page.locator('#atlas-query-scope-name-0').fill('mesh_id');
    await page.locator('#atlas-query-scope-target-0').fill('mesh1');

    await page.getByRole('radio', { name: 'Kubeconfig' }).first().check();
    await page.locator('#atlas-home-name').fill('east');
    await page.locator('#atlas-home-kubeconfig').fill(KUBECONFIG);

    await expand(page, 'Remote clusters from secrets');
    await page.locator('label[for="atlas-remote-enabled"]').last().click();
    await page.locator('label[for="atlas-remote-enabled"]').last().click();
    await editor.pick(/^Namespaces/, /^istio-system/);
    await editor.pick(/^Namespaces/, /^mesh/, 'mesh');
    await editor.pick(/^Label selectors/, /^istio\/multiCluster=true/);

    await listClusters(page);

    await expand(page, 'Cluster aliases');
    await page.getByRole('button', { name: 'Add alias' }).click();
    await page.locator('#atlas-alias-name-0').fill('Kubernetes');
    await page.locator('#atlas-alias-target-0').fill('east');

    await expand(page, 'Links');
    for (const [field, name] of [
      ['metricsUid', 'Prometheus'],
      ['tracesUid', 'Tempo'],
      ['logsUid', 'Loki'],
    ]) {
      await page.locator(`#atlas-links-${field}`).click();
      await page.getByRole('option', { name, exact: true }).click();
    }
    await page.getByRole('button', { name: 'Add data sources of a cluster' }).click();
    await page.locator('#atlas-links-cluster-0').fill('west');
    await page.locator('#atlas-links-cluster-0-logsUid').click();
    await page.getByRole('option', { name: 'Loki West' }).click();
    await page.locator('#atlas-links-logs-query').fill('{app="${app}"}');
    await page.getByRole('radio', { name: 'Jaeger' }).check();
    await page.locator('#atlas-links-traces-query').fill('${app}.${namespace}');
    await page.locator('label[for="atlas-links-dashboards"]').last().click();

    await expand(page, 'Limits');
    await page.locator('#atlas-cluster-timeout').fill('5s');
    await page.locator('#atlas-max-nodes').fill('200');

    await editor.screenshot('config-full');
    assert.deepEqual(await editor.saved(), {
      ...BASE,
      url: 'http://prometheus:9090',
      jsonData: FULL,
      secureJsonData: { homeKubeconfig: KUBECONFIG, 'kubeconfig.south': KUBECONFIG },
    });
    await editor.close();
  },

  'settings: links go away again': async (open) => {
    const editor = await open({ editor: 'config', value: { jsonData: { links: FULL.links } } });
    const { page } = editor;
    await editor.screenshot('config-links');
    await page.getByRole('button', { name: 'Remove links of cluster west' }).click();
    await page.locator('#atlas-links-logs-query').fill('');
    await page.getByRole('radio', { name: 'Tempo' }).check();
    await page.locator('#atlas-links-traces-query').fill('');
    await page.locator('label[for="atlas-links-dashboards"]').last().click();
    assert.deepEqual((await editor.saved()).jsonData, {
      links: { metricsUid: 'prom', tracesUid: 'tempo', logsUid: 'loki' },
    });
    await editor.close();
  },

  "settings: authentication, TLS and headers are Grafana's own": async (open) => {
    const editor = await open({ editor: 'config', value: { url: 'https://prometheus' } });
    const { page } = editor;
    await page.locator('#auth-method-select').click();
    await page.getByRole('option', { name: /Basic authentication/ }).click();
    await page.getByLabel('User').fill('grafana');
    await page.getByPlaceholder('Password').fill('secret');
    await page.getByText('Add self-signed certificate').click();
    await page.locator('#self-signed-certificate-input').fill('CERT');
    await expand(page, 'HTTP headers');
    await page.getByRole('button', { name: 'Add header' }).click();
    await page.getByPlaceholder('X-Custom-Header').fill('X-Scope-OrgID');
    await page.getByPlaceholder('Header value').fill('mesh');
    await page.getByPlaceholder('Header value').blur();
    assert.deepEqual(await editor.saved(), {
      ...BASE,
      url: 'https://prometheus',
      basicAuth: true,
      basicAuthUser: 'grafana',
      jsonData: { oauthPassThru: false, tlsAuthWithCACert: true, httpHeaderName1: 'X-Scope-OrgID' },
      secureJsonData: { basicAuthPassword: 'secret', tlsCACert: 'CERT', httpHeaderValue1: 'mesh' },
    });
    await editor.close();
  },

  'settings: stored kubeconfigs are cleared with their clusters': async (open) => {
    const editor = await open({
      editor: 'config',
      value: { jsonData: FULL, secureJsonFields: { homeKubeconfig: true, 'kubeconfig.south': true } },
    });
    const { page } = editor;
    await editor.screenshot('config-stored');
    await page.getByRole('button', { name: 'Remove cluster south' }).click();
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.locator('#atlas-home-kubeconfig').fill(KUBECONFIG);
    assert.deepEqual(await editor.saved(), {
      ...BASE,
      jsonData: { ...FULL, clusters: [FULL.clusters[0], FULL.clusters[2]] },
      secureJsonFields: { homeKubeconfig: false, 'kubeconfig.south': false },
      secureJsonData: { homeKubeconfig: KUBECONFIG, 'kubeconfig.south': '' },
    });
    await editor.close();
  },

  'settings: a provisioned data source is shown and cannot be changed': async (open) => {
    const editor = await open({
      editor: 'config',
      light: true,
      value: { readOnly: true, url: 'http://p', jsonData: FULL },
    });
    const { page } = editor;
    await editor.screenshot('config-provisioned');
    await expandAll(page);
    assert.equal(await page.getByRole('button', { name: /^(Clear|Reset)/ }).count(), 0, 'can be cleared');
    for (const input of await page.locator('input:visible, textarea:visible').all()) {
      assert.ok(await input.isDisabled(), `can be changed: ${await input.evaluate((element) => element.outerHTML)}`);
    }
    await editor.close();
  },
};

async function listClusters(page) {
  await expand(page, 'Listed clusters');
  const add = page.getByRole('button', { name: 'Add cluster' });
  // The home cluster has a choice of its own named Kubeconfig, above those of the list.
  const choose = (index, how) => page.getByRole('radio', { name: how }).nth(index).check();

  await add.click();
  await page.locator('#atlas-cluster-0-name').fill('west');
  await page.locator('#atlas-cluster-0-secret-name').fill('remote-west');
  await page.locator('#atlas-cluster-0-secret-namespace').fill('istio-system');
  await page.locator('#atlas-cluster-0-secret-key').fill('config');

  await add.click();
  await page.locator('#atlas-cluster-1-name').fill('sud');
  await choose(2, 'Kubeconfig');
  await page.locator('#atlas-cluster-1-kubeconfig').fill(KUBECONFIG);
  await page.locator('#atlas-cluster-1-name').fill('south');

  await add.click();
  await page.locator('#atlas-cluster-2-name').fill('north');
  await choose(2, 'Not accessible');
  await page.getByRole('button', { name: 'Add link' }).nth(2).click();
  await page.locator('#atlas-cluster-2-link-title-0').fill('Kiali (north)');
  await page.locator('#atlas-cluster-2-link-url-0').fill('https://kiali.north.example.com');
}
