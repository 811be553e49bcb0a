import React from 'react';
import { Field, Input } from '@grafana/ui';

import { RowList } from './RowList';
import { useMapRows, type Row } from './useMapRows';

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

/** A map of text to text as rows. */
export function MapRows({ id, value = {}, onChange, name, target, add, disabled }: Props) {
  const map = useMapRows(value, toMap, onChange);
  return (
    <RowList
      rows={map.rows}
      disabled={disabled}
      removal={([from], i) => `Remove ${from || 'row ' + (i + 1)}`}
      onRemove={map.remove}
      add={add}
      onAdd={() => map.add(['', ''])}
      draw={([from, to], i) => (
        <>
          <Field label={name.label} noMargin invalid={Boolean(map.problem(from))} error={map.problem(from)}>
            <Input
              id={`${id}-name-${i}`}
              width={28}
              value={from}
              placeholder={name.placeholder}
              disabled={disabled}
              onChange={(event) => map.replace(i, [event.currentTarget.value, to])}
            />
          </Field>
          <Field label={target.label} noMargin>
            <Input
              id={`${id}-target-${i}`}
              width={28}
              value={to}
              placeholder={target.placeholder}
              disabled={disabled}
              onChange={(event) => map.replace(i, [from, event.currentTarget.value])}
            />
          </Field>
        </>
      )}
    />
  );
}

function toMap(rows: Array<Row<string>>): Record<string, string> {
  return Object.fromEntries(rows.map(([from, to]) => [from.trim(), to.trim()]).filter(([from, to]) => from && to));
}
