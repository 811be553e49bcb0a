import React, { useState } from 'react';
import { CoreApp } from '@grafana/data';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { QueryEditor } from '../components/QueryEditor/QueryEditor';
import { AtlasDataSource } from '../datasource';
import { type AtlasQuery } from '../types';
import { instanceSettings } from './settings';
import { fakeTemplates, type FakeVariable } from './templates';

const VARIABLES: FakeVariable[] = [
  { name: 'cluster', value: 'east', options: ['east'] },
  { name: 'level', value: 'app' },
];

/** Draws an editor of queries and holds what it would save, as a panel does. */
export function setUpEditor(
  initial: Partial<AtlasQuery>,
  { app = CoreApp.PanelEditor, Editor = QueryEditor, variables = VARIABLES } = {}
) {
  const datasource = new AtlasDataSource(instanceSettings(), fakeTemplates(variables));
  const lists = {
    clusters: jest.spyOn(datasource, 'listClusters').mockResolvedValue(['east', 'west']),
    namespaces: jest.spyOn(datasource, 'listNamespaces').mockResolvedValue(['bookinfo', 'sample']),
    names: jest.spyOn(datasource, 'listNames').mockResolvedValue(['reviews-v1']),
  };
  let current: AtlasQuery = { refId: 'A', ...initial };
  const onRunQuery = jest.fn();
  function Panel() {
    const [query, setQuery] = useState(current);
    current = query;
    return <Editor datasource={datasource} query={query} onChange={setQuery} onRunQuery={onRunQuery} app={app} />;
  }
  render(<Panel />);
  const user = userEvent.setup();
  const pick = async (label: string, option: string | RegExp) => {
    await user.click(screen.getByLabelText(label));
    await user.click(await screen.findByRole('option', { name: option }));
  };
  return { user, pick, saved: () => current, onRunQuery, lists };
}

/** The options of the menu that is open. */
export const optionNames = async () => (await screen.findAllByRole('option')).map((option) => option.textContent);
