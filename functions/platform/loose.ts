/** Reads other people's bodies leniently: a value that is missing or of another type reads as absent. Pure. */
import type * as z from 'zod';

export type Body = Record<string, unknown>;

export const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An own field; `__proto__` and inherited names are never fields. */
export const field = (body: Body, name: string): unknown => (Object.hasOwn(body, name) ? body[name] : undefined);

/** The values of a comma-separated text. */
export const partsOf = (text: string): string[] => text.split(',').flatMap((each) => each.trim() || []);

/** Text, or its UTF-8 bytes, parsed as JSON; undefined if it is not JSON. */
export function jsonIn(text: string | Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce((found, name) => (isObject(found) ? field(found, name) : undefined), value);

/** The object at a path, or an empty one. */
export function objectAt(value: unknown, ...path: string[]): Body {
  const found = valueAt(value, path);
  return isObject(found) ? found : {};
}

export function listAt(value: unknown, ...path: string[]): unknown[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found : [];
}

export const objectsAt = (value: unknown, ...path: string[]): Body[] => listAt(value, ...path).filter(isObject);

/** The list of `of` (a plural) that a variable holds as JSON. @throws Error without any value: addresses are secrets */
export function readList<T extends z.ZodArray>(variable: string, json: string | undefined, of: string, list: T) {
  if (!json) return [];
  const value = jsonIn(json);
  if (value === undefined) throw new Error(`${variable} is not JSON.`);
  const parsed = list.safeParse(value);
  if (parsed.success) return parsed.data;
  const what = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join('; ');
  throw new Error(`${variable} is not a list of ${of}: ${what}`);
}
