import { type AtlasDataSource } from '../../datasource';
import { type Focus, type FocusKind } from '../../types';
import { FOCUS_KINDS, namesOf } from './choices';

/** What a table of workloads or pods can be about; the first unless told. */
export const THINGS: FocusKind[] = ['app', 'workload', 'service'];

/** What a table of configuration can be about. */
export const CONFIGURED: FocusKind[] = [...THINGS, 'external'];

/** A focus with some of its parts changed; undefined when nothing is left that names a node. */
export function withFocus(focus: Focus | undefined, patch: Focus): Focus | undefined {
  const changed = { ...focus, ...patch };
  const { kind, cluster, namespace, name } = changed;
  if (!kind && !cluster && !namespace && !name) {
    return undefined;
  }
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined && value !== ''));
}

/** A focus as a table has it, which knows clusters by the selection: undefined without a name, or of another kind. */
export function asThing(focus: Focus | undefined, kinds: FocusKind[]): Focus | undefined {
  const { kind, namespace, name } = focus ?? {};
  const fits = !kind || kind.includes('$') || kinds.some((one) => one === kind);
  return name && fits ? withFocus(undefined, { kind, namespace, name }) : undefined;
}

/** A focus in a few words. */
export function describeFocus(focus?: Focus): string {
  if (!focus) {
    return 'None';
  }
  const { hops = 1 } = focus;
  return `${describe(focus)}, ${hops} ${hops === 1 ? 'hop' : 'hops'}`;
}

/** What a table is about, in a few words. Without a name it is about all. */
export function describeThing(focus: Focus | undefined, kinds: FocusKind[]): string {
  const { kind = kinds[0], namespace, name } = focus ?? {};
  return name ? describe({ kind, namespace, name }) : 'None';
}

function describe(focus: Focus): string {
  const kind = FOCUS_KINDS.find(({ value }) => value === focus.kind)?.label ?? focus.kind;
  return [kind, [focus.cluster, focus.namespace, focus.name].filter(Boolean).join('/')].filter(Boolean).join(' ');
}

/** The names to offer for a focus, by its kind or else the level. Hosts outside the mesh are listed nowhere. */
export async function namesInFocus(datasource: AtlasDataSource, of?: string, cluster?: string, namespace?: string) {
  return of === 'external' ? [] : datasource.listNames(namesOf(of), cluster, namespace);
}
