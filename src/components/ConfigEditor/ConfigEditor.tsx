import React from 'react';
import { type DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Box, Divider, Stack } from '@grafana/ui';
import { DataSourceDescription } from '@grafana/plugin-ui';

import { type AtlasJsonData, type AtlasSecureJsonData } from '../../types';
import { AliasesSection } from './AliasesSection';
import { HomeClusterSection } from './HomeClusterSection';
import { LimitsSection } from './LimitsSection';
import { LinksSection } from './LinksSection';
import { ListedClustersSection } from './ListedClustersSection';
import { MetricsSection } from './MetricsSection';
import { PrometheusSection } from './PrometheusSection';
import { RemoteSecretsSection } from './RemoteSecretsSection';

const DOCS = 'https://github.com/meshatlas/meshatlas-istio-datasource/blob/main/README.md';

// In the order in which they are shown.
const SECTIONS = [
  PrometheusSection,
  MetricsSection,
  HomeClusterSection,
  RemoteSecretsSection,
  ListedClustersSection,
  AliasesSection,
  LinksSection,
  LimitsSection,
];

type Props = DataSourcePluginOptionsEditorProps<AtlasJsonData, AtlasSecureJsonData>;

/** The settings of the data source. */
export function ConfigEditor({ options, onOptionsChange }: Props) {
  return (
    <Box maxWidth="800px">
      <DataSourceDescription dataSourceName="Mesh Atlas" docsLink={DOCS} hasRequiredFields />
      {SECTIONS.map((Section, i) => (
        <React.Fragment key={i}>
          <Divider spacing={4} />
          <Stack direction="column" gap={5}>
            <Section options={options} onChange={onOptionsChange} />
          </Stack>
        </React.Fragment>
      ))}
    </Box>
  );
}
