import React, { useId } from 'react';
import { EditorRow } from '@grafana/plugin-ui';

import { hasServices } from './choices';
import { type EditorProps } from './props';
import { SwitchField } from './SwitchField';

interface Props extends EditorProps {
  /** The query's level, with variables replaced. */
  level?: string;
}

/** What is added to the traffic and what is left out of it, by switches. A table has no rows for what is idle. */
export function SwitchRow({ query, onChange, datasource, level }: Props) {
  const id = useId();
  return (
    <EditorRow>
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
