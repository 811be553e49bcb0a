import React, { useId } from 'react';
import { EditorRow } from '@grafana/plugin-ui';

import { ChoiceField } from './ChoiceField';
import { CONFIG_KINDS, SEVERITIES } from './choices';
import { CONFIGURED } from './focus';
import { type EditorProps } from './props';
import { SelectionRow } from './SelectionRow';
import { SwitchField } from './SwitchField';
import { ThingRow } from './ThingRow';
import { HALF, WordsField } from './WordsField';

/** The editor of the table of configuration. */
export function IstioConfigEditor(props: EditorProps) {
  const { query, onChange, datasource } = props;
  const id = useId();
  return (
    <>
      <SelectionRow {...props}>
        <WordsField
          id={`${id}-names`}
          label="Names"
          tooltip="Names of objects: type them"
          datasource={datasource}
          options={[]}
          value={query.names}
          onChange={(names) => onChange({ names })}
        />
      </SelectionRow>
      <EditorRow>
        <WordsField
          id={`${id}-kinds`}
          label="Kinds"
          width={HALF}
          datasource={datasource}
          options={CONFIG_KINDS}
          value={query.kinds}
          onChange={(kinds) => onChange({ kinds })}
        />
        <ChoiceField
          id={`${id}-severity`}
          label="Findings"
          tooltip="Leaves out objects with which nothing is wrong"
          width={26}
          datasource={datasource}
          options={SEVERITIES}
          empty="With and without"
          value={query.severity}
          onChange={(severity) => onChange({ severity })}
        />
        <SwitchField
          id={`${id}-yaml`}
          label="YAML"
          tooltip="Reads the first 50 objects as they are, each by a request to its cluster"
          datasource={datasource}
          value={query.yaml}
          onChange={(yaml) => onChange({ yaml })}
        />
      </EditorRow>
      <ThingRow
        {...props}
        kinds={CONFIGURED}
        tooltip="Only what applies to one thing: to calls to a service or a host, or to the proxies of a workload or an app and to the services that they serve"
      />
    </>
  );
}
