import { screen, within } from '@testing-library/react';

import { optionNames, setUpEditor } from '../../test/editor';

test.each([
  ['auto', 'workloads', true],
  ['cluster', 'workloads', false],
  ['namespace', 'workloads', false],
  ['app', 'applications', true],
  ['versionedApp', 'applications', true],
  ['workload', 'workloads', true],
  ['service', 'services', false],
  ['$level', 'applications', true],
])('at level %s the names are %s, and services can be put between: %p', async (level, names, services) => {
  const { user, lists } = setUpEditor({ queryType: 'trafficGraph', level });
  await user.click(screen.getByLabelText('Names'));
  await screen.findByRole('option', { name: 'reviews-v1' });
  expect(lists.names).toHaveBeenCalledWith(names, undefined, undefined);
  expect(screen.queryAllByLabelText('Services')).toHaveLength(services ? 1 : 0);
});

test('every level can be picked', async () => {
  const { pick, saved } = setUpEditor({ queryType: 'trafficGraph' });
  for (const [label, level] of Object.entries({ 'Versioned app': 'versionedApp', App: 'app', Service: 'service' })) {
    await pick('Level', new RegExp(`^${label}`));
    expect(saved().level).toBe(level);
  }
});

test('services are switched on and off', async () => {
  const { user, saved } = setUpEditor({ queryType: 'trafficGraph' });
  await user.click(screen.getByLabelText('Services'));
  expect(saved().services).toBe(true);
  await user.click(screen.getByLabelText('Services'));
  expect(saved()).toEqual({ refId: 'A', queryType: 'trafficGraph' });
});

test('boxes are asked for once nodes stand in boxes', async () => {
  const { pick, saved } = setUpEditor({ queryType: 'trafficGraph' });
  expect(screen.getByLabelText('Arrange')).toHaveValue('By the panel');
  expect(screen.queryByLabelText('Boxes')).not.toBeInTheDocument();
  await pick('Arrange', /^In boxes/);
  await pick('Boxes', 'Clusters');
  expect(saved()).toEqual({ refId: 'A', queryType: 'trafficGraph', arrange: 'boxes', boxes: ['cluster'] });
});

test('idle nodes are switched on and off', async () => {
  const { user, saved } = setUpEditor({ queryType: 'trafficGraph' });
  await user.click(screen.getByLabelText('Idle'));
  expect(saved().idle).toBe(true);
  await user.click(screen.getByLabelText('Idle'));
  expect(saved()).toEqual({ refId: 'A', queryType: 'trafficGraph' });
});

describe('a switch that a dashboard variable decides', () => {
  const variables = [
    { name: 'cross', value: 'false' },
    { name: 'cluster', value: 'east' },
  ];

  test('is a menu of on, off and the variables that are either', async () => {
    const { user, pick, saved } = setUpEditor({ queryType: 'trafficGraph' }, { variables });
    expect(screen.getByLabelText('Across clusters only')).toHaveValue('Off');
    await user.click(screen.getByLabelText('Across clusters only'));
    expect(await optionNames()).toEqual(['Off', 'On', '$crossDashboard variable']);
    await user.click(screen.getByRole('option', { name: /^\$cross/ }));
    expect(saved().crossClusterOnly).toBe('$cross');
    await pick('Across clusters only', 'On');
    expect(saved().crossClusterOnly).toBe(true);
    await pick('Across clusters only', 'Off');
    expect(saved()).toEqual({ refId: 'A', queryType: 'trafficGraph' });
  });

  test('keeps its text where the dashboard lacks the variable', () => {
    const { saved } = setUpEditor({ queryType: 'traffic', services: '$mine', maxNodes: '$n' });
    expect(screen.getByLabelText('Services')).toHaveValue('$mine');
    expect(screen.getByLabelText('Max nodes')).toHaveValue('$n');
    expect(saved()).toEqual({ refId: 'A', queryType: 'traffic', services: '$mine', maxNodes: '$n' });
  });
});

test('max nodes takes a number or a variable', async () => {
  const { user, saved } = setUpEditor({ queryType: 'traffic' });
  const input = screen.getByLabelText('Max nodes');
  await user.type(input, '$n{Enter}');
  expect(saved().maxNodes).toBe('$n');
  await user.clear(input);
  await user.type(input, 'many{Enter}');
  expect(saved()).toEqual({ refId: 'A', queryType: 'traffic' });
});

test('protocols are picked, or a variable that stands for them', async () => {
  const { user, pick, saved } = setUpEditor({ queryType: 'trafficGraph' });
  await pick('Protocols', 'gRPC');
  await user.click(await screen.findByRole('option', { name: /^\$level/ }));
  expect(saved()).toEqual({ refId: 'A', queryType: 'trafficGraph', protocols: ['grpc', '$level'] });
});

