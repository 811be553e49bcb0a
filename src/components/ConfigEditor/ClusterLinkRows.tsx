import React, { useState } from 'react';
import { DataSourcePicker } from '@grafana/runtime';
import { Button, Field, IconButton, Input, Stack } from '@grafana/ui';
import { isEqual } from 'lodash';

import { type ClusterLinks } from '../../types';

type ByCluster = Record<string, ClusterLinks>;
type Row = [cluster: string, links: ClusterLinks];

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

/** Clusters whose logs and traces are in data sources of their own. Rows that are not complete yet live here. */
export function ClusterLinkRows({ value = {}, onChange, disabled }: Props) {
  const [edited, setEdited] = useState<Row[]>(() => Object.entries(value));
  // A value that these rows did not make came from elsewhere, such as a reload: it wins.
  const rows = isEqual(toMap(edited), value) ? edited : Object.entries(value);

  const change = (next: Row[]) => {
    setEdited(next);
    onChange(toMap(next));
  };
  const replace = (index: number, row: Row) => change(rows.map((old, i) => (i === index ? row : old)));

  return (
    <Stack direction="column" gap={1} alignItems="flex-start">
      {rows.map(([cluster, links], i) => (
        <Stack key={i} gap={1} alignItems="flex-end" wrap="wrap">
          <Field
            label="Cluster"
            htmlFor={`${ID}-${i}`}
            noMargin
            invalid={isRepeated(rows, cluster)}
            error={isRepeated(rows, cluster) ? 'Listed twice; the last one counts' : undefined}
          >
            <Input
              id={`${ID}-${i}`}
              width={22}
              placeholder="west"
              disabled={disabled}
              value={cluster}
              onChange={(event) => replace(i, [event.currentTarget.value, links])}
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
                onChange={({ uid }) => replace(i, [cluster, { ...links, [key]: uid }])}
                onClear={() => replace(i, [cluster, { ...links, [key]: undefined }])}
              />
            </Field>
          ))}
          <Stack alignItems="center" height={4}>
            <IconButton
              name="trash-alt"
              tooltip={`Remove links of cluster ${cluster || i + 1}`}
              disabled={disabled}
              onClick={() => change(rows.filter((_, index) => index !== i))}
            />
          </Stack>
        </Stack>
      ))}
      <Button
        type="button"
        variant="secondary"
        icon="plus"
        size="sm"
        disabled={disabled}
        onClick={() => setEdited([...rows, ['', {}]])}
      >
        Add data sources of a cluster
      </Button>
    </Stack>
  );
}

function toMap(rows: Row[]): ByCluster {
  return Object.fromEntries(
    rows
      .map(([cluster, { logsUid, tracesUid }]): Row => [
        cluster.trim(),
        { ...(logsUid && { logsUid }), ...(tracesUid && { tracesUid }) },
      ])
      .filter(([cluster, links]) => cluster && Object.keys(links).length > 0)
  );
}

function isRepeated(rows: Row[], name: string): boolean {
  return name !== '' && rows.filter(([other]) => other.trim() === name.trim()).length > 1;
}
