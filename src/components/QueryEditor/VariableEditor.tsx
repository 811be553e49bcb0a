import React, { useMemo } from 'react';
import { type QueryEditorProps } from '@grafana/data';
import { EditorRows } from '@grafana/plugin-ui';

import { type AtlasDataSource } from '../../datasource';
import { type AtlasJsonData, type AtlasQuery } from '../../types';
import { withPatch } from './queryTypes';
import { useCommit } from './useCommit';
import { ValuesEditor } from './ValuesEditor';

type Props = QueryEditorProps<AtlasDataSource, AtlasQuery, AtlasJsonData>;

/** The editor of a dashboard variable. */
export function VariableEditor({ datasource, query, onChange, onRunQuery }: Props) {
  const current = useMemo(() => asVariable(query), [query]);
  const commit = useCommit(current, onChange, onRunQuery);
  return (
    <EditorRows>
      <ValuesEditor
        datasource={datasource}
        query={current}
        onChange={(patch) => commit((before) => withPatch(before, patch))}
      />
    </EditorRows>
  );
}

// A new variable has an empty text for a query.
function asVariable(query: AtlasQuery | string): AtlasQuery {
  const saved = typeof query === 'object' ? query : {};
  return { ...saved, refId: 'variable', queryType: 'variable' };
}
