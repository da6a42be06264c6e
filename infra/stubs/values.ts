/** Reading bodies that others write. */

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object of that name; an empty one if there is none. */
export function record(of: unknown, name: string): Record<string, unknown> {
  const value = isRecord(of) && Object.hasOwn(of, name) ? of[name] : undefined;
  return isRecord(value) ? value : {};
}

/** Text that says something; ids as numbers are text as well. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** The pair, if there is a value. */
export const optional = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [key in Name]?: Value };

/** A decoded part of an address; undefined if it is invalid. */
export function decodedPart(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
