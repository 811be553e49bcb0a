import { screen } from '@testing-library/react';

import { optionNames, setUpEditor } from '../../test/editor';

test('a table of pods is about all until it is about one app', async () => {
  const editor = setUpEditor({ queryType: 'pods', clusters: ['$cluster'] });
  const button = screen.getByRole('button', { name: 'Focus' });
  expect(button).toHaveTextContent('None');
  await editor.user.click(button);
  expect(screen.getByLabelText('Kind')).toHaveValue('App');
  expect(screen.queryByLabelText('Hops')).not.toBeInTheDocument();
  await editor.pick('Namespace', 'bookinfo');
  await editor.pick('Name', 'reviews-v1');
  expect(editor.lists.namespaces).toHaveBeenCalledWith('east');
  expect(editor.lists.names).toHaveBeenCalledWith('applications', 'east', 'bookinfo');
  const focus = { namespace: 'bookinfo', name: 'reviews-v1' };
  expect(editor.saved()).toEqual({ refId: 'A', queryType: 'pods', clusters: ['$cluster'], focus });
  await editor.user.click(button);
  expect(button).toHaveTextContent('App bookinfo/reviews-v1');
});

test('kinds are those that a table can be about', async () => {
  const editor = setUpEditor({ queryType: 'workloads', focus: { name: 'cart', namespace: 'sample' } });
  await editor.user.click(screen.getByLabelText('Kind'));
  expect((await optionNames()).filter((text) => !text?.startsWith('$'))).toEqual(['App', 'Workload', 'Service']);
  await editor.user.click(screen.getByRole('option', { name: 'Service' }));
  expect(editor.saved().focus).toEqual({ kind: 'service', namespace: 'sample', name: 'cart' });
  await editor.user.click(screen.getByLabelText('Name'));
  await screen.findByRole('option', { name: 'reviews-v1' });
  expect(editor.lists.names).toHaveBeenCalledWith('services', undefined, 'sample');
});

test('a name needs its namespace', async () => {
  const editor = setUpEditor({ queryType: 'workloads', focus: { kind: 'workload', name: 'cart-v1' } });
  expect(screen.getByText('A name needs its namespace')).toBeInTheDocument();
  await editor.pick('Namespace', 'sample');
  expect(screen.queryByText('A name needs its namespace')).not.toBeInTheDocument();
});

test('configuration is about a host outside the mesh too, which is in no namespace', async () => {
  const editor = setUpEditor({ queryType: 'istioConfig', focus: { namespace: 'bookinfo', name: 'x' } });
  await editor.pick('Kind', 'Host outside the mesh');
  expect(editor.saved().focus).toEqual({ kind: 'external', name: 'x' });
  expect(screen.queryByText('A name needs its namespace')).not.toBeInTheDocument();
  await editor.user.type(screen.getByLabelText('Name'), 'api.example.com');
  await editor.user.click(await screen.findByRole('option', { name: /^api/ }));
  expect(editor.saved().focus).toEqual({ kind: 'external', name: 'api.example.com' });
  expect(editor.lists.names).not.toHaveBeenCalled();
});
