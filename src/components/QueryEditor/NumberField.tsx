import React from 'react';
import { EditorField } from '@grafana/plugin-ui';

import { CommittedInput } from '../CommittedInput';
import { positive } from './positive';
import { type FieldProps } from './props';

interface Props extends Omit<FieldProps, 'datasource'> {
  /** A text where a dashboard variable decides. */
  value?: number | string;
  /** What stands in the place of no number. */
  empty: string;
  /** Called when the input is left; with undefined when there is no number above 0. */
  onChange: (value?: number | string) => void;
}

/** A whole number above 0, or a dashboard variable that stands for one. */
export function NumberField({ id, label, tooltip, value, empty, onChange }: Props) {
  return (
    <EditorField label={label} htmlFor={id} tooltip={tooltip}>
      <CommittedInput
        id={id}
        inputMode="numeric"
        width={12}
        placeholder={empty}
        value={value?.toString() ?? ''}
        onCommit={(text) => onChange(text.includes('$') ? text : positive(text))}
      />
    </EditorField>
  );
}
