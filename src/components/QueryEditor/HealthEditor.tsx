import React, { useId } from 'react';
import { Combobox, MultiCombobox } from '@grafana/ui';
import { EditorField, EditorRow } from '@grafana/plugin-ui';

import { isAlerting } from '../../datasource';
import { type HealthOf, type NamesOf } from '../../types';
import { HEALTHS, isDuration, MEASURES, WINDOWS } from './choices';
import { type EditorProps } from './props';
import { SelectionRow } from './SelectionRow';
import { variableOptions } from './variableOptions';

// Namespaces and clusters are found by their own lists.
const NAMES_OF: Partial<Record<HealthOf | string, NamesOf>> = {
  applications: 'applications',
  workloads: 'workloads',
  services: 'services',
};

/** The editor of `health`: of what, and which numbers. */
export function HealthEditor(props: EditorProps) {
  const { query, onChange, datasource, app } = props;
  const id = useId();
  const variables = variableOptions(datasource);
  const of = query.of ?? 'namespaces';
  const alerting = isAlerting(app);
  const isWindow = isDuration(query.window);
  const measures = [...MEASURES, ...variables];
  return (
    <>
      <EditorRow>
        <EditorField label="Health of" htmlFor={`${id}-of`} tooltip="What each row is">
          <Combobox
            id={`${id}-of`}
            width={19}
            createCustomValue
            options={[...HEALTHS, ...variables]}
            value={of}
            onChange={({ value }) =>
              onChange({
                of: value,
                ...(value in NAMES_OF ? {} : { names: undefined }),
                ...(value === 'clusters' ? { namespaces: undefined } : {}),
              })
            }
          />
        </EditorField>
        {alerting ? (
          <EditorField label="Measure" htmlFor={`${id}-measure`} tooltip="The number that the rule judges, of each row">
            <Combobox
              id={`${id}-measure`}
              width={25}
              options={measures}
              value={query.measures?.[0] ?? 'score'}
              onChange={({ value }) => onChange({ measures: [value] })}
            />
          </EditorField>
        ) : (
          <EditorField
            label="Measures"
            htmlFor={`${id}-measures`}
            tooltip="Columns of numbers. An alert rule, and an expression, takes one"
          >
            <MultiCombobox
              id={`${id}-measures`}
              width="auto"
              minWidth={25}
              maxWidth={60}
              placeholder="All"
              options={measures}
              value={query.measures ?? []}
              onChange={(chosen) => onChange({ measures: chosen.map(({ value }) => value) })}
            />
          </EditorField>
        )}
        <EditorField
          label="Window"
          htmlFor={`${id}-window`}
          tooltip="Averages over the whole time range, or over the end of it: a duration such as 5m"
          invalid={!isWindow}
          error={isWindow ? undefined : 'Not a duration such as 5m'}
        >
          <Combobox
            id={`${id}-window`}
            width={19}
            isClearable
            createCustomValue
            placeholder="Whole range"
            options={[...WINDOWS, ...variables]}
            value={query.window || null}
            onChange={(chosen) => onChange({ window: chosen?.value.trim() })}
          />
        </EditorField>
      </EditorRow>
      <SelectionRow {...props} namesOf={NAMES_OF[of]} namespaces={of !== 'clusters'} />
    </>
  );
}
