/** Firestore's rules and indexes, TTL fields among them, by firebase-tools. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool, typed } from './gcloud.ts';
import { bring, type Difference, type Part, type Step } from './step.ts';

const top = join(import.meta.dirname, '../..');

interface Index {
  collectionGroup: string;
  queryScope?: string;
  fields: { fieldPath: string; order?: string; arrayConfig?: string }[];
}

export interface IndexFile {
  indexes: Index[];
  fieldOverrides: { collectionGroup: string; fieldPath: string; ttl?: boolean; indexes: unknown[] }[];
}

/** What is there: the indexes, and the text of the rules; undefined where nothing was released. */
export interface FoundRules {
  indexes: IndexFile;
  rules: string | undefined;
}

export function rulesPart(project: string, accessToken: () => Promise<string>): Part {
  const file = JSON.parse(readFileSync(join(top, 'firestore.indexes.json'), 'utf8')) as IndexFile;
  const rules = readFileSync(join(top, 'firestore.rules'), 'utf8');
  const args = (only: string): string[] => ['deploy', `--only=${only}`, `--project=${project}`, '--non-interactive'];
  // Credentials of a person belong to no project, and the rules' API asks for one.
  const quota = { GOOGLE_CLOUD_QUOTA_PROJECT: project };
  const firebase = (words: string[]): Promise<string> => runTool('firebase', words, undefined, quota);
  // Without --force nothing that somebody added is deleted.
  const step = (name: string, differences: Difference[], isThere: boolean, whole: string): Step => {
    const only = `firestore:${name}`;
    const planned = bring(name, only, differences, () => firebase(args(only)));
    if (planned.action === 'keep') return planned;
    const command = `GOOGLE_CLOUD_QUOTA_PROJECT=${project} ${typed('firebase', args(only))}`;
    return isThere ? { ...planned, command } : { ...planned, action: 'create', differences: [], note: whole, command };
  };
  const ttl = file.fieldOverrides.filter((each) => each.ttl).length;
  const plan = (found: FoundRules): Step[] => [
    step(
      'rules',
      sameText(found.rules, rules) ? [] : [{ field: 'rules', is: 'other', shouldBe: 'firestore.rules' }],
      found.rules !== undefined,
      'every client is denied: the functions pass by IAM',
    ),
    step(
      'indexes',
      missingIndexes(file, found.indexes),
      found.indexes.indexes.length > 0,
      `${file.indexes.length} of several fields, ${ttl} by which documents expire, ${file.fieldOverrides.length - ttl} fields with fewer than the usual`,
    ),
  ];
  return {
    title: 'Rules, indexes, TTL',
    api: 'firestore.googleapis.com',
    isOneByOne: true,
    ofNothing: () => plan({ indexes: { indexes: [], fieldOverrides: [] }, rules: undefined }),
    read: async () => {
      const text = await firebase(['firestore:indexes', `--project=${project}`]).catch(() => '{}');
      const indexes = {
        indexes: [],
        fieldOverrides: [],
        ...(JSON.parse(text.slice(text.indexOf('{'))) as Partial<IndexFile>),
      };
      return plan({ indexes, rules: await readRules(project, await accessToken()) });
    },
  };
}

/** What of the file is not there; what is there besides is left alone. */
export function missingIndexes(file: IndexFile, found: IndexFile): Difference[] {
  const known = new Set(found.indexes.map(nameOf));
  const overrides = new Map(found.fieldOverrides.map((each) => [`${each.collectionGroup}.${each.fieldPath}`, each]));
  return [
    ...file.indexes
      .filter((each) => !known.has(nameOf(each)))
      .map((each) => ({ field: nameOf(each), is: 'absent', shouldBe: 'index' })),
    ...file.fieldOverrides.flatMap((each) => {
      const name = `${each.collectionGroup}.${each.fieldPath}`;
      const other = overrides.get(name);
      const shouldBe = each.ttl ? 'TTL' : `${each.indexes.length} single-field indexes`;
      if (!other) return [{ field: name, is: 'default', shouldBe }];
      const isSame = (other.ttl ?? false) === (each.ttl ?? false) && other.indexes.length === each.indexes.length;
      return isSame ? [] : [{ field: name, is: 'other', shouldBe }];
    }),
  ];
}

/** Firestore adds the document's name at the end by itself. */
function nameOf({ collectionGroup, queryScope = 'COLLECTION', fields }: Index): string {
  const names = fields
    .filter((each) => each.fieldPath !== '__name__')
    .map((each) => `${each.fieldPath} ${(each.order ?? each.arrayConfig ?? '').toLowerCase()}`);
  return `${collectionGroup} (${names.join(', ')})${queryScope === 'COLLECTION' ? '' : ' of every parent'}`;
}

const sameText = (one: string | undefined, other: string): boolean => one?.trim() === other.trim();

async function readRules(project: string, token: string): Promise<string | undefined> {
  const base = 'https://firebaserules.googleapis.com/v1';
  const read = async (path: string): Promise<Record<string, unknown> | undefined> => {
    const response = await fetch(`${base}/${path}`, {
      headers: { authorization: `Bearer ${token}`, 'x-goog-user-project': project },
    });
    return response.ok ? ((await response.json()) as Record<string, unknown>) : undefined;
  };
  const release = await read(`projects/${project}/releases/cloud.firestore`);
  const ruleset = typeof release?.rulesetName === 'string' ? await read(release.rulesetName) : undefined;
  const files = (ruleset?.source as { files?: { content?: string }[] } | undefined)?.files;
  return files?.[0]?.content;
}
