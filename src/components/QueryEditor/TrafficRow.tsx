import React, { useId } from 'react';
import { EditorRow } from '@grafana/plugin-ui';

import { ChoiceField } from './ChoiceField';
import { COMPARISONS, LEVELS, PROTOCOLS } from './choices';
import { DurationField } from './DurationField';
import { LatencyField } from './LatencyField';
import { type EditorProps } from './props';
import { WindowField } from './WindowField';
import { WordsField } from './WordsField';

/** Which traffic is asked for, and how finely. */
export function TrafficRow(props: EditorProps) {
  const { query, onChange, datasource } = props;
  const id = useId();
  return (
    <EditorRow>
      <ChoiceField
        id={`${id}-level`}
        label="Level"
        tooltip="What one node stands for"
        datasource={datasource}
        options={LEVELS}
        value={query.level ?? 'auto'}
        onChange={(level) => onChange({ level })}
      />
      <WordsField
        id={`${id}-protocols`}
        label="Protocols"
        datasource={datasource}
        options={PROTOCOLS}
        value={query.protocols}
        onChange={(protocols) => onChange({ protocols })}
      />
      <LatencyField {...props} tooltip="Which latency edges show" />
      <WindowField {...props} />
      <DurationField
        id={`${id}-compare-to`}
        label="Compare to"
        tooltip="Marks what is new, gone or changed since then: a duration such as 1d"
        datasource={datasource}
        options={COMPARISONS}
        empty="Nothing"
        example="1d"
        value={query.compareTo}
        onChange={(compareTo) => onChange({ compareTo })}
      />
    </EditorRow>
  );
}
