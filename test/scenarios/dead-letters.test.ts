import { afterEach, describe, expect, test } from 'vitest';
import type { QuarantineEntry } from '../../functions/incidents/signals/quarantine.ts';
import { collections, firestore, fromDocument } from '../../functions/platform/firestore.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T10:00:00+09:00');
afterEach(() => scenario.house.cloud.faults.clear());

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

  const subscription = 'CloudPubSubDeadLetterSourceSubscription';
  const publishTime = 'CloudPubSubDeadLetterSourceTopicPublishTime';
  const spilledAt = '2026-11-20T00:00:00.000Z';
  const publishedAt = '2026-11-20T00:00:05.000Z';

  test.each<[string, Record<string, string>, Record<string, unknown>]>([
    [
      'a ticket spilled by its door: its tool’s, as old as its first bytes',
      { [subscription]: 'ticket-events', [publishTime]: publishedAt, receivedAt: spilledAt, source: 'zendesk' },
      { source: 'zendesk', receivedAt: spilledAt },
    ],
    [
      'a ticket that was published: as old as when it was',
      { [subscription]: 'projects/p/subscriptions/ticket-events', [publishTime]: publishedAt },
      { source: 'generic', receivedAt: publishedAt },
    ],
    [
      'an alert',
      { [subscription]: 'alert-events', [publishTime]: publishedAt, receivedAt: 'soon' },
      { source: 'monitoring', receivedAt: publishedAt },
    ],
    [
      'a message of our own: where it goes back to, and with what',
      {
        [subscription]: 'notifications',
        [publishTime]: publishedAt,
        traceId: 'abc',
        CloudPubSubDeadLetterSourceDeliveryCount: '100',
      },
      { source: 'notifications', receivedAt: publishedAt, topic: 'notifications', attributes: { traceId: 'abc' } },
    ],
    ['one of which nobody says where it came from', {}, { source: 'unknown' }],
  ])('%s', async (title, attributes, expected) => {
    await scenario.publish('dead-letters', `${title} {`, { contentType: 'text/x', ...attributes });
    await scenario.advance('PT1M');
    const entries = await firestore().collection(collections.quarantine).get();
    const kept = entries.docs.map((each) => each.data()).find(({ raw }) => String(raw) === `${title} {`);
    const { receivedAt, ...rest } = fromDocument<QuarantineEntry>(kept);
    expect({ ...rest, receivedAt: receivedAt.toISOString() }).toMatchObject({ contentType: 'text/x', ...expected });
  });
});
