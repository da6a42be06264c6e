/** A house that writes to its Notion: set up as people do it, by what the set-up prints for the next start. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@notionhq/client';
import type { Databases } from '../../functions/outgoing/notion/page-records.ts';
import { policy } from '../../functions/policy.ts';
import { setUp } from '../../infra/notion/set-up.ts';
import { notionSite } from '../../infra/stubs/notion/routes.ts';
import { openScenario, type Scenario } from './house.ts';

// biome-ignore lint/suspicious/noExplicitAny: pages are looked at as they are
export type Any = any;

export interface NotionHouse {
  scenario: Scenario;
  databases: Databases;
  /** Notion as a person of the team finds it. */
  client(): Client;
  /** All pages, or those of the data source of that title. */
  pages(dataSource?: string): Promise<Any[]>;
  /** How many requests Notion was sent by all, and how many of them came too fast. */
  asked(): Promise<{ requests: number; tooFast: number; of(operation: string): number }>;
  /** Stops it, and starts it again on what it has stored. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** @param more that its environment says besides */
export async function openNotionHouse(at: string, more: Record<string, string> = {}): Promise<NotionHouse> {
  // How long an answer takes in real time says how busy the machine is.
  const { toolTimeout } = policy.outgoing;
  policy.outgoing.toolTimeout = 'PT2M';
  const directory = await mkdtemp(join(tmpdir(), 'notion-'));
  const first = await openScenario(at, { dataDirectory: directory });
  const clientOf = (url: string): Client =>
    new Client({
      auth: 'local',
      baseUrl: notionSite(url),
      notionVersion: '2026-03-11',
      retry: { maxRetries: 5 },
      logger: () => undefined,
    });
  const databases = await setUp(clientOf(first.url), '11111111-1111-1111-1111-111111111111');
  await first.stop();
  const environment = { ...more, NOTION_DATABASES: JSON.stringify(databases) };
  const open = (): Promise<Scenario> => openScenario(undefined, { dataDirectory: directory, environment });
  const house: NotionHouse = {
    scenario: await open(),
    databases,
    client: () => clientOf(house.scenario.url),
    async pages(dataSource) {
      const { body } = await house.scenario.get('/_local/tools/notion/pages');
      return body.pages.filter((each: Any) => !dataSource || each.dataSource === dataSource);
    },
    async asked() {
      const { body } = await house.scenario.get('/_local/tools/notion/asked');
      const counts = Object.values(body.taken as Record<string, number>);
      const requests = counts.reduce((sum, each) => sum + each, 0);
      return { requests, tooFast: body.tooFast, of: (operation) => body.taken[operation] ?? 0 };
    },
    async restart() {
      await house.scenario.stop();
      house.scenario = await open();
    },
    async stop() {
      policy.outgoing.toolTimeout = toolTimeout;
      await house.scenario.stop();
      await rm(directory, { recursive: true });
    },
  };
  return house;
}
