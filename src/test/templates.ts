import { type ScopedVars } from '@grafana/data';
import { type TemplateSrv } from '@grafana/runtime';

export interface FakeVariable {
  name: string;
  /** Its value; `$__all` stands for all options. */
  value: string | string[];
  options?: string[];
  /** What "All" stands for, where the dashboard says so. */
  allValue?: string;
}

const REFERENCE = /\$(\w+)|\$\{(\w+)\}|\[\[(\w+)\]\]/g;

/** Dashboard variables that behave as Grafana's do, as far as a data source can see. */
export function fakeTemplates(variables: FakeVariable[] = []): TemplateSrv {
  const resolve = (reference: string, name: string, scopedVars?: ScopedVars, format?: unknown): string => {
    const variable = variables.find((v) => v.name === name);
    const scoped = scopedVars?.[name];
    if (!variable && !scoped) {
      return reference;
    }
    let value: string | string[] = scoped ? scoped.value : variable!.value;
    if ([value].flat().includes('$__all')) {
      if (variable?.allValue !== undefined) {
        return variable.allValue;
      }
      value = variable?.options ?? [];
    }
    if (typeof format === 'function') {
      return format(value, { name });
    }
    return Array.isArray(value) ? `{${value.join(',')}}` : value;
  };
  const replace: TemplateSrv['replace'] = (target = '', scopedVars, format) =>
    target.replace(REFERENCE, (reference, ...names) =>
      resolve(reference, String(names.slice(0, 3).find(Boolean)), scopedVars, format)
    );
  return {
    replace,
    containsTemplate: (target = '') => target.search(REFERENCE) >= 0,
    getVariables: () =>
      variables.map(({ name, value, options = [] }) => ({
        name,
        type: 'custom',
        current: { value },
        options: options.map((option) => ({ value: option })),
      })) as unknown as ReturnType<TemplateSrv['getVariables']>,
    updateTimeRange: () => undefined,
  };
}
