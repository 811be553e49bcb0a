import { type Focus } from '../../types';
import { asThing, CONFIGURED, describeFocus, describeThing, THINGS, withFocus } from './focus';

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

test.each<[Focus | undefined, Focus | undefined]>([
  [undefined, undefined],
  [
    { kind: 'app', cluster: 'east', namespace: 'a', name: 'cart', hops: 2 },
    { kind: 'app', namespace: 'a', name: 'cart' },
  ],
  [
    { kind: '$kind', name: '$app' },
    { kind: '$kind', name: '$app' },
  ],
  [{ kind: 'external', name: 'api.example.com' }, undefined],
  [{ kind: 'namespace', namespace: 'a' }, undefined],
  [{ cluster: 'east', namespace: 'a' }, undefined],
])('asThing(%p) is %p', (focus, wanted) => {
  expect(asThing(focus, THINGS)).toStrictEqual(wanted);
});

test.each<[Focus | undefined, string]>([
  [undefined, 'None'],
  [{ kind: 'service', namespace: 'a' }, 'None'],
  [{ namespace: 'a', name: 'cart' }, 'App a/cart'],
  [{ kind: 'external', name: 'api.example.com' }, 'Host outside the mesh api.example.com'],
])('describeThing(%p) is %p', (focus, wanted) => {
  expect(describeThing(focus, CONFIGURED)).toBe(wanted);
});
