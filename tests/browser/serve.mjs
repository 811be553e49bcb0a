// Everything that the page asks for, answered from disk or by the test: nothing reaches a network.
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export const ORIGIN = 'http://grafana.test';

const TYPES = {
  '.js': 'text/javascript',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const FONTS = {
  'Inter-Regular.woff2': 'inter/files/inter-latin-400-normal.woff2',
  'Inter-Medium.woff2': 'inter/files/inter-latin-500-normal.woff2',
  'Inter-Italic.woff2': 'inter/files/inter-latin-400-italic.woff2',
  'Inter-MediumItalic.woff2': 'inter/files/inter-latin-500-italic.woff2',
};

const MONOSPACE = 'roboto-mono/files/roboto-mono-latin-400-normal.woff2';

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <style>body { margin: 0 }</style>
    <link rel="icon" href="data:," />
    <script>
      window.__grafana_public_path__ = '/public/';
      window.grafanaBootData = { settings: {}, user: {}, navTree: [], assets: {} };
    </script>
  </head>
  <body>
    <div id="root"></div>
    <script src="/host.js"></script>
  </body>
</html>`;

// The file behind a path; undefined for a path that nobody should ask for.
function fileFor(root, pathname) {
  const name = path.basename(pathname);
  const folders = {
    '/public/plugins/meshatlas-istio-datasource/': 'dist',
    '/public/build/img/icons/': 'node_modules/@grafana/ui/dist/public/img/icons',
  };
  if (pathname === '/host.js') {
    return path.join(root, '.cache/browser/host.js');
  }
  if (pathname.startsWith('/public/fonts/')) {
    return path.join(root, 'node_modules/@fontsource', FONTS[name] ?? MONOSPACE);
  }
  const prefix = Object.keys(folders).find((folder) => pathname.startsWith(folder));
  return prefix && path.join(root, folders[prefix], pathname.slice(prefix.length));
}

/**
 * Answers a page's requests. `resources` maps a resource's path with its query, such as `namespaces?cluster=east`, to
 * `{status, body}`; what is asked is noted in `asked`, what nobody has in `missing`. What it returns tells how many
 * requests are being answered.
 */
export async function serve(context, { root, resources, asked, missing }) {
  const traffic = { pending: 0 };
  await context.route('**', async (route) => {
    traffic.pending++;
    try {
      await answer(route);
    } finally {
      traffic.pending--;
    }
  });
  return traffic;

  async function answer(route) {
    const url = new URL(route.request().url());
    const resource = url.pathname.split('/resources/')[1];
    if (url.origin !== ORIGIN) {
      missing.push(url.href);
      return route.abort();
    }
    if (url.pathname === '/') {
      return route.fulfill({ contentType: 'text/html', body: PAGE });
    }
    if (resource) {
      const wanted = resource + (url.search.length > 1 ? url.search : '');
      asked.push(wanted);
      const { status = 200, body } = resources[wanted] ?? { status: 404, body: { message: `no ${wanted}` } };
      return route.fulfill({ status, json: body });
    }
    const file = fileFor(root, url.pathname);
    // The one icon that Grafana draws itself: it turns while names are on their way.
    if (url.pathname.endsWith('/spinner.svg')) {
      return route.fulfill({ contentType: TYPES['.svg'], body: '<svg xmlns="http://www.w3.org/2000/svg"/>' });
    }
    const body = file && (await readFile(file).catch(() => undefined));
    if (body) {
      return route.fulfill({ contentType: TYPES[path.extname(file)] ?? 'application/octet-stream', body });
    }
    missing.push(url.pathname);
    return route.fulfill({ status: 404, body: '' });
  }
}
