import React, { useId } from 'react';
import { EditorField, EditorRow } from '@grafana/plugin-ui';

import { Names } from '../Names';
import { KINDS, WHATS } from './choices';
import { type EditorProps } from './props';
import { SelectionRow } from './SelectionRow';
import { variableOptions } from './variableOptions';

/** The editor of `changes`: where, of which kinds, and what happened. */
export function ChangesEditor(props: EditorProps) {
  const id = useId();
  const { query, onChange, datasource } = props;
  const variables = variableOptions(datasource);
  return (
    <>
      <SelectionRow {...props} namesOf="workloads" />
      <EditorRow>
        <EditorField
          label="Kinds"
          htmlFor={`${id}-kinds`}
          tooltip="Kinds of objects; Cluster stands for whole clusters"
        >
          <Names
            id={`${id}-kinds`}
            width={40}
            placeholder="All"
            options={[...KINDS, ...variables]}
            value={query.kinds}
            onChange={(kinds) => onChange({ kinds })}
          />
        </EditorField>
        <EditorField label="What" htmlFor={`${id}-what`} tooltip="What happened to them">
          <Names
            id={`${id}-what`}
            width={40}
            placeholder="All"
            options={[...WHATS, ...variables]}
            value={query.what}
            onChange={(what) => onChange({ what })}
          />
        </EditorField>
      </EditorRow>
    </>
  );
}
