import { screen } from '@testing-library/react';

import { setUpEditor } from '../../test/editor';

test('kinds and what happened are picked or typed', async () => {
  const { user, saved, onRunQuery } = setUpEditor({ queryType: 'changes', clusters: ['east'] });
  await user.click(screen.getByLabelText('Kinds'));
  await user.click(await screen.findByRole('option', { name: 'VirtualService' }));
  await user.click(screen.getByLabelText('What'));
  await user.click(await screen.findByRole('option', { name: /^Rolled out/ }));
  expect(saved()).toEqual({
    refId: 'A',
    queryType: 'changes',
    clusters: ['east'],
    kinds: ['VirtualService'],
    what: ['rolledOut'],
  });
  expect(onRunQuery).toHaveBeenCalledTimes(2);
});

test('another type drops what only changes have', async () => {
  const { user, saved } = setUpEditor({ queryType: 'changes', clusters: ['east'], kinds: ['Gateway'], what: ['lost'] });
  await user.click(screen.getByLabelText('Query type'));
  await user.click(await screen.findByRole('option', { name: /^Clusters/ }));
  expect(saved()).toEqual({ refId: 'A', queryType: 'clusters', clusters: ['east'] });
});
