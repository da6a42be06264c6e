/** The clients of Opsgenie and PagerDuty from npm, unmodified, and PagerDuty's webhooks: only an address has changed. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as forward } from 'node:http';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { change, event } from '@pagerduty/pdjs';
import opsgenie from 'opsgenie-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signalRef } from '../../functions/platform/firestore.ts';
import { unpack } from '../../functions/platform/packed.ts';
import { policy } from '../../functions/policy.ts';
import { useScenario, withPolicy } from './house.ts';

const key = '0b5d1e0e-1111-4111-8111-111111111111';
const routingKey = 'r'.repeat(32);
const webhookSecret = 'pagerduty-webhook-secret';
const environment = {
  ...process.env,
  OPSGENIE_API_KEY: key,
  PAGERDUTY_ROUTING_KEYS: `${routingKey},${'q'.repeat(32)}`,
  PAGERDUTY_WEBHOOK_SECRET: webhookSecret,
};
const scenario = useScenario('2026-11-24T01:02:00.000Z', { environment });
const incidents = async (): Promise<
  { id: string; title: string; status: string; alert: { severity?: string }; origin: { tool: string } }[]
> => (await scenario.get('/api/incidents?limit=100')).body.incidents;
const titled = async (title: string) => (await incidents()).filter((each) => each.title === title);
const kindsOf = async (id: string): Promise<string[]> =>
  (await scenario.get(`/api/incidents/${id}/signals`)).body.signals.map((each: { kind: string }) => each.kind).sort();

describe('opsgenie-sdk', () => {
  type Call = (data: never, ...rest: never[]) => void;
  const told = (
    name: string,
    ...given: unknown[]
  ): Promise<{ result: string; requestId: string; data: { alertId: string } }> =>
    new Promise((resolve, reject) => {
      const call = (opsgenie.alertV2 as Record<string, Call>)[name] as unknown as (...all: unknown[]) => void;
      call(...given, (error: unknown, answer: never) => (error ? reject(error) : resolve(answer)));
    });

  beforeAll(() => opsgenie.configure({ host: `${scenario.url}/opsgenie`, api_key: key, maxAttempts: 1 }));

  test('creates an alert, is told what became of it, notes, acknowledges and closes it', async () => {
    const created = await told('create', {
      message: 'Order API down',
      alias: 'order-api',
      priority: 'P1',
      details: { service: 'order' },
    });
    expect(created.result).toBe('Request will be processed');
    const [own, ...others] = await titled('Order API down');
    expect([own?.origin.tool, own?.alert.severity, others.length]).toEqual(['opsgenie', 'P1', 0]);
    const { data } = await told('getRequestStatus', created.requestId);
    const byAlias = { identifier: 'order-api', identifierType: 'alias' };
    await told('create', { message: 'Order API down', alias: 'order-api', priority: 'P1', note: 'again' });
    await told('acknowledge', byAlias, { user: 'kana@example.com' });
    await told('addNote', { identifier: data.alertId, identifierType: 'id' }, { note: 'rolled back' });
    await told('close', byAlias, { user: 'kana@example.com' });
    expect(await kindsOf(own?.id ?? '')).toEqual(['alert-closed', 'alert-opened', 'alert-opened', 'noted', 'noted']);
    expect((await titled('Order API down')).map(({ status }) => status)).toEqual(['open']);
  });

  test('is told what is wrong in Opsgenie’s own form', async () => {
    await expect(told('create', { alias: 'x' })).rejects.toMatchObject({
      httpStatusCode: 422,
      message: expect.stringContaining('message'),
    });
    await expect(told('getRequestStatus', key)).rejects.toMatchObject({
      httpStatusCode: 404,
      took: expect.any(Number),
    });
  });

  test('of an alert that nobody has created, its end begins nothing', async () => {
    const before = (await incidents()).length;
    await told('close', { identifier: 'never-heard-of', identifierType: 'alias' }, {});
    expect((await incidents()).length).toBe(before);
  });
});

describe('Opsgenie’s door', () => {
  const send = (method: string, path: string, body: unknown, authorization = `GenieKey ${key}`) =>
    fetch(`${scenario.url}/opsgenie${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('takes what Alertmanager’s own receiver sends: message and description are put', async () => {
    await send('POST', '/v2/alerts', {
      message: '[FIRING] Queue',
      alias: 'a1b2',
      source: 'http://am',
      tags: ['x'],
      priority: 'P2',
    });
    for (const part of ['message', 'description'])
      expect((await send('PUT', `/v2/alerts/a1b2/${part}?identifierType=alias`, { [part]: 'longer now' })).status).toBe(
        202,
      );
    expect((await send('POST', '/v2/alerts/a1b2/close?identifierType=alias', { source: 'http://am' })).status).toBe(
      202,
    );
    const [own] = await titled('[FIRING] Queue');
    expect(await kindsOf(own?.id ?? '')).toEqual(['alert-closed', 'alert-opened', 'noted', 'noted']);
  });

  test.each([
    ['Bearer x', 401],
    ['GenieKey not-a-uuid', 422],
    ['GenieKey 0b5d1e0e-2222-4111-8111-111111111111', 401],
  ])('refuses %s with %i, as Opsgenie says it', async (authorization, status) => {
    const answer = await send('POST', '/v2/alerts', { message: 'x' }, authorization);
    expect([answer.status, Object.keys((await answer.json()) as object)]).toEqual([
      status,
      expect.arrayContaining(['message', 'took', 'requestId']),
    ]);
  });

  test.each([
    ['GET', '/v2/alerts'],
    ['POST', '/v2/heartbeats/nightly/ping'],
    ['POST', '/v2/alerts/x/unknown?identifierType=alias'],
    ['POST', '/v1/alerts'],
  ])('says of %s %s that it is not known', async (method, path) => {
    const options = method === 'GET' ? {} : { body: '{}' };
    const headers = { authorization: `GenieKey ${key}`, 'content-type': 'application/json' };
    expect((await fetch(`${scenario.url}/opsgenie${path}`, { method, headers, ...options })).status).toBe(404);
  });
});

describe('@pagerduty/pdjs, which speaks https alone', () => {
  const pem = (name: string): string => readFileSync(join(import.meta.dirname, `../fixtures/tls/${name}.pem`), 'utf8');
  const trusted = getCACertificates('default');
  let front: Server;
  let server: string;

  beforeAll(async () => {
    setDefaultCACertificates([...trusted, pem('localhost')]);
    front = createServer({ key: pem('localhost-key'), cert: pem('localhost') }, (request, response) => {
      const { method, headers, url: path } = request;
      const inner = forward(`${scenario.url}${path}`, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      request.pipe(inner);
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    server = `localhost:${(front.address() as { port: number }).port}/pagerduty`;
  });
  afterAll(async () => {
    setDefaultCACertificates(trusted);
    front.closeAllConnections();
    await new Promise((resolve) => front.close(resolve));
  });

  const payload = {
    summary: 'Payments fail',
    source: 'pay-1',
    severity: 'critical' as const,
    class: 'errors',
    timestamp: '2026-11-24T00:50:00Z',
  };
  const tell = (event_action: 'trigger' | 'acknowledge' | 'resolve', dedup_key?: string, more: object = {}) =>
    event({
      server,
      data: {
        routing_key: routingKey,
        event_action,
        ...(dedup_key ? { dedup_key } : {}),
        payload: { ...payload, ...more },
      },
    });

  test('triggers, acknowledges and resolves one alert, and its key is kept nowhere', async () => {
    for (const action of ['trigger', 'acknowledge', 'resolve'] as const) {
      const answer = await tell(action, 'pay');
      expect([answer.response.status, answer.data]).toEqual([
        202,
        { status: 'success', message: 'Event processed', dedup_key: 'pay' },
      ]);
    }
    const [own] = await titled('Payments fail');
    expect(own).toMatchObject({ status: 'open', origin: { tool: 'pagerduty' }, alert: { severity: 'critical' } });
    expect(await kindsOf(own?.id ?? '')).toEqual(['alert-closed', 'alert-opened', 'noted']);
    const [signal] = (await scenario.get(`/api/incidents/${own?.id}/signals`)).body.signals;
    const record = await signalRef(signal.id).get();
    const text = unpack(record.get('raw') as Buffer, record.get('rawEncoding')).toString();
    expect([text.includes(routingKey), text.includes('"routing_key":"key-')]).toEqual([false, true]);
  });

  test('without a key is told the one that was made, by which the alert ends', async () => {
    const { data } = await tell('trigger', undefined, { summary: 'Without a key', class: 'other' });
    const made = (data as { dedup_key: string }).dedup_key;
    expect(made).toMatch(/^[\da-f]{32}$/);
    await tell('resolve', made);
    expect(await kindsOf((await titled('Without a key'))[0]?.id ?? '')).toEqual(['alert-closed', 'alert-opened']);
  });

  test.each([
    [{ event_action: 'trigger', payload: { summary: 'x' } }, ['payload.source', 'payload.severity']],
    [{ event_action: 'shout', dedup_key: 'a' }, ['event_action']],
    [{ event_action: 'resolve' }, ['dedup_key']],
  ])('%j is an invalid event, with each field', async (data, fields) => {
    const { response, data: said } = await event({ server, data: { routing_key: routingKey, ...data } as never });
    expect(response.status).toBe(400);
    expect(said).toMatchObject({
      status: 'invalid event',
      message: 'Event object is invalid',
      errors: fields.map((each) => expect.stringContaining(`'${each}'`)),
    });
  });

  test('the same dedup_key under another routing_key is another alert', async () => {
    await tell('trigger', 'same', { summary: 'Of one team' });
    await event({
      server,
      data: {
        routing_key: 'q'.repeat(32),
        event_action: 'trigger',
        dedup_key: 'same',
        payload: { ...payload, summary: 'Of another team' },
      },
    });
    expect([(await titled('Of one team')).length, (await titled('Of another team')).length]).toEqual([0, 1]);
  });

  test('an unknown routing_key is refused', async () => {
    const { response } = await event({
      server,
      data: { routing_key: 'x'.repeat(32), event_action: 'trigger', payload },
    });
    expect(response.status).toBe(401);
  });

  test('tells of a change, which is a release of the next incident', async () => {
    const data = { routing_key: routingKey, payload: { ...payload, summary: 'Build 12 went out' }, links: [] };
    const { response, data: said } = await change({ server, data: data as never });
    expect([response.status, said]).toEqual([202, { status: 'success', message: 'Change event processed' }]);
    const { incident } = (await scenario.ticket({ id: 'after-a-change', subject: 'Down' })).body;
    const { releases } = (await scenario.get(`/api/incidents/${incident.id}/releases`)).body;
    expect(releases).toMatchObject([{ source: 'pagerduty', title: 'Build 12 went out' }]);
  });
});

describe('PagerDuty’s webhook', () => {
  const sign = (text: string, secret = webhookSecret): string =>
    `v1=${createHmac('sha256', secret).update(text).digest('hex')}`;
  const bodyOf = (incidentKey: string, more: object = {}) =>
    JSON.stringify({
      event: {
        id: '01EV',
        event_type: 'incident.acknowledged',
        resource_type: 'incident',
        occurred_at: '2026-11-24T01:02:00.000Z',
        agent: { id: 'PUSER1', type: 'user_reference', summary: '鈴木 花子' },
        data: { id: 'PINC', type: 'incident', status: 'acknowledged', incident_key: incidentKey },
        ...more,
      },
    });
  const post = (text: string, signature = sign(text)) =>
    scenario.post('/pagerduty/webhooks', text, { 'x-pagerduty-signature': signature });
  const facts = async (id: string): Promise<[string, string][]> =>
    (await scenario.get(`/api/incidents/${id}/timeline`)).body.events
      .filter(({ type }: { type: string }) => type === 'responded' || type === 'assigned' || type === 'recovered')
      .map(({ type, actor }: { type: string; actor: string }) => [type, actor]);
  const filed = async (id: string): Promise<string> =>
    (await scenario.ticket({ id, subject: 'Down' })).body.incident.id;

  test('is the response of who acknowledged, once, and assigns who the directory knows', async () => {
    const [stranger, known] = [await filed('ack-1'), await filed('ack-2')];
    for (let again = 0; again < 2; again += 1) expect((await post(bodyOf(`${stranger}#1`))).status).toBe(200);
    expect(await facts(stranger)).toEqual([['responded', 'pagerduty:PUSER1']]);
    await withPolicy(policy.people, { names: { 'suzuki@example.com': '鈴木 花子' } }, async () => {
      await post(bodyOf(`${known}#2`, { id: '02EV' }));
    });
    expect(await facts(known)).toEqual([
      ['responded', 'suzuki@example.com'],
      ['assigned', 'suzuki@example.com'],
    ]);
  });

  test('never resolves anything, and ignores what is no page of ours', async () => {
    const id = await filed('ack-3');
    for (const body of [
      bodyOf(`${id}#1`, { event_type: 'incident.resolved' }),
      bodyOf('someone-else'),
      bodyOf('inc_000000000000000000000000#1'),
      bodyOf(`${id}#1`, { occurred_at: '2026-11-22T01:00:00Z' }),
    ]) {
      expect(await post(body)).toMatchObject({ status: 200, body: { ignored: expect.any(String) } });
    }
    expect(await facts(id)).toEqual([]);
  });

  test('is refused where it is forged, and taken where one of several signatures holds', async () => {
    const id = await filed('ack-4');
    const text = bodyOf(`${id}#1`, { id: '04EV' });
    for (const signature of [sign(text, 'other'), sign(`${text} `), 'v1=', '', sign(text).toUpperCase()])
      expect((await post(text, signature)).status).toBe(401);
    expect(await facts(id)).toEqual([]);
    expect((await post(text, `${sign(text, 'old')},${sign(text)}`)).status).toBe(200);
    expect(await facts(id)).toHaveLength(1);
  });
});
