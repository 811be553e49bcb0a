import React from 'react';
import { Field, Input } from '@grafana/ui';

import { type Link } from '../../types';
import { RowList } from './RowList';

interface Props {
  id: string;
  value?: Link[];
  onChange: (value: Link[]) => void;
  disabled?: boolean;
}

/** Links that are shown with a cluster, such as to its own console. */
export function LinkRows({ id, value = [], onChange, disabled }: Props) {
  const replace = (index: number, patch: Partial<Link>) =>
    onChange(value.map((link, i) => (i === index ? { ...link, ...patch } : link)));
  return (
    <RowList
      rows={value}
      disabled={disabled}
      removal={({ title }, i) => `Remove link ${title || i + 1}`}
      onRemove={(index) => onChange(value.filter((_, i) => i !== index))}
      add="Add link"
      addLook={{ icon: 'link', fill: 'text' }}
      onAdd={() => onChange([...value, { title: '', url: '' }])}
      draw={(link, i) => (
        <>
          <Field label="Link title" noMargin>
            <Input
              id={`${id}-link-title-${i}`}
              width={28}
              placeholder="Kiali"
              disabled={disabled}
              value={link.title}
              onChange={(event) => replace(i, { title: event.currentTarget.value })}
            />
          </Field>
          <Field label="Link URL" noMargin>
            <Input
              id={`${id}-link-url-${i}`}
              width={44}
              placeholder="https://kiali.example.com"
              disabled={disabled}
              value={link.url}
              onChange={(event) => replace(i, { url: event.currentTarget.value.trim() })}
            />
          </Field>
        </>
      )}
    />
  );
}
