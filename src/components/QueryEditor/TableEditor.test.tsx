import { screen } from '@testing-library/react';

import { setUpEditor } from '../../test/editor';
import { type TableType } from '../../types';

test.each<[TableType, string | undefined]>([
  ['namespaces', undefined],
  ['applications', 'applications'],
  ['workloads', 'workloads'],
  ['services', 'services'],
  ['pods', 'workloads'],
])('%s are chosen by the names of %s', async (queryType, names) => {
  const { user, lists } = setUpEditor({ queryType, clusters: ['east'], namespaces: ['bookinfo'] });
  expect(screen.getByLabelText('Namespaces')).toBeInTheDocument();
  expect(screen.queryAllByLabelText('Names')).toHaveLength(names ? 1 : 0);
  expect(screen.queryAllByLabelText('Traffic')).toHaveLength(queryType === 'pods' ? 0 : 1);
  expect(screen.queryAllByLabelText('Worst first')).toHaveLength(queryType === 'pods' ? 0 : 1);
  const focused = queryType === 'workloads' || queryType === 'pods';
  expect(screen.queryAllByRole('button', { name: 'Focus' })).toHaveLength(focused ? 1 : 0);
  if (names) {
    await user.click(screen.getByLabelText('Names'));
    await screen.findByRole('option', { name: 'reviews-v1' });
    expect(lists.names).toHaveBeenCalledWith(names, 'east', 'bookinfo');
  }
});

test('traffic is there until it is switched off', async () => {
  const { user, saved, onRunQuery } = setUpEditor({ queryType: 'workloads' });
  expect(screen.getByLabelText('Latency')).toHaveValue('95th percentile');
  await user.click(screen.getByLabelText('Traffic'));
  expect(saved()).toEqual({ refId: 'A', queryType: 'workloads', traffic: false });
  expect(screen.queryByLabelText('Latency')).not.toBeInTheDocument();
  expect(screen.queryByLabelText('Window')).not.toBeInTheDocument();
  await user.click(screen.getByLabelText('Traffic'));
  expect(saved()).toEqual({ refId: 'A', queryType: 'workloads' });
  expect(onRunQuery).toHaveBeenCalledTimes(2);
});

test('a variable decides whether there is traffic, of which there may be some then', async () => {
  const variables = [{ name: 'traffic', value: 'false' }];
  const { pick, saved } = setUpEditor({ queryType: 'workloads' }, { variables });
  expect(screen.getByLabelText('Traffic')).toHaveValue('On');
  await pick('Traffic', /^\$traffic/);
  expect(saved()).toEqual({ refId: 'A', queryType: 'workloads', traffic: '$traffic' });
  expect(screen.getByLabelText('Latency')).toBeInTheDocument();
  await pick('Traffic', /^Off/);
  expect(saved()).toEqual({ refId: 'A', queryType: 'workloads', traffic: false });
  expect(screen.queryByLabelText('Latency')).not.toBeInTheDocument();
  await pick('Traffic', /^On/);
  expect(saved()).toEqual({ refId: 'A', queryType: 'workloads' });
});

test('latency and window are picked', async () => {
  const { user, pick, saved } = setUpEditor({ queryType: 'services' });
  await pick('Latency', 'Median');
  await user.type(screen.getByLabelText('Window'), '7m');
  await user.click(await screen.findByRole('option', { name: /^7m/ }));
  expect(saved()).toEqual({ refId: 'A', queryType: 'services', latency: 'p50', window: '7m' });
});

test('a wrong window is said to be wrong', () => {
  setUpEditor({ queryType: 'applications', window: 'soon' });
  expect(screen.getByText('Not a duration such as 5m')).toBeInTheDocument();
});

test('the worst come first where rows have health', async () => {
  const { user, saved } = setUpEditor({ queryType: 'services', traffic: false });
  await user.click(screen.getByLabelText('Worst first'));
  expect(saved()).toEqual({ refId: 'A', queryType: 'services', traffic: false, worstFirst: true });
  await user.click(screen.getByLabelText('Worst first'));
  expect(saved()).toEqual({ refId: 'A', queryType: 'services', traffic: false });
});

test('a variable decides whether the worst come first', () => {
  setUpEditor({ queryType: 'namespaces', worstFirst: '$worst' });
  expect(screen.getByLabelText('Worst first')).toHaveValue('$worst');
});

test('another table keeps the selection and the traffic', async () => {
  const query = { clusters: ['east'], namespaces: ['bookinfo'], names: ['reviews-v1'], traffic: false };
  const { pick, saved } = setUpEditor({ queryType: 'workloads', ...query });
  await pick('Query type', /^Services/);
  expect(saved()).toEqual({ refId: 'A', queryType: 'services', ...query });
  await pick('Query type', /^Namespaces/);
  expect(saved()).toEqual({
    refId: 'A',
    queryType: 'namespaces',
    clusters: ['east'],
    namespaces: ['bookinfo'],
    traffic: false,
  });
});
