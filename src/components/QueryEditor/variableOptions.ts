import { type ComboboxOption } from '@grafana/ui';

import { type AtlasDataSource } from '../../datasource';

/** The variables of the dashboard, as options to pick. */
export function variableOptions({ templates }: AtlasDataSource): ComboboxOption[] {
  return templates.getVariables().map(({ name }) => ({ value: `$${name}`, description: 'Dashboard variable' }));
}
