import React, { useId } from 'react';
import { Combobox, InlineSwitch } from '@grafana/ui';
import { EditorField, EditorRow } from '@grafana/plugin-ui';

import { CommittedInput } from '../CommittedInput';
import { Names } from '../Names';
import { isDuration, LATENCIES, LEVELS, PROTOCOLS, WINDOWS } from './choices';
import { type EditorProps } from './props';
import { SelectionRow } from './SelectionRow';
import { variableOptions } from './variableOptions';

/** The editor of `trafficGraph` and `traffic`. */
export function TrafficEditor(props: EditorProps) {
  const { query, onChange, datasource } = props;
  const id = useId();
  const variables = variableOptions(datasource);
  return (
    <>
      <SelectionRow {...props} namesOf="workloads" />
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
          label="Max nodes"
          htmlFor={`${id}-max-nodes`}
          tooltip="With more nodes, level auto turns coarser; other levels are drawn whole, with a notice. Empty: the limit in the data source's settings"
        >
          <CommittedInput
            id={`${id}-max-nodes`}
            type="number"
            min={1}
            width={12}
            placeholder="Default"
            value={query.maxNodes?.toString() ?? ''}
            onCommit={(text) => onChange({ maxNodes: positive(text) })}
          />
        </EditorField>
        <EditorField label="Across clusters only" htmlFor={`${id}-cross`} tooltip="Leave out calls within one cluster">
          <InlineSwitch
            id={`${id}-cross`}
            value={query.crossClusterOnly ?? false}
            onChange={(event) => onChange({ crossClusterOnly: event.currentTarget.checked || undefined })}
          />
        </EditorField>
      </EditorRow>
    </>
  );
}

function positive(text: string): number | undefined {
  const number = parseInt(text, 10);
  return number > 0 ? number : undefined;
}
