import React, { useId } from 'react';
import { Combobox } from '@grafana/ui';
import { EditorField, EditorRow } from '@grafana/plugin-ui';

import { CommittedInput } from '../CommittedInput';
import { Names } from '../Names';
import { ARRANGEMENTS, BOXES } from './choices';
import { ExpressionField } from './ExpressionField';
import { positive } from './positive';
import { type EditorProps } from './props';
import { variableOptions } from './variableOptions';

const FOLDING =
  'With more nodes, level auto turns coarser; at other levels the least busy nodes of a namespace fold into one, its “other” node, and a notice says how many. ';

/** How the graph is drawn, what is marked in it and what is left out. A table has no places. */
export function DrawingRow({ query, onChange, datasource }: EditorProps) {
  const id = useId();
  const isGraph = query.queryType === 'trafficGraph';
  return (
    <EditorRow>
      {isGraph && (
        <EditorField label="Arrange" htmlFor={`${id}-arrange`} tooltip="Who finds a place for each node">
          <Combobox
            id={`${id}-arrange`}
            width={19}
            createCustomValue
            options={[...ARRANGEMENTS, ...variableOptions(datasource)]}
            value={query.arrange ?? 'panel'}
            onChange={({ value }) => onChange({ arrange: value })}
          />
        </EditorField>
      )}
      {isGraph && datasource.only([query.arrange]) === 'boxes' && (
        <EditorField label="Boxes" htmlFor={`${id}-boxes`} tooltip="A click on a box’s name tells what it holds">
          <Names
            id={`${id}-boxes`}
            width={26}
            placeholder="Both"
            options={BOXES}
            value={query.boxes}
            onChange={(boxes) => onChange({ boxes })}
          />
        </EditorField>
      )}
      <ExpressionField
        id={`${id}-find`}
        label="Find"
        tooltip={
          isGraph
            ? 'Nodes and edges that match are marked: the panel fills such nodes with red'
            : 'Rows that match are marked in a column of their own'
        }
        placeholder="errorrate > 0.05"
        value={query.find}
        onChange={(find) => onChange({ find })}
      />
      <ExpressionField
        id={`${id}-hide-if`}
        label="Hide if"
        tooltip="Nodes and edges that match are left out. What stays still shows all of its traffic"
        placeholder="edge && rps < 0.1"
        value={query.hideIf}
        onChange={(hideIf) => onChange({ hideIf })}
      />
      <EditorField
        label="Max nodes"
        htmlFor={`${id}-max-nodes`}
        tooltip={
          FOLDING +
          (isGraph
            ? 'Empty: the limit in the data source’s settings'
            : 'Empty: nothing folds, and level auto keeps to the limit in the data source’s settings')
        }
      >
        <CommittedInput
          id={`${id}-max-nodes`}
          inputMode="numeric"
          width={12}
          placeholder="Default"
          value={query.maxNodes?.toString() ?? ''}
          onCommit={(text) => onChange({ maxNodes: text.includes('$') ? text : positive(text) })}
        />
      </EditorField>
    </EditorRow>
  );
}
