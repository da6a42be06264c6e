/** A body that comes through Pub/Sub: who reads it, since when it counts, and what is kept of one that nobody can read. */
import type { CloudEvent } from '@google-cloud/functions-framework';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Incident } from '../../functions/incidents/incident.ts';
import type { QuarantineEntry } from '../../functions/incidents/signals/quarantine.ts';
import { deadLetters } from '../../functions/intake/dead-letters.ts';
import { alertEvents, ticketEvents } from '../../functions/intake/events.ts';
import { useClock } from '../../functions/platform/clock.ts';
import { collections, firestore, fromDocument } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { zendeskEvent } from '../fixtures/tickets.ts';
import { emptyStore, useOwnCloud } from '../own-cloud.ts';

const faults = useOwnCloud();
const now = new Date('2026-11-24T03:00:00Z');
useClock(() => now.getTime());
afterAll(() => useClock(Date.now));
beforeEach(emptyStore);

const publishTime = '2026-11-24T02:00:00Z';
const published = new Date(publishTime);
const spilled = new Date('2026-11-24T01:00:00Z');
type Door = (event: CloudEvent<unknown>) => Promise<void>;
const come = (
  door: Door,
  body: unknown,
  attributes: Record<string, string> = {},
  message: object = { publishTime },
) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const data = Buffer.from(text).toString('base64');
  return door({ data: { message: { data, attributes, messageId: 'm-1', ...message } } } as CloudEvent<unknown>);
};
const all = async <T>(collection: string): Promise<T[]> =>
  (await firestore().collection(collection).get()).docs.map((each) => fromDocument<T>(each.data()));
const whole = { id: 'T-1', subject: '会計できない' };

test('what Firestore refuses for good is in quarantine at once: no retry can help it', async () => {
  faults.add({ target: 'firestore.Commit', effect: 'fail', code: 'INVALID_ARGUMENT' });
  await come(ticketEvents, whole);
  const [entry, ...more] = await all<QuarantineEntry>(collections.quarantine);
  expect(more).toEqual([]);
  expect(entry).toMatchObject({
    source: 'generic',
    state: 'open',
    reason: expect.stringContaining('refuses it for good'),
  });
  expect(await all(collections.incidents)).toEqual([]);
});

test('a transaction that expired is no refusal: the ticket is delivered again, and kept nowhere else', async () => {
  await come(ticketEvents, whole);
  const message = 'The referenced transaction has expired or is no longer valid.';
  faults.add({ target: 'firestore.Commit', effect: 'fail', code: 'INVALID_ARGUMENT', message, times: 9 });
  const worse = { ...whole, affectedCustomerCount: 30 };
  await expect(come(ticketEvents, worse)).rejects.toThrow(/transaction has expired/);
  faults.clear();
  expect(await all(collections.quarantine)).toEqual([]);
  await come(ticketEvents, worse);
  expect(await all<Incident>(collections.incidents)).toMatchObject([{ impact: { affectedCustomerCount: 30 } }]);
});

describe('is filed', () => {
  test.each<[string, Record<string, string>, object, Date]>([
    ['that a door handed on: since it had it', { receivedAt: spilled.toISOString() }, { publishTime }, spilled],
    ['that was published: since it was', {}, { publishTime }, published],
    ['that says no time there is: since it was published', { receivedAt: 'soon' }, { publishTime }, published],
    ['that says one that cannot be: since it was published', { receivedAt: '0001-01-01' }, { publishTime }, published],
    ['of which nobody says when: since now', {}, {}, now],
  ])('a ticket %s', async (_, attributes, message, receivedAt) => {
    await come(ticketEvents, whole, attributes, message);
    expect(await all<Incident>(collections.incidents)).toMatchObject([
      { title: '会計できない', receivedAt, filedAt: now },
    ]);
  });

  test.each<[string, Door, unknown, Record<string, string>, string]>([
    ['a ticket by the generic reader', ticketEvents, whole, {}, 'generic'],
    [
      'what a tool’s door had to hand on by that tool’s',
      ticketEvents,
      { ticket_id: '7', ticket_title: 'x' },
      { source: 'zendesk' },
      'zendesk',
    ],
    ['a ticket of a tool that nobody knows by the generic reader', ticketEvents, whole, { source: 'sheet' }, 'generic'],
    ['an alert by the reader of alerts', alertEvents, thresholdAlert({ id: '0.1', policy: '7' }), {}, 'monitoring'],
    [
      'an alert of nobody knows what by the reader of alerts',
      alertEvents,
      thresholdAlert({ id: '0.1', policy: '7' }),
      { source: 'x' },
      'monitoring',
    ],
  ])('%s', async (_, door, body, attributes, tool) => {
    await come(door, body, attributes);
    expect((await all<Incident>(collections.incidents)).map(({ origin }) => origin.tool)).toEqual([tool]);
    expect(await all(collections.quarantine)).toEqual([]);
  });
});

