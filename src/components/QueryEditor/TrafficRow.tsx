import React, { useId } from 'react';
import { EditorRow } from '@grafana/plugin-ui';

import { ChoiceField } from './ChoiceField';
import { COMPARISONS, LATENCIES, LEVELS, PROTOCOLS } from './choices';
import { DurationField, WindowField } from './DurationField';
import { type EditorProps } from './props';
import { WordsField } from './WordsField';

/** Which traffic is asked for, and how finely. */
export function TrafficRow({ query, onChange, datasource }: EditorProps) {
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
      <ChoiceField
        id={`${id}-latency`}
        label="Latency"
        tooltip="Which latency edges show"
        datasource={datasource}
        options={LATENCIES}
        value={query.latency ?? 'p95'}
        onChange={(latency) => onChange({ latency })}
      />
      <WindowField
        id={`${id}-window`}
        datasource={datasource}
        value={query.window}
        onChange={(window) => onChange({ window })}
      />
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
