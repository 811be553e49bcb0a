import React from 'react';
import { type ComboboxOption } from '@grafana/ui';
import { EditorField } from '@grafana/plugin-ui';

import { Names } from '../Names';
import { type FieldProps } from './props';
import { variableOptions } from './variableOptions';

/** The width of a list of longer words, of which two are as wide as three lists of names. */
export const HALF = 61;

interface Props extends FieldProps {
  options: ComboboxOption[];
  value?: string[];
  /** What an empty list means. */
  empty?: string;
  /** In units of the theme's spacing. */
  width?: number;
  onChange: (value: string[]) => void;
}

/** Some of a few words, dashboard variables that stand for them, or what is typed. */
export function WordsField({ datasource, options, value, empty = 'All', width = 40, onChange, ...field }: Props) {
  return (
    <EditorField label={field.label} htmlFor={field.id} tooltip={field.tooltip}>
      <Names
        id={field.id}
        width={width}
        placeholder={empty}
        options={[...options, ...variableOptions(datasource)]}
        value={value}
        onChange={onChange}
      />
    </EditorField>
  );
}
