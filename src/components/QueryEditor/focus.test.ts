import { type Focus } from '../../types';
import { describeFocus, withFocus } from './focus';

test.each<[string, Focus | undefined, Focus, Focus | undefined]>([
  ['the first part', undefined, { cluster: 'east' }, { cluster: 'east' }],
  ['one more', { cluster: 'east', hops: 2 }, { name: 'cart' }, { cluster: 'east', name: 'cart', hops: 2 }],
  ['one less', { cluster: 'east', name: 'cart' }, { name: undefined }, { cluster: 'east' }],
  ['the last part takes the hops along', { name: 'cart', hops: 2 }, { name: undefined }, undefined],
  ['hops alone are none', undefined, { hops: 2 }, undefined],
  ['the default of hops', { name: 'cart', hops: 2 }, { hops: undefined }, { name: 'cart' }],
])('withFocus: %s', (_, focus, patch, wanted) => {
  expect(withFocus(focus, patch)).toStrictEqual(wanted);
});

test.each<[Focus | undefined, string]>([
  [undefined, 'None'],
  [{ name: 'cart' }, 'cart, 1 hop'],
  [{ kind: 'app', cluster: 'east', name: '$app', hops: 3 }, 'App east/$app, 3 hops'],
  [{ kind: '$kind' }, '$kind, 1 hop'],
])('describeFocus(%p) is %p', (focus, wanted) => {
  expect(describeFocus(focus)).toBe(wanted);
});
