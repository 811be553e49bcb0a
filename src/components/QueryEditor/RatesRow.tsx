import React, { useId } from 'react';
import { EditorRow } from '@grafana/plugin-ui';

import { ChoiceField } from './ChoiceField';
import { GROUPINGS, RATE_MEASURES, SIDES } from './choices';
import { MeasuresField } from './MeasuresField';
import { type EditorProps } from './props';

interface Props extends EditorProps {
  /** What the query has series of, with variables replaced. */
  by?: string;
}

/** Which numbers, of what, and at which end of calls. */
export function RatesRow({ query, onChange, datasource, app, by }: Props) {
  const id = useId();
  // Services are known of what is called alone.
  const sides = by === 'service' ? SIDES.filter(({ value }) => value === 'destination') : SIDES;
  return (
    <EditorRow>
      <MeasuresField
        id={`${id}-measures`}
        tooltip="A series each. An alert rule, and an expression, is best served with one"
        datasource={datasource}
        app={app}
        options={RATE_MEASURES}
        empty="Requests"
        judged="requests"
        value={query.measures}
        onChange={(measures) => onChange({ measures })}
      />
      <ChoiceField
        id={`${id}-by`}
        label="By"
        tooltip="What each series is of"
        datasource={datasource}
        options={GROUPINGS}
        value={query.by ?? 'namespace'}
        onChange={(chosen) => onChange({ by: chosen, ...(chosen === 'service' ? { side: undefined } : {}) })}
      />
      <ChoiceField
        id={`${id}-side`}
        label="Side"
        tooltip="Which end of calls the series, and the names below, are of. Of pairs of clusters: the names below"
        datasource={datasource}
        options={sides}
        value={query.side ?? 'destination'}
        onChange={(side) => onChange({ side })}
      />
    </EditorRow>
  );
}
