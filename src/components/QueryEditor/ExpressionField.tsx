import React from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { IconButton, Toggletip } from '@grafana/ui';

import { CommittedInput } from '../CommittedInput';
import { PropertyList } from './PropertyList';

interface Props {
  id: string;
  label: string;
  tooltip: string;
  placeholder: string;
  value?: string;
  /** Called when the input is left; empty when there is no expression. */
  onChange: (value: string) => void;
}

/** An expression over the properties of nodes and edges, with their list at hand. */
export function ExpressionField({ id, label, tooltip, placeholder, value, onChange }: Props) {
  return (
    <EditorField label={label} htmlFor={id} tooltip={tooltip}>
      <CommittedInput
        id={id}
        width={28}
        placeholder={placeholder}
        spellCheck={false}
        value={value ?? ''}
        onCommit={onChange}
        suffix={
          <Toggletip title="Properties of nodes and edges" content={<PropertyList />} placement="bottom-end">
            <IconButton name="list-ul" aria-label={`Properties for: ${label}`} />
          </Toggletip>
        }
      />
    </EditorField>
  );
}
