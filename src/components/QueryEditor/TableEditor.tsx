import React from 'react';

import { type NamesOf, type QueryType } from '../../types';
import { type EditorProps } from './props';
import { SelectionRow } from './SelectionRow';
import { TableTrafficRow } from './TableTrafficRow';

// What the names of a table are. Pods are found by their workloads, namespaces by their own list.
const NAMES_OF: Partial<Record<QueryType, NamesOf>> = {
  applications: 'applications',
  workloads: 'workloads',
  services: 'services',
  pods: 'workloads',
};

/** The editor of the tables of what runs where. */
export function TableEditor(props: EditorProps) {
  const { queryType } = props.query;
  return (
    <>
      <SelectionRow {...props} namesOf={queryType && NAMES_OF[queryType]} />
      {queryType !== 'pods' && <TableTrafficRow {...props} />}
    </>
  );
}
