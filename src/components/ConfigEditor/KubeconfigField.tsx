import React from 'react';
import { Field, SecretTextArea } from '@grafana/ui';

import { type KubeconfigKey } from '../../types';
import { withoutSecret, withSecret, type SectionProps } from './options';

interface Props extends SectionProps {
  id: string;
  /** The secret setting that holds the kubeconfig. */
  secret: KubeconfigKey;
}

const HELP =
  'Paste a kubeconfig with a token or a client certificate inside it. Grafana stores it encrypted and never shows it ' +
  'again. A kubeconfig that runs commands, points to files or skips certificate checks is refused.';

/** A kubeconfig to paste, kept as a secret. */
export function KubeconfigField({ id, secret, options, onChange }: Props) {
  const typed = options.secureJsonData?.[secret];
  return (
    <Field label="Kubeconfig" description={HELP} htmlFor={id} noMargin>
      <SecretTextArea
        id={id}
        rows={6}
        grow
        placeholder={'apiVersion: v1\nkind: Config\nclusters: …'}
        disabled={options.readOnly}
        isConfigured={Boolean(options.secureJsonFields?.[secret])}
        value={typed ?? ''}
        onChange={(event) => onChange(withSecret(options, secret, event.currentTarget.value))}
        onReset={() => !options.readOnly && onChange(withoutSecret(options, secret))}
      />
    </Field>
  );
}
