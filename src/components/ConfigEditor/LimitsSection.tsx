import React from 'react';
import { Field, Input, Stack } from '@grafana/ui';
import { ConfigSection } from '@grafana/plugin-ui';

import { type AtlasJsonData } from '../../types';
import { compact, withSetting, type SectionProps } from './options';

/** How long a cluster may take, and how large a graph may get. */
export function LimitsSection({ options, onChange }: SectionProps) {
  const { jsonData, readOnly } = options;
  const limits = jsonData.limits ?? {};
  const change = (patch: AtlasJsonData['limits']) =>
    onChange(withSetting(options, 'limits', compact({ ...limits, ...patch })));
  return (
    <ConfigSection title="Limits" isCollapsible isInitiallyOpen={Boolean(jsonData.limits)}>
      <Stack direction="column" gap={3}>
        <Field
          label="Cluster timeout"
          description="How long an answer waits for clusters, all told, before it goes without those that are slow."
          noMargin
        >
          <Input
            id="atlas-cluster-timeout"
            width={20}
            placeholder="5s"
            disabled={readOnly}
            value={limits.clusterTimeout ?? ''}
            onChange={(event) => change({ clusterTimeout: event.currentTarget.value.trim() })}
          />
        </Field>
        <Field
          label="Nodes in a graph"
          description="Above it, level auto turns coarser; at other levels the least busy nodes of a namespace fold into one, its “other” node, and a notice says how many. The Node graph panel shows up to 200."
          noMargin
        >
          <Input
            id="atlas-max-nodes"
            type="number"
            min={1}
            width={20}
            placeholder="200"
            disabled={readOnly}
            value={limits.maxNodes ?? ''}
            onChange={(event) => change({ maxNodes: parseInt(event.currentTarget.value, 10) })}
          />
        </Field>
      </Stack>
    </ConfigSection>
  );
}
