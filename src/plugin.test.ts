import { readFileSync } from 'fs';
import path from 'path';

const root = path.resolve(__dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

test('plugin.json at the root is the one that Grafana reads', () => {
  expect(read('plugin.json')).toBe(read('src/plugin.json'));
});

test('what plugin.json names is there', () => {
  const plugin = JSON.parse(read('src/plugin.json'));
  expect(plugin.id).toBe('meshatlas-istio-datasource');
  expect(plugin.executable).toBe('gpx_meshatlas_istio');
  expect(JSON.parse(read('package.json')).name).toBe(plugin.id);
  const files: string[] = [
    ...Object.values<string>(plugin.info.logos),
    ...plugin.info.screenshots.map((screenshot: { path: string }) => screenshot.path),
    ...(plugin.includes ?? []).map((include: { path: string }) => include.path),
  ];
  files.forEach((file) => expect(read(path.join('src', file)).length).toBeGreaterThan(0));
});
