/** Ids that follow from what they are the id of. Pure. */
import { hash } from 'node:crypto';

/**
 * A stable id: the same parts give the same id in every process and every release.
 * The parts are length-prefixed, so that no two lists of parts read alike; the prefix's version is part of the hash.
 */
export function stableId(prefix: string, ...parts: (string | number)[]): string {
  let whole = `v1:${prefix}`;
  for (const part of parts) {
    const text = String(part).toWellFormed();
    whole += `:${Buffer.byteLength(text)}:${text}`;
  }
  return `${prefix}_${hash('sha256', whole).slice(0, 24)}`;
}
