import { useLayoutEffect, useRef } from 'react';
import { isEqual } from 'lodash';

import { type AtlasQuery } from '../../types';

/**
 * Gives a function that changes the query, reports and runs it. Each change builds on the one before, even if that has
 * not come back from the panel yet (an input that is left by using another one changes two things at once). A change
 * that changes nothing is no change: menus may report the same choice more than once.
 */
export function useCommit(query: AtlasQuery, onChange: (query: AtlasQuery) => void, onRunQuery: () => void) {
  const latest = useRef(query);
  // With the drawing itself, not after it: a change must not be forgotten for an older query that arrives late.
  useLayoutEffect(() => {
    latest.current = query;
  }, [query]);
  return (change: (query: AtlasQuery) => AtlasQuery) => {
    const next = change(latest.current);
    if (!isEqual(next, latest.current)) {
      latest.current = next;
      onChange(next);
      onRunQuery();
    }
  };
}
