/** What a query of a data source asks for. What the stub does not know is refused, and never passed over. */
import { isRecord } from '../values.ts';
import { invalid, Refused } from './errors.ts';
import type { DataSource, DateValue, Page, Value } from './objects.ts';
import { byNameOrId, listOf, plainValue } from './properties.ts';
import { atMost, said } from './text.ts';

export type Test = (page: Page) => boolean;

const deepest = 2;

export function readFilter(source: DataSource, filter: unknown, path = 'body.filter', level = 0): Test {
  if (filter === undefined) return () => true;
  if (!isRecord(filter)) throw invalid(`${path} should be an object, instead was ${said(filter)}.`);
  for (const word of ['or', 'and'] as const) {
    const parts = filter[word];
    if (parts === undefined) continue;
    if (!Array.isArray(parts)) throw invalid(`${path}.${word} should be an array, instead was ${said(parts)}.`);
    if (level >= deepest) throw invalid(`${path}.${word} should be not present: only two levels are taken.`);
    atMost(parts, `${path}.${word}`);
    const tests = parts.map((each, index) => readFilter(source, each, `${path}.${word}[${index}]`, level + 1));
    return word === 'or' ? (page) => tests.some((test) => test(page)) : (page) => tests.every((test) => test(page));
  }
  const key = filter.property;
  if (typeof key !== 'string') throw invalid(`${path}.property should be a string, instead was ${said(key)}.`);
  const known = byNameOrId(source, key);
  if (!known) throw new Refused(400, `Could not find property with name or id: ${key}`);
  const [, property] = known;
  const condition = filter[property.type];
  if (!isRecord(condition)) {
    throw new Refused(
      400,
      `The property type in the database does not match the property type of the filter provided: database property ${property.type} does not match filter.`,
    );
  }
  const [[word, wanted] = []] = Object.entries(condition);
  const compare = comparisons[String(word)];
  if (!compare) throw invalid(`${path}.${property.type}.${String(word)} is no condition that the stub knows.`);
  return (page) => compare(page.values[property.id], plainValue(property, page.values[property.id]), wanted);
}

const isEmpty = (plain: unknown): boolean =>
  plain === null || plain === undefined || plain === '' || (Array.isArray(plain) && plain.length === 0);

const comparisons: Record<string, (value: Value | undefined, plain: unknown, wanted: unknown) => boolean> = {
  equals: (_, plain, wanted) => plain === wanted,
  does_not_equal: (_, plain, wanted) => plain !== wanted,
  contains: (value, plain, wanted) =>
    typeof plain === 'string' ? plain.includes(String(wanted)) : listOf(value).includes(String(wanted)),
  starts_with: (_, plain, wanted) => typeof plain === 'string' && plain.startsWith(String(wanted)),
  is_empty: (_, plain) => isEmpty(plain),
  is_not_empty: (_, plain) => !isEmpty(plain),
  greater_than: (_, plain, wanted) => typeof plain === 'number' && plain > Number(wanted),
  less_than: (_, plain, wanted) => typeof plain === 'number' && plain < Number(wanted),
  on_or_after: (value, _, wanted) => timeOf(value) >= Date.parse(String(wanted)),
  on_or_before: (value, _, wanted) => timeOf(value) <= Date.parse(String(wanted)),
};

const timeOf = (value: Value | undefined): number =>
  value && typeof value === 'object' && !Array.isArray(value) ? Date.parse((value as DateValue).start) : Number.NaN;

/** Newest made first where nothing is said, as Notion does. */
export function readSorts(sorts: unknown): (one: Page, other: Page) => number {
  const stated = Array.isArray(sorts) ? sorts.filter(isRecord) : [];
  const [first] = stated;
  if (first && first.timestamp === undefined) throw invalid('body.sorts: the stub sorts by timestamps alone.');
  const field = first?.timestamp === 'last_edited_time' ? 'editedAt' : 'createdAt';
  const sign = first?.direction === 'ascending' ? 1 : -1;
  return (one, other) => sign * (one[field] - other[field]);
}
