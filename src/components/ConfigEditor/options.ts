import { type DataSourceSettings } from '@grafana/data';

import { type AtlasJsonData, type AtlasSecureJsonData, type KubeconfigKey, type ListedCluster } from '../../types';

export type Options = DataSourceSettings<AtlasJsonData, AtlasSecureJsonData>;

/** What every section of the editor gets. */
export interface SectionProps {
  options: Options;
  onChange: (options: Options) => void;
}

/**
 * The options with one setting replaced. An empty value removes the setting, so that the default applies and nothing
 * is saved that nobody chose. All other settings stay, also those that no section shows.
 */
export function withSetting<K extends keyof AtlasJsonData>(
  options: Options,
  key: K,
  value: AtlasJsonData[K] | undefined
): Options {
  const jsonData = { ...options.jsonData };
  delete jsonData[key];
  return { ...options, jsonData: isEmpty(value) ? jsonData : { ...jsonData, [key]: value } };
}

/** An object without its empty entries; undefined when none is left. */
export function compact<T extends object>(value: T): T | undefined {
  const kept = Object.entries(value).filter(([, entry]) => !isEmpty(entry));
  return kept.length > 0 ? (Object.fromEntries(kept) as T) : undefined;
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.length === 0;
  }
  if (typeof value === 'object' && value !== null) {
    return Object.keys(value).length === 0;
  }
  return value === undefined || value === null || value === '' || Number.isNaN(value);
}

/** The options with a secret typed by the user. */
export function withSecret(options: Options, key: KubeconfigKey, value: string): Options {
  return { ...options, secureJsonData: { ...options.secureJsonData, [key]: value } };
}

/**
 * The options without a secret: neither what was typed nor what is stored. Grafana keeps a stored secret that a save
 * does not mention, so one that is or was stored (secureJsonFields knows its key) is overwritten with an empty text.
 */
export function withoutSecret(options: Options, key: KubeconfigKey): Options {
  const secureJsonData = { ...options.secureJsonData };
  delete secureJsonData[key];
  if (options.secureJsonFields?.[key] === undefined) {
    return { ...options, secureJsonData };
  }
  return {
    ...options,
    secureJsonData: { ...secureJsonData, [key]: '' },
    secureJsonFields: { ...options.secureJsonFields, [key]: false },
  };
}

/** Where the kubeconfig of a listed cluster is kept. */
export function kubeconfigKey(cluster: string): KubeconfigKey {
  return `kubeconfig.${cluster}`;
}

/**
 * The options with a listed cluster replaced, or removed when there is no new one. A kubeconfig is stored under its
 * cluster's name: one just typed moves along with a new name, a stored one cannot be read and is cleared.
 */
export function withCluster(options: Options, index: number, next?: ListedCluster): Options {
  const clusters = [...(options.jsonData.clusters ?? [])];
  const before = clusters[index];
  clusters.splice(index, 1, ...(next ? [next] : []));
  const changed = withSetting(options, 'clusters', clusters);
  if (!before?.kubeconfig || (next?.kubeconfig && next.name === before.name)) {
    return changed;
  }
  const typed = options.secureJsonData?.[kubeconfigKey(before.name)];
  const cleared = withoutSecret(changed, kubeconfigKey(before.name));
  return typed && next?.kubeconfig ? withSecret(cleared, kubeconfigKey(next.name), typed) : cleared;
}
