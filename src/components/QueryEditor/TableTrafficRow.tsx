import React, { useId } from 'react';
import { Combobox, InlineSwitch } from '@grafana/ui';
import { EditorField, EditorRow } from '@grafana/plugin-ui';

import { isDuration, LATENCIES, WINDOWS } from './choices';
import { type EditorProps } from './props';
import { variableOptions } from './variableOptions';

/** Whether a table of what runs where tells of traffic, and of which. */
export function TableTrafficRow({ query, onChange, datasource }: EditorProps) {
  const id = useId();
  const variables = variableOptions(datasource);
  const traffic = query.traffic ?? true;
  const isWindow = isDuration(query.window);
  return (
    <EditorRow>
      <EditorField
        label="Traffic"
        htmlFor={`${id}-traffic`}
        tooltip="Columns of requests, errors and latency, and health that minds them. Without, the table is quicker"
      >
        <InlineSwitch
          id={`${id}-traffic`}
          value={traffic}
          onChange={(event) => onChange({ traffic: event.currentTarget.checked ? undefined : false })}
        />
      </EditorField>
      {traffic && (
        <>
          <EditorField
            label="Latency"
            htmlFor={`${id}-latency`}
            tooltip="Which latency of the requests that are served"
          >
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
            invalid={!isWindow}
            error={isWindow ? undefined : 'Not a duration such as 5m'}
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
        </>
      )}
    </EditorRow>
  );
}
