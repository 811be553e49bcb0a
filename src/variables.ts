import {
  CustomVariableSupport,
  FieldType,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type MetricFindValue,
} from '@grafana/data';
import { map, of, type Observable } from 'rxjs';

import { VariableEditor } from './components/QueryEditor/VariableEditor';
import { type AtlasDataSource } from './datasource';
import { type AtlasQuery } from './types';

/** Values for dashboard variables: the backend's query type `variable`. */
export class AtlasVariableSupport extends CustomVariableSupport<AtlasDataSource, AtlasQuery> {
  editor = VariableEditor;

  constructor(private readonly datasource: AtlasDataSource) {
    super();
  }

  getDefaultQuery(): Partial<AtlasQuery> {
    return { queryType: 'variable', of: 'namespaces' };
  }

  query(request: DataQueryRequest<AtlasQuery>): Observable<DataQueryResponse> {
    const targets = request.targets
      .map((target): AtlasQuery => ({ ...target, refId: 'variable', queryType: 'variable' }))
      .filter((target) => this.datasource.filterQuery(target));
    if (targets.length === 0) {
      return of({ data: [] });
    }
    return this.datasource
      .query({ ...request, targets })
      .pipe(map((response) => ({ ...response, data: response.data.flatMap(toValues) })));
  }
}

function toValues(frame: DataFrame): MetricFindValue[] {
  const names: string[] = frame.fields.find((field) => field.type === FieldType.string)?.values ?? [];
  return names.map((name) => ({ text: name, value: name }));
}
