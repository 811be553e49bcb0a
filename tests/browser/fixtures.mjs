// What the mesh of the tests has, as the plugin's resources tell it, and the dashboard's variables.
export const RESOURCES = {
  clusters: {
    body: [
      { name: 'east', home: true, state: 'synced', error: '' },
      { name: 'west', home: false, state: 'synced', error: '' },
    ],
  },
  namespaces: { body: ['bookinfo', 'istio-system', 'sample'] },
  'namespaces?cluster=east': { body: ['bookinfo', 'sample'] },
  'names?of=workloads&cluster=east&namespace=bookinfo': { body: ['productpage-v1', 'reviews-v1', 'reviews-v2'] },
  'names?of=workloads': { body: ['reviews-v1'] },
  'names?of=applications&cluster=east&namespace=bookinfo': { body: ['productpage', 'reviews'] },
  'names?of=applications': { body: ['productpage', 'reviews'] },
  'names?of=services&cluster=east&namespace=bookinfo': { body: ['productpage', 'reviews'] },
};

export const VARIABLES = [
  { name: 'cluster', value: 'east', options: ['east', 'west'] },
  { name: 'ns', value: ['bookinfo'], options: ['bookinfo', 'sample'] },
];
