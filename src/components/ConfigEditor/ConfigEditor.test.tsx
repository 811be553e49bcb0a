import React, { useState } from 'react';
import { setDataSourceSrv, type DataSourceSrv } from '@grafana/runtime';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { someOptions } from '../../test/settings';
import { ConfigEditor } from './ConfigEditor';
import { type Options } from './options';

beforeAll(() => {
  setDataSourceSrv({ getList: () => [], getInstanceSettings: () => undefined } as unknown as DataSourceSrv);
});

// The editor as the settings page holds it: what it reports is what it gets next.
function setUp(overrides: Partial<Options> = {}) {
  let current = someOptions(overrides);
  function Page() {
    const [options, setOptions] = useState(current);
    current = options;
    return <ConfigEditor options={options} onOptionsChange={setOptions} />;
  }
  render(<Page />);
  return { user: userEvent.setup(), saved: () => current };
}

const expand = (title: string) => screen.getByRole('button', { name: `Expand section ${title}` });

test('the URL alone is needed, and nothing else is written', async () => {
  const { user, saved } = setUp();
  expect(screen.getByText(/The one setting that is needed/)).toBeInTheDocument();
  await user.type(screen.getByLabelText('Data source connection URL'), 'http://prometheus:9090');
  expect(saved().url).toBe('http://prometheus:9090');
  expect(saved().jsonData).toEqual({});
  expect(saved().secureJsonData).toEqual({});
});

test('opening every section writes nothing', async () => {
  const { user, saved } = setUp({ jsonData: { health: { rates: [1] } } });
  for (const button of screen.getAllByRole('button', { name: /^Expand section/ })) {
    await user.click(button);
  }
  expect(saved().jsonData).toEqual({ health: { rates: [1] } });
});

test('a home cluster with a kubeconfig', async () => {
  const { user, saved } = setUp();
  await user.click(screen.getByRole('radio', { name: 'Kubeconfig' }));
  expect(screen.getByText('Give the home cluster its name')).toBeInTheDocument();
  await user.type(screen.getByLabelText(/^Name/), 'east');
  await user.click(screen.getByLabelText(/^Kubeconfig.*Paste/));
  await user.paste('apiVersion: v1');
  expect(saved().jsonData).toEqual({ homeCluster: { access: 'kubeconfig', name: 'east' } });
  expect(saved().secureJsonData).toEqual({ homeKubeconfig: 'apiVersion: v1' });

  await user.click(screen.getByRole('radio', { name: 'In-cluster' }));
  expect(saved().jsonData).toEqual({ homeCluster: { access: 'inCluster', name: 'east' } });
  expect(saved().secureJsonData).toEqual({});
});

test('a stored kubeconfig is not shown and can be reset', async () => {
  const { user, saved } = setUp({
    jsonData: { homeCluster: { name: 'east', access: 'kubeconfig' } },
    secureJsonFields: { homeKubeconfig: true },
  });
  expect(screen.getByDisplayValue('configured')).toBeDisabled();
  await user.click(screen.getByRole('button', { name: 'Reset' }));
  expect(saved().secureJsonData).toEqual({ homeKubeconfig: '' });
  expect(saved().secureJsonFields).toEqual({ homeKubeconfig: false });
});

test('a listed cluster: named, given a kubeconfig, renamed, removed', async () => {
  const { user, saved } = setUp();
  await user.click(expand('Listed clusters'));
  await user.click(screen.getByRole('button', { name: 'Add cluster' }));
  expect(saved().jsonData.clusters).toEqual([{ name: '', secret: { name: '' } }]);

  const name = screen.getByPlaceholderText('west');
  await user.type(name, 'south');
  expect(saved().jsonData.clusters?.[0].name).toBe('');
  await user.tab();
  expect(saved().jsonData.clusters?.[0].name).toBe('south');

  await user.click(screen.getAllByRole('radio', { name: 'Kubeconfig' })[1]);
  await user.click(screen.getByPlaceholderText(/apiVersion/));
  await user.paste('kind: Config');
  expect(saved().secureJsonData).toEqual({ 'kubeconfig.south': 'kind: Config' });

  await user.clear(name);
  await user.type(name, 'sud{Enter}');
  expect(saved().jsonData.clusters).toEqual([{ name: 'sud', kubeconfig: true }]);
  expect(saved().secureJsonData).toEqual({ 'kubeconfig.sud': 'kind: Config' });

  await user.click(screen.getByRole('button', { name: 'Remove cluster sud' }));
  expect(saved().jsonData).toEqual({});
  expect(saved().secureJsonData).toEqual({});
});

