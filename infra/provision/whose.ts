/**
 * Who owns a database. Field overrides and TTL apply to collections by name, and another application may use the names that
 * Metronome uses: there, Metronome's TTL would delete its documents.
 */
import { endpointOf } from './endpoints.ts';
import type { Gcloud } from './gcloud.ts';

export const defaultDatabase = '(default)';

/** `firestore.rules` begins with it: rules that were edited by hand are still known as Metronome's. */
const mark = /^\s*\/\/ Metronome\b/m;

/** A database has no labels, so the rules that were released for it tell its owner. */
export const isByItsRules = (rules: string | undefined): boolean => rules !== undefined && mark.test(rules);

/** @throws Error if they cannot be read: taken for none, somebody else's would be replaced */
export async function readRules(project: string, database: string, token: string): Promise<string | undefined> {
  const base = `${endpointOf('FIREBASERULES')}/v1`;
  const read = async (path: string): Promise<Record<string, unknown> | undefined> => {
    const response = await fetch(`${base}/${path}`, {
      headers: { authorization: `Bearer ${token}`, 'x-goog-user-project': project },
    });
    if (response.ok) return (await response.json()) as Record<string, unknown>;
    const why = await response.text();
    // While their API is off nobody has released any.
    if (response.status === 404 || (response.status === 403 && why.includes('SERVICE_DISABLED'))) return undefined;
    throw new Error(`Could not read the rules of ${database}: Google answered ${response.status} ${why.slice(0, 500)}`);
  };
  const name = database === defaultDatabase ? 'cloud.firestore' : `cloud.firestore/${database}`;
  const release = await read(`projects/${project}/releases/${name}`);
  const ruleset = typeof release?.rulesetName === 'string' ? await read(release.rulesetName) : undefined;
  const files = (ruleset?.source as { files?: { content?: string }[] } | undefined)?.files;
  return files?.[0]?.content;
}

/** The contents of a database by kind; nothing if it is as created. @throws Error if that cannot be read */
export async function contentOf(project: string, database: string, token: string): Promise<string[]> {
  const name = `projects/${project}/databases/${database}`;
  const ask = async <T>(path: string, body?: object): Promise<T> => {
    const response = await fetch(`${endpointOf('FIRESTORE')}/v1/${name}/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${token}`,
        'x-goog-user-project': project,
        'content-type': 'application/json',
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) {
      const why = (await response.text()).slice(0, 500);
      throw new Error(`Could not read the contents of ${database}: Google answered ${response.status} ${why}`);
    }
    return (await response.json()) as T;
  };
  const { collectionIds = [] } = await ask<{ collectionIds?: string[] }>('documents:listCollectionIds', {});
  const { indexes = [] } = await ask<{ indexes?: object[] }>('collectionGroups/-/indexes');
  // In firebase-tools' list: Google lists no overrides without a filter.
  const filter = encodeURIComponent('indexConfig.usesAncestorConfig=false OR ttlConfig:*');
  const { fields = [] } = await ask<{ fields?: { name: string }[] }>(`collectionGroups/-/fields?filter=${filter}`);
  const overrides = fields.filter((each) => !each.name.includes('/collectionGroups/__default__/'));
  return [
    ...(collectionIds.length > 0 ? [`collections such as ${collectionIds.slice(0, 3).join(', ')}`] : []),
    ...(indexes.length > 0 ? ['indexes'] : []),
    ...(overrides.length > 0 ? ['field overrides'] : []),
  ];
}

/**
 * Whether a deployment may use a database: only one that provisioning has given Metronome's rules.
 * @throws Error saying what it is instead, and which database of the project is Metronome's
 */
export async function refuseForeignDatabase(gcloud: Gcloud, database: string, token: string): Promise<void> {
  const found = await gcloud.json<{ name: string; type: string }[]>(['firestore', 'databases', 'list']);
  const names = found.map(({ name }) => name.slice(name.lastIndexOf('/') + 1));
  const rulesOf = (name: string) => readRules(gcloud.project, name, token);
  const rules = names.includes(database) ? await rulesOf(database) : undefined;
  if (isByItsRules(rules)) return;
  const is = !names.includes(database)
    ? 'does not exist'
    : rules === undefined
      ? 'has no rules, so it was not provisioned'
      : 'has the rules of another system';
  const own: string[] = [];
  for (const name of names) if (name !== database && isByItsRules(await rulesOf(name))) own.push(name);
  const instead =
    own.length > 0
      ? `Metronome’s rules are on ${own.join(', ')}: npm run provision -- --project ${gcloud.project} --database ${own[0]} remembers it.`
      : `Give Metronome one of its own: npm run provision -- --project ${gcloud.project} --database metronome.`;
  throw new Error(`Not deployed, and nothing was changed. The database ${database} ${is}. ${instead}`);
}
