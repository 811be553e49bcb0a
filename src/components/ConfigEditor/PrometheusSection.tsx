import React from 'react';
import { Auth, AuthMethod, ConnectionSettings, convertLegacyAuthProps } from '@grafana/plugin-ui';

import { type SectionProps } from './options';

/** The one store with the metrics of all clusters: address, authentication, TLS, headers. */
export function PrometheusSection({ options, onChange }: SectionProps) {
  const auth = convertLegacyAuthProps({ config: options, onChange });
  return (
    <>
      <ConnectionSettings
        config={options}
        onChange={onChange}
        urlLabel="Prometheus URL"
        urlPlaceholder="http://prometheus.example.com:9090"
        urlTooltip="The Prometheus-compatible store (Prometheus, Thanos, Mimir, VictoriaMetrics) with Istio's metrics of all clusters"
        description="The one setting that is needed. With it alone, the traffic graph and the list of clusters work from metrics; everything below adds to that."
      />
      <Auth
        {...auth}
        // A user's own identity is not there when alert rules and shared dashboards ask. Where it was provisioned it stays.
        visibleMethods={[
          AuthMethod.NoAuth,
          AuthMethod.BasicAuth,
          ...(auth.selectedMethod === AuthMethod.OAuthForward ? [AuthMethod.OAuthForward] : []),
        ]}
      />
    </>
  );
}
