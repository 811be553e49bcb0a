import React, { useId } from 'react';
import { EditorRow } from '@grafana/plugin-ui';

import { ChoiceField } from './ChoiceField';
import { ARRANGEMENTS, BOXES } from './choices';
import { ExpressionField } from './ExpressionField';
import { NumberField } from './NumberField';
import { type EditorProps } from './props';
import { WordsField } from './WordsField';

const FOLDING =
  'With more nodes, level auto turns coarser; at other levels the least busy nodes of a namespace fold into one, its “other” node, and a notice says how many. ';

/** How the graph is drawn, what is marked in it and what is left out. A table has no places. */
export function DrawingRow({ query, onChange, datasource }: EditorProps) {
  const id = useId();
  const isGraph = query.queryType === 'trafficGraph';
  return (
    <EditorRow>
      {isGraph && (
        <ChoiceField
          id={`${id}-arrange`}
          label="Arrange"
          tooltip="Who finds a place for each node"
          datasource={datasource}
          options={ARRANGEMENTS}
          value={query.arrange ?? 'panel'}
          onChange={(arrange) => onChange({ arrange })}
        />
      )}
      {isGraph && datasource.only([query.arrange]) === 'boxes' && (
        <WordsField
          id={`${id}-boxes`}
          label="Boxes"
          tooltip="A click on a box’s name tells what it holds"
          datasource={datasource}
          options={BOXES}
          empty="Both"
          width={34}
          value={query.boxes}
          onChange={(boxes) => onChange({ boxes })}
        />
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
      <NumberField
        id={`${id}-max-nodes`}
        label="Max nodes"
        tooltip={
          FOLDING +
          (isGraph
            ? 'Empty: the limit in the data source’s settings'
            : 'Empty: nothing folds, and level auto keeps to the limit in the data source’s settings')
        }
        empty="Default"
        value={query.maxNodes}
        onChange={(maxNodes) => onChange({ maxNodes })}
      />
    </EditorRow>
  );
}
