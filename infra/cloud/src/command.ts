/** Reads what `local-google-cloud` is asked to do. Pure. */
import { parseArgs } from 'node:util';
import type { IndexFile } from './firestore/index-file.ts';
import type { Iam } from './iam/iam.ts';
import { type Durability, readDurability } from './storage.ts';

type Rules = NonNullable<ConstructorParameters<typeof Iam>[0]>;

export interface Command {
  help: boolean;
  port: number;
  data: string | undefined;
  fresh: boolean;
  indexes: string | undefined;
  iam: string | undefined;
  durability: Durability;
}

const options = {
  help: { type: 'boolean', default: false },
  port: { type: 'string' },
  data: { type: 'string' },
  fresh: { type: 'boolean', default: false },
  indexes: { type: 'string' },
  iam: { type: 'string' },
} as const;

/** @throws Error in a sentence that says what to write instead */
export function readCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Command {
  const { values } = parseArgs({ args: [...args], options });
  const [name, text] = values.port === undefined ? ['PORT', environment.PORT || '8081'] : ['--port', values.port];
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new Error(`${name} has to be a whole number from 0 to 65535, and is “${text}”.`);
  if (values.fresh && values.data === undefined)
    throw new Error('--fresh deletes what --data DIRECTORY keeps: name it.');
  return {
    help: values.help,
    port,
    data: values.data,
    fresh: values.fresh,
    indexes: values.indexes,
    iam: values.iam,
    durability: readDurability(environment.LOCAL_DURABILITY),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isListOf = (value: unknown, isOne: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isOne);
const isEach = (value: unknown, isOne: (item: unknown) => boolean): boolean =>
  isObject(value) && Object.values(value).every(isOne);
const isText = (value: unknown): boolean => typeof value === 'string';

export const isIndexFile = (value: unknown): value is IndexFile =>
  isObject(value) &&
  isListOf(
    value.indexes ?? [],
    (each) => isObject(each) && isText(each.collectionGroup) && isListOf(each.fields, isObject),
  ) &&
  isListOf(
    value.fieldOverrides ?? [],
    (each) => isObject(each) && isText(each.fieldPath) && isListOf(each.indexes, isObject),
  );

export const isIamFile = (value: unknown): value is Rules =>
  isObject(value) &&
  isEach(value.roles, (permissions) => isListOf(permissions, isText)) &&
  isEach(value.grants, (grants) => isListOf(grants, isGrant));

const isGrant = (value: unknown): boolean =>
  isObject(value) &&
  isText(value.role) &&
  (value.on === 'project' ||
    value.on === 'database' ||
    (isObject(value.on) && (isText(value.on.topic) || isText(value.on.database))));
