/** Documents as plain JSON: what JSON has no form for stands in an object with one key that begins with `$`. */
import { Timestamp } from '@google-cloud/firestore';

export interface StoredDocument {
  path: string;
  data: Record<string, unknown>;
}

export function toStored(value: unknown): unknown {
  if (value instanceof Timestamp) return { $timestamp: value.toDate().toISOString(), nanoseconds: value.nanoseconds };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(toStored);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toStored(each)]));
}

export function fromStored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromStored);
  if (typeof value !== 'object' || value === null) return value;
  const { $timestamp, $bytes, nanoseconds } = value as Record<string, unknown>;
  if (typeof $timestamp === 'string') {
    return new Timestamp(Math.floor(Date.parse($timestamp) / 1_000), Number(nanoseconds));
  }
  if (typeof $bytes === 'string') return Buffer.from($bytes, 'base64');
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fromStored(each)]));
}
