import type { Condition } from './filters.ts';
import { afterPrefix, firstKey, isEqualKey, type Key, lastKey, nanKey, nullKey, typeRange } from './keys.ts';
import { documentName } from './paths.ts';
import type { Query } from './query.ts';

/** Keys from one to before another. */
export interface Range {
  from: Key;
  to: Key;
}

const everything: Range = { from: firstKey, to: lastKey };

/** The ranges of values or names that satisfy the conditions, all on one field; in order. */
export function rangesOf(conditions: readonly Condition[]): Range[] {
  return conditions.reduce((ranges, condition) => intersect(ranges, rangesOfOne(condition)), [everything]);
}

function rangesOfOne({ operator, operands, fieldText }: Condition): Range[] {
  const operand = operands[0] as Key;
  const type = fieldText === documentName || operand === undefined ? everything : typeRange(operand);
  const excluded = fieldText === documentName ? [] : [nullKey];
  switch (operator) {
    case 'less':
      return [{ from: type.from, to: operand }];
    case 'at-most':
      return [{ from: type.from, to: afterPrefix(operand) }];
    case 'greater':
      return [{ from: afterPrefix(operand), to: type.to }];
    case 'at-least':
      return [{ from: operand, to: type.to }];
    case 'equal':
      return [{ from: operand, to: afterPrefix(operand) }];
    case 'not-null':
      return without([nullKey]);
    case 'not-nan':
      return without([nullKey, nanKey]);
    case 'not-in':
      // No value is known to differ from null.
      if (operands.some((one) => isEqualKey(one, nullKey))) return [];
      return without([...excluded, ...operands]);
    case 'not-equal':
      return without([...excluded, ...operands]);
    default:
      return [everything];
  }
}

function without(keys: readonly Key[]): Range[] {
  return keys.reduce(
    (ranges, key) =>
      intersect(ranges, [
        { from: firstKey, to: key },
        { from: afterPrefix(key), to: lastKey },
      ]),
    [everything],
  );
}

function intersect(some: readonly Range[], others: readonly Range[]): Range[] {
  const out: Range[] = [];
  for (const a of some) {
    for (const b of others) {
      const from = Buffer.compare(a.from, b.from) > 0 ? a.from : b.from;
      const to = Buffer.compare(a.to, b.to) < 0 ? a.to : b.to;
      if (Buffer.compare(from, to) < 0) out.push({ from, to });
    }
  }
  return out;
}

/** The sort keys between a query's cursors in stored form: complemented if the index runs the other way. */
function cursorRange({ start, end }: Query, isReversed: boolean): Range {
  if (!isReversed) {
    return {
      from: start ? (start.isBefore ? start.prefix : afterPrefix(start.prefix)) : firstKey,
      to: end ? (end.isBefore ? end.prefix : afterPrefix(end.prefix)) : lastKey,
    };
  }
  const first = start && complement(start.prefix);
  const last = end && complement(end.prefix);
  return {
    from: last ? (end.isBefore ? afterPrefix(last) : last) : firstKey,
    to: first ? (start.isBefore ? afterPrefix(first) : first) : lastKey,
  };
}

function complement(key: Key): Key {
  return Buffer.from(key.map((byte) => ~byte));
}

export function withinCursors(ranges: readonly Range[], query: Query, isReversed: boolean): Range[] {
  return intersect(ranges, [cursorRange(query, isReversed)]);
}

/** The same ranges below a prefix. */
export function below(prefix: Key, ranges: readonly Range[]): Range[] {
  return ranges.map(({ from, to }) => ({
    from: Buffer.concat([prefix, from]),
    to: to === lastKey ? afterPrefix(prefix) : Buffer.concat([prefix, to]),
  }));
}
