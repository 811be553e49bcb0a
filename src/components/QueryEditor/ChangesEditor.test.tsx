import { setUpEditor } from '../../test/editor';

test('kinds and what happened are picked or typed', async () => {
  const { pick, saved, onRunQuery } = setUpEditor({ queryType: 'changes', clusters: ['east'] });
  await pick('Kinds', 'VirtualService');
  await pick('What', /^Rolled out/);
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
  const { pick, saved } = setUpEditor({ queryType: 'changes', clusters: ['east'], kinds: ['Gateway'], what: ['lost'] });
  await pick('Query type', /^Clusters/);
  expect(saved()).toEqual({ refId: 'A', queryType: 'clusters', clusters: ['east'] });
});
