import React from 'react';
import { Field, Input, Stack } from '@grafana/ui';
import { AdvancedHttpSettings, ConfigSection, ConfigSubSection } from '@grafana/plugin-ui';

import { MapRows } from './MapRows';
import { compact, withSetting, type Options, type SectionProps } from './options';

/** What a query to the store carries, and how long it may take. */
export function MetricsSection({ options, onChange }: SectionProps) {
  const { jsonData, readOnly } = options;
  return (
    <ConfigSection
      title="Metrics"
      description="How the metrics are collected, and which of them belong to this mesh."
      isCollapsible
      isInitiallyOpen={Boolean(jsonData.timeInterval || jsonData.queryScope)}
    >
      <Stack direction="column" gap={3}>
        <Field label="Scrape interval" description="How often the store collects metrics." noMargin>
          <Input
            id="atlas-time-interval"
            width={20}
            placeholder="15s"
            disabled={readOnly}
            value={jsonData.timeInterval ?? ''}
            onChange={(event) => onChange(withSetting(options, 'timeInterval', event.currentTarget.value.trim()))}
          />
        </Field>
        <ConfigSubSection
          title="Query scope"
          description="Labels that every metric of this mesh carries, for a store that holds other meshes too. They are added to every query."
        >
          <MapRows
            id="atlas-query-scope"
            name={{ label: 'Label', placeholder: 'mesh_id' }}
            target={{ label: 'Value', placeholder: 'mesh1' }}
            add="Add label"
            value={jsonData.queryScope}
            disabled={readOnly}
            onChange={(scope) => onChange(withSetting(options, 'queryScope', scope))}
          />
        </ConfigSubSection>
        <AdvancedHttpSettings config={withTimeoutShown(options)} onChange={(next) => onChange(withTimeoutKept(next))} />
      </Stack>
    </ConfigSection>
  );
}

interface HttpJsonData {
  timeout?: number | string;
  keepCookies?: string[];
}

// The shared component knows no empty timeout: it shows none for '' and reports NaN when the text is cleared.
function withTimeoutShown(options: Options): Options {
  const http: HttpJsonData = options.jsonData as HttpJsonData;
  return { ...options, jsonData: { ...options.jsonData, timeout: http.timeout ?? '' } as Options['jsonData'] };
}

function withTimeoutKept(options: Options): Options {
  const { timeout, keepCookies, ...others } = options.jsonData as HttpJsonData;
  return { ...options, jsonData: { ...others, ...compact({ timeout, keepCookies }) } as Options['jsonData'] };
}
