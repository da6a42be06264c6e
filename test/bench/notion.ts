/** What a week of forty incidents reads and writes on its way to Notion, which was away while they were recorded. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@notionhq/client';
import { startHouse } from '../../infra/local/house.ts';
import { setUp } from '../../infra/notion/set-up.ts';
import { notionSite } from '../../infra/stubs/notion/routes.ts';
import { counterOf } from './counter.ts';
import { measure } from './measure.ts';
import { beginsAt } from './paths.ts';

const incidents = 40;

await measure(async () => {
  // The databases are set up in one house, and found on disk by the next.
  const dataDirectory = await mkdtemp(join(tmpdir(), 'bench-notion-'));
  const first = await startHouse({ port: 0, cloudPort: 0, dataDirectory });
  const client = new Client({
    auth: 'local',
    baseUrl: notionSite(`http://127.0.0.1:${first.port}`),
    notionVersion: '2026-03-11',
    logger: () => undefined,
  });
  const databases = await setUp(client, '11111111-1111-1111-1111-111111111111');
  await first.stop();
  const environment = { NOTION_DATABASES: JSON.stringify(databases) };
  const house = await startHouse({ port: 0, cloudPort: 0, dataDirectory, environment });
  const { sender, counted, count } = counterOf(house);
  await sender.post('/_local/clock', { set: beginsAt });
  await sender.post('/_local/faults', { target: 'tools.notion.*', effect: 'fail', code: '503', times: 1_000_000 });
  for (let index = 0; index < incidents; index += 1) {
    const id = `week-${index}`;
    const { body } = await sender.ticket({ id, subject: '注文が通らない', customer: { id: `store-${index}` } });
    const told = { customers: 'all', message: '復旧しました。', channel: 'phone', recovery: true };
    await sender.post(`/api/incidents/${body.incident.id}/events`, { type: 'customer-updated', ...told });
  }
  // All is announced, and nobody waits for an update any more.
  await sender.advance('PT5M');
  house.cloud.faults.clear();
  const url = `http://127.0.0.1:${house.port}/_local/tools/notion/pages`;
  const pages = async (): Promise<number> => ((await (await fetch(url)).json()) as { pages: unknown[] }).pages.length;
  await count('notionWeek', () => sender.advance('PT12M'));
  const made = await pages();
  if (made < incidents) throw new Error(`Notion has ${made} pages of ${incidents} incidents.`);
  await house.stop();
  await rm(dataDirectory, { recursive: true });
  const figures = Object.fromEntries(Object.entries(counted).map(([name, each]) => [`operations.${name}`, each]));
  return { figures, notes: { 'operations.notionWeek': `${incidents} incidents, ${made} pages` } };
});
