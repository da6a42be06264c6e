/**
 * All of the product that writes to Notion, and no more: the records in a Firestore, the stub, and a clock on which waiting
 * takes no time. Unlike a jump of the house's clock it lets seconds pass, so that Notion's pace is kept by the second.
 */
import { createServer } from 'node:http';
import { Client } from '@notionhq/client';
import { afterAll } from 'vitest';
import { openIncident } from '../../../functions/incidents/fold/beginning.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { derivedFrom } from '../../../functions/incidents/record/form.ts';
import { routeSignal } from '../../../functions/incidents/signals/routing.ts';
import { noteChanges } from '../../../functions/outgoing/notion/note-changes.ts';
import type { Databases } from '../../../functions/outgoing/notion/page-records.ts';
import { syncNotion } from '../../../functions/outgoing/notion/sync.ts';
import { useClock } from '../../../functions/platform/clock.ts';
import { useChannels } from '../../../functions/platform/emulator.ts';
import { handEnvironments } from '../../../functions/platform/environment.ts';
import { closeFirestore, collections, firestore } from '../../../functions/platform/firestore.ts';
import { closePubSub, pubsub } from '../../../functions/platform/publish.ts';
import { policy } from '../../../functions/policy.ts';
import { proposeAction } from '../../../functions/postmortems/actions-rules.ts';
import { exportSource } from '../../../functions/postmortems/export/export-source.ts';
import { weekOf } from '../../../functions/postmortems/week.ts';
import { topics } from '../../../functions/topology.ts';
import { Faults } from '../../../infra/cloud/src/faults.ts';
import { listen } from '../../../infra/local/front.ts';
import { startLocalCloud } from '../../../infra/local/start-cloud.ts';
import { setUp } from '../../../infra/notion/set-up.ts';
import { answerNotion, notionSite } from '../../../infra/stubs/notion/routes.ts';
import { createNotion, type PageView } from '../../../infra/stubs/notion/service.ts';
import { signalWith } from '../../incidents/signals.ts';

const project = 'metronome-local';

export const loadSource = async () => exportSource;

export interface Desk {
  faults: Faults;
  /** Notion as a person of the team finds it. */
  person: Client;
  databases: Databases;
  /** What the functions find set otherwise; with nothing, as it was. */
  give(environment: Record<string, string | undefined>): void;
  now(): Date;
  pass(ms: number): void;
  /** Notes what has changed, and writes what waits, as every minute does. */
  minute(): Promise<void>;
  /** The process ends before the so-manieth request from now on, and whatever it was about to do is not done. */
  killBefore(request: number): void;
  /** Minutes, until nothing waits any more; with so much time between them. */
  settle(betweenMs?: number): Promise<void>;
  open(id: string, more?: Partial<Incident>): Promise<Incident>;
  /** Keeps what an incident has become, as something that was said of it just now. */
  keep(incident: Incident): Promise<void>;
  propose(id: string, incidentId: string, description: string): Promise<void>;
  /** Takes all records away, and makes new data sources. */
  anew(): Promise<void>;
  pages(): PageView[];
  /** How often Notion was sent each operation. */
  asked(): Record<string, number>;
  requests(): number;
}

