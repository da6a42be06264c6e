import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import {
  freshdeskBody,
  intercomNotification,
  intercomTicket,
  zendeskComment,
  zendeskEvent,
  zendeskTrigger,
} from '../fixtures/tickets.ts';
import { type Reply, useScenario, withImpatientDoors, withPolicy } from './house.ts';
import { ticketDoors } from './ticket-doors.ts';

const start = '2026-11-24T01:02:00.000Z';

const environment = { ...process.env, ...toolSecrets, ZENDESK_SUBDOMAIN: 'acme' };
const scenario = useScenario(start, { environment });

async function now(): Promise<string> {
  return (await scenario.get('/_local/clock')).body.now ?? start;
}
const { event: zendesk, filed } = ticketDoors(scenario);
const intercom = (body: unknown): Promise<Reply> => filed('intercom', body);
const freshdesk = (body: unknown, query = '', headers = {}): Promise<Reply> =>
  scenario.post(`/tickets/freshdesk${query}`, body, {
    ...headers,
    authorization: `Basic ${Buffer.from('any:freshdesk-token').toString('base64')}`,
  });
/** A tool is answered no more than which record it is. */
const recordOf = async ({ body }: Reply) => (await scenario.get(`/api/incidents/${body.incident.id}`)).body;
const typesOf = async (id: string): Promise<string[]> =>
  (await scenario.get(`/api/incidents/${id}/timeline`)).body.events.map((each: { type: string }) => each.type);

test('what is said beside a body, in its address or a header, counts instead of what the body says', async () => {
  const body = freshdeskBody({ event: 'agent-replied', message: 'まだ止まっています' });
  const asked = await freshdesk(body, '?event=customer-wrote&ticket=910');
  expect((await recordOf(asked)).origin).toMatchObject({ id: '910' });
  const headers = { 'metronome-event': 'solved', 'metronome-ticket': '910' };
  expect((await freshdesk(body, '', headers)).body.incident.id).toBe(asked.body.incident.id);
  const { signals } = (await scenario.get(`/api/incidents/${asked.body.incident.id}/signals`)).body;
  expect(signals.map((each: { kind: string }) => each.kind).sort()).toEqual(['customer-wrote', 'solved']);
});

