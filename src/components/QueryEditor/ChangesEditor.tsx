import React, { useId } from 'react';
import { EditorRow } from '@grafana/plugin-ui';

import { CHANGED_KINDS, WHATS } from './choices';
import { type EditorProps } from './props';
import { SelectionRow } from './SelectionRow';
import { HALF, WordsField } from './WordsField';

/** The editor of `changes`: where, of which kinds, and what happened. */
export function ChangesEditor(props: EditorProps) {
  const id = useId();
  const { query, onChange, datasource } = props;
  return (
    <>
      <SelectionRow {...props} namesOf="workloads" />
      <EditorRow>
        <WordsField
          id={`${id}-kinds`}
          label="Kinds"
          tooltip="Kinds of objects; Cluster stands for whole clusters"
          width={HALF}
          datasource={datasource}
          options={CHANGED_KINDS}
          value={query.kinds}
          onChange={(kinds) => onChange({ kinds })}
        />
        <WordsField
          id={`${id}-what`}
          label="What"
          tooltip="What happened to them"
          width={HALF}
          datasource={datasource}
          options={WHATS}
          value={query.what}
          onChange={(what) => onChange({ what })}
        />
      </EditorRow>
    </>
  );
}
