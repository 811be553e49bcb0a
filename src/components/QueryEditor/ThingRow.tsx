import React, { useId } from 'react';

import { type Focus, type FocusKind } from '../../types';
import { ChoiceField } from './ChoiceField';
import { FOCUS_KINDS } from './choices';
import { describeThing, withFocus } from './focus';
import { FocusNames } from './FocusNames';
import { FoldedRow } from './FoldedRow';
import { type EditorProps } from './props';

interface Props extends EditorProps {
  tooltip: string;
  /** What the thing can be; the first unless told. */
  kinds: FocusKind[];
}

/** The one thing that a table is about, in all clusters that are chosen; a host outside the mesh is in no namespace. */
export function ThingRow({ query, onChange, datasource, tooltip, kinds }: Props) {
  const id = useId();
  const { focus = {} } = query;
  const change = (patch: Focus) => onChange((current) => ({ focus: withFocus(current.focus, patch) }));
  const kind = datasource.only([focus.kind]) ?? kinds[0];
  return (
    <FoldedRow label="Focus" tooltip={tooltip} summary={describeThing(query.focus, kinds)} open={Boolean(query.focus)}>
      <ChoiceField
        id={`${id}-kind`}
        label="Kind"
        width={26}
        datasource={datasource}
        options={FOCUS_KINDS.filter(({ value }) => kinds.includes(value))}
        value={focus.kind || kinds[0]}
        onChange={(chosen) => change({ kind: chosen, ...(chosen === 'external' ? { namespace: undefined } : {}) })}
      />
      <FocusNames
        id={id}
        datasource={datasource}
        focus={focus}
        of={kind}
        cluster={datasource.only(query.clusters)}
        empty="None"
        inNamespace={kind !== 'external'}
        error={focus.name && !focus.namespace ? 'A name needs its namespace' : undefined}
        onChange={change}
      />
    </FoldedRow>
  );
}
