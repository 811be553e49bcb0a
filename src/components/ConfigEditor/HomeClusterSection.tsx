import React from 'react';
import { Field, Input, RadioButtonGroup, Stack } from '@grafana/ui';
import { ConfigSection } from '@grafana/plugin-ui';

import { type HomeAccess, type HomeCluster } from '../../types';
import { KubeconfigField } from './KubeconfigField';
import { compact, withoutSecret, withSetting, type SectionProps } from './options';

const ACCESS: Array<{ value: HomeAccess; label: string; description: string }> = [
  { value: 'none', label: 'None', description: 'Metrics alone; no cluster is asked' },
  { value: 'inCluster', label: 'In-cluster', description: 'Grafana runs in this cluster: its service account is used' },
  { value: 'kubeconfig', label: 'Kubeconfig', description: 'A kubeconfig that you paste here' },
];

/** The cluster that is asked first, and in which the remote secrets of the others are looked for. */
export function HomeClusterSection({ options, onChange }: SectionProps) {
  const { jsonData, readOnly } = options;
  const home = jsonData.homeCluster ?? {};
  const access = home.access ?? 'none';

  const change = (patch: Partial<HomeCluster>) =>
    onChange(withSetting(options, 'homeCluster', compact({ ...home, ...patch })));

  const changeAccess = (next: HomeAccess) => {
    const changed = withSetting(options, 'homeCluster', { ...home, access: next });
    onChange(next === 'kubeconfig' ? changed : withoutSecret(changed, 'homeKubeconfig'));
  };

  return (
    <ConfigSection
      title="Home cluster"
      description="The cluster that holds the remote secrets of the others, usually the one that runs istiod or Grafana."
      isCollapsible
    >
      <Stack direction="column" gap={3}>
        <Field
          label="Access"
          description="With none, everything shown comes from metrics."
          htmlFor="atlas-home-access"
          noMargin
        >
          <RadioButtonGroup
            aria-label="Access to the home cluster"
            id="atlas-home-access"
            options={ACCESS}
            value={access}
            disabled={readOnly}
            onChange={changeAccess}
          />
        </Field>
        <Field
          label="Name"
          description="The name that the cluster has in Istio (its CLUSTER_ID), as the metrics say in source_cluster."
          required={access !== 'none'}
          invalid={access !== 'none' && !home.name}
          error={access !== 'none' && !home.name ? 'Give the home cluster its name' : undefined}
          noMargin
        >
          <Input
            id="atlas-home-name"
            width={40}
            placeholder="east"
            disabled={readOnly}
            value={home.name ?? ''}
            onChange={(event) => change({ name: event.currentTarget.value.trim() })}
          />
        </Field>
        {access === 'kubeconfig' && (
          <KubeconfigField id="atlas-home-kubeconfig" secret="homeKubeconfig" options={options} onChange={onChange} />
        )}
      </Stack>
    </ConfigSection>
  );
}
