/** Notion, set up as people do it before the run begins: the ids that it gives are the same in every run. */
import { createServer } from 'node:http';
import { Client } from '@notionhq/client';
import { Faults } from '../../../infra/cloud/src/faults.ts';
import { openStorage } from '../../../infra/cloud/src/storage.ts';
import { listen } from '../../../infra/local/front.ts';
import { setUp } from '../../../infra/notion/set-up.ts';
import { toolEnvironment } from '../../../infra/stubs/environment.ts';
import { answerNotion, notionSite } from '../../../infra/stubs/notion/routes.ts';
import { createNotion, type Notion } from '../../../infra/stubs/notion/service.ts';
import type { RemoteService } from './service.ts';
import { variablesOf } from './variables.ts';

const tables = ['notion_objects', 'notion_within'] as const;

/** What the set-up leaves: which data sources, and the rows of the workspace. */
interface Made {
  databases: string;
  rows: Record<(typeof tables)[number], [id: string, value: string][]>;
}

let made: Made | undefined;
let opened: Notion | undefined;

export const notion: RemoteService = {
  standIns: ['notion'],
  async prepare() {
    made ??= await setUpOnce();
  },
  environment: (site) => ({
    ...variablesOf(toolEnvironment(site), ['NOTION_']),
    ...(made ? { NOTION_DATABASES: made.databases } : {}),
  }),
  open(around) {
    // The workspace is read as it is opened: first there are its tables, then their rows.
    createNotion(around);
    for (const table of tables) {
      const put = around.db.prepare(`INSERT OR REPLACE INTO ${table} VALUES (?, ?)`);
      for (const row of made?.rows[table] ?? []) put.run(...row);
    }
    const standIn = createNotion(around);
    opened = standIn;
    return { answer: (request, response) => answerNotion(standIn, request, response) };
  },
  view: () => ({ notionPages: () => opened?.pages() ?? [] }),
};

async function setUpOnce(): Promise<Made> {
  const db = openStorage(undefined);
  let now = 0;
  // Requests a second apart are never too fast.
  const clock = { now: () => (now += 1_000), isJumping: false };
  const standIn = createNotion({ db, clock, faults: new Faults(), environment: () => ({ NOTION_TOKEN: 'local' }) });
  const server = createServer((request, response) => void answerNotion(standIn, request, response));
  const baseUrl = notionSite(`http://127.0.0.1:${await listen(server, 0)}`);
  const client = new Client({ auth: 'local', baseUrl, notionVersion: '2026-03-11', retry: false });
  const databases = JSON.stringify(await setUp(client, '11111111-1111-1111-1111-111111111111'));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const rowsOf = (table: string): [string, string][] =>
    db
      .prepare(`SELECT * FROM ${table}`)
      .all()
      .map((row) => Object.values(row).map(String) as [string, string]);
  return { databases, rows: { notion_objects: rowsOf('notion_objects'), notion_within: rowsOf('notion_within') } };
}
