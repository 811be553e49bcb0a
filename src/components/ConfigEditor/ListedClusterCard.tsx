import React from 'react';
import { Field, IconButton, RadioButtonGroup, Stack } from '@grafana/ui';

import { type ListedCluster } from '../../types';
import { CommittedInput } from '../CommittedInput';
import { Card } from './Card';
import { KubeconfigField } from './KubeconfigField';
import { LinkRows } from './LinkRows';
import { kubeconfigKey, type SectionProps } from './options';
import { SecretRefFields } from './SecretRefFields';

interface Props extends SectionProps {
  index: number;
  cluster: ListedCluster;
  onReplace: (cluster: ListedCluster) => void;
  onRemove: () => void;
}

type Source = 'secret' | 'kubeconfig' | 'inaccessible' | 'elsewhere';

const SOURCES: Array<{ value: Source; label: string; description: string }> = [
  { value: 'secret', label: 'Secret', description: 'A secret in the home cluster holds the kubeconfig' },
  { value: 'kubeconfig', label: 'Kubeconfig', description: 'A kubeconfig that you paste here' },
  { value: 'inaccessible', label: 'Not accessible', description: 'Part of the mesh, but known from metrics only' },
  { value: 'elsewhere', label: 'Found elsewhere', description: 'Found by a remote secret; this row adds links' },
];

/** One cluster that is listed by hand. */
export function ListedClusterCard({ index, cluster, options, onChange, onReplace, onRemove }: Props) {
  const { readOnly } = options;
  const id = `atlas-cluster-${index}`;
  const nameError = nameProblem(index, cluster.name, options);
  return (
    <Card>
      <Stack gap={2} alignItems="flex-start" justifyContent="space-between">
        <Stack gap={2} wrap="wrap" alignItems="flex-start">
          <Field label="Name" required invalid={Boolean(nameError)} error={nameError} htmlFor={`${id}-name`} noMargin>
            {/* The kubeconfig is stored under this name: it is taken over when complete, not letter by letter. */}
            <CommittedInput
              id={`${id}-name`}
              width={28}
              placeholder="west"
              disabled={readOnly}
              value={cluster.name}
              onCommit={(name) => onReplace({ ...cluster, name })}
            />
          </Field>
          <Field label="How it is reached" htmlFor={`${id}-source`} noMargin>
            <RadioButtonGroup
              aria-label="How the cluster is reached"
              id={`${id}-source`}
              options={SOURCES}
              value={sourceOf(cluster)}
              disabled={readOnly}
              onChange={(source) => onReplace(withSource(cluster, source))}
            />
          </Field>
        </Stack>
        <IconButton
          name="trash-alt"
          tooltip={`Remove cluster ${cluster.name || index + 1}`}
          disabled={readOnly}
          onClick={onRemove}
        />
      </Stack>
      {cluster.secret && (
        <SecretRefFields
          id={id}
          value={cluster.secret}
          disabled={readOnly}
          onChange={(secret) => onReplace({ ...cluster, secret })}
        />
      )}
      {cluster.kubeconfig && (
        <KubeconfigField
          id={`${id}-kubeconfig`}
          secret={kubeconfigKey(cluster.name)}
          options={options}
          onChange={onChange}
        />
      )}
      <LinkRows
        id={id}
        value={cluster.links}
        disabled={readOnly}
        onChange={(links) => onReplace(withLinks(cluster, links))}
      />
    </Card>
  );
}

function nameProblem(index: number, name: string, { jsonData }: Props['options']): string | undefined {
  if (!name) {
    return 'Give the cluster its name';
  }
  if (name === jsonData.homeCluster?.name) {
    return 'This is the home cluster';
  }
  return jsonData.clusters?.some((other, i) => i !== index && other.name === name) ? 'Listed twice' : undefined;
}

function sourceOf(cluster: ListedCluster): Source {
  if (cluster.accessible === false) {
    return 'inaccessible';
  }
  if (cluster.secret) {
    return 'secret';
  }
  return cluster.kubeconfig ? 'kubeconfig' : 'elsewhere';
}

function withSource(cluster: ListedCluster, source: Source): ListedCluster {
  const { secret, kubeconfig, accessible, ...bare } = cluster;
  switch (source) {
    case 'secret':
      return { ...bare, secret: secret ?? { name: '' } };
    case 'kubeconfig':
      return { ...bare, kubeconfig: true };
    case 'inaccessible':
      return { ...bare, accessible: false };
    case 'elsewhere':
      return bare;
  }
}

function withLinks(cluster: ListedCluster, links: ListedCluster['links']): ListedCluster {
  const { links: before, ...bare } = cluster;
  return links?.length ? { ...bare, links } : bare;
}
