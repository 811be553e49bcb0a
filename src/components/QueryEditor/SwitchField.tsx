import React from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { Combobox, InlineSwitch } from '@grafana/ui';

import { type FieldProps } from './props';
import { switchOptions } from './variableOptions';

interface Props extends FieldProps {
  /** A text where a dashboard variable decides. */
  value?: boolean | string;
  /** Whether it is on while nothing is chosen. */
  onByDefault?: boolean;
  /** Called with undefined when the default is chosen. */
  onChange: (value?: boolean | string) => void;
}

const ON_OFF = [
  { value: 'false', label: 'Off' },
  { value: 'true', label: 'On' },
];

/** A switch; a menu where the dashboard has variables that can decide, or where one does. */
export function SwitchField({ id, label, tooltip, datasource, value, onByDefault = false, onChange }: Props) {
  const variables = switchOptions(datasource);
  const menu = typeof value === 'string' || variables.length > 0;
  const shown = value === undefined || value === '' ? onByDefault : value;
  const change = (next: boolean | string) => onChange(next === '' || next === onByDefault ? undefined : next);
  return (
    <EditorField label={label} htmlFor={id} tooltip={tooltip}>
      {menu ? (
        <Combobox
          id={id}
          width={19}
          createCustomValue
          options={[...ON_OFF, ...variables]}
          value={String(shown)}
          onChange={(chosen) => change(fromText(chosen.value.trim()))}
        />
      ) : (
        <InlineSwitch id={id} value={shown === true} onChange={(event) => change(event.currentTarget.checked)} />
      )}
    </EditorField>
  );
}

function fromText(text: string): boolean | string {
  return text === 'true' || (text === 'false' ? false : text);
}
