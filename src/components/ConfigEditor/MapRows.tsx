import React, { useState } from 'react';
import { Button, Field, IconButton, Input, Stack } from '@grafana/ui';
import { isEqual } from 'lodash';

interface Side {
  label: string;
  placeholder: string;
}

interface Props {
  /** Distinguishes the inputs of several maps on one page. */
  id: string;
  value?: Record<string, string>;
  onChange: (value: Record<string, string>) => void;
  name: Side;
  target: Side;
  add: string;
  disabled?: boolean;
}

type Row = [name: string, target: string];

/** A map of text to text as rows. Rows that are not complete yet live here and are not part of the value. */
export function MapRows({ id, value = {}, onChange, name, target, add, disabled }: Props) {
  const [edited, setEdited] = useState<Row[]>(() => Object.entries(value));
  // A value that these rows did not make came from elsewhere, such as a reload: it wins.
  const rows = isEqual(toMap(edited), value) ? edited : Object.entries(value);

  const change = (next: Row[]) => {
    setEdited(next);
    onChange(toMap(next));
  };
  const replace = (index: number, row: Row) => change(rows.map((old, i) => (i === index ? row : old)));

  return (
    <Stack direction="column" gap={1} alignItems="flex-start">
      {rows.map(([from, to], i) => (
        <Stack key={i} gap={1} alignItems="flex-end">
          <Field
            label={name.label}
            noMargin
            invalid={isRepeated(rows, from)}
            error={isRepeated(rows, from) ? 'Listed twice; the last one counts' : undefined}
          >
            <Input
              id={`${id}-name-${i}`}
              width={28}
              value={from}
              placeholder={name.placeholder}
              disabled={disabled}
              onChange={(event) => replace(i, [event.currentTarget.value, to])}
            />
          </Field>
          <Field label={target.label} noMargin>
            <Input
              id={`${id}-target-${i}`}
              width={28}
              value={to}
              placeholder={target.placeholder}
              disabled={disabled}
              onChange={(event) => replace(i, [from, event.currentTarget.value])}
            />
          </Field>
          <Stack alignItems="center" height={4}>
            <IconButton
              name="trash-alt"
              tooltip={`Remove ${from || 'row ' + (i + 1)}`}
              disabled={disabled}
              onClick={() => change(rows.filter((_, index) => index !== i))}
            />
          </Stack>
        </Stack>
      ))}
      <Button
        type="button"
        variant="secondary"
        icon="plus"
        size="sm"
        disabled={disabled}
        onClick={() => setEdited([...rows, ['', '']])}
      >
        {add}
      </Button>
    </Stack>
  );
}

function toMap(rows: Row[]): Record<string, string> {
  return Object.fromEntries(rows.map(([from, to]) => [from.trim(), to.trim()]).filter(([from, to]) => from && to));
}

function isRepeated(rows: Row[], name: string): boolean {
  return name !== '' && rows.filter(([other]) => other.trim() === name.trim()).length > 1;
}
