/** What only this machine has: its clock, which starts where it is set, its doors, and a port that opens on a whole house. */
import { request } from 'node:http';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import { connectPubSub } from '../../functions/platform/publish.ts';
import { subscriptions } from '../../functions/topology.ts';
import { startHouse } from '../../infra/local/house.ts';
import { localProject } from '../../infra/local/start-cloud.ts';
import { functions } from '../../infra/topology.ts';
import { openScenario, type Scenario } from './house.ts';

describe('the clock', () => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await openScenario('2026-11-24T00:00:00Z');
  });
  afterAll(() => scenario.stop());
  const set = (at: string) => scenario.post('/_local/clock', { set: at });
  const ticks = () =>
    scenario.house.cloud.iam.uses.filter(({ account }) => account.startsWith('metronome-weekly-tick'));

  test('starts where it is set also after it has ticked, and fires nothing of what is between', async () => {
    await scenario.advance('PT10M');
    // Two Mondays on which a bundle would be assembled.
    expect((await set('2026-12-08T00:00:00Z')).body.now).toBe('2026-12-08T00:00:00.000Z');
    expect((await set('2026-11-24T00:00:00Z')).body.now).toBe('2026-11-24T00:00:00.000Z');
    expect(ticks()).toEqual([]);
    expect((await scenario.get('/api/postmortems')).body.postmortems).toEqual([]);
  });

  test.each([collections.signals, collections.incidents, collections.postmortems])(
    'goes not back while there is one of %s, and does once there is none',
    async (collection) => {
      expect((await set('2026-11-24T00:00:00Z')).status).toBe(200);
      const document = firestore().collection(collection).doc('one');
      await document.set({ title: 'x' });
      expect((await set('2026-11-23T23:59:59Z')).status).toBe(400);
      await document.delete();
      expect((await set('2026-11-23T23:59:59Z')).status).toBe(200);
      await set('2026-11-24T00:00:00Z');
    },
  );

  test('goes through all that is between once something is reported, and not back', async () => {
    await scenario.ticket({ id: 'T-1', subject: 'x', category: 'outside' });
    expect((await set('2026-11-30T00:00:00Z')).status).toBe(200);
    expect(ticks()).not.toEqual([]);
    expect((await scenario.get('/api/postmortems')).body.postmortems).toHaveLength(1);
    expect((await set('2026-11-24T00:00:00Z')).status).toBe(400);
  });
});

describe('/_local', () => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await openScenario(undefined, { environment: { ...process.env, FRESHDESK_API_KEY: 'own' } });
  });
  afterAll(() => scenario.stop());

  test('what somebody has set comes before what the stubs are known by', async () => {
    const ask = async (key: string) => {
      const authorization = `Basic ${Buffer.from(`${key}:X`).toString('base64')}`;
      const path = '/_local/tools/freshdesk/site/api/v2/agents/me';
      return (await fetch(scenario.url + path, { headers: { authorization } })).status;
    };
    expect([await ask('own'), await ask('local')]).toEqual([200, 401]);
    const { environment } = scenario.house;
    expect([environment.FRESHDESK_API_KEY, environment.JIRA_API_TOKEN]).toEqual(['own', 'local']);
  });

  test('who advances the clock at the same time as another continues from where that one ends', async () => {
    const now = async () => Date.parse((await scenario.get('/_local/clock')).body.now);
    const before = await now();
    await Promise.all([scenario.advance('PT1M'), scenario.advance('PT2M')]);
    expect((await now()) - before).toBeGreaterThanOrEqual(3 * 60_000);
  });

  const statusOf = (headers: Record<string, string>, path = '/_local/clock'): Promise<number> =>
    new Promise((resolve, reject) => {
      const { port } = scenario.house;
      const outgoing = request({ host: '127.0.0.1', port, path, headers }, (incoming) => {
        incoming.resume().on('end', () => resolve(incoming.statusCode ?? 0));
      });
      outgoing.on('error', reject).end();
    });

  test.each([
    [{ host: 'localhost:8080' }, 200],
    [{ host: '127.0.0.1' }, 200],
    [{ host: 'localhost:8080', origin: 'http://localhost:8080' }, 200],
    [{ host: 'evil.example' }, 403],
    [{ host: 'localhost.evil.example:8080' }, 403],
    [{ host: '127.0.0.1:8080', origin: 'https://evil.example' }, 403],
    [{ host: '127.0.0.1:8080', origin: 'http://127.0.0.1:9999' }, 403],
    [{ host: '127.0.0.1:8080', origin: 'null' }, 403],
  ])('answers to %j with %i', async (headers, status) => {
    expect(await statusOf(headers as unknown as Record<string, string>)).toBe(status);
  });

  // By DNS rebinding a page of somebody else's reaches this machine under its own name, and would read every record.
  test.each(functions.map(({ name }) => name))('/%s answers to no name of somebody else’s', async (name) => {
    for (const host of ['evil.example', '127.0.0.1.evil.example:8080', '[::1]:8080'])
      expect([host, await statusOf({ host }, `/${name}`)]).toEqual([host, 403]);
    expect(await statusOf({ host: 'localhost:8080' }, `/${name}`)).not.toBe(403);
  });
});

test('the first request to an open port meets a house in which everything is ready', async () => {
  const [port, cloudPort] = [await freePort(), await freePort()];
  const PUBSUB_EMULATOR_HOST = `127.0.0.1:${cloudPort}`;
  const client = await connectPubSub({ PUBSUB_EMULATOR_HOST, GOOGLE_CLOUD_PROJECT: localProject });
  const starting = startHouse({ port, cloudPort });
  let isOpen = false;
  while (!isOpen)
    isOpen = await fetch(`http://127.0.0.1:${port}/_local/clock`).then(
      ({ ok }) => ok,
      () => false,
    );
  const [found] = await client.getSubscriptions();
  expect(found).toHaveLength(subscriptions.length);
  await (await starting).stop();
  await client.close();
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
