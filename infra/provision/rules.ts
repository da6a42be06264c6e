/** Firestore's rules and indexes, TTL fields among them, by firebase-tools. */
import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool, typed } from './gcloud.ts';
import { bring, type Difference, type Part, type Step } from './step.ts';
import { defaultDatabase, readRules } from './whose.ts';

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

export function rulesPart(project: string, database: string, accessToken: () => Promise<string>): Part {
  const file = JSON.parse(readFileSync(join(top, 'firestore.indexes.json'), 'utf8')) as IndexFile;
  const rules = readFileSync(join(top, 'firestore.rules'), 'utf8');
  const args = (only: string, config?: string): string[] => [
    'deploy',
    `--only=${only}`,
    ...(config ? [`--config=${config}`] : []),
    `--project=${project}`,
    '--non-interactive',
  ];
  // Credentials of a person belong to no project, and the rules' API asks for one.
  const quota = { GOOGLE_CLOUD_QUOTA_PROJECT: project };
  const firebase = (words: string[]): Promise<string> => runTool('firebase', words, undefined, quota);
  // Without --force nothing that somebody added is deleted.
  const step = (name: string, differences: Difference[], isThere: boolean, whole: string): Step => {
    const only = `firestore:${name}`;
    const planned = bring(name, only, differences, () =>
      database === defaultDatabase
        ? firebase(args(only))
        : ofDatabase(database, (config) => firebase(args('firestore', config))),
    );
    if (planned.action === 'keep') return planned;
    const command = `GOOGLE_CLOUD_QUOTA_PROJECT=${project} ${typed('firebase', args(only))}`;
    return isThere ? { ...planned, command } : { ...planned, action: 'create', differences: [], note: whole, command };
  };
  const ttl = file.fieldOverrides.filter((each) => each.ttl).length;
  const plan = (found: FoundRules): Step[] => [
    // Those of somebody else came with a database of theirs, which is refused before.
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
      const text = await firebase(['firestore:indexes', `--database=${database}`, `--project=${project}`]).catch(
        () => '{}',
      );
      const indexes = {
        indexes: [],
        fieldOverrides: [],
        ...(JSON.parse(text.slice(text.indexOf('{'))) as Partial<IndexFile>),
      };
      return plan({ indexes, rules: await readRules(project, database, await accessToken()) });
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

/** firebase-tools knows the rules and indexes of another database by its own configuration alone. */
async function ofDatabase<T>(database: string, work: (config: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'metronome-'));
  try {
    for (const file of ['firestore.rules', 'firestore.indexes.json'])
      await copyFile(join(top, file), join(directory, file));
    const firestore = [{ database, rules: 'firestore.rules', indexes: 'firestore.indexes.json' }];
    const config = join(directory, 'firebase.json');
    await writeFile(config, JSON.stringify({ firestore }));
    return await work(config);
  } finally {
    await rm(directory, { recursive: true });
  }
}

const sameText = (one: string | undefined, other: string): boolean => one?.trim() === other.trim();
