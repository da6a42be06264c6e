/** Pages are mostly words, and words are half air: what a phone at 2 a.m. has to load is a fifth of what is written. */
import { gzipSync } from 'node:zlib';

/** Below this a packet is a packet. */
const fewBytes = 1_024;
/** Files of our own are the same bytes each time. */
const kept = new WeakMap<Buffer, Buffer>();

/**
 * Gzipped where the browser takes it and it pays. What is secret in a page, the token of its forms, is masked anew in
 * each answer, so that sizes tell nothing of it.
 * @param isOwnFile the same buffer comes again
 */
export function compress(
  bytes: Buffer,
  { type, accepted, isOwnFile }: { type: string; accepted: string | undefined; isOwnFile: boolean },
): { bytes: Buffer; encoding: 'gzip' | undefined } {
  const isText = /^(?:text\/|image\/svg\+xml)/.test(type);
  if (!isText || bytes.length < fewBytes || !takesGzip(accepted)) return { bytes, encoding: undefined };
  const known = kept.get(bytes);
  if (known) return { bytes: known, encoding: 'gzip' };
  const packed = gzipSync(bytes);
  if (isOwnFile) kept.set(bytes, packed);
  return { bytes: packed, encoding: 'gzip' };
}

function takesGzip(accepted: string | undefined): boolean {
  return (accepted ?? '').split(',').some((each) => {
    const [coding = '', weight = 'q=1'] = each.split(';').map((part) => part.trim().toLowerCase());
    return (coding === 'gzip' || coding === '*') && /^q=(?:0\.\d*[1-9]\d*|1(?:\.0*)?)$/.test(weight);
  });
}
