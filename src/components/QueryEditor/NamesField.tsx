import React, { type ReactNode } from 'react';
import { Box, Combobox, Stack, Text } from '@grafana/ui';
import { EditorField } from '@grafana/plugin-ui';

import { Names } from '../Names';
import { type FieldProps } from './props';
import { useNames } from './useNames';

// Of a list of names and of a single one, in units of the theme's spacing.
const WIDTH = 40;
const NAME_WIDTH = 26;

interface Field extends FieldProps {
  /** Asks for the names to offer; called when the menu opens. */
  load: () => Promise<string[]>;
}

interface NamesProps extends Field {
  value?: string[];
  onChange: (value: string[]) => void;
}

/** A list of names to pick or to type, offered by the data source and the dashboard's variables. */
export function NamesField({ id, label, datasource, value, load, onChange }: NamesProps) {
  const { options, problem } = useNames(datasource, load);
  return (
    <EditorField label={label} htmlFor={id}>
      <WithProblem problem={problem} width={WIDTH}>
        <Names id={id} width={WIDTH} placeholder="All" options={options} value={value} onChange={onChange} />
      </WithProblem>
    </EditorField>
  );
}

interface NameProps extends Field {
  value?: string;
  /** What stands in the place of no name; "Any" unless said otherwise. */
  empty?: string;
  /** Why the name is wrong. */
  error?: string;
  /** Undefined when the name was taken away. */
  onChange: (value?: string) => void;
}

/** One name, or any. */
export function NameField({ id, label, datasource, value, empty = 'Any', error, load, onChange }: NameProps) {
  const { options, problem } = useNames(datasource, load);
  return (
    <EditorField label={label} htmlFor={id} invalid={Boolean(error)} error={error}>
      <WithProblem problem={problem} width={NAME_WIDTH}>
        <Combobox
          id={id}
          width={NAME_WIDTH}
          isClearable
          createCustomValue
          placeholder={empty}
          options={options}
          value={value || null}
          onChange={(chosen) => onChange(chosen?.value.trim() || undefined)}
        />
      </WithProblem>
    </EditorField>
  );
}

function WithProblem({ problem, width, children }: { problem?: string; width: number; children: ReactNode }) {
  return (
    <Stack direction="column" gap={0.5}>
      {children}
      {problem && (
        <Box maxWidth={width}>
          <Text variant="bodySmall" color="secondary">
            {problem}
          </Text>
        </Box>
      )}
    </Stack>
  );
}
