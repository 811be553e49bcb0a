import { expandList, expandText } from './interpolate';
import { fakeTemplates } from './test/templates';

const templates = fakeTemplates([
  { name: 'cluster', value: 'east' },
  { name: 'ns', value: ['bookinfo', 'sample'], options: ['bookinfo', 'sample', 'idle'] },
  { name: 'all', value: ['$__all'], options: ['bookinfo', 'sample', 'idle'] },
  { name: 'allPattern', value: '$__all', options: ['a'], allValue: '.*' },
  { name: 'none', value: '' },
  { name: 'odd', value: ['a,b', '{c}', '$ns', '"d"\n'] },
  { name: 'window', value: '5m' },
]);

describe('expandList', () => {
  test.each<[string, string[], string[]]>([
    ['plain names', ['a', 'b'], ['a', 'b']],
    ['one value', ['$cluster'], ['east']],
    ['several values give several names', ['x', '$ns', 'y'], ['x', 'bookinfo', 'sample', 'y']],
    ['every spelling of a reference', ['${ns}', '[[cluster]]'], ['bookinfo', 'sample', 'east']],
    ['a variable inside a name', ['reviews-$ns'], ['reviews-bookinfo', 'reviews-sample']],
    ['two variables inside a name', ['${cluster}/${ns}'], ['east/bookinfo', 'east/sample']],
    ['"All" means everything', ['$all'], []],
    ['"All" beside names means everything', ['x', '$all'], []],
    ['a pattern for "All" means everything', ['$allPattern'], []],
    ['the mark itself', ['$__all'], []],
    ['the word', ['All'], []],
    ['no value', ['$none'], []],
    ['no value beside a name', ['$none', 'x'], ['x']],
    ['each name once', ['east', '$cluster', ' east '], ['east']],
    ['an unknown variable stays for the backend to refuse', ['$nope'], ['$nope']],
    ['values that look like syntax', ['$odd'], ['a,b', '{c}', '$ns', '"d"\n']],
    ['an empty list', [], []],
  ])('%s', (_, given, wanted) => {
    expect(expandList(templates, given)).toEqual(wanted);
  });

  test('a repeated panel gets its own value, although the dashboard stands on "All"', () => {
    expect(expandList(templates, ['$all'], { all: { text: 'idle', value: 'idle' } })).toEqual(['idle']);
  });
});

test('expandText replaces variables as text', () => {
  expect(expandText(templates, '$window')).toBe('5m');
  expect(expandText(templates, '$window', { window: { text: '1h', value: '1h' } })).toBe('1h');
  expect(expandText(templates, 'p95')).toBe('p95');
});
