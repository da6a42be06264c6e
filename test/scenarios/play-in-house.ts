/** The rows of a table, each a test, on one timetable of a whole house. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Row, Seen } from './rows.ts';
import { Timetable } from './timetable.ts';

export function playInHouse(rows: Readonly<Record<string, Row>>): void {
  let timetable: Timetable;
  let seen: Map<string, Seen>;
  beforeAll(async () => {
    timetable = await Timetable.open();
    seen = await timetable.play(rows);
  });
  afterAll(() => timetable?.stop());

  test.each(Object.entries(rows))('%s', (name, { is }) => {
    const { fields: wanted = {}, ...rest } = is;
    expect(seen.get(name)).toMatchObject(rest);
    const found = Object.keys(wanted).map((field) => [field, seen.get(name)?.fields[field]]);
    expect({ found: Object.fromEntries(found) }).toMatchObject({ found: wanted });
  });
}