test.each([
  ['the same delivery, whatever it says now', 'msg_1', 1],
  ['another delivery', 'msg_2', 2],
])('what comes again as %s, is one report more or none', async (_, eventId, reports) => {
  await come(ticketEvents, whole, { eventId: 'msg_1' });
  await come(ticketEvents, { ...whole, description: 'まだ' }, { eventId });
  expect(await all(collections.signals)).toHaveLength(reports);
});

const templateReply = { event: 'agent-replied', ticket_id: '7', message: '確認しています' };
test.each([
  [
    'by the account that its own event names',
    zendeskEvent('comment_added', {
      detail: { id: '7' },
      event: { comment: { id: '1', body: '確認しています', is_public: true, author: { id: '8', is_staff: true } } },
    }),
    'zendesk:8',
  ],
  ['by the tool, also where a template names a person', { ...templateReply, agent_id: 8, agent: '鈴木' }, 'zendesk'],
  ['by the tool, where it names nobody', templateReply, 'zendesk'],
])('what a tool tells is told %s', async (_, reply, actor) => {
  await come(ticketEvents, { ticket_id: '7', ticket_title: 'x', requester_id: 's-1' }, { source: 'zendesk' });
  await come(ticketEvents, reply, { source: 'zendesk' });
  const { docs } = await firestore().collectionGroup(collections.timeline).get();
  const events = docs.map((each) => [each.get('type'), each.get('actor')]);
  expect(events).toContainEqual(['customer-updated', actor]);
});

test('a connection test that a door had to hand on is the tool’s last one, since that door had it', async () => {
  await come(ticketEvents, { connectionTest: true }, { source: 'zendesk', receivedAt: spilled.toISOString() });
  expect(await all(collections.connections)).toEqual([{ lastTestAt: spilled, lastTest: 'connection test' }]);
  expect([await all(collections.incidents), await all(collections.quarantine)]).toEqual([[], []]);
});

