import React, { useId } from 'react';
import { EditorRow } from '@grafana/plugin-ui';

import { isAlerting } from '../../datasource';
import { PROTOCOLS, RATE_LATENCIES } from './choices';
import { LatencyField } from './LatencyField';
import { NumberField } from './NumberField';
import { type EditorProps } from './props';
import { WordsField } from './WordsField';

/** Which traffic counts, which latency is told, and of how many things. */
export function RatesTrafficRow(props: EditorProps) {
  const { query, onChange, datasource, app } = props;
  const id = useId();
  const { measures = [] } = query;
  // A variable may stand for the latency.
  const latency = measures.some((measure) => measure === 'latency' || measure.includes('$'));
  return (
    <EditorRow>
      {latency && <LatencyField {...props} tooltip="Which latency of the requests" options={RATE_LATENCIES} />}
      <WordsField
        id={`${id}-protocols`}
        label="Protocols"
        tooltip="Of bytes TCP, of all else HTTP and gRPC are told"
        datasource={datasource}
        options={PROTOCOLS}
        value={query.protocols}
        onChange={(protocols) => onChange({ protocols })}
      />
      <NumberField
        id={`${id}-limit`}
        label="Limit"
        tooltip="Of how many there are series, the busiest first. A notice says how many are left out"
        empty={isAlerting(app) ? 'All' : '50'}
        value={query.limit}
        onChange={(limit) => onChange({ limit })}
      />
    </EditorRow>
  );
}
