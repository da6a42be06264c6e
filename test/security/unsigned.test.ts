/**
 * Bodies that were signed, in the hands of a stranger who has seen them: what no signature covers says nothing, and no answer
 * tells what was recorded later.
 */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { alertSecrets, toolSecrets } from '../fixtures/secrets.ts';
import {
  intercomNotification,
  intercomTicket,
  jiraEvent,
  jiraIssue,
  zendeskComment,
  zendeskEvent,
  zendeskTrigger,
} from '../fixtures/tickets.ts';
import { runs } from '../fuzz/runs.ts';
import { type Reply, useScenario } from '../scenarios/house.ts';

const scenario = useScenario('2026-11-24T01:02:00.000Z', {
  environment: { ...process.env, ...toolSecrets, ...alertSecrets, ZENDESK_SIGNING_SECRET: 'zendesk-a,zendesk-b' },
});

const mac = (algorithm: string, secret: string | Buffer, ...parts: string[]) =>
  parts.reduce((hmac, part) => hmac.update(part), createHmac(algorithm, secret));
const standard = (secret: string, id: string, text: string, now: Date) => {
  const seconds = String(Math.floor(now.getTime() / 1_000));
  const key = Buffer.from(secret.slice(6), 'base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${mac('sha256', key, `${id}.${seconds}.`, text).digest('base64')}`,
  };
};

interface Signed {
  path: string;
  body: object;
  sign(text: string, now: Date): Record<string, string>;
  /** Where a word beside the body has its use, where there is no signature. */
  refusesTicket?: true;
}
const ofZendesk = (secret: string) => ({
  path: '/tickets/zendesk',
  sign: (text: string, now: Date) => ({
    'x-zendesk-webhook-signature-timestamp': now.toISOString(),
    'x-zendesk-webhook-signature': mac('sha256', secret, now.toISOString(), text).digest('base64'),
  }),
});
const zendesk = ofZendesk('zendesk-a');
const hub = (algorithm: string, secret: string) => (text: string) => ({
  'x-hub-signature': `${algorithm}=${mac(algorithm, secret, text).digest('hex')}`,
});
const { event: _, ...timeless } = zendeskTrigger({ ticket_id: '704' });
const trigger = { ...timeless, ticket_id: '703', updated_at: '2026-11-24T01:00:00Z' };
const bodies: Record<string, Signed> = {
  'an event of Zendesk': { ...zendesk, body: zendeskEvent('created', { id: 'e-701', detail: { id: '701' } }) },
  'a comment of Zendesk': { ...zendesk, body: { ...zendeskComment({ id: 8, is_staff: true }, false), id: 'e-702' } },
  'a trigger of Zendesk': { ...zendesk, body: trigger },
  'a trigger of Zendesk without a time': { ...zendesk, body: timeless },
  'what Zendesk says of no ticket': { ...zendesk, body: { note: 'x' } },
  Intercom: {
    path: '/tickets/intercom',
    sign: hub('sha1', toolSecrets.INTERCOM_CLIENT_SECRET),
    body: intercomNotification('ticket.created', intercomTicket({ id: '705' }), 'n-705'),
  },
  'what Intercom says of no ticket': {
    path: '/tickets/intercom',
    sign: hub('sha1', toolSecrets.INTERCOM_CLIENT_SECRET),
    body: intercomNotification('ticket.created', {}),
  },
  Jira: {
    path: '/tickets/jira',
    sign: hub('sha256', toolSecrets.JIRA_WEBHOOK_SECRET),
    body: jiraEvent('jira:issue_created', { issue: { ...jiraIssue(), id: '706' } }),
  },
  'a generic ticket': {
    path: '/tickets',
    sign: (text, now) => standard(toolSecrets.TICKETS_SIGNING_SECRET, 'msg_707', text, now),
    body: { id: '707', subject: 'x' },
    refusesTicket: true,
  },
  'a generic alert': {
    path: '/alerts/generic',
    sign: (text, now) => standard(alertSecrets.ALERTS_SIGNING_SECRET, 'msg_708', text, now),
    body: { id: '708', title: 'x', status: 'firing' },
  },
};

/** Everything that is kept: each document, with the time of its last change. */
async function kept(): Promise<string[]> {
  const all = [...new Set([...Object.values(collections), 'entries'])];
  const found = await Promise.all(all.map((each) => firestore().collectionGroup(each).get()));
  return found.flatMap(({ docs }) => docs.map((doc) => `${doc.ref.path} ${doc.updateTime.toMillis()}`)).toSorted();
}

const word = fc.constantFrom('agent-replied', 'customer-wrote', 'solved', 'reopened', 'updated', 'odd', '700', '701');
const beside = fc.record(
  { event: word, ticket: word, 'metronome-event': word, 'metronome-ticket': word, 'x-forwarded-proto': word },
  { requiredKeys: [] },
);
type Beside = Partial<Record<string, string>>;

