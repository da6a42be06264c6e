import { GrpcError } from '../grpc.ts';
import { documentKey, type Key } from './keys.ts';
import { type Fields, map, type Value } from './values.ts';

/** A document's name, taken apart. */
export interface DocumentName {
  name: string;
  /** `projects/P/databases/D` */
  database: string;
  /** Relative to the root of the documents. */
  path: string[];
  collectionId: string;
  key: Key;
}

const namePattern = /^(projects\/[^/]+\/databases\/[^/]+)\/documents(?:\/(.*))?$/s;

/** The documents' root, or a document or collection below it; INVALID_ARGUMENT when it is neither. */
export function parsePath(name: string | undefined): { database: string; path: string[] } {
  const match = namePattern.exec(name ?? '');
  if (!match) throw new GrpcError('INVALID_ARGUMENT', `Invalid resource name "${name ?? ''}".`);
  return { database: match[1] as string, path: match[2] ? match[2].split('/') : [] };
}

export function parseDocumentName(name: string | undefined): DocumentName {
  const { database, path } = parsePath(name);
  if (path.length === 0 || path.length % 2 !== 0) {
    throw new GrpcError(
      'INVALID_ARGUMENT',
      `Document name "${name}" lacks "/documents" or an even number of segments.`,
    );
  }
  if (path.length > 200) throw new GrpcError('INVALID_ARGUMENT', 'A document may be at most 100 collections deep.');
  for (const id of path) checkId(id, name as string);
  return { name: name as string, database, path, collectionId: path.at(-2) as string, key: documentKey(path) };
}

const reservedId = /^__.+__$/s;
const numericId = /^__id-?\d+__$/;

export function checkId(id: string, name: string): void {
  const invalid = (why: string) => new GrpcError('INVALID_ARGUMENT', `Resource id "${id}" is invalid because ${why}.`);
  if (id === '') throw new GrpcError('INVALID_ARGUMENT', `Document name "${name}" has an empty segment.`);
  if (id === '.' || id === '..') throw invalid('it is "." or ".."');
  if (reservedId.test(id) && !numericId.test(id)) throw invalid('it is reserved');
  if (id.length > 500 && Buffer.byteLength(id) > 1_500) throw invalid('it is longer than 1500 bytes');
}

/** The parts of a field path such as ``a.`b.c`.d``. */
export type FieldPath = readonly string[];

export const documentName = '__name__';

const simpleName = /^[a-zA-Z_][a-zA-Z0-9_]*/;

export function parseFieldPath(text: string | undefined): FieldPath {
  const parts: string[] = [];
  let rest = text ?? '';
  const invalid = () => new GrpcError('INVALID_ARGUMENT', `Invalid property path "${text ?? ''}".`);
  for (;;) {
    const quoted = rest.startsWith('`') ? /^`((?:[^`\\]|\\.)+)`/s.exec(rest) : null;
    // Unquoted names are taken leniently: the client quotes whatever is not simple.
    const plain = quoted ? null : (simpleName.exec(rest) ?? /^[^.`]+/.exec(rest));
    const taken = quoted?.[0] ?? plain?.[0];
    if (taken === undefined) throw invalid();
    parts.push(quoted ? (quoted[1] as string).replace(/\\(.)/gs, '$1') : taken);
    rest = rest.slice(taken.length);
    if (rest === '') return parts;
    if (!rest.startsWith('.')) throw invalid();
    rest = rest.slice(1);
  }
}

export function formatFieldPath(path: FieldPath): string {
  return path
    .map((part) => (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(part) ? part : `\`${part.replace(/[`\\]/g, '\\$&')}\``))
    .join('.');
}

export function getField(fields: Fields, path: FieldPath): Value | undefined {
  let within: Fields = fields;
  for (let at = 0; ; at += 1) {
    const part = path[at] as string;
    const value = Object.hasOwn(within, part) ? within[part] : undefined;
    if (at === path.length - 1 || value === undefined) return value;
    if (value.valueType !== 'mapValue') return undefined;
    within = value.mapValue.fields;
  }
}

/** A copy of the fields with one set or removed; shared parts are not modified. */
export function withField(fields: Fields, path: FieldPath, value: Value | undefined): Fields {
  const [first, ...rest] = path as [string, ...string[]];
  const out = { ...fields };
  if (rest.length === 0) {
    if (value === undefined) delete out[first];
    else out[first] = value;
    return out;
  }
  const inner = Object.hasOwn(fields, first) ? fields[first] : undefined;
  if (inner?.valueType !== 'mapValue' && value === undefined) return fields;
  out[first] = map(withField(inner?.valueType === 'mapValue' ? inner.mapValue.fields : {}, rest, value));
  return out;
}

/** Only the fields that a mask or projection names. */
export function project(fields: Fields, paths: readonly FieldPath[]): Fields {
  let out: Fields = {};
  for (const path of paths) {
    const value = getField(fields, path);
    if (value !== undefined) out = withField(out, path, value);
  }
  return out;
}
