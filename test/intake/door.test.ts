/** A public door: who is let in, what is taken, and how it is answered, before and after the body is read. */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { QuarantineEntry } from '../../functions/incidents/signals/quarantine.ts';
import { takeRequest } from '../../functions/intake/request.ts';
import { generic } from '../../functions/intake/sources/generic.ts';
import type { IntakeSource } from '../../functions/intake/sources/source.ts';
import { Unreadable } from '../../functions/intake/sources/source.ts';
import { useClock } from '../../functions/platform/clock.ts';
import { collections, firestore, fromDocument } from '../../functions/platform/firestore.ts';
import type { Problem } from '../../functions/platform/problem.ts';
import { policy } from '../../functions/policy.ts';
import { topics } from '../../functions/topology.ts';
import { emptyStore, useOwnCloud } from '../own-cloud.ts';

useOwnCloud({ TICKETS_TOKEN: 'token,other', TRUSTED_HOPS: '1' });
let nowMs = Date.parse('2026-11-24T01:00:00Z');
useClock(() => nowMs);
const { requestsPerMinute, burstMinutes, unverifiedPerMinute } = policy.intake;
afterAll(() => {
  useClock(Date.now);
  Object.assign(policy.intake, { requestsPerMinute, burstMinutes, unverifiedPerMinute });
});
beforeEach(() => {
  // All buckets are full again.
  nowMs += 86_400_000;
  return emptyStore();
});

const whole = { id: 'T-1', subject: '会計できない' };
interface Sent {
  method?: string;
  url?: string;
  type?: string | undefined;
  headers?: Record<string, string>;
  from?: string;
}
const requestOf = (body: unknown, sent: Sent = {}): IncomingMessage => {
  const { method = 'POST', url = '/', headers = { authorization: 'Bearer token' }, from = '203.0.113.1' } = sent;
  const type = 'type' in sent ? sent.type : 'application/json';
  const stream = Readable.from([Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))]);
  const forwarded = `${from}, 198.51.100.9`;
  return Object.assign(stream, {
    method,
    url,
    headers: { ...(type === undefined ? {} : { 'content-type': type }), 'x-forwarded-for': forwarded, ...headers },
    socket: { remoteAddress: '192.0.2.1' },
  }) as unknown as IncomingMessage;
};
const send = (body: unknown, sent?: Sent, source: IntakeSource = generic) =>
  takeRequest(requestOf(body, sent), source, 'ticket-notifications');
/** @returns status and headers of the refusal */
const refused = async (body: unknown, sent?: Sent, source?: IntakeSource): Promise<[number, object, string?]> => {
  try {
    return [(await send(body, sent, source)).status, {}];
  } catch (error) {
    const { status, headers, code } = error as Problem;
    return [status, headers ?? {}, ...(code ? [code] : [])] as never;
  }
};
const wrong = { headers: { authorization: 'Bearer wrong' } };
const challenge = { 'www-authenticate': 'Bearer realm="metronome"' };

describe('takes', () => {
  test('a report that is new, and one that it has seen', async () => {
    expect(await send(whole)).toMatchObject({
      status: 201,
      body: { created: true, incident: { title: '会計できない' } },
    });
    const again = await send({ ...whole, description: 'まだ' });
    expect(again).toMatchObject({ status: 200, body: { created: false } });
    const { incident } = again.body as { incident: { receivedAt: Date } };
    expect(incident.receivedAt).toEqual(new Date(nowMs));
  });

  test.each<[string | undefined, number]>([
    [undefined, 201],
    ['application/json', 201],
    ['Application/JSON; charset=utf-8', 201],
    ['application/json;charset="UTF8"', 201],
    ['application/json; charset=us-ascii', 201],
    ['application/vnd.x+json', 201],
    ['application/vnd.x-y.z+a+json', 201],
    ['application/json; CharSet=UTF-8', 201],
    ['application/json; charset=utf-16', 415],
    ['application/json; charset=iso-8859-1', 415],
    ['text/json', 415],
    ['application/jsonx', 415],
    ['application/x-www-form-urlencoded', 415],
    ['', 415],
  ])('what says that it is %s: %i', async (type, status) => {
    expect((await refused(whole, { type }))[0]).toBe(status);
  });

  test('POST alone, and HEAD where a tool tries its address so', async () => {
    expect(await refused(whole, { method: 'GET' })).toEqual([405, { allow: 'POST' }]);
    expect(await refused('', { method: 'HEAD' })).toEqual([405, { allow: 'POST' }]);
    const answers = { ...generic, answersHead: true };
    expect(await send('', { method: 'HEAD' }, answers)).toEqual({ status: 200, body: {} });
    expect((await refused('', { method: 'GET' }, answers))[0]).toBe(405);
  });
});

