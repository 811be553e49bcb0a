import React, { useId } from 'react';
import { EditorRow } from '@grafana/plugin-ui';

import { LatencyField } from './LatencyField';
import { type EditorProps } from './props';
import { SwitchField } from './SwitchField';
import { WindowField } from './WindowField';

/** In which order a table of what runs where is, whether it tells of traffic, and of which. */
export function TableRow(props: EditorProps) {
  const { query, onChange, datasource } = props;
  const id = useId();
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
      <SwitchField
        id={`${id}-traffic`}
        label="Traffic"
        tooltip="Columns of requests, errors and latency, and health that minds them. Without, the table is quicker"
        datasource={datasource}
        onByDefault
        value={query.traffic}
        onChange={(traffic) => onChange({ traffic })}
      />
      {/* A variable that switches traffic off now may switch it on later. */}
      {String(query.traffic) !== 'false' && (
        <>
          <LatencyField {...props} tooltip="Which latency of the requests that are served" />
          <WindowField {...props} />
        </>
      )}
    </EditorRow>
  );
}
