import { DataSourcePlugin } from '@grafana/data';

import { ConfigEditor } from './components/ConfigEditor/ConfigEditor';
import { QueryEditor } from './components/QueryEditor/QueryEditor';
import { AtlasDataSource } from './datasource';
import { type AtlasJsonData, type AtlasQuery, type AtlasSecureJsonData } from './types';

export const plugin = new DataSourcePlugin<AtlasDataSource, AtlasQuery, AtlasJsonData, AtlasSecureJsonData>(
  AtlasDataSource
)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor);
