import { type CoreApp } from '@grafana/data';

import { type AtlasDataSource } from '../../datasource';
import { type AtlasQuery } from '../../types';

/** What the editor of a query type gets. */
export interface EditorProps {
  datasource: AtlasDataSource;
  query: AtlasQuery;
  /** Takes what changed; undefined removes a field, so that its default applies. */
  onChange: (patch: Partial<AtlasQuery>) => void;
  app?: CoreApp;
}
