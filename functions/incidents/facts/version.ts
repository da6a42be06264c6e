/** A record's version: its newest event that is not by `rule`, so that a reminder refuses nobody's statement. Pure. */
import { Problem } from '../../platform/problem.ts';
import { refuse } from '../../words/refusals/refuse.ts';
import type { Incident } from '../incident.ts';
import { eventId } from './timeline.ts';

/** One of these versions has to be the current one. */
export type Seen = readonly string[];

export const versionOf = ({ statedSequence }: Pick<Incident, 'statedSequence'>): string => eventId(statedSequence);

export const etagOf = (version: string): string => `"${version}"`;

/**
 * The versions that an `If-Match` names, also weak tags, as a zipping proxy makes them; undefined if any version will do.
 * @throws Problem 422 for what is no list of tags
 */
export function readIfMatch(header: string | undefined): Seen | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  if (/^\s*(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*\s*$/.test(header)) {
    return [...header.matchAll(/"([^"]*)"/g)].map(([, version = '']) => version);
  }
  throw new Problem(422, 'The If-Match header is invalid.', {
    errors: [{ path: 'if-match', message: 'It has to be the ETag of an answer, in its quotes, or *.' }],
  });
}

/** @throws Problem 412 if something has been stated that the caller has not seen */
export function refuseUnseen(seen: Seen, version: string): void {
  if (seen.includes(version)) return;
  throw new Problem(412, refuse('seen-too-early'), { headers: { etag: etagOf(version) } });
}
