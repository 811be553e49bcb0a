import React from 'react';

import { namesOf } from './choices';
import { DrawingRow } from './DrawingRow';
import { FocusRow } from './FocusRow';
import { type EditorProps } from './props';
import { SelectionRow } from './SelectionRow';
import { SwitchRow } from './SwitchRow';
import { TrafficRow } from './TrafficRow';

/** The editor of `trafficGraph` and `traffic`. */
export function TrafficEditor(props: EditorProps) {
  const level = props.datasource.only([props.query.level]);
  return (
    <>
      <SelectionRow {...props} namesOf={namesOf(level)} />
      <TrafficRow {...props} />
      <SwitchRow {...props} level={level} />
      <DrawingRow {...props} />
      <FocusRow {...props} level={level} />
    </>
  );
}
