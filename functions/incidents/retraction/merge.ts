/** What one change did to a value, done to another: fields by their names, lists by their members. Pure. */

/** Equal as they are stored: the store gives the fields of an object in an order of its own. */
export function isSame(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isPlain(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/**
 * Does to `ours` what led from `was` to `is`, and leaves the rest of it alone. Where `ours` is `was`, that is `is`.
 * @returns undefined where the value is gone
 */
export function merge(ours: unknown, was: unknown, is: unknown): unknown {
  if (isSame(was, is)) return ours;
  if (isSame(ours, was)) return is;
  if (Array.isArray(is)) return mergeLists(asList(ours), asList(was), is);
  if (isPlain(is)) return mergeFields(asFields(ours), asFields(was), is);
  return is;
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const asFields = (value: unknown): Record<string, unknown> => (isPlain(value) ? value : {});

/** Members are told apart by their id, where they have one. */
function mergeLists(ours: unknown[], was: unknown[], is: unknown[]): unknown[] {
  const keyOf = (member: unknown): string => {
    const { id, incidentId } = asFields(member);
    return canonical(id ?? incidentId ?? member);
  };
  const keys = new Set(is.map(keyOf));
  const gone = new Set(was.map(keyOf).filter((key) => !keys.has(key)));
  const merged = new Map(ours.filter((each) => !gone.has(keyOf(each))).map((each) => [keyOf(each), each]));
  for (const member of is) {
    if (!was.some((each) => isSame(each, member))) merged.set(keyOf(member), member);
  }
  return [...merged.values()];
}

export function mergeFields<T extends object>(ours: T, was: object, is: object): T {
  const [before, after] = [was, is] as Record<string, unknown>[];
  const merged = { ...ours } as Record<string, unknown>;
  for (const field of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const value = merge(merged[field], before?.[field], after?.[field]);
    if (value === undefined) delete merged[field];
    else merged[field] = value;
  }
  return merged as T;
}
