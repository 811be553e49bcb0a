import React from 'react';
import { Field, Input, Stack } from '@grafana/ui';

import { type SecretRef } from '../../types';

interface Props {
  id: string;
  value: SecretRef;
  onChange: (value: SecretRef) => void;
  disabled?: boolean;
}

/** Which secret of the home cluster holds a kubeconfig. */
export function SecretRefFields({ id, value, onChange, disabled }: Props) {
  const change = (patch: Partial<SecretRef>) => onChange(withoutEmpty({ ...value, ...patch }));
  return (
    <Stack gap={2} wrap="wrap" alignItems="flex-start">
      <Field label="Secret" required noMargin>
        <Input
          id={`${id}-secret-name`}
          width={28}
          placeholder="remote-west"
          disabled={disabled}
          value={value.name}
          onChange={(event) => change({ name: event.currentTarget.value.trim() })}
        />
      </Field>
      <Field label="Namespace" noMargin>
        <Input
          id={`${id}-secret-namespace`}
          width={22}
          placeholder="istio-system"
          disabled={disabled}
          value={value.namespace ?? ''}
          onChange={(event) => change({ namespace: event.currentTarget.value.trim() })}
        />
      </Field>
      <Field label="Key" noMargin>
        <Input
          id={`${id}-secret-key`}
          width={28}
          placeholder="only one key: leave empty"
          disabled={disabled}
          value={value.key ?? ''}
          onChange={(event) => change({ key: event.currentTarget.value.trim() })}
        />
      </Field>
    </Stack>
  );
}

function withoutEmpty({ namespace, key, ...bare }: SecretRef): SecretRef {
  return { ...bare, ...(namespace ? { namespace } : {}), ...(key ? { key } : {}) };
}
