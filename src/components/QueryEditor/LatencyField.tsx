import React, { useId } from 'react';

import { ChoiceField } from './ChoiceField';
import { LATENCIES } from './choices';
import { type EditorProps } from './props';

interface Props extends EditorProps {
  tooltip: string;
  /** Those to choose from; all unless told. */
  options?: typeof LATENCIES;
}

/** Which latency is told. */
export function LatencyField({ query, onChange, datasource, tooltip, options = LATENCIES }: Props) {
  return (
    <ChoiceField
      id={useId()}
      label="Latency"
      tooltip={tooltip}
      datasource={datasource}
      options={options}
      value={query.latency ?? 'p95'}
      onChange={(latency) => onChange({ latency })}
    />
  );
}
