import React, { useId } from 'react';

import { WINDOWS } from './choices';
import { DurationField } from './DurationField';
import { type EditorProps } from './props';

/** Over which part of the time range rates are averages. */
export function WindowField({ query, onChange, datasource }: EditorProps) {
  return (
    <DurationField
      id={useId()}
      label="Window"
      tooltip="Averages over the whole time range of the panel, or over the end of it: a duration such as 5m"
      datasource={datasource}
      options={WINDOWS}
      empty="Whole range"
      example="5m"
      value={query.window}
      onChange={(window) => onChange({ window })}
    />
  );
}
