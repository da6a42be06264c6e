/** A document with its times as epoch milliseconds, and without what is undefined: as Firestore would hold it, and simulations dump it. */
export function inMilliseconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (Buffer.isBuffer(value) || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inMilliseconds);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => (each === undefined ? [] : [[name, inMilliseconds(each)]])),
  );
}
