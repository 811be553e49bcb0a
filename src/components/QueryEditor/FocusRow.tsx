import React, { useId } from 'react';
import { EditorField } from '@grafana/plugin-ui';

import { type Focus } from '../../types';
import { CommittedInput } from '../CommittedInput';
import { ChoiceField } from './ChoiceField';
import { FOCUS_KINDS, MAX_HOPS } from './choices';
import { describeFocus, withFocus } from './focus';
import { FocusNames } from './FocusNames';
import { FoldedRow } from './FoldedRow';
import { NameField } from './NamesField';
import { positive } from './positive';
import { type EditorProps } from './props';

interface Props extends EditorProps {
  /** The query's level, with variables replaced. */
  level?: string;
}

/** One node by its parts, and how much of its surroundings is kept. */
export function FocusRow({ query, onChange, datasource, level }: Props) {
  const id = useId();
  const { focus = {} } = query;
  const change = (patch: Focus) => onChange((current) => ({ focus: withFocus(current.focus, patch) }));
  return (
    <FoldedRow
      label="Focus"
      tooltip="Keep one node and what lies around it"
      summary={describeFocus(query.focus)}
      open={Boolean(query.focus)}
    >
      <ChoiceField
        id={`${id}-kind`}
        label="Kind"
        width={26}
        datasource={datasource}
        options={FOCUS_KINDS}
        empty="Any"
        value={focus.kind}
        onChange={(kind) => change({ kind })}
      />
      <NameField
        id={`${id}-cluster`}
        label="Cluster"
        datasource={datasource}
        value={focus.cluster}
        load={() => datasource.listClusters()}
        onChange={(cluster) => change({ cluster })}
      />
      <FocusNames
        id={id}
        datasource={datasource}
        focus={focus}
        of={datasource.only([focus.kind]) ?? level}
        cluster={datasource.only([focus.cluster])}
        onChange={change}
      />
      <EditorField label="Hops" htmlFor={`${id}-hops`} tooltip="How many calls away the surroundings reach">
        <CommittedInput
          id={`${id}-hops`}
          type="number"
          min={1}
          max={MAX_HOPS}
          width={8}
          placeholder="1"
          // Hops from nowhere mean nothing, and are not saved.
          disabled={!query.focus}
          value={focus.hops?.toString() ?? ''}
          onCommit={(text) => change({ hops: hops(text) })}
        />
      </EditorField>
    </FoldedRow>
  );
}

function hops(text: string): number | undefined {
  const number = positive(text);
  return number && Math.min(number, MAX_HOPS);
}
