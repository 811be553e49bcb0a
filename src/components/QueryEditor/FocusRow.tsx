import React, { useId, useState } from 'react';
import { Button, Combobox, Text } from '@grafana/ui';
import { EditorField, EditorRow } from '@grafana/plugin-ui';

import { type Focus } from '../../types';
import { CommittedInput } from '../CommittedInput';
import { FOCUS_KINDS, MAX_HOPS, namesOf } from './choices';
import { describeFocus, withFocus } from './focus';
import { NameField } from './NamesField';
import { type EditorProps } from './props';
import { variableOptions } from './variableOptions';

interface Props extends EditorProps {
  /** The query's level, with variables replaced. */
  level?: string;
}

/** One node by its parts, and how much of its surroundings is kept. */
export function FocusRow({ query, onChange, datasource, level }: Props) {
  const id = useId();
  const { focus = {} } = query;
  const [open, setOpen] = useState(Boolean(query.focus));
  const change = (patch: Focus) => onChange((current) => ({ focus: withFocus(current.focus, patch) }));
  const cluster = datasource.only([focus.cluster]);
  const namespace = datasource.only([focus.namespace]);
  const kind = datasource.only([focus.kind]);
  return (
    <EditorRow>
      <EditorField label="Focus" tooltip="Keep one node and what lies around it">
        <Button
          variant="secondary"
          fill="text"
          icon={open ? 'angle-down' : 'angle-right'}
          aria-label="Focus"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <Text color="secondary">{open ? '' : describeFocus(query.focus)}</Text>
        </Button>
      </EditorField>
      {open && (
        <>
          <EditorField label="Kind" htmlFor={`${id}-kind`}>
            <Combobox
              id={`${id}-kind`}
              width={19}
              isClearable
              createCustomValue
              placeholder="Any"
              options={[...FOCUS_KINDS, ...variableOptions(datasource)]}
              value={focus.kind || null}
              onChange={(chosen) => change({ kind: chosen?.value.trim() || undefined })}
            />
          </EditorField>
          <NameField
            id={`${id}-cluster`}
            label="Cluster"
            datasource={datasource}
            value={focus.cluster}
            load={async () => (await datasource.listClusters()).map(({ name }) => name)}
            onChange={(chosen) => change({ cluster: chosen })}
          />
          <NameField
            id={`${id}-namespace`}
            label="Namespace"
            datasource={datasource}
            value={focus.namespace}
            load={() => datasource.listNamespaces(cluster)}
            onChange={(chosen) => change({ namespace: chosen })}
          />
          <NameField
            id={`${id}-name`}
            label="Name"
            datasource={datasource}
            value={focus.name}
            load={() => datasource.listNames(namesOf(kind ?? level), cluster, namespace)}
            onChange={(chosen) => change({ name: chosen })}
          />
          <EditorField label="Hops" htmlFor={`${id}-hops`} tooltip="How many calls away the surroundings reach">
            <CommittedInput
              id={`${id}-hops`}
              type="number"
              min={1}
              max={MAX_HOPS}
              width={10}
              placeholder="1"
              // Hops from nowhere mean nothing, and are not saved.
              disabled={!query.focus}
              value={focus.hops?.toString() ?? ''}
              onCommit={(text) => change({ hops: hops(text) })}
            />
          </EditorField>
        </>
      )}
    </EditorRow>
  );
}

function hops(text: string): number | undefined {
  const number = parseInt(text, 10);
  return number > 0 ? Math.min(number, MAX_HOPS) : undefined;
}
