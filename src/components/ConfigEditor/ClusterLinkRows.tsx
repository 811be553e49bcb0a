import React from 'react';
import { DataSourcePicker } from '@grafana/runtime';
import { Field, Input } from '@grafana/ui';

import { type ClusterLinks } from '../../types';
import { RowList } from './RowList';
import { useMapRows, type Row } from './useMapRows';

type ByCluster = Record<string, ClusterLinks>;

interface Props {
  value?: ByCluster;
  onChange: (value: ByCluster) => void;
  disabled?: boolean;
}

const ID = 'atlas-links-cluster';

const PICKERS = [
  { key: 'logsUid', label: 'Logs', offered: { logs: true } },
  { key: 'tracesUid', label: 'Traces', offered: { tracing: true } },
] as const;

/** Clusters whose logs and traces are in data sources of their own. */
export function ClusterLinkRows({ value = {}, onChange, disabled }: Props) {
  const map = useMapRows(value, toMap, onChange);
  return (
    <RowList
      rows={map.rows}
      disabled={disabled}
      removal={([cluster], i) => `Remove links of cluster ${cluster || i + 1}`}
      onRemove={map.remove}
      add="Add data sources of a cluster"
      onAdd={() => map.add(['', {}])}
      draw={([cluster, links], i) => (
        <>
          <Field
            label="Cluster"
            htmlFor={`${ID}-${i}`}
            noMargin
            invalid={Boolean(map.problem(cluster))}
            error={map.problem(cluster)}
          >
            <Input
              id={`${ID}-${i}`}
              width={22}
              placeholder="west"
              disabled={disabled}
              value={cluster}
              onChange={(event) => map.replace(i, [event.currentTarget.value, links])}
            />
          </Field>
          {PICKERS.map(({ key, label, offered }) => (
            <Field key={key} label={label} htmlFor={`${ID}-${i}-${key}`} noMargin>
              <DataSourcePicker
                {...offered}
                inputId={`${ID}-${i}-${key}`}
                width={28}
                noDefault
                placeholder="As for all"
                disabled={disabled}
                current={links[key] ?? null}
                onChange={({ uid }) => map.replace(i, [cluster, { ...links, [key]: uid }])}
                onClear={() => map.replace(i, [cluster, { ...links, [key]: undefined }])}
              />
            </Field>
          ))}
        </>
      )}
    />
  );
}

function toMap(rows: Array<Row<ClusterLinks>>): ByCluster {
  return Object.fromEntries(
    rows
      .map(([cluster, { logsUid, tracesUid }]): Row<ClusterLinks> => [
        cluster.trim(),
        { ...(logsUid && { logsUid }), ...(tracesUid && { tracesUid }) },
      ])
      .filter(([cluster, links]) => cluster && Object.keys(links).length > 0)
  );
}
