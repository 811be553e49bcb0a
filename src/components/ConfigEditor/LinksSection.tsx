import React from 'react';
import { type DataSourceInstanceSettings } from '@grafana/data';
import { DataSourcePicker, type DataSourcePickerProps } from '@grafana/runtime';
import { Field, Stack, Switch } from '@grafana/ui';
import { ConfigSection, ConfigSubSection } from '@grafana/plugin-ui';

import { type LinkSettings } from '../../types';
import { ClusterLinkRows } from './ClusterLinkRows';
import { LinkQueries } from './LinkQueries';
import { compact, withSetting, type SectionProps } from './options';

type LinkKey = 'metricsUid' | 'tracesUid' | 'logsUid';

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
    description: 'Opens the traces of a workload, an app or a namespace.',
    offered: { tracing: true },
  },
  {
    key: 'logsUid',
    label: 'Logs',
    description: 'Opens the logs of a workload, an app or a namespace.',
    offered: { logs: true },
  },
];

/** Where links from a node or an edge lead. */
export function LinksSection({ options, onChange }: SectionProps) {
  const links = options.jsonData.links ?? {};
  const change = (patch: LinkSettings) => onChange(withSetting(options, 'links', compact({ ...links, ...patch })));
  return (
    <ConfigSection
      title="Links"
      description="Where a click on a node or an edge can lead: data sources in Explore, and dashboards. Without a data source, its links are left out."
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
        <ConfigSubSection
          title="Logs and traces by cluster"
          description="Clusters that keep theirs in data sources of their own."
        >
          <ClusterLinkRows
            value={links.byCluster}
            disabled={options.readOnly}
            onChange={(byCluster) => change({ byCluster })}
          />
        </ConfigSubSection>
        <LinkQueries links={links} disabled={options.readOnly} onChange={change} />
        <Field
          label="Dashboards"
          description="Offer Mesh Atlas’ own dashboards. Switch this off where they are not provisioned."
          noMargin
        >
          <Switch
            id="atlas-links-dashboards"
            disabled={options.readOnly}
            value={links.dashboards ?? true}
            onChange={(event) => change({ dashboards: event.currentTarget.checked ? undefined : false })}
          />
        </Field>
      </Stack>
    </ConfigSection>
  );
}

function speaksPromQL({ type }: DataSourceInstanceSettings): boolean {
  return /prometheus|victoriametrics/.test(type);
}
