// force timezone to UTC to allow tests to work regardless of local timezone
// generally used by snapshots, but can affect specific tests
process.env.TZ = 'UTC';

const base = require('./.config/jest.config');
const { grafanaESModules, nodeModulesToTransform } = require('./.config/jest/utils');

// Packages below @grafana/ui that come as ES modules only, beyond those that the base configuration names.
const moreESModules = ['@marcbachmann/cel-js', 'd3-.*', 'internmap', 'delaunator', 'robust-predicates'];

module.exports = {
  ...base,
  // As in the base configuration, for .mjs files too.
  transform: { '^.+\\.m?[jt]sx?$': Object.values(base.transform)[0] },
  // Typing into a whole editor takes a while on a machine that does much else.
  testTimeout: 120000,
  transformIgnorePatterns: [nodeModulesToTransform([...grafanaESModules, ...moreESModules])],
};
