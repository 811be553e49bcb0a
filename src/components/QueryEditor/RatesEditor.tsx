import React from 'react';

import { namesOf } from './choices';
import { type EditorProps } from './props';
import { RatesRow } from './RatesRow';
import { RatesTrafficRow } from './RatesTrafficRow';
import { SelectionRow } from './SelectionRow';

/** The editor of `rates`: of what there are series, which numbers, and of which traffic. */
export function RatesEditor(props: EditorProps) {
  const by = props.datasource.only([props.query.by]);
  return (
    <>
      <RatesRow {...props} by={by} />
      <SelectionRow {...props} namesOf={namesOf(by)} />
      <RatesTrafficRow {...props} />
    </>
  );
}