test('aliases: half a row is not saved', async () => {
  const { user, saved } = setUp({ jsonData: { clusterAliases: { Kubernetes: 'east' } } });
  await user.click(screen.getByRole('button', { name: 'Add alias' }));
  const names = screen.getAllByLabelText('Name in metrics');
  await user.type(names[1], 'cluster-1');
  expect(saved().jsonData.clusterAliases).toEqual({ Kubernetes: 'east' });
  await user.type(screen.getAllByLabelText('Cluster')[1], 'west');
  expect(saved().jsonData.clusterAliases).toEqual({ Kubernetes: 'east', 'cluster-1': 'west' });
  await user.clear(names[1]);
  await user.type(names[1], 'Kubernetes');
  expect(screen.getAllByText(/Listed twice/)).toHaveLength(2);
  await user.click(screen.getAllByRole('button', { name: 'Remove Kubernetes' })[0]);
  expect(saved().jsonData.clusterAliases).toEqual({ Kubernetes: 'west' });
  await user.click(screen.getByRole('button', { name: 'Remove Kubernetes' }));
  expect(saved().jsonData).toEqual({});
});

test('links: queries, the kind of traces, dashboards, and half a cluster is not saved', async () => {
  const links = { logsUid: 'loki', byCluster: { west: { tracesUid: 'tempo' } } };
  const { user, saved } = setUp({ jsonData: { links } });
  await user.click(screen.getByLabelText(/^Query for logs/));
  await user.paste('{app="${app}"}');
  await user.click(screen.getByRole('radio', { name: 'Jaeger' }));
  await user.click(screen.getByRole('switch', { name: /^Dashboards/ }));
  await user.click(screen.getByRole('button', { name: 'Add data sources of a cluster' }));
  await user.type(screen.getAllByPlaceholderText('west').at(-1)!, 'south');
  expect(saved().jsonData.links).toEqual({
    ...links,
    logsQuery: '{app="${app}"}',
    tracesType: 'jaeger',
    dashboards: false,
  });
  await user.click(screen.getByRole('switch', { name: /^Dashboards/ }));
  await user.click(screen.getByRole('radio', { name: 'Tempo' }));
  await user.clear(screen.getByLabelText(/^Query for logs/));
  await user.click(screen.getByRole('button', { name: 'Remove links of cluster west' }));
  expect(saved().jsonData).toEqual({ links: { logsUid: 'loki' } });
});

test('an emptied number leaves nothing behind', async () => {
  const { user, saved } = setUp({ jsonData: { limits: { maxNodes: 50 }, timeInterval: '15s' } });
  await user.clear(screen.getByLabelText(/^Nodes in a graph/));
  await user.type(screen.getByLabelText('Timeout in seconds'), '7');
  expect(saved().jsonData).toEqual({ timeInterval: '15s', timeout: 7 });
  await user.clear(screen.getByLabelText('Timeout in seconds'));
  expect(saved().jsonData).toEqual({ timeInterval: '15s' });
});

test('a provisioned data source cannot be edited', async () => {
  setUp({
    readOnly: true,
    jsonData: {
      homeCluster: { name: 'east', access: 'kubeconfig' },
      remoteSecrets: { enabled: true },
      clusters: [
        { name: 'west', secret: { name: 'remote-west' } },
        { name: 'south', kubeconfig: true, links: [{ title: 'Kiali', url: 'https://kiali' }] },
      ],
      clusterAliases: { Kubernetes: 'east' },
      queryScope: { mesh_id: 'mesh1' },
      limits: { maxNodes: 50 },
      links: { metricsUid: 'prom', byCluster: { west: { logsUid: 'loki' } } },
    },
  });
  for (const role of ['textbox', 'radio', 'switch', 'spinbutton', 'combobox', 'checkbox']) {
    screen.queryAllByRole(role).forEach((input) => expect(input).toBeDisabled());
  }
  const buttons = screen.getAllByRole('button', { name: /^(Add|Remove)/ });
  expect(buttons.length).toBeGreaterThan(5);
  buttons.forEach((button) =>
    expect(button.getAttribute('aria-disabled') === 'true' || button.hasAttribute('disabled')).toBe(true)
  );
});
