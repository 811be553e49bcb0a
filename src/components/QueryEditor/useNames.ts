import { useEffect, useRef, useState } from 'react';
import { isFetchError } from '@grafana/runtime';
import { type ComboboxOption } from '@grafana/ui';

import { type AtlasDataSource } from '../../datasource';
import { variableOptions } from './variableOptions';

/**
 * Options for a menu of names, and why there are none. Names are asked for once each time the menu opens, not for every
 * letter. When that fails, variables and typed names can still be chosen.
 */
export function useNames(datasource: AtlasDataSource, load: () => Promise<string[]>) {
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
