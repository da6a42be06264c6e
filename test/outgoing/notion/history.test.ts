/** Years of records go to Notion within its pace; what is there already is not made again, and written once more at most. */
import { expect, test } from 'vitest';
import { firestore } from '../../../functions/platform/firestore.ts';
import { policy } from '../../../functions/policy.ts';
import { importIncidents } from '../../../infra/import/import-incidents.ts';
import { readImport } from '../../../infra/import.ts';
import { openDesk } from './desk.ts';

/** `NOTION_HISTORY=2001 npm test -- test/outgoing/notion/history` is the long form, with 84 weeks, and says what it took. */
const count = Number(process.env.NOTION_HISTORY ?? 20);
const weeks = Math.max(4, Math.round(count / 24));

const desk = await openDesk('2026-11-24T01:00:00Z');

const columns = { title: 'Name', filedAt: '起票', source: '種別' };
const map = JSON.stringify({ columns, values: { source: { サポート: 'ticket' } } });

function table(): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const days = 7 * (1 + (index % weeks)) + (index % 5);
    const at = new Date(desk.now().getTime() - days * 86_400_000 - index * 1_000);
    return `過去の ${index},${at.toISOString()},サポート`;
  });
  return `Name,起票,種別\n${rows.join('\n')}\n`;
}

/** @returns requests and minutes until all is there */
async function exported(): Promise<{ requests: number; minutes: number }> {
  const [requests, at] = [desk.requests(), desk.now().getTime()];
  await desk.settle();
  const took = { requests: desk.requests() - requests, minutes: (desk.now().getTime() - at) / 60_000 };
  if (process.env.NOTION_HISTORY) process.stdout.write(`${JSON.stringify({ pages: desk.pages().length, ...took })}\n`);
  return took;
}

/** As a migration does, which rewrites each record's changedAt. */
async function touchAll(): Promise<void> {
  const { docs } = await firestore().collection('incidents').get();
  for (const { ref } of docs) await ref.update({ changedAt: desk.now() });
}

test('a history, its records touched again, and again with nothing known of its pages', {
  timeout: 600_000,
}, async () => {
  const { incidents } = readImport(table(), map, desk.now());
  await importIncidents(incidents, policy, desk.now());
  const total = count + (await firestore().collection('postmortems').count().get()).data().count;

  const first = await exported();
  const pages = desk.pages();
  expect(new Set(pages.map((each) => each.properties['Metronome ID'])).size).toBe(total);
  expect(pages).toHaveLength(total);
  // One for each page and one to look for fifty of them, and whatever each run begins with.
  expect(first.requests).toBeLessThanOrEqual(total * 1.06 + 60);
  expect(first.requests / (first.minutes * 60)).toBeLessThanOrEqual(3);

  desk.pass(600_000);
  await touchAll();
  const again = await exported();
  expect(again.requests).toBeLessThanOrEqual(10);
  expect(desk.pages()).toEqual(pages);

  // After a restore from a time at which nothing was there yet.
  await firestore().recursiveDelete(firestore().collection('notionPages'));
  await firestore().doc('connections/notion').delete();
  const { createPage, updatePage = 0 } = desk.asked();
  const restored = await exported();
  // Its text has to be read to know what it is, and its values are sent once.
  expect(restored.requests).toBeLessThanOrEqual(total * 2.06 + 60);
  expect(desk.asked()).toMatchObject({ createPage, updatePage: updatePage + total });
  expect(desk.pages()).toEqual(pages);
});
