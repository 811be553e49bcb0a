import { CoreApp } from '@grafana/data';
import { screen } from '@testing-library/react';

import { setUpEditor } from '../../test/editor';

test('shows the defaults and writes none', () => {
  const { saved } = setUpEditor({ queryType: 'health' });
  expect(screen.getByLabelText('Health of')).toHaveValue('Namespaces');
  expect(screen.getByLabelText('Measures')).toHaveAttribute('placeholder', 'All');
  expect(screen.queryByLabelText('Names')).not.toBeInTheDocument();
  expect(saved()).toEqual({ refId: 'A', queryType: 'health' });
});

test('a panel takes several measures', async () => {
  const editor = setUpEditor({ queryType: 'health' });
  await editor.pick('Measures', /^Score/);
  await editor.user.click(await screen.findByRole('option', { name: /^Age/ }));
  expect(editor.saved()).toEqual({ refId: 'A', queryType: 'health', measures: ['score', 'age'] });
});

test('an alert rule takes one measure, and the score unless told', async () => {
  const editor = setUpEditor({ queryType: 'health' }, { app: CoreApp.UnifiedAlerting });
  expect(screen.getByLabelText('Measure')).toHaveValue('Score');
  await editor.pick('Measure', /^Reachable/);
  expect(editor.saved()).toEqual({ refId: 'A', queryType: 'health', measures: ['reachable'] });
  await editor.pick('Measure', /^Error ratio/);
  expect(editor.saved().measures).toEqual(['errorratio']);
});

test('rows are chosen by names of their kind', async () => {
  const editor = setUpEditor({ queryType: 'health', of: 'workloads', clusters: ['east'], namespaces: ['bookinfo'] });
  await editor.pick('Names', /^reviews-v1/);
  expect(editor.lists.names).toHaveBeenCalledWith('workloads', 'east', 'bookinfo');
  expect(editor.saved().names).toEqual(['reviews-v1']);
  await editor.user.keyboard('{Escape}');
  await editor.pick('Health of', /^Clusters/);
  expect(editor.saved()).toEqual({ refId: 'A', queryType: 'health', of: 'clusters', clusters: ['east'] });
  expect(screen.queryByLabelText('Namespaces')).not.toBeInTheDocument();
});

test('a variable decides what rows are, by the names of what it stands for', async () => {
  const variables = [{ name: 'kind', value: 'services' }];
  const editor = setUpEditor({ queryType: 'health', names: ['reviews'] }, { variables });
  expect(screen.queryByLabelText('Names')).not.toBeInTheDocument();
  await editor.pick('Health of', /^\$kind/);
  expect(editor.saved()).toEqual({ refId: 'A', queryType: 'health', of: '$kind', names: ['reviews'] });
  await editor.pick('Names', /^reviews-v1/);
  expect(editor.lists.names).toHaveBeenCalledWith('services', undefined, undefined);
});

test('the window is picked, and a wrong one is said to be wrong', async () => {
  const editor = setUpEditor({ queryType: 'health', window: 'soon' });
  expect(screen.getByText('Not a duration such as 5m')).toBeInTheDocument();
  await editor.pick('Window', /^Last 5 minutes/);
  expect(editor.saved().window).toBe('5m');
});
