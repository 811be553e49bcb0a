import React, { type ReactNode } from 'react';
import { Button, IconButton, Stack, type ButtonProps } from '@grafana/ui';

interface Props<Row> {
  rows: Row[];
  /** The fields of a row. */
  draw: (row: Row, index: number) => ReactNode;
  /** What is said of the button that removes a row. */
  removal: (row: Row, index: number) => string;
  onRemove: (index: number) => void;
  /** The button that adds a row: its text, and how it looks. */
  add: string;
  addLook?: Pick<ButtonProps, 'icon' | 'fill'>;
  onAdd: () => void;
  disabled?: boolean;
}

/** Rows of fields, of which each can be removed, and a button for one more. */
export function RowList<Row>({ rows, draw, removal, onRemove, add, addLook, onAdd, disabled }: Props<Row>) {
  return (
    <Stack direction="column" gap={1} alignItems="flex-start">
      {rows.map((row, i) => (
        <Stack key={i} gap={1} alignItems="flex-end" wrap="wrap">
          {draw(row, i)}
          <Stack alignItems="center" height={4}>
            <IconButton name="trash-alt" tooltip={removal(row, i)} disabled={disabled} onClick={() => onRemove(i)} />
          </Stack>
        </Stack>
      ))}
      <Button type="button" variant="secondary" icon="plus" size="sm" disabled={disabled} {...addLook} onClick={onAdd}>
        {add}
      </Button>
    </Stack>
  );
}
