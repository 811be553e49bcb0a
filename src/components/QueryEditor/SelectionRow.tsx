import React, { useId, type ReactNode } from 'react';
import { EditorRow } from '@grafana/plugin-ui';

import { type NamesOf } from '../../types';
import { NamesField } from './NamesField';
import { type EditorProps } from './props';

interface Props extends EditorProps {
  /** What `names` holds; without it names are not asked for. */
  namesOf?: NamesOf;
  /** Whether namespaces are asked for; yes unless said otherwise. */
  namespaces?: boolean;
  /** Further fields, behind those. */
  children?: ReactNode;
}

/** The lists that every query type selects by. Empty means all. */
export function SelectionRow({ datasource, query, onChange, namesOf, namespaces = true, children }: Props) {
  const id = useId();
  const cluster = datasource.only(query.clusters);
  const namespace = datasource.only(query.namespaces);
  return (
    <EditorRow>
      <NamesField
        id={`${id}-clusters`}
        label="Clusters"
        datasource={datasource}
        value={query.clusters}
        load={() => datasource.listClusters()}
        onChange={(clusters) => onChange({ clusters })}
      />
      {namespaces && (
        <NamesField
          id={`${id}-namespaces`}
          label="Namespaces"
          datasource={datasource}
          value={query.namespaces}
          load={() => datasource.listNamespaces(cluster)}
          onChange={(chosen) => onChange({ namespaces: chosen })}
        />
      )}
      {namesOf && (
        <NamesField
          id={`${id}-names`}
          label="Names"
          datasource={datasource}
          value={query.names}
          load={() => datasource.listNames(namesOf, cluster, namespace)}
          onChange={(names) => onChange({ names })}
        />
      )}
      {children}
    </EditorRow>
  );
}
