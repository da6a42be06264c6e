/** What fuzzing has found, one small test each. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { useScenario } from '../scenarios/house.ts';
import { complaintOf, send } from './wire.ts';

const scenario = useScenario();
let incidentId = '';
beforeAll(async () => {
  incidentId = (await scenario.ticket({ id: 'a', subject: '注文が通らない' })).body.incident.id;
});

const push = (door: string, body: unknown, attributes: Record<string, string> = {}) => {
  const data = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)).toString('base64');
  return scenario.post(`/${door}`, { message: { data, messageId: '1', attributes }, subscription: 'x' });
};

describe('a time that no record could hold', () => {
  const times = ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+18:00', '9999-12-31T23:59:59-14:00'];

  test.each(times)('%s is refused where a person states it', async (at) => {
    for (const statement of [
      { type: 'responded', occurredAt: at },
      { type: 'corrected', field: 'occurredAt', value: at },
      { type: 'corrected', field: 'verifiedAt', value: at },
    ]) {
      const reply = await scenario.post(`/api/incidents/${incidentId}/events`, statement);
      expect(reply.status).toBe(422);
      expect(reply.body.errors).toEqual([{ path: expect.anything(), message: expect.stringMatching(/time such as/) }]);
    }
  });

  test.each(['+275760-09-13T00:00:00.000Z', '-271821-04-20T00:00:00Z'])(
    '%s in a message is passed over',
    async (at) => {
      expect((await push('ticketEvents', { id: at, subject: 'x' }, { receivedAt: at })).status).toBe(204);
      expect((await push('releases', { id: 'build-1', status: 'SUCCESS', startTime: at, finishTime: at })).status).toBe(
        204,
      );
      const { body } = await scenario.get('/api/incidents');
      expect(body.incidents.map((each: { origin: { id: string } }) => each.origin.id)).toContain(at);
    },
  );
});

test('more than one record can hold is refused, and said to be', async () => {
  // Nothing in it is said twice: what is zipped to fit stays long.
  const long = (of: string): string => createHash('shake256', { outputLength: 240 }).update(of).digest('hex');
  const named = (count: number, from: string) =>
    Array.from({ length: count }, (_, index) => ({
      id: `${from}${index}-${long(`id ${from}${index}`)}`,
      name: long(`name ${from}${index}`),
      contactId: `${from}${index}-${long(`contact ${from}${index}`)}`,
    }));
  const scoped = (count: number, from: string) =>
    scenario.post(`/api/incidents/${incidentId}/events`, { type: 'scoped', affectedCustomers: named(count, from) });
  expect((await scoped(100, 'a')).status).toBe(201);
  const reply = await scoped(500, 'b');
  expect([reply.status, reply.body.detail]).toEqual([422, expect.stringMatching(/^Too many customers for one entry/)]);
  expect((await scoped(50, 'c')).status).toBe(201);
});

test('a message that is no notice is kept for a person, and does not come again a hundred times', async () => {
  expect((await push('notify', 'no JSON')).status).toBe(204);
  expect((await push('notify', { id: 'ntc_x', kind: 'unheard-of' })).status).toBe(204);
  const { body } = await scenario.get('/api/quarantine');
  const reasons = body.quarantine
    .filter((each: { source: string }) => each.source === 'notifications')
    .map((each: { reason: string }) => each.reason);
  expect(reasons.toSorted()).toEqual([expect.stringMatching(/^The body is not JSON/), 'The message is not a notice.']);
});

test('a message whose attributes or keys no record could hold is kept all the same', async () => {
  const subscription = 'projects/x/subscriptions/notifications';
  const attributes = { __name__: 'x', CloudPubSubDeadLetterSourceSubscription: subscription };
  expect((await push('deadLetters', { id: 'ntc_y' }, attributes)).status).toBe(204);
  expect((await push('notify', { id: 'ntc_z' }, { __name__: 'x', kept: 'y' })).status).toBe(204);
  expect((await push('notify', { ['k'.repeat(700_000)]: 1 })).status).toBe(204);
  const { body } = await scenario.get('/api/quarantine');
  const kept = body.quarantine.flatMap((each: { attributes?: object }) => each.attributes ?? []);
  expect(kept).toContainEqual({ kept: 'y' });
  expect(JSON.stringify(kept)).not.toContain('__name__');
});

test('an API body of another type is refused as such', async () => {
  const post = { method: 'POST', body: Buffer.from('{}') };
  for (const headers of [{ 'content-type': 'text/plain' }, {}]) {
    const answered = await send(scenario.url, `/api/incidents/${incidentId}/events`, { ...post, headers });
    expect([answered.status, complaintOf(answered)]).toEqual([415, undefined]);
  }
});

test.each(['a b', 'x:99999', '[', '\xff'])('a host of “%s” is refused, and keeps nobody else out', async (host) => {
  for (const path of ['/api/incidents', '/console']) {
    expect((await send(scenario.url, path, { headers: { host } })).status).toBe(403);
    expect((await send(scenario.url, path, { headers: { host: '' } })).status).toBe(200);
  }
});

test.each(['%ff', '%', '%2', '%c3%28'])(
  'a path with %s in it is the path of nothing, and said to be',
  async (piece) => {
    const replies = await Promise.all(
      [`/api/incidents/${piece}`, `/tickets/${piece}`, `/alerts/${piece}`].map((path) => send(scenario.url, path)),
    );
    expect(replies.map((each) => [each.status, complaintOf(each)])).toEqual(replies.map(() => [404, undefined]));
    expect((await send(scenario.url, `/console/${piece}`)).text).toContain('<main');
  },
);
