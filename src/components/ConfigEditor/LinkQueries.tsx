import React from 'react';
import { Field, Input, RadioButtonGroup, Stack } from '@grafana/ui';

import { type LinkSettings, type TracesType } from '../../types';

interface Props {
  links: LinkSettings;
  onChange: (patch: LinkSettings) => void;
  disabled?: boolean;
}

const TRACES_TYPES: Array<{ value: TracesType; label: string }> = [
  { value: 'tempo', label: 'Tempo' },
  { value: 'jaeger', label: 'Jaeger' },
];

const LOGS_QUERY = '{namespace="${namespace}", pod=~"${workload}-.*"}';
const TRACES_QUERY: Record<TracesType, string> = {
  tempo: '{ resource.service.name = "${app}.${namespace}" }',
  jaeger: '${app}.${namespace}',
};

const PLACEHOLDERS = '${cluster}, ${namespace}, ${workload} and ${app} are those of the node';

/** What is asked of the data sources with logs and traces. */
export function LinkQueries({ links, onChange, disabled }: Props) {
  const type = links.tracesType ?? 'tempo';
  return (
    <Stack direction="column" gap={3}>
      <Field label="Query for logs" description={`LogQL. ${PLACEHOLDERS}. Empty: by namespace and pod.`} noMargin>
        <Input
          id="atlas-links-logs-query"
          width={70}
          spellCheck={false}
          placeholder={LOGS_QUERY}
          disabled={disabled}
          value={links.logsQuery ?? ''}
          onChange={(event) => onChange({ logsQuery: event.currentTarget.value })}
        />
      </Field>
      <Field label="Traces are in" htmlFor="atlas-links-traces-type" noMargin>
        <RadioButtonGroup
          id="atlas-links-traces-type"
          aria-label="Kind of data source for traces"
          options={TRACES_TYPES}
          value={type}
          disabled={disabled}
          onChange={(chosen) => onChange({ tracesType: chosen === 'tempo' ? undefined : chosen })}
        />
      </Field>
      <Field
        label="Query for traces"
        description={`${type === 'tempo' ? 'TraceQL' : 'The name of a service'}. ${PLACEHOLDERS}. Empty: by Istio’s own names.`}
        noMargin
      >
        <Input
          id="atlas-links-traces-query"
          width={70}
          spellCheck={false}
          placeholder={TRACES_QUERY[type]}
          disabled={disabled}
          value={links.tracesQuery ?? ''}
          onChange={(event) => onChange({ tracesQuery: event.currentTarget.value })}
        />
      </Field>
    </Stack>
  );
}
