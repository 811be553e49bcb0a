import { CoreApp } from '@grafana/data';
import { screen } from '@testing-library/react';

import { optionNames, setUpEditor } from '../../test/editor';

test('shows the defaults and writes none', () => {
  const { saved } = setUpEditor({ queryType: 'rates' });
  expect(screen.getByLabelText('Measures')).toHaveAttribute('placeholder', 'Requests');
  expect(screen.getByLabelText('By')).toHaveValue('Namespace');
  expect(screen.getByLabelText('Side')).toHaveValue('What it serves');
  expect(screen.getByLabelText('Protocols')).toHaveAttribute('placeholder', 'All');
  expect(screen.getByLabelText('Limit')).toHaveAttribute('placeholder', '50');
  expect(screen.queryByLabelText('Latency')).not.toBeInTheDocument();
  expect(saved()).toEqual({ refId: 'A', queryType: 'rates' });
});

test('a panel takes several measures, and asks which latency', async () => {
  const editor = setUpEditor({ queryType: 'rates' });
  await editor.pick('Measures', /^Error ratio/);
  await editor.user.click(await screen.findByRole('option', { name: /^Latency/ }));
  await editor.user.keyboard('{Escape}');
  expect(editor.saved()).toEqual({ refId: 'A', queryType: 'rates', measures: ['errorratio', 'latency'] });
  await editor.user.click(screen.getByLabelText('Latency'));
  expect((await optionNames()).join()).not.toMatch(/None/);
  await editor.user.click(await screen.findByRole('option', { name: '99th percentile' }));
  expect(editor.saved().latency).toBe('p99');
});

test('an alert rule takes one measure, requests unless told, and all things', async () => {
  const editor = setUpEditor({ queryType: 'rates' }, { app: CoreApp.UnifiedAlerting });
  expect(screen.getByLabelText('Measure')).toHaveValue('Requests');
  expect(screen.getByLabelText('Limit')).toHaveAttribute('placeholder', 'All');
  await editor.pick('Measure', /^Error ratio/);
  expect(editor.saved()).toEqual({ refId: 'A', queryType: 'rates', measures: ['errorratio'] });
  await editor.pick('Measure', /^Latency/);
  expect(editor.saved().measures).toEqual(['latency']);
});

test('services are of what is called', async () => {
  const editor = setUpEditor({ queryType: 'rates' });
  await editor.pick('Side', /^What it sends/);
  expect(editor.saved()).toEqual({ refId: 'A', queryType: 'rates', side: 'source' });
  await editor.pick('By', /^Service/);
  expect(editor.saved()).toEqual({ refId: 'A', queryType: 'rates', by: 'service' });
  await editor.user.click(screen.getByLabelText('Side'));
  expect((await optionNames()).join()).not.toMatch(/sends/);
});

test.each([
  ['app', 'applications'],
  ['service', 'services'],
  ['clusterPair', 'workloads'],
  ['$level', 'applications'],
])('by %s, names are those of %s', async (by, kind) => {
  const editor = setUpEditor({ queryType: 'rates', by, clusters: ['east'] });
  await editor.pick('Names', /^reviews-v1/);
  expect(editor.lists.names).toHaveBeenCalledWith(kind, 'east', undefined);
  expect(editor.saved().names).toEqual(['reviews-v1']);
});

test('a limit is a number or a variable, and an emptied one goes away', async () => {
  const { user, saved } = setUpEditor({ queryType: 'rates' });
  const input = screen.getByLabelText('Limit');
  await user.type(input, '7{Enter}');
  expect(saved().limit).toBe(7);
  await user.clear(input);
  await user.type(input, '$n{Enter}');
  expect(saved().limit).toBe('$n');
  await user.clear(input);
  await user.tab();
  expect(saved()).toEqual({ refId: 'A', queryType: 'rates' });
});
