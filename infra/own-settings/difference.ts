/** The differences between two policies. Pure. */
import { isDeepStrictEqual } from 'node:util';
import { isTable } from '../../functions/policy/own.ts';

export interface Change {
  path: string;
  before: unknown;
  after: unknown;
}

/** By entry; a list counts as one entry. */
export function changesIn(before: unknown, after: unknown, path = ''): Change[] {
  if (!isTable(before) || !isTable(after)) {
    return after === undefined || isDeepStrictEqual(before, after) ? [] : [{ path, before, after }];
  }
  return Object.keys(after).flatMap((name) => changesIn(before[name], after[name], path ? `${path}.${name}` : name));
}

/** In the form of `policy.json`. */
export function asTable(changes: readonly Change[]): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (const { path, after } of changes) {
    const names = path.split('.');
    let at = all;
    for (const name of names.slice(0, -1)) {
      at[name] ??= {};
      at = at[name] as Record<string, unknown>;
    }
    at[names.at(-1) as string] = after;
  }
  return all;
}
