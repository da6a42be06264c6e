/** Reading bodies that others write. */

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object of that name; an empty one where there is none. */
export function record(of: unknown, name: string): Record<string, unknown> {
  const value = isRecord(of) && Object.hasOwn(of, name) ? of[name] : undefined;
  return isRecord(value) ? value : {};
}

/** Text that says something; ids as numbers are text as well. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** The pair, where there is a value. */
export const optional = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [key in Name]?: Value };

/** A part of an address as it was meant; undefined for what is no part of any. */
export function decodedPart(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
