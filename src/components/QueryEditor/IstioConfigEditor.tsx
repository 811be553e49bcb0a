import React, { useId } from 'react';
import { Combobox } from '@grafana/ui';
import { EditorField, EditorRow } from '@grafana/plugin-ui';

import { Names } from '../Names';
import { CONFIG_KINDS, SEVERITIES } from './choices';
import { type EditorProps } from './props';
import { SelectionRow } from './SelectionRow';
import { SwitchField } from './SwitchField';
import { variableOptions } from './variableOptions';

/** The editor of the table of configuration. */
export function IstioConfigEditor(props: EditorProps) {
  const { query, onChange, datasource } = props;
  const id = useId();
  const variables = variableOptions(datasource);
  return (
    <>
      <SelectionRow {...props} />
      <EditorRow>
        <EditorField label="Kinds" htmlFor={`${id}-kinds`}>
          <Names
            id={`${id}-kinds`}
            width={40}
            placeholder="All"
            options={[...CONFIG_KINDS, ...variables]}
            value={query.kinds}
            onChange={(kinds) => onChange({ kinds })}
          />
        </EditorField>
        <EditorField label="Names" htmlFor={`${id}-names`} tooltip="Names of objects: type them">
          <Names
            id={`${id}-names`}
            width={26}
            placeholder="All"
            options={variables}
            value={query.names}
            onChange={(names) => onChange({ names })}
          />
        </EditorField>
        <EditorField
          label="Findings"
          htmlFor={`${id}-severity`}
          tooltip="Leaves out objects with which nothing is wrong"
        >
          <Combobox
            id={`${id}-severity`}
            width={26}
            isClearable
            createCustomValue
            placeholder="With and without"
            options={[...SEVERITIES, ...variables]}
            value={query.severity || null}
            onChange={(chosen) => onChange({ severity: chosen?.value.trim() })}
          />
        </EditorField>
        <SwitchField
          id={`${id}-yaml`}
          label="YAML"
          tooltip="Reads the first 50 objects as they are, each by a request to its cluster"
          datasource={datasource}
          value={query.yaml}
          onChange={(yaml) => onChange({ yaml })}
        />
      </EditorRow>
    </>
  );
}
