/** Firestore's rules and indexes, TTL fields among them, by firebase-tools. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runTool, typed, unlessAbsent } from './gcloud.ts';
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

/** What is there: the indexes, and the text of the rules; undefined if nothing was released. */
export interface FoundRules {
  indexes: IndexFile;
  rules: string | undefined;
}

/** @param indexFile from the repository's top */
export function rulesPart(
  project: string,
  database: string,
  accessToken: () => Promise<string>,
  indexFile = 'firestore.indexes.json',
): Part {
  const file = JSON.parse(readFileSync(join(top, indexFile), 'utf8')) as IndexFile;
  const rules = readFileSync(join(top, 'firestore.rules'), 'utf8');
  const config = database === defaultDatabase ? 'firebase.json' : configurationOf(project, database, indexFile);
  // Firebase takes rules and indexes together where the database has a name of its own.
  const argsFor = (only: string): string[] => [
    'deploy',
    `--only=${database === defaultDatabase ? only : 'firestore'}`,
    `--config=${config}`,
    `--project=${project}`,
    '--non-interactive',
  ];
  // Credentials of a person belong to no project, and the rules' API asks for one.
  const quota = { GOOGLE_CLOUD_QUOTA_PROJECT: project };
  const firebase = (words: string[]): Promise<string> => runTool('firebase', words, undefined, quota, top);
  // Without --force, nothing added by others is deleted.
  const step = (name: string, differences: Difference[], isThere: boolean, whole: string): Step => {
    const only = `firestore:${name}`;
    const args = argsFor(`firestore:${name}`);
    const planned = bring(name, only, differences, () => firebase(args));
    if (planned.action === 'keep') return planned;
    const command = `GOOGLE_CLOUD_QUOTA_PROJECT=${project} ${typed('firebase', args)}`;
    return isThere ? { ...planned, command } : { ...planned, action: 'create', differences: [], note: whole, command };
  };
  const ttl = file.fieldOverrides.filter((each) => each.ttl).length;
  const plan = (found: FoundRules): Step[] => [
    // Other applications' rules came with their database, which is refused before.
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
    title: indexFile === 'firestore.indexes.json' ? 'Rules, indexes, TTL' : 'Rules and TTL, of what customers can see',
    api: 'firestore.googleapis.com',
    isOneByOne: true,
    ofNothing: () => plan({ indexes: { indexes: [], fieldOverrides: [] }, rules: undefined }),
    read: async () => {
      const list = ['firestore:indexes', `--database=${database}`, `--project=${project}`];
      const text = await unlessAbsent(firebase(list), '{}');
      const indexes = {
        indexes: [],
        fieldOverrides: [],
        ...(JSON.parse(text.slice(text.indexOf('{'))) as Partial<IndexFile>),
      };
      return plan({ indexes, rules: await readRules(project, database, await accessToken()) });
    },
  };
}

/** The indexes of the file that are missing; additional ones are left alone. */
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

/**
 * firebase-tools knows the rules and indexes of another database by a configuration of its own alone, whose files are beside it. They
 * stay, so that the command that a plan shows does what provisioning does.
 */
function configurationOf(project: string, database: string, indexFile: string): string {
  const directory = join(top, '.local/firebase', project, database);
  mkdirSync(directory, { recursive: true });
  copyFileSync(join(top, 'firestore.rules'), join(directory, 'firestore.rules'));
  copyFileSync(join(top, indexFile), join(directory, 'firestore.indexes.json'));
  const firestore = [{ database, rules: 'firestore.rules', indexes: 'firestore.indexes.json' }];
  const config = join(directory, 'firebase.json');
  writeFileSync(config, JSON.stringify({ firestore }));
  return relative(top, config);
}

const sameText = (one: string | undefined, other: string): boolean => one?.trim() === other.trim();
