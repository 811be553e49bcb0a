import { createDataFrame, FieldType, LoadingState, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import { lastValueFrom, of } from 'rxjs';

import { AtlasDataSource } from './datasource';
import { instanceSettings } from './test/settings';
import { fakeTemplates } from './test/templates';
import { type AtlasQuery } from './types';
import { AtlasVariableSupport } from './variables';

function setUp(response: DataQueryResponse) {
  const datasource = new AtlasDataSource(instanceSettings(), fakeTemplates());
  const query = jest.spyOn(datasource, 'query').mockReturnValue(of(response));
  const support = new AtlasVariableSupport(datasource);
  const run = (target: Partial<AtlasQuery>) =>
    lastValueFrom(support.query({ targets: [target] } as DataQueryRequest<AtlasQuery>));
  return { query, run };
}

const names = createDataFrame({
  refId: 'variable',
  fields: [
    { name: 'age', type: FieldType.number, values: [1, 2] },
    { name: 'name', type: FieldType.string, values: ['bookinfo', 'sample'] },
  ],
});

test('the names become texts and values', async () => {
  const { query, run } = setUp({ data: [names] });
  const response = await run({ refId: 'whatever', of: 'namespaces', clusters: ['east'] });
  expect(query.mock.calls[0][0].targets).toEqual([
    { refId: 'variable', queryType: 'variable', of: 'namespaces', clusters: ['east'] },
  ]);
  expect(response.data).toEqual([
    { text: 'bookinfo', value: 'bookinfo' },
    { text: 'sample', value: 'sample' },
  ]);
});

test('an error is passed on', async () => {
  const error = { message: 'cluster west: forbidden', refId: 'variable' };
  const { run } = setUp({ data: [], state: LoadingState.Error, errors: [error] });
  await expect(run({ of: 'namespaces' })).resolves.toEqual({ data: [], state: LoadingState.Error, errors: [error] });
});

test('frames without text give no values', async () => {
  const { run } = setUp({ data: [createDataFrame({ fields: [] })] });
  await expect(run({ of: 'clusters' })).resolves.toEqual({ data: [] });
});

test('an incomplete query is not sent', async () => {
  const { query, run } = setUp({ data: [names] });
  await expect(run({})).resolves.toEqual({ data: [] });
  expect(query).not.toHaveBeenCalled();
});

test('a data source brings its variables', () => {
  const datasource = new AtlasDataSource(instanceSettings(), fakeTemplates());
  expect(datasource.variables).toBeInstanceOf(AtlasVariableSupport);
  expect(datasource.variables?.getDefaultQuery?.()).toEqual({ queryType: 'variable', of: 'namespaces' });
});
