import React, { useId } from 'react';
import { InlineSwitch } from '@grafana/ui';
import { EditorField, EditorRow } from '@grafana/plugin-ui';

import { ChoiceField } from './ChoiceField';
import { LATENCIES } from './choices';
import { WindowField } from './DurationField';
import { type EditorProps } from './props';
import { SwitchField } from './SwitchField';

/** In which order a table of what runs where is, whether it tells of traffic, and of which. */
export function TableRow({ query, onChange, datasource }: EditorProps) {
  const id = useId();
  const traffic = query.traffic ?? true;
  return (
    <EditorRow>
      <SwitchField
        id={`${id}-worst-first`}
        label="Worst first"
        tooltip="Rows in the order of their health, failures first. Otherwise the home cluster’s come first"
        datasource={datasource}
        value={query.worstFirst}
        onChange={(worstFirst) => onChange({ worstFirst })}
      />
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
          <ChoiceField
            id={`${id}-latency`}
            label="Latency"
            tooltip="Which latency of the requests that are served"
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
        </>
      )}
    </EditorRow>
  );
}
