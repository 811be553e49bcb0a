import React from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { Combobox, InlineSwitch } from '@grafana/ui';

import { type FieldProps } from './props';
import { switchOptions } from './variableOptions';

interface Props extends FieldProps {
  /** A text where a dashboard variable decides. */
  value?: boolean | string;
  /** Called with undefined when it is switched off, which is the default. */
  onChange: (value?: boolean | string) => void;
}

const ON_OFF = [
  { value: 'false', label: 'Off' },
  { value: 'true', label: 'On' },
];

/** A switch; a menu where the dashboard has variables that can decide, or where one does. */
export function SwitchField({ id, label, tooltip, datasource, value, onChange }: Props) {
  const variables = switchOptions(datasource);
  const menu = typeof value === 'string' || variables.length > 0;
  return (
    <EditorField label={label} htmlFor={id} tooltip={tooltip}>
      {menu ? (
        <Combobox
          id={id}
          width={19}
          createCustomValue
          options={[...ON_OFF, ...variables]}
          value={String(value || false)}
          onChange={(chosen) => onChange(fromText(chosen.value.trim()))}
        />
      ) : (
        <InlineSwitch
          id={id}
          value={value ?? false}
          onChange={(event) => onChange(event.currentTarget.checked || undefined)}
        />
      )}
    </EditorField>
  );
}

function fromText(text: string): boolean | string | undefined {
  return text === 'true' || (text === 'false' || text === '' ? undefined : text);
}
