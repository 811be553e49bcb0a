import React from 'react';
import { type CoreApp } from '@grafana/data';
import { type ComboboxOption } from '@grafana/ui';

import { isAlerting } from '../../datasource';
import { ChoiceField } from './ChoiceField';
import { type FieldProps } from './props';
import { HALF, WordsField } from './WordsField';

interface Props extends Omit<FieldProps, 'label'> {
  app?: CoreApp;
  options: ComboboxOption[];
  value?: string[];
  /** What no measures mean to a panel. */
  empty: string;
  /** The measure that an alert rule judges unless told. */
  judged: string;
  onChange: (value: string[]) => void;
}

/** Which numbers are told: some to a panel, one to an alert rule, which judges it. */
export function MeasuresField({ app, value, empty, judged, tooltip, onChange, ...field }: Props) {
  return isAlerting(app) ? (
    <ChoiceField
      {...field}
      label="Measure"
      tooltip="The number that the rule judges, of everything that has one"
      width={25}
      value={value?.[0] ?? judged}
      onChange={(chosen) => onChange(chosen ? [chosen] : [])}
    />
  ) : (
    <WordsField
      {...field}
      label="Measures"
      tooltip={tooltip}
      empty={empty}
      width={HALF}
      value={value}
      onChange={onChange}
    />
  );
}
