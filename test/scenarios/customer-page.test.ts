/** A customer's own page, from the link to its end: what it shows, who can open it, and where it is read from. */
import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { firestore, publicFirestore } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { hashOf } from '../../functions/published/links.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { freshdeskBody } from '../fixtures/tickets.ts';
import { type Reply, useScenario, withPolicy } from './house.ts';

const scenario = useScenario('2026-11-24T10:00:00+09:00', { environment: { ...toolSecrets, CUSTOMER_PAGES: 'on' } });

const pathOf = (url: string): string => url.slice(scenario.url.length);
const remove = async (path: string) => (await fetch(scenario.url + path, { method: 'DELETE' })).json();
const open = (path: string, lang = 'en'): Promise<Reply> => scenario.get(`${path}?lang=${lang}`);

async function state(id: string, statement: object): Promise<void> {
  const { status, body } = await scenario.post(`/api/incidents/${id}/events`, statement);
  expect([status, body.title]).toEqual([201, undefined]);
}

async function fileFor(id: string, subject: string, customer: object, more: object = {}): Promise<string> {
  const { body } = await scenario.ticket({ id, subject, customer, ongoing: 'yes', ...more });
  return body.incident.id;
}

async function linkOf(customer: string): Promise<string> {
  const { status, body } = await scenario.post(`/api/customers/${encodeURIComponent(customer)}/page`, {});
  expect(status).toBe(201);
  await scenario.advance('PT1S');
  return pathOf(body.url);
}

test('shows a customer their own trouble as the record grows, and nothing of another customer', async () => {
  const id = await fileFor('T-1', 'Orders fail at the till', { id: 'store-1', name: 'Shinjuku' });
  await fileFor('T-2', 'Secret words of another store', { id: 'store-2', name: 'Shibuya' });
  const link = await linkOf('store-1');
  expect(link).toMatch(/^\/s\/[\w-]{22}$/);
  const first = await open(link);
  expect(first.status).toBe(200);
  expect(first.body).toContain('There is a problem');
  expect(first.body).toContain('We will write to you by Tue, Nov 24, 10:15 AM JST');
  expect(first.body).toContain('You reported: “Orders fail at the till”');
  expect(first.body).toContain('For Shinjuku');
  expect(first.body).not.toContain('Secret words');
  expect((await open(link, 'ja')).body).toContain('障害が発生しています');

  const said = 'We have found the cause and are working on it.';
  await state(id, { type: 'commented', text: 'internal-comment' });
  await state(id, {
    type: 'caused',
    category: 'release',
    summary: 'internal-cause',
  });
  const sent = await scenario.post(`/api/incidents/${id}/updates`, { customers: 'all', message: said });
  expect(sent.body.updates[0].state).toBe('by-hand');
  await state(id, {
    type: 'customer-updated',
    customers: 'all',
    message: said,
    channel: 'phone',
  });
  await state(id, {
    type: 'customer-updated',
    customers: 'all',
    message: 'internal-note: Shibuya is angry',
    channel: 'phone',
  });
  await scenario.advance('PT1S');
  const told = (await open(link)).body;
  expect(told).toContain(said);
  expect(told).not.toContain('internal-');
  expect(told).toContain('We told you at Tue, Nov 24, 10:00 AM');

  await state(id, { type: 'recovered' });
  await scenario.advance('PT1S');
  expect((await open(link)).body).toContain('It works again');
});

test('shows what a tool has sent, within a minute', async () => {
  const headers = { authorization: `Bearer ${toolSecrets.FRESHDESK_TOKEN}` };
  const { body } = await scenario.post('/tickets/freshdesk', freshdeskBody(), headers);
  const path = `/api/incidents/${body.incident.id}`;
  const [customer] = (await scenario.get(path)).body.affectedCustomers;
  const link = await linkOf(customer.id);
  await scenario.post(`${path}/updates`, { customers: 'all', message: 'Sent to the ticket.' });
  await scenario.advance('PT2M');
  expect((await open(link)).body).toContain('Sent to the ticket.');
});

test('follows a merge to the outage, and a customer who was not affected loses it', async () => {
  const first = await fileFor('T-11', 'Our receipts are blank', { id: 'store-11' });
  const second = await fileFor('T-12', 'Nothing prints', { id: 'store-12' });
  const link = await linkOf('store-12');
  await state(second, { type: 'linked', to: first, basis: 'internal-basis' });
  await scenario.advance('PT1M');
  const merged = (await open(link)).body;
  expect(merged).toContain('Nothing prints');
  expect(merged).not.toContain('Our receipts');
  expect(merged.match(/<section>/g)).toHaveLength(1);
  await state(first, {
    type: 'customer-removed',
    customer: 'store-12',
    why: 'mistake',
  });
  await scenario.advance('PT1M');
  expect((await open(link)).body).toContain('No open problems');
});

