/** Notion away for an hour; `notion-away.long.test.ts` is a whole day. */
import { afterAll, test } from 'vitest';
import { tellOfAway } from './notion-away.ts';
import { openNotionHouse } from './notion-house.ts';

const house = await openNotionHouse('2026-11-24T01:02:00.000Z');
afterAll(() => house.stop());

test('an hour', () => tellOfAway(house, 1, 12));
