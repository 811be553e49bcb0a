import { someOptions } from '../../test/settings';
import { type AtlasJsonData } from '../../types';
import { compact, withCluster, withoutSecret, withSecret, withSetting } from './options';

const hidden: AtlasJsonData = {
  health: { rates: [{ tolerance: 0.1 }] },
  identity: { mode: 'oauth' },
};

describe('withSetting', () => {
  test('keeps what no section shows', () => {
    const options = someOptions({ jsonData: { ...hidden, timeInterval: '15s' } });
    expect(withSetting(options, 'timeInterval', '30s').jsonData).toEqual({ ...hidden, timeInterval: '30s' });
  });

  test.each<[keyof AtlasJsonData, unknown]>([
    ['timeInterval', ''],
    ['clusters', []],
    ['queryScope', {}],
    ['limits', undefined],
  ])('removes %s when it is empty', (key, empty) => {
    const options = someOptions({ jsonData: { ...hidden, [key]: 'before' } });
    expect(withSetting(options, key, empty as never).jsonData).toEqual(hidden);
  });
});

test('compact drops what is empty and keeps what says no', () => {
  expect(compact({ a: '', b: undefined, c: [], d: NaN, e: false, f: 0, g: 'x' })).toEqual({ e: false, f: 0, g: 'x' });
  expect(compact({ a: '' })).toBeUndefined();
});

describe('withoutSecret', () => {
  test('overwrites a stored secret with an empty text', () => {
    const options = someOptions({ secureJsonFields: { homeKubeconfig: true, other: true } });
    const cleared = withoutSecret(options, 'homeKubeconfig');
    expect(cleared.secureJsonData).toEqual({ homeKubeconfig: '' });
    expect(cleared.secureJsonFields).toEqual({ homeKubeconfig: false, other: true });
  });

  test('forgets one that was only typed', () => {
    const typed = withSecret(someOptions(), 'homeKubeconfig', 'abc');
    expect(withoutSecret(typed, 'homeKubeconfig').secureJsonData).toEqual({});
  });

  test('still overwrites a stored one that was replaced by typing', () => {
    const stored = someOptions({ secureJsonFields: { homeKubeconfig: true } });
    const retyped = withSecret(withoutSecret(stored, 'homeKubeconfig'), 'homeKubeconfig', 'abc');
    expect(withoutSecret(retyped, 'homeKubeconfig').secureJsonData).toEqual({ homeKubeconfig: '' });
  });
});

describe('withCluster', () => {
  const clusters = [
    { name: 'west', secret: { name: 'remote-west' } },
    { name: 'south', kubeconfig: true },
  ];
  const typed = someOptions({ jsonData: { clusters }, secureJsonData: { 'kubeconfig.south': 'abc' } });
  const stored = someOptions({ jsonData: { clusters }, secureJsonFields: { 'kubeconfig.south': true } });

  test('a typed kubeconfig moves along with a new name', () => {
    const renamed = withCluster(typed, 1, { name: 'sud', kubeconfig: true });
    expect(renamed.jsonData.clusters).toEqual([clusters[0], { name: 'sud', kubeconfig: true }]);
    expect(renamed.secureJsonData).toEqual({ 'kubeconfig.sud': 'abc' });
  });

  test('a stored kubeconfig is cleared under its old name', () => {
    const renamed = withCluster(stored, 1, { name: 'sud', kubeconfig: true });
    expect(renamed.secureJsonData).toEqual({ 'kubeconfig.south': '' });
    expect(renamed.secureJsonFields).toEqual({ 'kubeconfig.south': false });
  });

  test.each([
    ['removed', undefined],
    ['reached in another way', { name: 'south', accessible: false }],
  ])('a cluster that is %s leaves no kubeconfig behind', (_, next) => {
    expect(withCluster(stored, 1, next).secureJsonData).toEqual({ 'kubeconfig.south': '' });
    expect(withCluster(typed, 1, next).secureJsonData).toEqual({});
  });

  test('other changes leave kubeconfigs alone', () => {
    const links = [{ title: 'Kiali', url: 'https://kiali.south' }];
    expect(withCluster(typed, 1, { ...clusters[1], links }).secureJsonData).toEqual(typed.secureJsonData);
    expect(withCluster(stored, 0).secureJsonFields).toEqual(stored.secureJsonFields);
    expect(withCluster(stored, 0).jsonData.clusters).toEqual([clusters[1]]);
  });
});
