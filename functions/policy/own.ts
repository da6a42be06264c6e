/** A team's own values over the defaults. Pure. */

/** Some of an object's entries, at any depth; a list is given whole. */
export type PartOf<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [Name in keyof T]?: PartOf<T[Name]> }
    : T;

export const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @returns a copy of its own; entries keep the order of the defaults, so that a file's order changes no version */
export function withOwn<T extends object>(defaults: T, own: PartOf<NoInfer<T>>): T {
  const merged = (before: unknown, after: unknown): unknown => {
    if (!isTable(before)) return structuredClone(after === undefined ? before : after);
    if (after !== undefined && !isTable(after)) return after;
    const names = new Set([...Object.keys(before), ...Object.keys(after ?? {})]);
    return Object.fromEntries([...names].map((name) => [name, merged(before[name], after?.[name])]));
  };
  return merged(defaults, own) as T;
}