test('a table has no places and nothing idle', () => {
  setUpEditor({ queryType: 'traffic', arrange: 'boxes' });
  for (const label of ['Arrange', 'Boxes', 'Idle']) {
    expect(screen.queryByLabelText(label)).not.toBeInTheDocument();
  }
  expect(screen.getByLabelText('Find')).toBeInTheDocument();
  expect(screen.getByLabelText('Hide if')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Focus' })).toBeInTheDocument();
});

test('expressions count once they are left, and leave the switch of the panel alone', async () => {
  const { user, saved, onRunQuery } = setUpEditor({ queryType: 'trafficGraph', hide: false });
  await user.type(screen.getByLabelText('Find'), 'errorrate > 0.05');
  expect(onRunQuery).not.toHaveBeenCalled();
  await user.type(screen.getByLabelText('Hide if'), 'edge && rps < 0.1{Enter}');
  const query = { refId: 'A', queryType: 'trafficGraph', hide: false };
  expect(saved()).toEqual({ ...query, find: 'errorrate > 0.05', hideIf: 'edge && rps < 0.1' });
  expect(onRunQuery).toHaveBeenCalledTimes(2);
  await user.clear(screen.getByLabelText('Find'));
  await user.clear(screen.getByLabelText('Hide if'));
  await user.tab();
  expect(saved()).toEqual(query);
});

test('the properties are at hand', async () => {
  const { user } = setUpEditor({ queryType: 'trafficGraph' });
  await user.click(screen.getByRole('button', { name: 'Properties for: Hide if' }));
  const row = (await screen.findByText('errorrate')).closest('tr')!;
  expect(within(row).getByText(/share of requests that failed/)).toBeInTheDocument();
});

describe('focus', () => {
  test('is closed until it is asked for, and says what it is', async () => {
    const { user } = setUpEditor({ queryType: 'trafficGraph' });
    const button = screen.getByRole('button', { name: 'Focus' });
    expect(button).toHaveAttribute('aria-expanded', 'false');
    expect(button).toHaveTextContent('None');
    expect(screen.queryByLabelText('Hops')).not.toBeInTheDocument();
    await user.click(button);
    expect(screen.getByLabelText('Hops')).toBeDisabled();
  });

  test('is put together part by part, with the names of its kind', async () => {
    const { user, pick, saved, lists } = setUpEditor({ queryType: 'traffic', level: 'workload' });
    await user.click(screen.getByRole('button', { name: 'Focus' }));
    await pick('Kind', 'Service');
    await pick('Cluster', /^\$cluster/);
    await pick('Namespace', 'bookinfo');
    await pick('Name', 'reviews-v1');
    expect(lists.namespaces).toHaveBeenCalledWith('east');
    expect(lists.names).toHaveBeenCalledWith('services', 'east', 'bookinfo');
    await user.type(screen.getByLabelText('Hops'), '30{Enter}');
    expect(saved().focus).toEqual({
      kind: 'service',
      cluster: '$cluster',
      namespace: 'bookinfo',
      name: 'reviews-v1',
      hops: 20,
    });
  });

  test('offers no names of hosts outside the mesh', async () => {
    const { user, lists } = setUpEditor({ queryType: 'trafficGraph', focus: { kind: 'external' } });
    await user.click(screen.getByLabelText('Name'));
    await screen.findByRole('option', { name: /^\$cluster/ });
    expect(lists.names).not.toHaveBeenCalled();
  });

  test('takes a typed name', async () => {
    const { user, saved } = setUpEditor({ queryType: 'trafficGraph', focus: { cluster: 'east', hops: 2 } });
    await user.type(screen.getByLabelText('Name'), '$app');
    await user.click(await screen.findByRole('option', { name: /^\$app/ }));
    expect(saved().focus).toEqual({ cluster: 'east', name: '$app', hops: 2 });
  });

  test('keeps what is typed in one part when another is chosen right after', async () => {
    const { user, pick, saved } = setUpEditor({ queryType: 'trafficGraph', focus: { cluster: 'east' } });
    await user.type(screen.getByLabelText('Hops'), '3');
    await pick('Kind', 'App');
    expect(saved().focus).toEqual({ kind: 'app', cluster: 'east', hops: 3 });
  });
});

test('options are those that are there', async () => {
  const { user } = setUpEditor({ queryType: 'trafficGraph' });
  await user.click(screen.getByLabelText('Level'));
  expect((await optionNames()).map((text) => text?.split(/(?<=[a-z])(?=[A-Z])/)[0])).toEqual([
    'Auto',
    'Cluster',
    'Namespace',
    'App',
    'Versioned app',
    'Workload',
    'Service',
    '$cluster',
    '$level',
  ]);
});
