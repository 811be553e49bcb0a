import { readFileSync } from 'fs';
import path from 'path';
import { screen } from '@testing-library/react';

import { setUpEditor } from '../../test/editor';
import { CONFIG_KINDS } from './choices';

test('kinds are picked', async () => {
  const { pick, saved } = setUpEditor({ queryType: 'istioConfig' });
  await pick('Kinds', 'VirtualService');
  expect(saved()).toEqual({ refId: 'A', queryType: 'istioConfig', kinds: ['VirtualService'] });
});

test('findings are picked', async () => {
  const { pick, saved } = setUpEditor({ queryType: 'istioConfig' });
  await pick('Findings', /^Warnings and errors/);
  expect(saved()).toEqual({ refId: 'A', queryType: 'istioConfig', severity: 'warning' });
});

test('a switch that is off is not saved', async () => {
  const { user, saved } = setUpEditor({ queryType: 'istioConfig' });
  await user.click(screen.getByLabelText('YAML'));
  expect(saved()).toEqual({ refId: 'A', queryType: 'istioConfig', yaml: true });
  await user.click(screen.getByLabelText('YAML'));
  expect(saved()).toEqual({ refId: 'A', queryType: 'istioConfig' });
});

test('another table keeps the selection alone', async () => {
  const { pick, saved } = setUpEditor({ queryType: 'istioConfig', names: ['a'], kinds: ['Gateway'], yaml: true });
  await pick('Query type', /^Workloads/);
  expect(saved()).toEqual({ refId: 'A', queryType: 'workloads', names: ['a'] });
});

test('the kinds are those that the plugin knows', () => {
  const source = readFileSync(path.resolve(__dirname, '../../../pkg/mesh/configkinds.go'), 'utf8');
  expect(CONFIG_KINDS.map(({ value }) => value).sort()).toEqual(
    [...source.matchAll(/"(\w+)"/g)].map(([, name]) => name).sort()
  );
});
