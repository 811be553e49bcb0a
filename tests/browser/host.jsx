// The page around the editors: what Grafana gives a plugin, without Grafana. It loads the production module.js through
// a small define(), with the real libraries as its externals, and mounts one editor in Grafana's theme.
import * as emotionCss from '@emotion/css';
import * as grafanaData from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaUi from '@grafana/ui';
import lodash from 'lodash';
import * as React from 'react';
import * as jsxRuntime from 'react/jsx-runtime';
import * as ReactDOM from 'react-dom';
import { createRoot } from 'react-dom/client';
import * as rxjs from 'rxjs';

import { instanceSettings, someOptions } from '../../src/test/settings';
import { fakeTemplates } from '../../src/test/templates';

const PLUGIN = '/public/plugins/meshatlas-istio-datasource/module.js';

const EXTERNALS = {
  '@emotion/css': emotionCss,
  '@grafana/data': grafanaData,
  '@grafana/runtime': grafanaRuntime,
  '@grafana/ui': grafanaUi,
  lodash,
  module: { uri: PLUGIN },
  react: React,
  'react/jsx-runtime': jsxRuntime,
  'react-dom': ReactDOM,
  rxjs,
};

function loadPlugin() {
  return new Promise((resolve, reject) => {
    window.define = (names, factory) => {
      const unknown = names.filter((name) => !(name in EXTERNALS));
      if (unknown.length > 0) {
        reject(new Error(`the plugin asks for ${unknown}, which Grafana may not have`));
      }
      resolve(factory(...names.map((name) => EXTERNALS[name])).plugin);
    };
    const script = document.createElement('script');
    script.src = PLUGIN;
    script.onerror = () => reject(new Error(`${PLUGIN} could not be loaded`));
    document.head.append(script);
  });
}

const OTHER_DATA_SOURCES = [
  { uid: 'prom', name: 'Prometheus', type: 'prometheus', kinds: ['metrics'] },
  { uid: 'sql', name: 'Sales', type: 'mysql', kinds: ['metrics'] },
  { uid: 'tempo', name: 'Tempo', type: 'tempo', kinds: ['tracing'] },
  { uid: 'loki', name: 'Loki', type: 'loki', kinds: ['logs'] },
  { uid: 'loki-west', name: 'Loki West', type: 'loki', kinds: ['logs'] },
].map((settings) => ({
  ...settings,
  meta: { id: settings.type, name: settings.name, info: { logos: { small: '', large: '' } } },
}));

function setSingletons(templates) {
  // Whoever asks for none in particular gets the default one, as in Grafana.
  const named = (ref) =>
    ref ? OTHER_DATA_SOURCES.find(({ uid, name }) => [uid, name].includes(ref.uid ?? ref)) : OTHER_DATA_SOURCES[0];
  grafanaRuntime.setTemplateSrv(templates);
  grafanaRuntime.setBackendSrv({
    fetch: ({ url, params = {} }) =>
      rxjs.from(
        window.fetch(`${url}?${new URLSearchParams(params)}`).then(async (response) => {
          const data = await response.json();
          if (!response.ok) {
            throw { status: response.status, statusText: response.statusText, data, config: { url } };
          }
          return { data };
        })
      ),
  });
  grafanaRuntime.setDataSourceSrv({
    getInstanceSettings: named,
    getList: ({ filter = () => true, ...kinds }) =>
      OTHER_DATA_SOURCES.filter((ds) => ds.kinds.some((kind) => kinds[kind]) && filter(ds)),
  });
}

// The page holds what the settings page, the panel or the variable would hold: what an editor reports is what it gets
// next, and what would be saved.
function Holder({ initial, draw }) {
  const [value, setValue] = React.useState(initial);
  const [runs, setRuns] = React.useState(0);
  React.useLayoutEffect(() => {
    window.atlas = { value, runs };
  });
  return draw(value, setValue, () => setRuns((count) => count + 1));
}

function editorFor(plugin, { editor, app, variables }) {
  const { ConfigEditor, QueryEditor } = plugin.components;
  const templates = fakeTemplates(variables);
  setSingletons(templates);
  const datasource = new plugin.DataSourceClass(instanceSettings(), templates);
  const VariableEditor = datasource.variables.editor;
  const QueryOrVariable = editor === 'variable' ? VariableEditor : QueryEditor;
  return function draw(value, onChange, onRunQuery) {
    return editor === 'config' ? (
      <ConfigEditor options={value} onOptionsChange={onChange} />
    ) : (
      <QueryOrVariable datasource={datasource} query={value} onChange={onChange} onRunQuery={onRunQuery} app={app} />
    );
  };
}

async function main() {
  const setup = window.atlasSetup;
  await initPluginTranslations('meshatlas-istio-datasource', []);
  const plugin = await loadPlugin();
  const theme = grafanaData.createTheme({ colors: { mode: setup.light ? 'light' : 'dark' } });
  createRoot(document.getElementById('root')).render(
    <grafanaData.ThemeContext.Provider value={theme}>
      <grafanaUi.GlobalStyles />
      <div style={{ padding: 24, background: theme.colors.background.primary }} data-testid="editor">
        <Holder
          initial={setup.editor === 'config' ? someOptions(setup.value) : setup.value}
          draw={editorFor(plugin, setup)}
        />
      </div>
      <grafanaUi.PortalContainer />
    </grafanaData.ThemeContext.Provider>
  );
}

main();
