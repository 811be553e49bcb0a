import { type Focus } from '../../types';
import { FOCUS_KINDS } from './choices';

/** A focus with some of its parts changed; undefined when nothing is left that names a node. */
export function withFocus(focus: Focus | undefined, patch: Focus): Focus | undefined {
  const changed = { ...focus, ...patch };
  const { kind, cluster, namespace, name } = changed;
  if (!kind && !cluster && !namespace && !name) {
    return undefined;
  }
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined && value !== ''));
}

/** A focus in a few words. */
export function describeFocus(focus?: Focus): string {
  if (!focus) {
    return 'None';
  }
  const { cluster, namespace, name, hops = 1 } = focus;
  const kind = FOCUS_KINDS.find(({ value }) => value === focus.kind)?.label ?? focus.kind;
  const node = [kind, [cluster, namespace, name].filter(Boolean).join('/')].filter(Boolean).join(' ');
  return `${node}, ${hops} ${hops === 1 ? 'hop' : 'hops'}`;
}
