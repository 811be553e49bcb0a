import React, { useId } from 'react';
import { EditorRow } from '@grafana/plugin-ui';

import { type NamesOf } from '../../types';
import { ChoiceField } from './ChoiceField';
import { HEALTH_MEASURES, HEALTHS } from './choices';
import { MeasuresField } from './MeasuresField';
import { type EditorProps } from './props';
import { SelectionRow } from './SelectionRow';
import { WindowField } from './WindowField';

// Namespaces and clusters are found by their own lists.
const NAMES_OF: Partial<Record<string, NamesOf>> = {
  applications: 'applications',
  workloads: 'workloads',
  services: 'services',
};

/** The editor of `health`: of what, and which numbers. */
export function HealthEditor(props: EditorProps) {
  const { query, onChange, datasource, app } = props;
  const id = useId();
  const { of: chosen = 'namespaces' } = query;
  // A dashboard variable may stand for it.
  const of = datasource.only([chosen]) ?? chosen;
  return (
    <>
      <EditorRow>
        <ChoiceField
          id={`${id}-of`}
          label="Health of"
          tooltip="What each row is"
          datasource={datasource}
          options={HEALTHS}
          value={chosen}
          onChange={(next = 'namespaces') => {
            const rows = datasource.only([next]) ?? next;
            onChange({
              of: next,
              ...(rows in NAMES_OF ? {} : { names: undefined }),
              ...(rows === 'clusters' ? { namespaces: undefined } : {}),
            });
          }}
        />
        <MeasuresField
          id={`${id}-measures`}
          tooltip="Columns of numbers. An alert rule, and an expression, takes one"
          datasource={datasource}
          app={app}
          options={HEALTH_MEASURES}
          empty="All"
          judged="score"
          value={query.measures}
          onChange={(measures) => onChange({ measures })}
        />
        <WindowField {...props} />
      </EditorRow>
      <SelectionRow {...props} namesOf={NAMES_OF[of]} namespaces={of !== 'clusters'} />
    </>
  );
}
