import React, { useEffect, useRef, useState } from 'react';
import { isFetchError } from '@grafana/runtime';
import { Box, Stack, Text, type ComboboxOption } from '@grafana/ui';
import { EditorField } from '@grafana/plugin-ui';

import { type AtlasDataSource } from '../../datasource';
import { Names } from '../Names';
import { variableOptions } from './variableOptions';

// Of a field, in units of the theme's spacing.
const WIDTH = 40;

interface Props {
  id: string;
  label: string;
  datasource: AtlasDataSource;
  value?: string[];
  /** Asks for the names to offer; called when the menu opens. */
  load: () => Promise<string[]>;
  onChange: (value: string[]) => void;
}

/** A list of names to pick or to type, offered by the data source and the dashboard's variables. */
export function NamesField({ id, label, datasource, value, load, onChange }: Props) {
  const { options, problem } = useNames(datasource, load);
  return (
    <EditorField label={label} htmlFor={id}>
      <Stack direction="column" gap={0.5}>
        <Names id={id} width={WIDTH} placeholder="All" options={options} value={value} onChange={onChange} />
        {problem && (
          <Box maxWidth={WIDTH}>
            <Text variant="bodySmall" color="secondary">
              {problem}
            </Text>
          </Box>
        )}
      </Stack>
    </EditorField>
  );
}

// Names are asked for once each time the menu opens, not for every letter. When that fails, the reason is shown and
// variables and typed names can still be chosen.
function useNames(datasource: AtlasDataSource, load: () => Promise<string[]>) {
  const [problem, setProblem] = useState<string>();
  const latest = useRef(load);
  useEffect(() => {
    latest.current = load;
  });
  const loaded = useRef<Promise<string[]>>();

  const [options] = useState(() => async (typed: string): Promise<ComboboxOption[]> => {
    if (typed === '' || !loaded.current) {
      loaded.current = latest.current().then(
        (names) => {
          setProblem(undefined);
          return names;
        },
        (error: unknown) => {
          setProblem(`No names to offer: ${reason(error)}`);
          return [];
        }
      );
    }
    const names = (await loaded.current).map((name) => ({ value: name }));
    const wanted = typed.toLowerCase();
    return [...variableOptions(datasource), ...names].filter((option) => option.value.toLowerCase().includes(wanted));
  });
  return { options, problem };
}

function reason(error: unknown): string {
  if (isFetchError(error)) {
    return error.data?.message ?? error.data?.error ?? error.statusText ?? `status ${error.status}`;
  }
  return error instanceof Error ? error.message : String(error);
}
