/** Ids that follow from what they are the id of. Pure. */
import { createHash } from 'node:crypto';

/**
 * A stable id: the same parts give the same id in every process and every release.
 * The parts are length-prefixed, so that no two lists of parts read alike; the prefix's version is part of the hash.
 */
export function stableId(prefix: string, ...parts: (string | number)[]): string {
  const hash = createHash('sha256').update(`v1:${prefix}`);
  for (const part of parts) {
    const text = String(part).toWellFormed();
    hash.update(`:${Buffer.byteLength(text)}:${text}`);
  }
  return `${prefix}_${hash.digest('hex').slice(0, 24)}`;
}
