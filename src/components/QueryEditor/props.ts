import { type CoreApp } from '@grafana/data';

import { type AtlasDataSource } from '../../datasource';
import { type AtlasQuery } from '../../types';

/** What changed of a query, or how to find that from the query as it is by then. */
export type Patch = Partial<AtlasQuery> | ((query: AtlasQuery) => Partial<AtlasQuery>);

/** What the editor of a query type gets. */
export interface EditorProps {
  datasource: AtlasDataSource;
  query: AtlasQuery;
  /** Takes what changed; undefined removes a field, so that its default applies. */
  onChange: (patch: Patch) => void;
  app?: CoreApp;
}

/** What every field of an editor gets. */
export interface FieldProps {
  /** Of the input; unique on the page. */
  id: string;
  label: string;
  tooltip?: string;
  datasource: AtlasDataSource;
}
