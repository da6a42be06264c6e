/** Which raw bodies the records hold, read past the product: signals and quarantine, unzipped. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { collections, firestore } from '../../functions/platform/firestore.ts';

/** SHA-256 of each, in hex. */
export async function keptBodies(): Promise<Set<string>> {
  const kept = new Set<string>();
  for (const name of [collections.signals, collections.quarantine]) {
    for (const document of (await firestore().collection(name).get()).docs) {
      const raw = document.get('raw') as Buffer;
      const isZipped = (document.get('rawEncoding') ?? document.get('encoding')) === 'gzip';
      const whole = isZipped ? gunzipSync(raw) : raw;
      kept.add((document.get('sha256') as string | undefined) ?? createHash('sha256').update(whole).digest('hex'));
    }
  }
  return kept;
}
