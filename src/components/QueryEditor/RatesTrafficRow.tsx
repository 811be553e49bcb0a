import React, { useId } from 'react';
import { Combobox } from '@grafana/ui';
import { EditorField, EditorRow } from '@grafana/plugin-ui';

import { isAlerting } from '../../datasource';
import { CommittedInput } from '../CommittedInput';
import { Names } from '../Names';
import { LATENCIES, PROTOCOLS } from './choices';
import { positive } from './positive';
import { type EditorProps } from './props';
import { variableOptions } from './variableOptions';

const OPTIONS = LATENCIES.filter(({ value }) => value !== 'none');

/** Which traffic counts, which latency is told, and of how many things. */
export function RatesTrafficRow({ query, onChange, datasource, app }: EditorProps) {
  const id = useId();
  const { measures = [] } = query;
  // A variable may stand for the latency.
  const latency = measures.some((measure) => measure === 'latency' || measure.includes('$'));
  return (
    <EditorRow>
      {latency && (
        <EditorField label="Latency" htmlFor={`${id}-latency`} tooltip="Which latency of the requests">
          <Combobox
            id={`${id}-latency`}
            width={19}
            createCustomValue
            options={[...OPTIONS, ...variableOptions(datasource)]}
            value={query.latency ?? 'p95'}
            onChange={({ value }) => onChange({ latency: value })}
          />
        </EditorField>
      )}
      <EditorField
        label="Protocols"
        htmlFor={`${id}-protocols`}
        tooltip="Of bytes TCP, of all else HTTP and gRPC are told"
      >
        <Names
          id={`${id}-protocols`}
          width={26}
          placeholder="All"
          options={PROTOCOLS}
          value={query.protocols}
          onChange={(protocols) => onChange({ protocols })}
        />
      </EditorField>
      <EditorField
        label="Limit"
        htmlFor={`${id}-limit`}
        tooltip="Of how many there are series, the busiest first. A notice says how many are left out"
      >
        <CommittedInput
          id={`${id}-limit`}
          inputMode="numeric"
          width={12}
          placeholder={isAlerting(app) ? 'All' : '50'}
          value={query.limit?.toString() ?? ''}
          onCommit={(text) => onChange({ limit: text.includes('$') ? text : positive(text) })}
        />
      </EditorField>
    </EditorRow>
  );
}