describe('is kept', () => {
  const attributes = { receivedAt: spilled.toISOString(), contentType: 'application/vnd.x+json', eventId: 'msg_1' };
  const entry = (raw: string, more: object) => ({
    id: expect.stringMatching(/^qua_/),
    source: 'generic',
    state: 'open',
    errors: [],
    raw: Buffer.from(raw),
    contentType: 'application/vnd.x+json',
    receivedAt: spilled,
    quarantinedAt: now,
    eventId: 'msg_1',
    expireAt: expect.any(Date),
    ...more,
  });
  const kept = () => all<QuarantineEntry>(collections.quarantine);

  test('what is no ticket, with what is wrong with it', async () => {
    await come(ticketEvents, '{"id": "T-1"}', attributes);
    const errors = [{ path: 'subject', message: expect.any(String) }];
    expect(await kept()).toEqual([entry('{"id": "T-1"}', { errors, reason: expect.any(String) })]);
  });

  test.each([
    ['of a tool’s door, for that tool', ticketEvents, 'zendesk', 'zendesk'],
    ['of a tool that nobody knows, for the generic reader', ticketEvents, 'sheet', 'generic'],
    ['of a door of alerts that calls itself something else', alertEvents, 'sheet', 'monitoring'],
  ])('what nobody can read %s', async (_, door, source, tool) => {
    await come(door, '{}', { ...attributes, source });
    expect(await kept()).toMatchObject([{ source: tool, raw: Buffer.from('{}'), eventId: 'msg_1' }]);
  });

  test('what is no JSON, of which nobody else would tell', async () => {
    await come(ticketEvents, '{', attributes);
    expect(await kept()).toEqual([entry('{', { reason: expect.stringMatching(/^The body is not JSON/) })]);
  });

  test('what is longer than a door takes, unread', async () => {
    const { maxBodyBytes } = policy.intake;
    const long = JSON.stringify({ ...whole, subject: 'x'.repeat(maxBodyBytes) });
    await come(ticketEvents, long, attributes);
    const reason = `The body is ${long.length} bytes, and no more than ${maxBodyBytes} are taken.`;
    const [{ raw, ...rest } = {}] = (await kept()) as Partial<QuarantineEntry>[];
    const { raw: _, ...expected } = entry('', { reason });
    expect([rest, String(raw) === long]).toEqual([expected, true]);
    expect(await all(collections.incidents)).toEqual([]);
    // Of just that length it is read.
    await come(ticketEvents, JSON.stringify({ ...whole, subject: 'x' }).padEnd(maxBodyBytes));
    expect(await all(collections.incidents)).toHaveLength(1);
  });

  test('of one that says nothing but its body what can be said of it', async () => {
    await come(alertEvents, '{}');
    const { eventId: _, ...plain } = entry('{}', { source: 'monitoring', reason: expect.any(String) });
    expect(await kept()).toEqual([
      { ...plain, errors: expect.any(Array), contentType: 'application/json', receivedAt: published },
    ]);
  });

  const from = (subscription: string) => ({
    CloudPubSubDeadLetterSourceSubscription: subscription,
    CloudPubSubDeadLetterSourceDeliveryCount: '100',
    CloudPubSubDeadLetterSourceTopicPublishTime: publishTime,
  });
  const reason = (name: string): string => `Filing it failed too often (${name}).`;
  test.each<[string, Record<string, string>, object]>([
    [
      'a ticket',
      { ...attributes, ...from('ticket-events'), source: 'jira' },
      { source: 'jira', reason: reason('ticket-events') },
    ],
    [
      'a ticket, for the generic reader',
      { ...attributes, ...from('projects/p/subscriptions/ticket-events') },
      { reason: reason('ticket-events') },
    ],
    [
      'an alert, for the reader of alerts',
      { ...attributes, ...from('alert-events') },
      { source: 'monitoring', reason: reason('alert-events') },
    ],
    [
      'a message of our own, with where it goes back to and what it carried',
      { ...attributes, ...from('notifications') },
      { source: 'notifications', reason: reason('notifications'), topic: 'notifications', attributes },
    ],
    ['one of no subscription', { ...attributes, ...from('gone') }, { source: 'gone', reason: reason('gone') }],
    ['one of which nobody says where it came from', attributes, { source: 'unknown', reason: reason('unknown') }],
  ])('what failed too often: %s', async (_, carried, more) => {
    await come(deadLetters, '{"a": 1}', carried);
    await come(deadLetters, '{"a": 1}', carried);
    await come(deadLetters, '{"a": 1}', carried, { publishTime, messageId: 'm-2' });
    expect(await kept()).toEqual([entry('{"a": 1}', more), entry('{"a": 1}', more)]);
  });
});

test('what was said beside a body goes with it: by the message, and where it is kept for a person', async () => {
  const said = { source: 'freshdesk', event: 'customer-wrote', ticket: '9' };
  await come(ticketEvents, { ticket_id: '7', event: 'agent-replied', message: 'まだ止まっています' }, said);
  expect(await all(collections.signals)).toMatchObject([{ sourceId: '9', kind: 'customer-wrote' }]);
  await come(ticketEvents, { message: 'x' }, { source: 'freshdesk', event: 'solved' });
  expect(await all(collections.quarantine)).toMatchObject([{ source: 'freshdesk', beside: { event: 'solved' } }]);
});
