import React from 'react';
import { Combobox, type ComboboxOption } from '@grafana/ui';
import { EditorField } from '@grafana/plugin-ui';

import { type FieldProps } from './props';
import { variableOptions } from './variableOptions';

interface Props extends FieldProps {
  options: ComboboxOption[];
  /** What is chosen, or counts while nothing is. */
  value?: string;
  /** What stands in the place of no choice. A field that has such a text can be cleared. */
  empty?: string;
  /** In units of the theme's spacing. */
  width?: number;
  /** Why what is chosen is wrong. */
  error?: string;
  /** Called with undefined when the choice was taken away. */
  onChange: (value?: string) => void;
}

/** One of a few words, a dashboard variable that stands for one, or what is typed. */
export function ChoiceField({ datasource, options, value, empty, width = 19, error, onChange, ...field }: Props) {
  const menu = {
    id: field.id,
    width,
    createCustomValue: true,
    options: [...options, ...variableOptions(datasource)],
    value: value || null,
    onChange: (chosen: ComboboxOption | null) => onChange(chosen?.value.trim() || undefined),
  };
  return (
    <EditorField label={field.label} htmlFor={field.id} tooltip={field.tooltip} invalid={Boolean(error)} error={error}>
      {empty === undefined ? <Combobox {...menu} /> : <Combobox {...menu} isClearable placeholder={empty} />}
    </EditorField>
  );
}
