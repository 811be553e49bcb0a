import React from 'react';
import { Button, Stack } from '@grafana/ui';
import { ConfigSection } from '@grafana/plugin-ui';

import { ListedClusterCard } from './ListedClusterCard';
import { withCluster, withSetting, type SectionProps } from './options';

/** Clusters that are listed by hand. */
export function ListedClustersSection({ options, onChange }: SectionProps) {
  const clusters = options.jsonData.clusters ?? [];
  return (
    <ConfigSection
      title="Listed clusters"
      description="Clusters that no remote secret tells of, clusters that cannot be reached at all, and links to show with a cluster."
      isCollapsible
      isInitiallyOpen={clusters.length > 0}
    >
      <Stack direction="column" gap={2} alignItems="stretch">
        {clusters.map((cluster, i) => (
          <ListedClusterCard
            key={i}
            index={i}
            cluster={cluster}
            options={options}
            onChange={onChange}
            onReplace={(next) => onChange(withCluster(options, i, next))}
            onRemove={() => onChange(withCluster(options, i))}
          />
        ))}
        <div>
          <Button
            type="button"
            variant="secondary"
            icon="plus"
            size="sm"
            disabled={options.readOnly}
            onClick={() =>
              onChange(withSetting(options, 'clusters', [...clusters, { name: '', secret: { name: '' } }]))
            }
          >
            Add cluster
          </Button>
        </div>
      </Stack>
    </ConfigSection>
  );
}
