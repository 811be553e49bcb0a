import React from 'react';
import { type DataSourceInstanceSettings } from '@grafana/data';
import { DataSourcePicker, type DataSourcePickerProps } from '@grafana/runtime';
import { Field, Stack } from '@grafana/ui';
import { ConfigSection } from '@grafana/plugin-ui';

import { type AtlasJsonData } from '../../types';
import { compact, withSetting, type SectionProps } from './options';

type LinkKey = keyof NonNullable<AtlasJsonData['links']>;

interface Target {
  key: LinkKey;
  label: string;
  description: string;
  /** Which data sources are offered. */
  offered: Pick<DataSourcePickerProps, 'metrics' | 'tracing' | 'logs' | 'filter'>;
}

const TARGETS: Target[] = [
  {
    key: 'metricsUid',
    label: 'Metrics',
    description: 'A Prometheus data source on the same store: opens the query behind a node or an edge.',
    offered: { metrics: true, filter: speaksPromQL },
  },
  {
    key: 'tracesUid',
    label: 'Traces',
    description: 'Opens the traces of a workload or service.',
    offered: { tracing: true },
  },
  { key: 'logsUid', label: 'Logs', description: 'Opens the logs of a workload.', offered: { logs: true } },
];

/** The data sources that links from a node or an edge open. */
export function LinksSection({ options, onChange }: SectionProps) {
  const links = options.jsonData.links ?? {};
  const change = (patch: AtlasJsonData['links']) =>
    onChange(withSetting(options, 'links', compact({ ...links, ...patch })));
  return (
    <ConfigSection
      title="Links"
      description="Data sources that a click on a node or an edge opens in Explore. Without one, its links are left out."
      isCollapsible
      isInitiallyOpen={Boolean(options.jsonData.links)}
    >
      <Stack direction="column" gap={3}>
        {TARGETS.map(({ key, label, description, offered }) => (
          <Field key={key} label={label} description={description} htmlFor={`atlas-links-${key}`} noMargin>
            <DataSourcePicker
              {...offered}
              inputId={`atlas-links-${key}`}
              width={40}
              noDefault
              placeholder="None"
              disabled={options.readOnly}
              current={links[key] ?? null}
              onChange={({ uid }) => change({ [key]: uid })}
              onClear={() => change({ [key]: undefined })}
            />
          </Field>
        ))}
      </Stack>
    </ConfigSection>
  );
}

function speaksPromQL({ type }: DataSourceInstanceSettings): boolean {
  return /prometheus|victoriametrics/.test(type);
}
