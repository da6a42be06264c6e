/** Bytes that have to fit into a document: as they are, zipped where that is too long, and cut where even that is. */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';

export interface Packed {
  bytes: Buffer;
  /** Absent: as they came. */
  encoding?: 'gzip';
  /** Of bytes that were cut: their whole length and its hash. */
  cut?: { length: number; sha256: string };
}

/** Longer than any message of Pub/Sub, so nothing that was packed is refused. */
const mostUnpacked = 32 * 1024 * 1024;

export function pack(bytes: Buffer, mostBytes: number): Packed {
  if (bytes.length <= mostBytes) return { bytes };
  const zipped = gzipSync(bytes);
  if (zipped.length <= mostBytes) return { bytes: zipped, encoding: 'gzip' };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { bytes: Buffer.from(bytes.subarray(0, mostBytes)), cut: { length: bytes.length, sha256 } };
}

export function unpack(bytes: Uint8Array, encoding: 'gzip' | undefined): Buffer {
  return encoding === 'gzip' ? gunzipSync(bytes, { maxOutputLength: mostUnpacked }) : Buffer.from(bytes);
}
