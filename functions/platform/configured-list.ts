/** A variable that holds a JSON list. Pure. */
import type * as z from 'zod';
import { jsonIn } from './loose.ts';

/**
 * @param of what the list is of, in the plural
 * @returns none where it is absent
 * @throws Error that names what is wrong and repeats no value, since addresses are secrets
 */
export function readList<T extends z.ZodArray>(variable: string, json: string | undefined, of: string, list: T) {
  if (!json) return [];
  const value = jsonIn(json);
  if (value === undefined) throw new Error(`${variable} is not JSON.`);
  const parsed = list.safeParse(value);
  if (parsed.success) return parsed.data;
  const what = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join('; ');
  throw new Error(`${variable} is not a list of ${of}: ${what}`);
}
