import { CoreApp } from '@grafana/data';
import { screen, waitFor } from '@testing-library/react';

import { optionNames, setUpEditor } from '../../test/editor';
import { type AtlasQuery } from '../../types';
import { VariableEditor } from './VariableEditor';

test('shows the defaults and writes none', () => {
  const { saved, onRunQuery } = setUpEditor({ queryType: 'trafficGraph' });
  expect(screen.getByLabelText('Query type')).toHaveValue('Traffic graph');
  expect(screen.getByLabelText('Level')).toHaveValue('Auto');
  expect(screen.getByLabelText('Latency')).toHaveValue('95th percentile');
  expect(saved()).toEqual({ refId: 'A', queryType: 'trafficGraph' });
  expect(onRunQuery).not.toHaveBeenCalled();
});

test('picks a level and runs once', async () => {
  const { pick, saved, onRunQuery } = setUpEditor({ queryType: 'trafficGraph' });
  await pick('Level', /Namespace/);
  expect(saved()).toEqual({ refId: 'A', queryType: 'trafficGraph', level: 'namespace' });
  expect(onRunQuery).toHaveBeenCalledTimes(1);
});

test('offers names from the data source and variables, asked when the menu opens', async () => {
  const { user, saved, lists } = setUpEditor({ queryType: 'traffic', clusters: ['$cluster'] });
  expect(lists.namespaces).not.toHaveBeenCalled();
  await user.click(screen.getByLabelText('Namespaces'));
  expect(await optionNames()).toEqual(['$clusterDashboard variable', '$levelDashboard variable', 'bookinfo', 'sample']);
  expect(lists.namespaces).toHaveBeenCalledWith('east');
  await user.click(screen.getByRole('option', { name: 'bookinfo' }));
  expect(saved().namespaces).toEqual(['bookinfo']);
});

test('takes a typed variable', async () => {
  const { user, saved } = setUpEditor({ queryType: 'traffic' });
  await user.type(screen.getByLabelText('Namespaces'), '$ns');
  await user.click(await screen.findByRole('option', { name: /^\$ns/ }));
  expect(saved().namespaces).toEqual(['$ns']);
});

test('says why names are missing, and typing still works', async () => {
  const { user, saved, lists } = setUpEditor({ queryType: 'clusters' });
  lists.clusters.mockRejectedValue({ status: 502, data: { message: 'Prometheus: connection refused' }, config: {} });
  const complaints = jest.spyOn(console, 'error');
  await user.type(screen.getByLabelText('Clusters'), 'south');
  expect(await screen.findByText('No names to offer: Prometheus: connection refused')).toBeInTheDocument();
  await user.click(await screen.findByRole('option', { name: /^south/ }));
  expect(saved().clusters).toEqual(['south']);
  expect(complaints).not.toHaveBeenCalled();
});

test('a number counts once it is left, and an emptied one goes away', async () => {
  const { user, saved, onRunQuery } = setUpEditor({ queryType: 'trafficGraph' });
  const input = screen.getByLabelText('Max nodes');
  await user.type(input, '50');
  expect(onRunQuery).not.toHaveBeenCalled();
  await user.tab();
  expect(saved().maxNodes).toBe(50);
  expect(onRunQuery).toHaveBeenCalledTimes(1);
  await user.clear(input);
  await user.tab();
  expect(saved()).toEqual({ refId: 'A', queryType: 'trafficGraph' });
});

test('the switch adds and removes its field', async () => {
  const { user, saved } = setUpEditor({ queryType: 'trafficGraph' });
  await user.click(screen.getByLabelText('Across clusters only'));
  expect(saved().crossClusterOnly).toBe(true);
  await user.click(screen.getByLabelText('Across clusters only'));
  expect(saved()).toEqual({ refId: 'A', queryType: 'trafficGraph' });
});

test('a wrong window is said to be wrong', () => {
  setUpEditor({ queryType: 'trafficGraph', window: 'soon' });
  expect(screen.getByText('Not a duration such as 5m')).toBeInTheDocument();
});

test('alert rules are offered tables and series only', async () => {
  const { user } = setUpEditor({ queryType: 'clusters' }, { app: CoreApp.UnifiedAlerting });
  await user.click(screen.getByLabelText('Query type'));
  const offered = await optionNames();
  expect(offered).toHaveLength(4);
  expect(offered.join()).not.toMatch(/graph/i);
});

test('a type of a newer version keeps its name and fields', () => {
  const newer = { queryType: 'trust' as AtlasQuery['queryType'], names: ['x'] };
  const { saved } = setUpEditor(newer);
  expect(screen.getByLabelText('Query type')).toHaveValue('trust');
  expect(saved()).toEqual({ refId: 'A', ...newer });
});

test('a new dashboard variable starts from an empty text', async () => {
  const { pick, saved } = setUpEditor('' as unknown as AtlasQuery, {
    app: CoreApp.Dashboard,
    Editor: VariableEditor,
  });
  await pick('Names of', 'Workloads');
  expect(saved()).toEqual({ refId: 'variable', queryType: 'variable', of: 'workloads' });
  await pick('Namespaces', 'bookinfo');
  await waitFor(() => expect(saved().namespaces).toEqual(['bookinfo']));
  await pick('Names of', 'Clusters');
  expect(saved()).toEqual({ refId: 'variable', queryType: 'variable', of: 'clusters' });
});
