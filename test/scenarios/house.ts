/** A house of one's own for a scenario: everything in this process, nothing on disk, its own clock. */
import { Firestore } from '@google-cloud/firestore';
import { afterAll, beforeAll, expect } from 'vitest';
import { pubsub } from '../../functions/platform/publish.ts';
import { policy } from '../../functions/policy.ts';
import { type House, type HouseOptions, startHouse } from '../../infra/local/house.ts';
import { localProject } from '../../infra/local/start-cloud.ts';
import { expectFolds } from './folds.ts';

/** Another Firestore than the local cloud's, where the environment names one: it is emptied first, and counts nothing. */
const otherFirestore = process.env.FIRESTORE_EMULATOR_HOST;

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a scenario reads what it expects, and fails where it is not there
  body: any;
}

export interface Scenario {
  house: House;
  url: string;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
  patch(path: string, body: unknown): Promise<Reply>;
  get(path: string): Promise<Reply>;
  /** Files a generic ticket, with the local token. */
  ticket(body: Record<string, unknown>): Promise<Reply>;
  /** Posts a Cloud Monitoring body, with the local token. */
  alert(body: unknown): Promise<Reply>;
  /** Publishes text or bytes as they are, anything else as JSON; what it sets off comes when the clock moves. */
  publish(topic: string, data: unknown, attributes?: Record<string, string>): Promise<void>;
  advance(duration: string): Promise<void>;
  /** The messages that the inbox holds, oldest first. */
  inbox(): Promise<
    { id: string; kind: string; incidentId: string | null; customers: string[]; text: string; deliveredAt: string }[]
  >;
  /** Records that the test has written by itself: no timeline tells them. */
  written: Set<string>;
  stop(): Promise<void>;
}

/** @param at where the clock starts; the real time where it is left out */
export async function openScenario(at?: string, options: Partial<HouseOptions> = {}): Promise<Scenario> {
  if (otherFirestore) await emptyOther();
  const house = await startHouse({ port: 0, cloudPort: 0, ...options });
  const url = `http://127.0.0.1:${house.port}`;
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> => {
    const response = await fetch(url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  const scenario: Scenario = {
    house,
    url,
    post: (path, body, headers) => send('POST', path, body, headers),
    patch: (path, body) => send('PATCH', path, body),
    get: (path) => send('GET', path),
    ticket: (body) => send('POST', '/tickets', body, { authorization: 'Bearer local' }),
    alert: (body) => send('POST', '/alerts?auth_token=local', body),
    publish: async (topic, data, attributes = {}) => {
      const bytes = Buffer.isBuffer(data) ? data : Buffer.from(typeof data === 'string' ? data : JSON.stringify(data));
      await (await pubsub()).topic(topic).publishMessage({ data: bytes, attributes });
    },
    advance: async (duration) => {
      const reply = await send('POST', '/_local/clock', { advance: duration });
      if (reply.status !== 200) throw new Error(`The clock did not move: ${JSON.stringify(reply.body)}`);
    },
    inbox: async () => (await send('GET', '/_local/inbox')).body.messages,
    written: new Set(),
    stop: async () => {
      try {
        // A house within another takes the client's environment away as it stops.
        if (process.env.FIRESTORE_EMULATOR_HOST) await expectFolds(scenario.written);
      } finally {
        await house.stop();
      }
      // No function may do what Google Cloud would refuse, whatever came of it here.
      expect(house.cloud.iam.refusalsIn(localProject)).toEqual([]);
    },
  };
  if (at) await scenario.post('/_local/clock', { set: at });
  return scenario;
}

/** A house of all the tests of a file, or of a `describe`: it is there from its first hook to after its last. */
export const useScenario = (at?: string, options: Partial<HouseOptions> = {}): Scenario =>
  useHouses(at, options).scenario;

/** The same, and how to move into another in which nothing waits but what is reported from there on: hours then pass quickly. */
export function useHouses(at?: string, options: Partial<HouseOptions> = {}) {
  let opened: Scenario | undefined;
  const moveIn = async (): Promise<void> => {
    await opened?.stop();
    opened = await openScenario(at, options);
  };
  beforeAll(moveIn);
  afterAll(() => opened?.stop());
  return { scenario: new Proxy({} as Scenario, { get: (_, name) => opened?.[name as keyof Scenario] }), moveIn };
}

/** While `work` runs, a section of the policy says otherwise: for what is bounded in real time, and waited for in vain. */
export async function withPolicy<S extends object, T>(
  section: S,
  changes: Partial<S>,
  work: () => Promise<T>,
): Promise<T> {
  const before = { ...section };
  Object.assign(section, changes);
  try {
    return await work();
  } finally {
    Object.assign(section, before);
  }
}

/** While `work` runs, a door gives a store that does not answer next to no time, and then gives the body to Pub/Sub. */
export const withImpatientDoors = <T>(work: () => Promise<T>): Promise<T> =>
  withPolicy(policy.intake, { storeWithin: 'PT0.1S' }, work);

/** Holds what was read and written since the last reset to a bound, where the local cloud counts it. */
export function expectOperations(scenario: Scenario, most: { reads: number; writes: number; commits?: number }): void {
  if (otherFirestore) return;
  const { reads, writes, commits } = scenario.house.cloud.firestore.operations;
  expect(reads).toBeLessThanOrEqual(most.reads);
  expect(writes).toBeLessThanOrEqual(most.writes);
  if (most.commits !== undefined) expect(commits).toBe(most.commits);
}

async function emptyOther(): Promise<void> {
  const client = new Firestore({ projectId: localProject });
  for (const collection of await client.listCollections()) await client.recursiveDelete(collection);
  await client.terminate();
}
