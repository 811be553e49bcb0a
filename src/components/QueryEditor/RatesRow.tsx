import React, { useId } from 'react';
import { Combobox } from '@grafana/ui';
import { EditorField, EditorRow } from '@grafana/plugin-ui';

import { isAlerting } from '../../datasource';
import { Names } from '../Names';
import { GROUPINGS, RATE_MEASURES, SIDES } from './choices';
import { type EditorProps } from './props';
import { variableOptions } from './variableOptions';

interface Props extends EditorProps {
  /** What the query has series of, with variables replaced. */
  by?: string;
}

/** Which numbers, of what, and at which end of calls. An alert rule judges one number. */
export function RatesRow({ query, onChange, datasource, app, by }: Props) {
  const id = useId();
  const variables = variableOptions(datasource);
  const measures = [...RATE_MEASURES, ...variables];
  // Services are known of what is called alone.
  const sides = by === 'service' ? SIDES.filter(({ value }) => value === 'destination') : SIDES;
  return (
    <EditorRow>
      {isAlerting(app) ? (
        <EditorField
          label="Measure"
          htmlFor={`${id}-measure`}
          tooltip="The number that the rule judges, of each series"
        >
          <Combobox
            id={`${id}-measure`}
            width={25}
            options={measures}
            value={query.measures?.[0] ?? 'requests'}
            onChange={({ value }) => onChange({ measures: [value] })}
          />
        </EditorField>
      ) : (
        <EditorField
          label="Measures"
          htmlFor={`${id}-measures`}
          tooltip="A series each. An alert rule, and an expression, is best served with one"
        >
          <Names
            id={`${id}-measures`}
            width={40}
            placeholder="Requests"
            options={measures}
            value={query.measures}
            onChange={(chosen) => onChange({ measures: chosen })}
          />
        </EditorField>
      )}
      <EditorField label="By" htmlFor={`${id}-by`} tooltip="What each series is of">
        <Combobox
          id={`${id}-by`}
          width={19}
          createCustomValue
          options={[...GROUPINGS, ...variables]}
          value={query.by ?? 'namespace'}
          onChange={({ value }) => onChange({ by: value, ...(value === 'service' ? { side: undefined } : {}) })}
        />
      </EditorField>
      <EditorField
        label="Side"
        htmlFor={`${id}-side`}
        tooltip="Which end of calls the series, and the names below, are of. Of pairs of clusters: the names below"
      >
        <Combobox
          id={`${id}-side`}
          width={19}
          createCustomValue
          options={[...sides, ...variables]}
          value={query.side ?? 'destination'}
          onChange={({ value }) => onChange({ side: value })}
        />
      </EditorField>
    </EditorRow>
  );
}
