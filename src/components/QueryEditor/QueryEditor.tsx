import React, { useId } from 'react';
import { type QueryEditorProps } from '@grafana/data';
import { Combobox } from '@grafana/ui';
import { EditorField, EditorRow, EditorRows } from '@grafana/plugin-ui';

import { isAlerting, type AtlasDataSource } from '../../datasource';
import { type AtlasJsonData, type AtlasQuery } from '../../types';
import { asType, QUERY_TYPES, queryType, withPatch } from './queryTypes';
import { useCommit } from './useCommit';

type Props = QueryEditorProps<AtlasDataSource, AtlasQuery, AtlasJsonData>;

/** The editor of a query: its type, and below it what that type asks for. */
export function QueryEditor({ datasource, query, onChange, onRunQuery, app }: Props) {
  const id = useId();
  const type = queryType(query.queryType);

  const commit = useCommit(query, onChange, onRunQuery);

  return (
    <EditorRows>
      <EditorRow>
        <EditorField label="Query type" htmlFor={id}>
          <Combobox
            id={id}
            width={32}
            options={QUERY_TYPES.filter(({ alerting }) => alerting || !isAlerting(app))}
            // A type that an alert rule cannot use, or that is not known here, still shows its name.
            value={type ?? query.queryType ?? null}
            onChange={({ value }) => {
              const next = queryType(value);
              if (next) {
                commit((current) => asType(current, next));
              }
            }}
          />
        </EditorField>
      </EditorRow>
      {type && (
        <type.Editor
          datasource={datasource}
          query={query}
          app={app}
          onChange={(patch) => commit((current) => withPatch(current, patch))}
        />
      )}
    </EditorRows>
  );
}
