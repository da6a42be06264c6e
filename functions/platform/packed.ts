/** Bytes that have to fit into a document: unchanged, compressed if too long, and truncated if even that is too long. Pure. */
import { hash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';

export interface Packed {
  bytes: Buffer;
  /** If absent, the bytes are stored as they came. */
  encoding?: 'gzip';
  /** For truncated bytes: the full length and the hash. */
  cut?: { length: number; sha256: string };
}

/** Longer than any message of Pub/Sub, so nothing that was packed is refused. */
const mostUnpacked = 32 * 1024 * 1024;

export function pack(bytes: Buffer, mostBytes: number): Packed {
  if (bytes.length <= mostBytes) return { bytes };
  const zipped = gzipSync(bytes);
  if (zipped.length <= mostBytes) return { bytes: zipped, encoding: 'gzip' };
  const cut = { length: bytes.length, sha256: hash('sha256', bytes) };
  return { bytes: Buffer.from(bytes.subarray(0, mostBytes)), cut };
}

export const unpack = (bytes: Uint8Array, encoding: 'gzip' | undefined): Buffer =>
  encoding === 'gzip' ? gunzipSync(bytes, { maxOutputLength: mostUnpacked }) : Buffer.from(bytes);

/** JSON has no times: by the time a replacer sees one it is a text. */
const jsonOf = (value: object): string =>
  JSON.stringify(value, function (key, inner) {
    const before: unknown = (this as Record<string, unknown>)[key];
    return before instanceof Date ? { $time: before.getTime() } : inner;
  });

const unzip = (bytes: Uint8Array) =>
  JSON.parse(unpack(bytes, 'gzip').toString(), (_, inner) =>
    typeof inner?.$time === 'number' ? new Date(inner.$time) : inner,
  );

/** The number of a list's first entries that stay uncompressed. */
const mostPlain = 500;

/** A document whose list of 20,000 customers would not fit: the part beyond the first customers is compressed. */
export function withZippedRest<T extends object>(document: T, field: keyof T & string): object {
  const list = document[field];
  if (!Array.isArray(list) || list.length <= mostPlain) return document;
  const rest = gzipSync(jsonOf(list.slice(mostPlain)));
  return { ...document, [field]: list.slice(0, mostPlain), zippedRest: { [field]: rest } };
}

export function withoutZippedRest(document: Record<string, unknown>): Record<string, unknown> {
  const { zippedRest, ...plain } = document;
  for (const [field, bytes] of Object.entries((zippedRest ?? {}) as Record<string, Uint8Array>)) {
    plain[field] = [...((plain[field] ?? []) as unknown[]), ...unzip(bytes)];
  }
  return plain;
}

/** The length as JSON from which a value is compressed. */
const mostUnzipped = 200_000;

/** A part of a document that may be too long for it, such as the contacts in a link of thousands of customers. */
export function zipped(value: object): object {
  const json = jsonOf(value);
  return json.length <= mostUnzipped ? value : { zipped: gzipSync(json) };
}

export const unzipped = (value: object): object =>
  'zipped' in value && value.zipped instanceof Uint8Array ? unzip(value.zipped) : value;
