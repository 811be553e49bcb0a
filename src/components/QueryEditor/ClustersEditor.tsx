import React from 'react';

import { type EditorProps } from './props';
import { SelectionRow } from './SelectionRow';

/** The editor of `clusters`. */
export function ClustersEditor(props: EditorProps) {
  return <SelectionRow {...props} namespaces={false} />;
}
