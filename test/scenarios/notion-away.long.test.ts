/** Notion away for a whole day, and more recorded meanwhile than a minute's requests. */
import { afterAll, test } from 'vitest';
import { tellOfAway } from './notion-away.ts';
import { openNotionHouse } from './notion-house.ts';

const house = await openNotionHouse('2026-11-24T01:02:00.000Z');
afterAll(() => house.stop());

test('a day', () => tellOfAway(house, 24, 35));
