import React, { useId } from 'react';
import { Combobox } from '@grafana/ui';
import { EditorField, EditorRow } from '@grafana/plugin-ui';

import { VALUES } from './choices';
import { type EditorProps } from './props';
import { SelectionRow } from './SelectionRow';

const IN_NAMESPACES = ['workloads', 'services', 'applications'];

/** The editor of `variable`: what to list, and from where. */
export function ValuesEditor(props: EditorProps) {
  const { query, onChange } = props;
  const id = useId();
  return (
    <>
      <EditorRow>
        <EditorField label="Names of" htmlFor={id}>
          <Combobox
            id={id}
            width={32}
            placeholder="Choose"
            options={VALUES}
            value={query.of ?? null}
            onChange={({ value }) =>
              onChange(IN_NAMESPACES.includes(value) ? { of: value } : { of: value, namespaces: undefined })
            }
          />
        </EditorField>
      </EditorRow>
      {query.of && query.of !== 'clusters' && <SelectionRow {...props} namespaces={IN_NAMESPACES.includes(query.of)} />}
    </>
  );
}
