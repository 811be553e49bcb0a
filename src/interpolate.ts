import { type ScopedVars, type TypedVariableModel } from '@grafana/data';
import { type TemplateSrv } from '@grafana/runtime';

// What dashboards use for "all": Grafana's own marks, and the pattern that variables shared with Prometheus carry.
const ALL = new Set(['$__all', 'All', '.*', '.+']);

/** Text with its dashboard variables replaced. */
export function expandText(templates: TemplateSrv, text: string, scopedVars?: ScopedVars): string {
  return templates.replace(text, scopedVars);
}

/**
 * A list of names with its dashboard variables replaced: a variable with several values gives several names, one
 * without a value gives none. An empty list means all, and one variable set to "All" makes the whole list that.
 */
export function expandList(templates: TemplateSrv, items: string[], scopedVars?: ScopedVars): string[] {
  const names = items.flatMap((item) => expandItem(templates, item, scopedVars));
  if (names.some((name) => ALL.has(name))) {
    return [];
  }
  return [...new Set(names)].filter((name) => name !== '');
}

/** One name with its dashboard variables replaced. "All" and a variable without a value leave it empty. */
export function expandName(templates: TemplateSrv, text: string, scopedVars?: ScopedVars): string {
  return expandList(templates, [text], scopedVars).join(',');
}

// The formatter leaves a mark in the text for each variable and keeps its values aside; every mark then multiplies the
// text by those values. So `reviews-$version` works as well as `$ns`, and values may hold any character.
function expandItem(templates: TemplateSrv, item: string, scopedVars?: ScopedVars): string[] {
  const found: string[][] = [];
  const marked = templates.replace(item.trim(), scopedVars, (value: unknown, variable: { name?: string }) => {
    found.push(isAll(templates, value, variable?.name) ? ['$__all'] : [value].flat().map(String));
    return mark(found.length - 1);
  });
  return found.reduce(
    (texts, values, i) => texts.flatMap((text) => values.map((value) => text.split(mark(i)).join(value))),
    [marked]
  );
}

function mark(i: number): string {
  return `\u0000${i}\u0000`;
}

// Grafana hands "All" over as the list of every option. Only a list can be that: a repeated panel gets its one value
// while the dashboard's variable still stands on "All".
function isAll(templates: TemplateSrv, value: unknown, name?: string): boolean {
  if (!Array.isArray(value) || !name) {
    return false;
  }
  const variable = templates.getVariables().find((v) => v.name === name);
  return [currentValue(variable)].flat().includes('$__all');
}

function currentValue(variable?: TypedVariableModel): unknown {
  return variable && 'current' in variable && variable.current && 'value' in variable.current
    ? variable.current.value
    : undefined;
}