test('answers a revoked, an expired and an unknown link alike; the next link is another', async () => {
  await fileFor('T-21', 'x', { id: 'a/b c?' });
  const link = await linkOf('a/b c?');
  expect((await open(link)).status).toBe(200);
  const again = await linkOf('a/b c?');
  expect(again).toBe(link);
  const unknown = await open('/s/aaaaaaaaaaaaaaaaaaaaaa');
  expect(unknown.status).toBe(404);
  expect(await remove('/api/customers/a%2Fb%20c%3F/page')).toEqual({ revoked: true });
  await scenario.advance('PT1S');
  const answerOf = ({ status, body, headers }: Reply) => ({
    status,
    body,
    headers: [...headers].filter(([name]) => name !== 'date').sort(),
  });
  expect(answerOf(await open(link))).toEqual(answerOf(unknown));
  expect((await scenario.get('/api/customers/a%2Fb%20c%3F/page')).status).toBe(404);
  const next = await withPolicy(policy.customerPages, { linkLastsFor: 'PT1H' }, () => linkOf('a/b c?'));
  expect(next).not.toBe(link);
  expect((await open(next)).status).toBe(200);
  expect(answerOf(await open(link))).toEqual(answerOf(unknown));
  await scenario.advance('PT1H');
  expect(answerOf(await open(next))).toEqual(answerOf(unknown));
});

test('keeps no token, and nothing that opens a page', async () => {
  await fileFor('T-31', 'x', { id: 'store-31' });
  const link = await linkOf('store-31');
  const token = link.slice(3);
  const everything = async (db: typeof publicFirestore) =>
    JSON.stringify(
      await Promise.all(
        (await db().listCollections()).map(async (each) => (await each.get()).docs.map((one) => [one.id, one.data()])),
      ),
    );
  for (const db of [firestore, publicFirestore]) expect(await everything(db)).not.toContain(token);
  expect(await everything(publicFirestore)).toContain(hashOf(token));
  expect(await everything(publicFirestore)).not.toContain('store-31');
});

test('is no page for searching machines, scripts, frames or caches', async () => {
  const { headers, body } = await open('/s/aaaaaaaaaaaaaaaaaaaaaa');
  const digest = hash('sha256', /<style>(.*)<\/style>/s.exec(body)?.[1] ?? '', 'base64');
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-security-policy': `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'cache-control': 'private, no-store',
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex, nofollow',
  });
  expect(body).not.toContain('<script');
  expect((await fetch(`${scenario.url}/s/aaaaaaaaaaaaaaaaaaaaaa`, { method: 'POST' })).status).toBe(405);
  const head = await fetch(`${scenario.url}/s/aaaaaaaaaaaaaaaaaaaaaa`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([404, '']);
});

test('is limited for one address, and says so where Firestore is away', async () => {
  await fileFor('T-41', 'x', { id: 'store-41' });
  const link = await linkOf('store-41');
  const from = (address: string) =>
    fetch(scenario.url + link, { headers: { 'x-forwarded-for': address } }).then(({ status, headers }) => [
      status,
      headers.get('retry-after'),
    ]);
  await withPolicy(policy.customerPages, { requestsPerMinute: 2 }, async () => {
    expect(await from('192.0.2.1')).toEqual([200, null]);
    expect(await from('192.0.2.1')).toEqual([200, null]);
    expect(await from('192.0.2.1')).toEqual([429, '30']);
    expect(await from('192.0.2.2')).toEqual([200, null]);
  });
  await scenario.post('/_local/faults', { target: 'firestore.*', effect: 'fail', code: 'PERMISSION_DENIED', times: 1 });
  expect(await from('192.0.2.3')).toEqual([503, '30']);
});

test('is filled again from the records where its database is empty', async () => {
  await fileFor('T-51', 'Filled again', { id: 'store-51' });
  const link = await linkOf('store-51');
  for (const each of await publicFirestore().listCollections()) await publicFirestore().recursiveDelete(each);
  expect((await open(link)).status).toBe(404);
  await scenario.advance('PT2M');
  expect((await open(link)).body).toContain('Filled again');
});

test('is made for customers that somebody has named', async () => {
  expect((await scenario.post('/api/customers/nobody/page', {})).status).toBe(404);
  expect(await remove('/api/customers/nobody/page')).toMatchObject({ status: 404 });
});

test('is made, copied and revoked in the console', async () => {
  await fileFor('T-61', 'In the console', { id: 'store/61', name: 'Ginza' });
  const path = `/console/customers/${encodeURIComponent('store/61')}`;
  const page = await fetch(`${scenario.url + path}?lang=en`);
  const cookie = page.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const csrf = /metronome-form=([^;]+)/.exec(cookie)?.[1] ?? '';
  expect(await page.text()).toContain('In the console');
  const press = async (verb: string): Promise<string> => {
    const headers = { origin: scenario.url, cookie };
    const body = new URLSearchParams({ csrf, customer: 'store/61' });
    const answer = await fetch(`${scenario.url}/console/customers/page/${verb}`, {
      method: 'POST',
      redirect: 'manual',
      headers,
      body,
    });
    expect(answer.status).toBe(303);
    return (await fetch(scenario.url + answer.headers.get('location'), { headers: { cookie } })).text();
  };
  const url = /http:[^<]*\/s\/[\w-]{22}/.exec(await press('make'))?.[0] ?? '';
  await scenario.advance('PT1S');
  expect((await open(pathOf(url))).status).toBe(200);
  expect(await press('revoke')).not.toContain('/s/');
  await scenario.advance('PT1S');
  expect((await open(pathOf(url))).status).toBe(404);
});
