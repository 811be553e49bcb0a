import React, { useId } from 'react';
import { Combobox } from '@grafana/ui';
import { EditorField, EditorRow } from '@grafana/plugin-ui';

import { Names } from '../Names';
import { COMPARISONS, hasServices, isDuration, LATENCIES, LEVELS, PROTOCOLS, WINDOWS } from './choices';
import { type EditorProps } from './props';
import { SwitchField } from './SwitchField';
import { variableOptions } from './variableOptions';

interface Props extends EditorProps {
  /** The query's level, with variables replaced. */
  level?: string;
}

/** Which traffic is asked for, and how finely. */
export function TrafficRow({ query, onChange, datasource, level }: Props) {
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
      {hasServices(level) && (
        <SwitchField
          id={`${id}-services`}
          label="Services"
          tooltip="Put the called service between the caller and what answers"
          datasource={datasource}
          value={query.services}
          onChange={(services) => onChange({ services })}
        />
      )}
      {query.queryType === 'trafficGraph' && (
        <SwitchField
          id={`${id}-idle`}
          label="Idle"
          tooltip="Add what runs and has no traffic in the time range"
          datasource={datasource}
          value={query.idle}
          onChange={(idle) => onChange({ idle })}
        />
      )}
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
      <SwitchField
        id={`${id}-cross`}
        label="Across clusters only"
        tooltip="Leave out calls within one cluster"
        datasource={datasource}
        value={query.crossClusterOnly}
        onChange={(crossClusterOnly) => onChange({ crossClusterOnly })}
      />
    </EditorRow>
  );
}
