import { describe, expect, test } from 'vitest';
import { expectFold } from './folds.ts';
import { type Reply, useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');

let count = 0;
async function file(more: Record<string, unknown> = {}): Promise<string> {
  count += 1;
  const reply = await scenario.ticket({
    id: `E-${count}`,
    subject: '会計できない',
    occurredAt: '2026-11-24T00:50:00Z',
    ongoing: 'yes',
    customer: { id: `store-${count}` },
    ...more,
  });
  return (reply.body.incident ?? reply.body.question).id;
}

const record = (id: string, event: Record<string, unknown>, headers?: Record<string, string>): Promise<Reply> =>
  scenario.post(`/api/incidents/${id}/events`, event, headers);

describe('what responders record', () => {
  test('an Idempotency-Key records once, and is not taken for another request', async () => {
    const id = await file();
    const key = { 'idempotency-key': 'k-1' };
    const first = await record(id, { type: 'commented', text: 'once' }, key);
    const second = await record(id, { type: 'commented', text: 'once' }, key);
    expect(second.body.id).toBe(first.body.id);
    expect((await record(id, { type: 'commented', text: 'other' }, key)).status).toBe(422);
    const { body } = await scenario.get(`/api/incidents/${id}/timeline`);
    expect(body.events.filter((each: { type: string }) => each.type === 'commented')).toHaveLength(1);
  });

  test('an Idempotency-Key of an action whose text has half a character is taken for the same again', async () => {
    const send = () =>
      scenario.post('/api/actions', { description: '半分\ud83d', kind: 'fix' }, { 'idempotency-key': 'k-half' });
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status, second.body.id]).toEqual([201, 201, first.body.id]);
  });

  test.each([
    ['a comment', 'incidents', 'events', { type: 'commented', text: 'once' }],
    ['a response', 'incidents', 'events', { type: 'responded' }],
    ['an answer', 'questions', 'answer', { kind: 'explained' }],
    ['that it is trouble', 'questions', 'reclassify', { why: 'nobody can pay' }],
  ])('an Idempotency-Key of %s on one record is not taken for the same on another', async (_, records, verb, body) => {
    const asks =
      records === 'questions'
        ? { category: 'question', differsFromExpected: 'no', subject: '設定の場所', ongoing: 'no' }
        : {};
    const [one, other] = [await file(asks), await file(asks)];
    const post = (id: string) =>
      scenario.post(`/api/${records}/${id}/${verb}`, body, { 'idempotency-key': JSON.stringify(body) });
    expect([(await post(one)).status, (await post(one)).status, (await post(other)).status]).toEqual([201, 201, 422]);
    expect((await scenario.get(`/api/incidents/${other}/timeline`)).body.events).toHaveLength(1);
  });

  test('twenty responders at once never overwrite each other', async () => {
    const id = await file();
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => record(id, { type: 'commented', text: `${index}` })),
    );
    expect(replies.every((each) => each.status === 201)).toBe(true);
    const { body } = await scenario.get(`/api/incidents/${id}/timeline?limit=200`);
    const comments = body.events.filter((each: { type: string }) => each.type === 'commented');
    expect(new Set(comments.map((each: { detail: { text: string } }) => each.detail.text)).size).toBe(20);
    await expectFold(id);
  });

  test.each([
    ['an unknown type', { type: 'exploded' }],
    ['an unknown field', { type: 'responded', mood: 'good' }],
    ['a wrong time', { type: 'responded', occurredAt: 'yesterday' }],
    ['a customer nobody knows', { type: 'customer-updated', customers: ['nobody'], message: 'x' }],
    ['no type', {}],
  ])('%s is a 422 that says what is wrong', async (_, event) => {
    const reply = await record(await file(), event);
    expect(reply.status).toBe(422);
    expect(reply.headers.get('content-type')).toContain('problem+json');
    expect(reply.body.errors.length).toBeGreaterThan(0);
  });

  test('an incident that does not exist is a 404', async () => {
    expect((await record('inc_000000000000000000000000', { type: 'responded' })).status).toBe(404);
  });
});
