import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openScenario, type Scenario } from './house.ts';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await openScenario('2026-11-24T10:00:00+09:00');
});
afterEach(() => scenario.house.cloud.faults.clear());
afterAll(() => scenario.stop());

const fault = (faults: Record<string, unknown>[]) => scenario.post('/_local/faults', { faults });

async function titles(): Promise<string[]> {
  const { body } = await scenario.get('/api/incidents?limit=200');
  return body.incidents.map((each: { title: string }) => each.title);
}

describe('what can never be processed', () => {
  test('a message that fails a hundred times is a dead letter, is quarantined, and is filed when replayed', async () => {
    await fault([{ target: 'firestore.Commit', effect: 'fail', code: 'INTERNAL', times: 1_000_000 }]);
    const occurredAt = '2026-11-24T09:10:00+09:00';
    await scenario.publish('ticket-notifications', { id: 'dead-1', subject: 'dead letter', occurredAt });
    await scenario.advance('PT20H');
    scenario.house.cloud.faults.clear();
    await scenario.advance('PT1H');
    const { body } = await scenario.get('/api/quarantine?state=open');
    const entry = body.quarantine.find((each: { reason: string }) => /too often/.test(each.reason));
    expect(entry?.source).toBe('generic');
    expect(await titles()).not.toContain('dead letter');
    // Days later it is as urgent as it was when it first came.
    const urgency = { level: 'high', rule: 'occurred-within-one-hour' };
    const first = expect.stringMatching(/^2026-11-24T01:0/);
    for (const expected of [true, false]) {
      const replayed = await scenario.post(`/api/quarantine/${entry.id}/replay`, {});
      expect(replayed.status).toBe(201);
      const incident = { title: 'dead letter', urgency, receivedAt: first, reportedAt: first };
      expect(replayed.body).toMatchObject({ created: expected, incident });
    }
  });
});
