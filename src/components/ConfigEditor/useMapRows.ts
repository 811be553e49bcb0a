import { useState } from 'react';
import { isEqual } from 'lodash';

export type Row<T> = [name: string, target: T];

/**
 * The rows of a map, to edit: a name, and what it stands for. Rows that are not complete yet live here and are not part
 * of the map, which `toMap` makes of the rows.
 */
export function useMapRows<T>(
  value: Record<string, T>,
  toMap: (rows: Array<Row<T>>) => Record<string, T>,
  onChange: (value: Record<string, T>) => void
) {
  const [edited, setEdited] = useState<Array<Row<T>>>(() => Object.entries(value));
  // A value that these rows did not make came from elsewhere, such as a reload: it wins.
  const rows = isEqual(toMap(edited), value) ? edited : Object.entries(value);

  const change = (next: Array<Row<T>>) => {
    setEdited(next);
    onChange(toMap(next));
  };
  return {
    rows,
    replace: (index: number, row: Row<T>) => change(rows.map((old, i) => (i === index ? row : old))),
    remove: (index: number) => change(rows.filter((_, i) => i !== index)),
    add: (row: Row<T>) => setEdited([...rows, row]),
    /** What is wrong with a row's name; nothing as a rule. */
    problem: (name: string) =>
      name !== '' && rows.filter(([other]) => other.trim() === name.trim()).length > 1
        ? 'Listed twice; the last one counts'
        : undefined,
  };
}
