import React from 'react';
import { Button, Field, IconButton, Input, Stack } from '@grafana/ui';

import { type Link } from '../../types';

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
    <Stack direction="column" gap={1} alignItems="flex-start">
      {value.map((link, i) => (
        <Stack key={i} gap={1} alignItems="flex-end">
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
          <Stack alignItems="center" height={4}>
            <IconButton
              name="trash-alt"
              tooltip={`Remove link ${link.title || i + 1}`}
              disabled={disabled}
              onClick={() => onChange(value.filter((_, index) => index !== i))}
            />
          </Stack>
        </Stack>
      ))}
      <Button
        type="button"
        variant="secondary"
        fill="text"
        icon="link"
        size="sm"
        disabled={disabled}
        onClick={() => onChange([...value, { title: '', url: '' }])}
      >
        Add link
      </Button>
    </Stack>
  );
}
