import { type DataSourceInstanceSettings } from '@grafana/data';

import { type Options } from '../components/ConfigEditor/options';
import { type AtlasJsonData } from '../types';

const NEW = {
  id: 1,
  uid: 'atlas',
  orgId: 1,
  name: 'Mesh Atlas',
  typeName: 'Mesh Atlas',
  typeLogoUrl: '',
  type: 'meshatlas-istio-datasource',
  access: 'proxy' as const,
  url: '',
  user: '',
  database: '',
  basicAuth: false,
  basicAuthUser: '',
  isDefault: false,
  readOnly: false,
  withCredentials: false,
  jsonData: {},
  secureJsonFields: {},
  secureJsonData: {},
};

/** A data source as the settings page gets it: new, but for what is given. */
export function someOptions(overrides: Partial<Options> = {}): Options {
  return { ...NEW, ...overrides };
}

/** A data source as its own class gets it. */
export function instanceSettings(): DataSourceInstanceSettings<AtlasJsonData> {
  return { ...NEW, basicAuth: undefined, meta: { id: NEW.type } as DataSourceInstanceSettings['meta'] };
}
