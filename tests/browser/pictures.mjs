// The pictures of the editors in docs/img.
import { FULL } from './config.mjs';

export const pictures = {
  'config-editor': async (open) => {
    const { homeCluster, remoteSecrets, clusters } = FULL;
    const editor = await open({
      editor: 'config',
      width: 860,
      value: {
        jsonData: { homeCluster, remoteSecrets, clusters: clusters.filter(({ name }) => name !== 'south') },
        secureJsonFields: { homeKubeconfig: true },
      },
    });
    const top = async (title) => (await editor.page.getByRole('heading', { name: title }).boundingBox()).y;
    const from = (await top('Home cluster')) - 16;
    await editor.picture('config-editor', from, (await top('Cluster aliases')) - 44 - from);
    await editor.close();
  },

  'query-editor': async (open) => {
    const value = {
      refId: 'A',
      queryType: 'trafficGraph',
      level: 'workload',
      clusters: ['east'],
      namespaces: ['bookinfo', '$ns'],
      names: ['reviews-v1'],
      protocols: ['http', 'grpc'],
      latency: 'p99',
      window: '5m',
      compareTo: '1d',
      idle: true,
      find: 'errorrate > 0.05',
    };
    const editor = await open({ editor: 'query', app: 'panel-editor', value });
    const { height } = await editor.page.getByTestId('editor').boundingBox();
    await editor.picture('query-editor', 0, height);
    await editor.close();
  },
};
