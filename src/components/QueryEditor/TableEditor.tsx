import React from 'react';

import { type NamesOf, type QueryType } from '../../types';
import { THINGS } from './focus';
import { type EditorProps } from './props';
import { SelectionRow } from './SelectionRow';
import { TableRow } from './TableRow';
import { ThingRow } from './ThingRow';

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
      {queryType !== 'pods' && <TableRow {...props} />}
      {(queryType === 'workloads' || queryType === 'pods') && (
        <ThingRow
          {...props}
          kinds={THINGS}
          tooltip="Only those of one app, of one workload, or that one service selects, in the clusters chosen above"
        />
      )}
    </>
  );
}