describe('a Zendesk ticket from its beginning to its end', () => {
  test('an incident ticket is linked to the incident of its problem ticket', async () => {
    const problem = await zendesk(zendeskEvent('created', { id: 'event-problem', detail: { id: '7000' } }));
    const ticket = zendeskEvent('created', { id: 'event-case', detail: { id: '7001', problem_id: '7000' } });
    expect(await recordOf(await zendesk(ticket))).toMatchObject({
      status: 'linked',
      linkedTo: problem.body.incident.id,
    });
  });

  test('created, filled by the template, answered, noted, solved and reopened are one incident', async () => {
    const created = await zendesk(zendeskEvent('created'));
    expect(created.status).toBe(201);
    const { id } = created.body.incident;
    expect(await recordOf(created)).toMatchObject({
      urgency: { rule: 'occurrence-unknown' },
      reportedAt: '2026-11-24T00:58:30.000Z',
    });
    expect((await zendesk(zendeskEvent('created'))).body).toMatchObject({ created: false, incident: { id } });

    const filled = await zendesk(zendeskTrigger());
    expect(await recordOf(filled)).toMatchObject({
      id,
      occurredAt: '2026-11-24T00:50:00.000Z',
      ongoing: 'yes',
      urgency: { rule: 'occurred-within-one-hour' },
      impact: { businessImpact: 'stopped', affectedCustomerCount: 3 },
    });
    const replied = await zendesk(zendeskComment({ id: 8, is_staff: true, name: '鈴木' }));
    expect(await recordOf(replied)).toMatchObject({
      id,
      firstResponseAt: '2026-11-24T01:01:00.000Z',
      responders: ['zendesk:8'],
    });
    await zendesk({ ...zendeskComment({ id: 8, is_staff: true, name: '鈴木' }, false), id: 'private' });
    const solved = await zendesk(zendeskEvent('status_changed', { event: { previous: 'OPEN', current: 'SOLVED' } }));
    expect(await recordOf(solved)).toMatchObject({ id, status: 'open' });
    const types = await typesOf(id);
    expect(types.filter((each) => each === 'signal-received' || each === 'reported')).toHaveLength(4);
    expect(types.filter((each) => each === 'customer-updated')).toHaveLength(1);

    await scenario.post(`/api/incidents/${id}/events`, { type: 'recovered', customers: 'all' });
    await zendesk({ ...zendeskComment({ id: '7001', is_staff: false }, true, 'まだ止まります'), id: 'again' });
    expect(await typesOf(id)).toContain('recovery-questioned');
    // Its page has who wrote, what, and an answer to them, once, in the form that sends it.
    const page = async (): Promise<string> =>
      (await fetch(`${scenario.url}/console/incidents/${id}`, { headers: { 'accept-language': 'ja' } })).text();
    const answer = '不具合が続いているとのこと、誠に申し訳ございません';
    expect(await page()).toMatch(/業務回復後に、続いているとの連絡がありました.*<q>まだ止まります<\/q>/s);
    expect((await page()).split(answer)).toHaveLength(2);
    // Nobody has told them yet that it is over.
    expect(await page()).not.toContain('復旧のご連絡後も');
    await scenario.post(`/api/incidents/${id}/events`, {
      type: 'customer-updated',
      customers: 'all',
      channel: 'phone',
    });
    expect(await page()).not.toContain(answer);
    expect((await scenario.get(`/api/incidents/${id}`)).body.status).toBe('recovered');
  });

  test('a comment on a ticket that is not known files it, the team’s answer to it too', async () => {
    const body = { ...zendeskComment({ id: 8, is_staff: true, name: '鈴木' }), id: 'first' };
    const reply = await zendesk({ ...body, detail: { ...body.detail, id: '9300' } });
    expect(reply.status).toBe(201);
    expect(await recordOf(reply)).toMatchObject({
      origin: { id: '9300' },
      firstResponseAt: '2026-11-24T01:01:00.000Z',
    });
  });

  test('the end of a ticket that is not known is kept and files nothing; its beginning may come later', async () => {
    const end = zendeskEvent('status_changed', { detail: { id: '9400' }, event: { current: 'SOLVED' }, id: 'end' });
    const ended = await zendesk(end);
    expect(ended.status).toBe(200);
    expect(ended.body.ignored).toMatch(/signal is kept/);
    expect((await zendesk(end)).status).toBe(200);
    const created = await zendesk(zendeskEvent('created', { detail: { id: '9400' }, id: 'begin' }));
    expect(created.status).toBe(201);
    const signals = await scenario.get(`/api/incidents/${created.body.incident.id}/signals`);
    expect(signals.body.signals.map((each: { kind: string }) => each.kind).sort()).toEqual(['solved', 'stated']);
  });

  test('an end, a note or an answer long after the recovery begins nothing; the customer’s word does', async () => {
    const first = await zendesk(zendeskEvent('created', { detail: { id: '9500' }, id: 'c' }));
    const { id } = first.body.incident;
    await scenario.post(`/api/incidents/${id}/events`, {
      type: 'recovered',
      customers: 'all',
      occurredAt: '2026-11-01T00:00:00Z',
    });
    const event = (name: string, options: Parameters<typeof zendeskEvent>[1]) =>
      zendesk(
        zendeskEvent(name, {
          ...options,
          detail: { id: '9500' },
          id: `late-${name}-${JSON.stringify(options).length}`,
        }),
      );
    expect((await event('status_changed', { event: { current: 'CLOSED', previous: 'SOLVED' } })).body.incident.id).toBe(
      id,
    );
    expect((await event('priority_changed', {})).body.incident.id).toBe(id);
    const again = await event('comment_added', {
      event: { comment: { body: 'また', is_public: true, author: { id: '7001', is_staff: false } } },
    });
    expect(again.status).toBe(201);
    expect(await recordOf(again)).toMatchObject({ generation: 1, origin: { id: '9500' } });
    const closed = await event('status_changed', { event: { current: 'SOLVED', previous: 'OPEN' } });
    expect(closed.body.incident.id).toBe(again.body.incident.id);
  });
});

