import React from 'react';

import { type Focus } from '../../types';
import { namesInFocus } from './focus';
import { NameField } from './NamesField';
import { type FieldProps } from './props';

interface Props extends Omit<FieldProps, 'label' | 'tooltip'> {
  focus: Focus;
  /** Of what names are offered, a kind or a level; with variables replaced, as is the cluster. */
  of?: string;
  cluster?: string;
  /** What stands in the place of no name. */
  empty?: string;
  /** Whether there is a namespace to choose; yes unless said otherwise. */
  inNamespace?: boolean;
  /** Why the namespace is wrong. */
  error?: string;
  onChange: (patch: Focus) => void;
}

/** The namespace and the name of what is in focus. */
export function FocusNames({ id, datasource, focus, of, cluster, empty, inNamespace = true, error, onChange }: Props) {
  const namespace = datasource.only([focus.namespace]);
  return (
    <>
      {inNamespace && (
        <NameField
          id={`${id}-namespace`}
          label="Namespace"
          datasource={datasource}
          value={focus.namespace}
          empty={empty}
          error={error}
          load={() => datasource.listNamespaces(cluster)}
          onChange={(chosen) => onChange({ namespace: chosen })}
        />
      )}
      <NameField
        id={`${id}-name`}
        label="Name"
        datasource={datasource}
        value={focus.name}
        empty={empty}
        load={() => namesInFocus(datasource, of, cluster, namespace)}
        onChange={(chosen) => onChange({ name: chosen })}
      />
    </>
  );
}
