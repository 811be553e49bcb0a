import React from 'react';
import { type ComboboxOption } from '@grafana/ui';

import { ChoiceField } from './ChoiceField';
import { isDuration } from './choices';
import { type FieldProps } from './props';

interface Props extends FieldProps {
  options: ComboboxOption[];
  value?: string;
  /** What stands in the place of no duration. */
  empty: string;
  /** A duration that fits here, such as `5m`. */
  example: string;
  /** Called with undefined when the duration was taken away. */
  onChange: (value?: string) => void;
}

/** A duration to pick or to type, or none. */
export function DurationField({ example, ...field }: Props) {
  const error = isDuration(field.value) ? undefined : `Not a duration such as ${example}`;
  return <ChoiceField {...field} error={error} />;
}