describe('answers', () => {
  const quarantined = async (): Promise<QuarantineEntry[]> =>
    (await firestore().collection(collections.quarantine).get()).docs.map((each) => fromDocument(each.data()));

  test('what is no JSON by 400, and keeps nothing of it', async () => {
    expect((await refused('{'))[0]).toBe(400);
    expect(await quarantined()).toEqual([]);
  });

  test('what is no ticket by 422 that names the fields, and keeps it', async () => {
    await expect(send({ id: 1 })).rejects.toMatchObject({ status: 422, errors: [{ path: 'subject' }] });
    expect(await quarantined()).toMatchObject([
      { source: 'generic', receivedAt: new Date(nowMs), errors: [{ path: 'subject' }], raw: Buffer.from('{"id":1}') },
    ]);
  });

  test.each<[string | undefined, string]>([
    [undefined, 'application/json'],
    ['application/json; charset=utf-8', 'application/json; charset=utf-8'],
    ['application/vnd.x+json', 'application/vnd.x+json'],
  ])('what it keeps of a body that says that it is %s is kept as %s', async (type, contentType) => {
    expect((await refused({ id: 1 }, { type }))[0]).toBe(422);
    expect(await quarantined()).toMatchObject([{ contentType }]);
    await send(whole, { type });
    const { docs } = await firestore().collection(collections.signals).get();
    expect(docs.map((each) => each.get('contentType'))).toEqual([contentType]);
  });

  const tool: IntakeSource = {
    ...generic,
    isStrict: false,
    eventId: () => 'msg_7',
    read: (body, ...rest) => {
      if ((body as { ping?: true }).ping) return { ignored: 'ping' };
      if ((body as { odd?: true }).odd) throw new Unreadable('odd', []);
      return generic.read(body, ...rest);
    },
  };
  test('a tool, which cannot mend its body, by 202, and what is of no interest by 200', async () => {
    expect(await send({ odd: true }, {}, tool)).toEqual({ status: 202, body: { accepted: true, quarantined: true } });
    expect(await quarantined()).toMatchObject([{ reason: 'odd', eventId: 'msg_7' }]);
    expect(await send({ ping: true }, {}, tool)).toEqual({ status: 200, body: { ignored: 'ping' } });
  });

  test('in the form that a tool wants for all that was taken, and in no other for what was not', async () => {
    const own: IntakeSource = { ...tool, accepted: (_raw, _beside, answer) => ({ ...answer, status: 204 }) };
    expect((await send(whole, {}, own)).status).toBe(204);
    expect((await send({ odd: true }, {}, own)).status).toBe(204);
    expect((await refused('{', {}, own))[0]).toBe(400);
  });
});

describe('lets in', () => {
  test('a verified sender, and nobody while its secret is not set', async () => {
    expect((await refused(whole, { headers: { authorization: 'Bearer other' } }))[0]).toBe(201);
    expect(await refused(whole, wrong)).toEqual([401, challenge]);
    expect(await refused(whole, {}, { ...generic, secretNames: [] })).toEqual([401, challenge, 'door-closed']);
  });

  test('no body of an address that only fails, until time has passed', async () => {
    policy.intake.unverifiedPerMinute = 2;
    const from = '203.0.113.7';
    const first = await refused(whole, { ...wrong, from });
    const second = await refused(whole, { ...wrong, from });
    const third = await refused(whole, { ...wrong, from });
    expect([first[0], second[0], third]).toEqual([401, 401, [429, { 'retry-after': '30' }]]);
    // A right token is not told from a wrong one, and others are not held up.
    expect((await refused(whole, { from }))[0]).toBe(429);
    const other = '203.0.113.8';
    expect((await refused(whole, { from: other }))[0]).toBe(201);
    // Of one that was verified lately nobody else is refused before they have shown what they have.
    for (let guess = 0; guess < 3; guess += 1) expect((await refused(whole, { ...wrong, from: other }))[0]).toBe(401);
    const signed: IntakeSource = { ...generic, needsBody: () => true, refuse: () => 'no' };
    const another = '203.0.113.9';
    for (const expected of [401, 401, 429]) {
      const body = requestOf(whole, { from: another });
      const taken = await takeRequest(body, signed, topics.ticketNotifications).catch((error: Problem) => error.status);
      // Past the limit nothing of it is read.
      expect([taken, body.readableDidRead]).toEqual([expected, expected === 401]);
    }
    nowMs += 30_000;
    expect((await refused(whole, { from: another }, signed))[0]).toBe(401);
    policy.intake.unverifiedPerMinute = unverifiedPerMinute;
  });

  test('no more of one sender than the policy’s requests, whatever others send', async () => {
    Object.assign(policy.intake, { requestsPerMinute: 2, burstMinutes: 1 });
    const all = [await refused(whole), await refused(whole), await refused(whole, { from: '203.0.113.77' })];
    expect(all).toEqual([
      [201, {}],
      [200, {}],
      [429, { 'retry-after': '30' }],
    ]);
    expect((await refused(whole, { headers: { authorization: 'Bearer other' } }))[0]).toBe(200);
    Object.assign(policy.intake, { requestsPerMinute, burstMinutes });
  });
});