export async function openDesk(at: string): Promise<Desk> {
  let nowMs = Date.parse(at);
  let requestsLeft = Number.POSITIVE_INFINITY;
  let onKilled: () => void = () => undefined;
  useClock(
    () => nowMs,
    (ms) => {
      nowMs += ms;
      requestsLeft -= 1;
      if (requestsLeft >= 0) return Promise.resolve();
      onKilled();
      return new Promise(() => undefined);
    },
    async (until) => {
      nowMs = Math.max(nowMs, until);
    },
  );
  const cloud = await startLocalCloud({ port: 0 });
  useChannels(cloud.channelTo);
  const faults = new Faults();
  const clock = { now: () => nowMs, isJumping: false };
  const notion = createNotion({ db: cloud.db, clock, faults, environment: () => ({ NOTION_TOKEN: 'local' }) });
  const server = createServer((request, response) => {
    void answerNotion(notion, request, response).then(() => {
      // Where no answer is given the connection breaks: nobody has to wait for that.
      if (!response.writableEnded) request.socket.destroy();
    });
  });
  const url = notionSite(`http://127.0.0.1:${await listen(server, 0)}`);
  const person = new Client({
    auth: 'local',
    baseUrl: url,
    notionVersion: '2026-03-11',
    retry: false,
    logger: () => undefined,
    fetch: (address, init) => {
      nowMs += 1_000;
      return fetch(address, init as RequestInit);
    },
  });
  const cloudAddress = `127.0.0.1:${cloud.port}`;
  const given = (databases: Databases, more: Record<string, string | undefined> = {}) =>
    handEnvironments({
      functions: {},
      owner: {
        GOOGLE_CLOUD_PROJECT: project,
        FIRESTORE_EMULATOR_HOST: cloudAddress,
        PUBSUB_EMULATOR_HOST: cloudAddress,
        NOTION_TOKEN: 'local',
        NOTION_API_URL: url,
        NOTION_DATABASES: JSON.stringify(databases),
        ...more,
      },
    });
  const makeSources = async (): Promise<Databases> => {
    const made = await setUp(person, '11111111-1111-1111-1111-111111111111');
    await closeFirestore();
    await closePubSub();
    given(made);
    return made;
  };
  let databases = await makeSources();
  await (await pubsub()).createTopic(topics.outgoing);

  const set = (path: string, data: object) => firestore().doc(path).set(data);
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await closeFirestore();
    await closePubSub();
    handEnvironments(undefined);
    useChannels(() => undefined);
    const rest = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
    useClock(Date.now, rest, (until) => rest(until - Date.now()));
    await cloud.stop();
  });
  const desk: Desk = {
    faults,
    person,
    get databases() {
      return databases;
    },
    give: (environment) => given(databases, environment),
    now: () => new Date(nowMs),
    pass(ms) {
      nowMs += ms;
    },
    async minute() {
      const startedAt = nowMs;
      const killed = new Promise<void>((resolve) => {
        onKilled = resolve;
      });
      await noteChanges(desk.now(), loadSource);
      await Promise.race([syncNotion({ allowPrivate: true, timeoutMs: 30_000 }, loadSource), killed]);
      requestsLeft = Number.POSITIVE_INFINITY;
      nowMs = Math.max(nowMs, startedAt + 60_000);
    },
    killBefore(request) {
      requestsLeft = request;
    },
    async settle(betweenMs = 0) {
      for (;;) {
        await desk.minute();
        const all = firestore().collection(collections.notionPages);
        const behind = await all.where('delivery.retryAt', '>', new Date(0)).limit(1).get();
        if (behind.empty) return;
        nowMs += betweenMs;
      }
    },
    async open(id, more = {}) {
      const signal = signalWith({
        id: `sig_${id}`,
        sourceId: id,
        receivedAt: desk.now(),
        title: `止まった ${id}`,
        description: `報告 ${id}`,
        ongoing: 'yes',
        customer: { id: 'store-12', name: '渋谷店' },
      });
      const incident = openIncident(id, 0, signal, routeSignal(signal, policy), policy, desk.now());
      const opened = { ...incident, ...more };
      await desk.keep(opened);
      return opened;
    },
    keep: (incident) =>
      set(`${collections.incidents}/${incident.id}`, { ...incident, ...derivedFrom(incident, desk.now()) }).then(
        () => undefined,
      ),
    async propose(id, incidentId, description) {
      const by = { actor: 'mori@example.jp', now: desk.now() };
      const stated = { incidentId, bundleId: weekOf(desk.now(), policy.zone).id };
      const action = proposeAction(id, { ...stated, description, kind: 'fix' }, null, by, policy);
      await set(`${collections.actions}/${id}`, { ...action, changedAt: desk.now() });
    },
    async anew() {
      for (const name of ['incidents', 'actions', 'notionPages', 'connections']) {
        await firestore().recursiveDelete(firestore().collection(name));
      }
      databases = await makeSources();
    },
    pages() {
      const own = Object.values(databases);
      return notion.pages().filter(({ dataSourceId }) => own.includes(dataSourceId));
    },
    asked: () => notion.asked().taken,
    requests: () => Object.values(notion.asked().taken).reduce((sum, each) => sum + each, 0),
  };
  return desk;
}