describe('the other doors', () => {
  test('Intercom is answered 200, whatever was made of it, and its address answers HEAD', async () => {
    const created = await intercom(intercomNotification('ticket.created', intercomTicket()));
    expect(created).toMatchObject({ status: 200, body: { created: true } });
    expect(await intercom(intercomNotification('ping', { type: 'ping' }, null))).toMatchObject({
      status: 200,
      body: { ignored: 'ping' },
    });
    expect(await intercom(intercomNotification('ticket.created', {}))).toMatchObject({
      status: 200,
      body: { quarantined: true },
    });
    expect((await fetch(`${scenario.url}/tickets/intercom`, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`${scenario.url}/tickets/jira`, { method: 'HEAD' })).status).toBe(405);
  });

  const send = async (id: string, at: Date, body: object = { id: 'S-1', subject: 'x' }) => {
    const text = JSON.stringify(body);
    const timestamp = String(Math.floor(at.getTime() / 1_000));
    const key = Buffer.from(toolSecrets.TICKETS_SIGNING_SECRET.slice(6), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest('base64');
    return scenario.post('/tickets', text, {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    });
  };

  test.each(
    Object.entries<(id: string, body: object) => Promise<unknown>>({
      'the door, while Firestore was away': async (id, body) => {
        await scenario.post('/_local/faults', { target: 'firestore.*', effect: 'fail', times: 1_000_000 });
        const taken = await withImpatientDoors(async () => send(id, new Date(await now()), body));
        expect(taken.status).toBe(202);
        scenario.house.cloud.faults.clear();
      },
      'a dead letter that was replayed': async (id, body) => {
        await scenario.publish('dead-letters', body, { source: 'generic', eventId: id });
        await scenario.advance('PT1M');
        const [entry] = (await scenario.get('/api/quarantine?state=open')).body.quarantine;
        expect((await scenario.post(`/api/quarantine/${entry.id}/replay`, {})).status).toBe(201);
      },
      'a message of its own': (id, body) => scenario.publish('ticket-notifications', body, { eventId: id }),
    }),
  )('a delivery that came by %s is the same when it comes again', async (way, first) => {
    const id = way.replaceAll(/\W/g, '-');
    const body = { id, subject: 'x' };
    await first(id, body);
    await scenario.advance('PT10M');
    const again = await send(id, new Date(await now()), body);
    expect(again.body).toMatchObject({ created: false });
    expect(await recordOf(again)).toMatchObject({ title: 'x', reportCount: 1 });
  });

  test('the generic door takes Standard Webhooks, judged by the house’s own clock', async () => {
    const at = new Date(await now());
    expect((await send('m1', at)).status).toBe(201);
    expect((await send('m1', at)).body.created).toBe(false);
    expect((await send('m2', new Date(at.getTime() - 600_000))).status).toBe(401);
  });

  test('a tool’s wrong proof is a 401 that says what is expected', async () => {
    const reply = await scenario.post('/tickets/zendesk', zendeskEvent('created'));
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toMatch(/x-zendesk-webhook-signature/);
    expect(reply.body.detail).toMatch(/X-Zendesk-Webhook-Signature/);
  });

  test('an address that only guesses is not told when it guesses right', async () => {
    const guess = (token: string) =>
      scenario.post(
        '/tickets',
        { id: 'G', subject: 'x' },
        { authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.51' },
      );
    await withPolicy(policy.intake, { unverifiedPerMinute: 2 }, async () => {
      expect([(await guess('a')).status, (await guess('b')).status]).toEqual([401, 401]);
      expect([(await guess('c')).status, (await guess('local')).status]).toEqual([429, 429]);
    });
  });
});
