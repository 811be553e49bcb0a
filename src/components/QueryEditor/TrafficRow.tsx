import React, { useId } from 'react';
import { Combobox } from '@grafana/ui';
import { EditorField, EditorRow } from '@grafana/plugin-ui';

import { Names } from '../Names';
import { COMPARISONS, isDuration, LATENCIES, LEVELS, PROTOCOLS, WINDOWS } from './choices';
import { type EditorProps } from './props';
import { variableOptions } from './variableOptions';

/** Which traffic is asked for, and how finely. */
export function TrafficRow({ query, onChange, datasource }: EditorProps) {
  const id = useId();
  const variables = variableOptions(datasource);
  return (
    <EditorRow>
      <EditorField label="Level" htmlFor={`${id}-level`} tooltip="What one node stands for">
        <Combobox
          id={`${id}-level`}
          width={19}
          createCustomValue
          options={[...LEVELS, ...variables]}
          value={query.level ?? 'auto'}
          onChange={({ value }) => onChange({ level: value })}
        />
      </EditorField>
      <EditorField label="Protocols" htmlFor={`${id}-protocols`}>
        <Names
          id={`${id}-protocols`}
          width={26}
          placeholder="All"
          options={PROTOCOLS}
          value={query.protocols}
          onChange={(protocols) => onChange({ protocols })}
        />
      </EditorField>
      <EditorField label="Latency" htmlFor={`${id}-latency`} tooltip="Which latency edges show">
        <Combobox
          id={`${id}-latency`}
          width={19}
          createCustomValue
          options={[...LATENCIES, ...variables]}
          value={query.latency ?? 'p95'}
          onChange={({ value }) => onChange({ latency: value })}
        />
      </EditorField>
      <EditorField
        label="Window"
        htmlFor={`${id}-window`}
        tooltip="Averages over the whole time range of the panel, or over the end of it: a duration such as 5m"
        invalid={!isDuration(query.window)}
        error={isDuration(query.window) ? undefined : 'Not a duration such as 5m'}
      >
        <Combobox
          id={`${id}-window`}
          width={19}
          isClearable
          createCustomValue
          placeholder="Whole range"
          options={[...WINDOWS, ...variables]}
          value={query.window || null}
          onChange={(chosen) => onChange({ window: chosen?.value.trim() })}
        />
      </EditorField>
      <EditorField
        label="Compare to"
        htmlFor={`${id}-compare-to`}
        tooltip="Marks what is new, gone or changed since then: a duration such as 1d"
        invalid={!isDuration(query.compareTo)}
        error={isDuration(query.compareTo) ? undefined : 'Not a duration such as 1d'}
      >
        <Combobox
          id={`${id}-compare-to`}
          width={19}
          isClearable
          createCustomValue
          placeholder="Nothing"
          options={[...COMPARISONS, ...variables]}
          value={query.compareTo || null}
          onChange={(chosen) => onChange({ compareTo: chosen?.value.trim() })}
        />
      </EditorField>
    </EditorRow>
  );
}