function sendWith({ path, body, sign }: Signed, words: Beside, at: Date): Promise<Reply> {
  const text = JSON.stringify(body);
  const entries = Object.entries(words).filter((each): each is [string, string] => each[1] !== undefined);
  const query = new URLSearchParams(entries.filter(([name]) => !name.includes('-')));
  const headers = Object.fromEntries(entries.filter(([name]) => name.includes('-')));
  const address = query.size > 0 ? `${path}?${query}` : path;
  return scenario.post(address, text, { ...headers, ...sign(text, at) });
}

describe.each(Object.entries(bodies))('%s', (_name, signed) => {
  test('sent again with other words beside it, changes nothing that is kept, and is answered as before', async () => {
    const at = new Date(scenario.house.cloud.clock.now());
    const first = await sendWith(signed, {}, at);
    expect(first.status).toBeLessThan(300);
    const before = await kept();
    await fc.assert(
      fc.asyncProperty(beside, async (words) => {
        const reply = await sendWith(signed, words, at);
        const isRefused = signed.refusesTicket && (words.ticket ?? words['metronome-ticket']) !== undefined;
        expect(reply.status).toBe(isRefused ? 401 : reply.body.quarantined ? first.status : 200);
        if (!isRefused && reply.body.created !== undefined) {
          expect(reply.body.created).toBe(false);
          expect(first.body).toMatchObject({ ...reply.body, created: true });
        }
        expect(await kept()).toEqual(before);
      }),
      runs(25),
    );
  });
});

test('an event of Zendesk says itself what happened, also when it comes with a word for the first time', async () => {
  const signed = { ...zendesk, body: zendeskEvent('created', { id: 'e-709', detail: { id: '709' } }) };
  const at = new Date(scenario.house.cloud.clock.now());
  const reply = await sendWith(signed, { event: 'agent-replied', ticket: '700' }, at);
  expect(reply.status).toBe(201);
  const path = `/api/incidents/${reply.body.incident.id}`;
  expect((await scenario.get(path)).body.origin).toMatchObject({ id: '709' });
  const { events } = (await scenario.get(`${path}/timeline`)).body;
  expect(events.map((each: { type: string }) => each.type)).not.toContain('customer-updated');
});

test('two webhooks of Zendesk, each with a secret of its own, say two things by one body', async () => {
  const body = { ...trigger, ticket_id: '710', message: '確認しました。' };
  const at = new Date(scenario.house.cloud.clock.now());
  const { id } = (await sendWith({ ...zendesk, body }, { event: 'agent-replied' }, at)).body.incident;
  await sendWith({ ...ofZendesk('zendesk-b'), body }, { event: 'solved' }, at);
  // Sent again by its tool, with another time.
  await sendWith({ ...zendesk, body }, { event: 'agent-replied' }, new Date(at.getTime() + 1_000));
  const { signals } = (await scenario.get(`/api/incidents/${id}/signals`)).body;
  expect(signals.map(({ kind }: { kind: string }) => kind).toSorted()).toEqual(['agent-replied', 'solved']);
});

describe('once much was recorded', () => {
  const alert: Signed = { path: '/alerts?auth_token=local', body: thresholdAlert({ id: '0.later' }), sign: () => ({}) };
  const question: Signed = {
    ...zendesk,
    body: { ...trigger, ticket_id: '711', ticket_form: '質問', category: '質問' },
  };
  const answered = Object.entries({ ...bodies, 'Cloud Monitoring': alert, 'a question': question }).filter(
    ([name]) => !name.startsWith('what'),
  );
  test.each(answered)('%s is answered as at first', async (_name, signed) => {
    const at = new Date(scenario.house.cloud.clock.now());
    const first = await sendWith(signed, {}, at);
    const [record] = [first.body.incident ?? first.body.question];
    const to = (await scenario.ticket({ id: `other of ${record.id}`, subject: 'y' })).body.incident.id;
    const path = `/api/incidents/${record.id}/events`;
    const recorded = [
      { type: 'assigned', assignee: 'secret@example.com' },
      { type: 'scoped', affectedCustomers: [{ id: 'secret-shop', name: 'secret' }] },
      { type: 'caused', category: 'configuration', summary: 'secret' },
      { type: 'linked', to, basis: 'secret' },
    ];
    if (first.body.question) await scenario.post(`/api/questions/${record.id}/reclassify`, { why: 'secret' });
    for (const each of recorded)
      expect([each.type, (await scenario.post(path, each)).status]).toEqual([each.type, 201]);
    const again = await sendWith(signed, {}, at);
    expect(again.body).toEqual({
      created: false,
      [first.body.question ? 'question' : 'incident']: { id: record.id, code: record.code },
    });
  });
});
