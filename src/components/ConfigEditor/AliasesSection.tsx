import React from 'react';
import { ConfigSection } from '@grafana/plugin-ui';

import { MapRows } from './MapRows';
import { withSetting, type SectionProps } from './options';

/** Clusters whose metrics call them by another name. */
export function AliasesSection({ options, onChange }: SectionProps) {
  const { clusterAliases } = options.jsonData;
  return (
    <ConfigSection
      title="Cluster aliases"
      description="For clusters that metrics call by another name, such as Istio's default “Kubernetes”: the name in metrics and the name here."
      isCollapsible
      isInitiallyOpen={Boolean(clusterAliases)}
    >
      <MapRows
        id="atlas-alias"
        name={{ label: 'Name in metrics', placeholder: 'Kubernetes' }}
        target={{ label: 'Cluster', placeholder: 'east' }}
        add="Add alias"
        value={clusterAliases}
        disabled={options.readOnly}
        onChange={(aliases) => onChange(withSetting(options, 'clusterAliases', aliases))}
      />
    </ConfigSection>
  );
}
