import React from 'react';
import { Field, Stack, Switch } from '@grafana/ui';
import { ConfigSection } from '@grafana/plugin-ui';

import { type RemoteSecrets } from '../../types';
import { Names } from '../Names';
import { compact, withSetting, type SectionProps } from './options';

const NAMESPACES = ['istio-system'];
const SELECTORS = ['kiali.io/multiCluster=true', 'istio/multiCluster=true'];

/** Remote clusters by the secrets that Istio's and Kiali's tools write into the home cluster. */
export function RemoteSecretsSection({ options, onChange }: SectionProps) {
  const { jsonData, readOnly } = options;
  const secrets = jsonData.remoteSecrets ?? {};
  const enabled = secrets.enabled ?? true;

  const change = (patch: Partial<RemoteSecrets>) =>
    onChange(withSetting(options, 'remoteSecrets', compact({ ...secrets, ...patch })));

  return (
    <ConfigSection
      title="Remote clusters from secrets"
      description="Clusters are found by the remote secrets in the home cluster, and come and go with them. Needs a home cluster."
      isCollapsible
      isInitiallyOpen={Boolean(jsonData.remoteSecrets)}
    >
      <Stack direction="column" gap={3}>
        <Field label="Look for remote secrets" description="On by default." htmlFor="atlas-remote-enabled" noMargin>
          <Switch
            id="atlas-remote-enabled"
            value={enabled}
            disabled={readOnly}
            onChange={(event) => change({ enabled: event.currentTarget.checked })}
          />
        </Field>
        <Field label="Namespaces" description="Where the secrets are." htmlFor="atlas-remote-namespaces" noMargin>
          <Names
            width={60}
            id="atlas-remote-namespaces"
            value={secrets.namespaces}
            {...defaults(NAMESPACES)}
            disabled={readOnly || !enabled}
            onChange={(namespaces) => change({ namespaces })}
          />
        </Field>
        <Field
          label="Label selectors"
          description="Labels that mark a remote secret. A secret counts when one of the selectors matches."
          htmlFor="atlas-remote-selectors"
          noMargin
        >
          <Names
            width={60}
            id="atlas-remote-selectors"
            value={secrets.selectors}
            {...defaults(SELECTORS)}
            disabled={readOnly || !enabled}
            onChange={(selectors) => change({ selectors })}
          />
        </Field>
      </Stack>
    </ConfigSection>
  );
}

// What applies while a list is empty: shown in its place, and offered to pick from.
function defaults(names: string[]) {
  return {
    placeholder: `Default: ${names.join(', ')}`,
    options: names.map((name) => ({ value: name, description: 'Default' })),
  };
}
