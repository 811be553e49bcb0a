import { type ComboboxOption } from '@grafana/ui';

import { type AtlasDataSource } from '../../datasource';
import { expandText } from '../../interpolate';

/** The variables of the dashboard, as options to pick. */
export function variableOptions({ templates }: AtlasDataSource): ComboboxOption[] {
  return templates.getVariables().map(({ name }) => ({ value: `$${name}`, description: 'Dashboard variable' }));
}

/** The variables that stand for on or off now. */
export function switchOptions(datasource: AtlasDataSource): ComboboxOption[] {
  return variableOptions(datasource).filter(({ value }) =>
    ['true', 'false'].includes(expandText(datasource.templates, value))
  );
}
