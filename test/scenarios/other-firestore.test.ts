import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalCloud } from '../../infra/cloud/src/cloud.ts';
import { startLocalCloud } from '../../infra/local/start-cloud.ts';
import { openScenario, type Scenario } from './house.ts';

let other: LocalCloud;
let scenario: Scenario;
beforeAll(async () => {
  other = await startLocalCloud({ port: 0, fresh: true });
  const environment = { ...process.env, FIRESTORE_EMULATOR_HOST: `127.0.0.1:${other.port}` };
  scenario = await openScenario('2026-11-24T01:00:00Z', { environment });
});
afterAll(async () => {
  await scenario.stop();
  await other.stop();
});

test('with the records in another Firestore a jump looks every minute, and the clock goes back only while that is empty', async () => {
  const set = (at: string) => scenario.post('/_local/clock', { set: at });
  expect((await set('2026-11-24T00:30:00Z')).status).toBe(200);
  await scenario.advance('PT5M');
  const { body } = await scenario.ticket({ id: 'other-1', subject: 'elsewhere' });
  // The clock does not know when another Firestore has answered.
  const told = async (): Promise<unknown[]> => {
    await scenario.advance('PT1M');
    const filed = (await scenario.inbox()).filter((each) => each.kind === 'incident-filed');
    return filed.map((each) => each.incidentId);
  };
  await expect.poll(told).toEqual([body.incident.id]);
  expect((await set('2026-11-24T00:00:00Z')).status).not.toBe(200);
});

test('what is filed is written there, and nothing here', async () => {
  const writes = () => [other, scenario.house.cloud].map(({ firestore }) => firestore.operations.writes);
  const [there = 0] = writes();
  await scenario.ticket({ id: 'other-2', subject: 'written elsewhere' });
  expect(writes()).toEqual([expect.toSatisfy((count: number) => count > there), 0]);
});
