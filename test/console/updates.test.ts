/** “Update”: recipients and text are shown before anything is sent, and the delivery status afterwards. */
import { beforeAll, expect, test } from 'vitest';
import { toolSecrets } from '../fixtures/secrets.ts';
import { freshdeskBody } from '../fixtures/tickets.ts';
import { openConsole } from '../scenarios/console.ts';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario('2026-11-24T00:00:00Z', { environment: toolSecrets });
const { page, press } = openConsole(scenario);
let path = '';

/** What the form that confirms sends. */
const keptIn = (text: string): [string, string][] => {
  const form = new RegExp(`<form[^>]* action="${path}/updates"[^>]*>[\\s\\S]*?</form>`).exec(text)?.[0] ?? '';
  const kept = form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  return [...kept].map(([, name = '', value = '']) => [name, value]);
};
/** What the customer sees. */
const comments = async () =>
  (await scenario.get('/_local/tools/freshdesk/tickets/310')).body.comments.filter(
    (each: { isPublic: boolean }) => each.isPublic,
  );

beforeAll(async () => {
  const body = freshdeskBody({ requester_email: 'store-12', requester_name: 'Shibuya' });
  const filed = await scenario.post('/tickets/freshdesk', body, {
    authorization: `Bearer ${toolSecrets.FRESHDESK_TOKEN}`,
  });
  path = `/console/incidents/${filed.body.incident.id}`;
  await page('/console');
});

const message = 'Orders <fail> & we are at it.\nNext word at 10:30.';

test('recipients and text are shown, word for word, and nothing has left yet', async () => {
  expect(await page(path)).toContain(`action="${path}/updates/confirm"`);
  const shown = await press(`${path}/updates/confirm`, { whom: 'all', message, key: 'key-of-sixteen-letters' });
  expect(shown.status).toBe(200);
  expect(shown.text).toContain('Posts to the ticket (1)');
  expect(shown.text).toMatch(/Shibuya<\/strong>.*Freshdesk<\/span> 310/s);
  expect(shown.text).toContain('Orders &lt;fail&gt; &amp; we are at it.\nNext word at 10:30.');
  expect(await comments()).toEqual([]);
});

test('what is confirmed leaves once, however often the button is pressed, and is seen as sent', async () => {
  const fields = { whom: 'all', message, key: 'key-of-sixteen-letters' };
  const sent = await press(`${path}/updates`, fields);
  expect(sent).toMatchObject({ status: 303, location: `${path}?recorded=update-requested#recorded` });
  expect((await press(`${path}/updates`, fields)).status).toBe(303);
  await scenario.advance('PT1M');
  expect(await comments()).toMatchObject([{ body: message, isPublic: true }]);
  expect(await page(path)).toMatch(/<span class="badge good">sent<\/span> <strong>Shibuya/);
});

test('an empty text comes back with what is wrong, and what does not get there is seen on the board', async () => {
  const empty = await press(`${path}/updates/confirm`, { whom: 'all', message: ' ' });
  expect(empty.status).toBe(422);
  await scenario.post('/_local/faults', { target: 'tools.freshdesk.reply', effect: 'fail', code: '403' });
  await press(`${path}/updates`, { whom: 'all', message: 'Once more.', key: 'another-key-of-letters' });
  await scenario.advance('PT2M');
  expect(await page('/console')).toContain('Update not sent');
  expect(await page(path)).toMatch(/<span class="badge bad">not sent<\/span>.*credentials \(403\)/s);
});

test('the form that confirms carries each customer who was chosen, and that it is the recovery message', async () => {
  const affectedCustomers = ['store-12', 'store-13', 'store-14'].map((id) => ({ id }));
  const id = path.split('/').at(-1) ?? '';
  await scenario.post(`/api/incidents/${id}/events`, { type: 'scoped', affectedCustomers, method: 'logs' });
  const shown = await press(`${path}/updates/confirm`, [
    ['whom', 'some'],
    ['customer', 'store-13'],
    ['customer', 'store-12'],
    ['message', 'It works again.'],
    ['recovery', 'yes'],
    ['key', 'key-of-those-who-were-chosen'],
  ]);
  expect((await press(`${path}/updates`, keptIn(shown.text))).status).toBe(303);
  await scenario.advance('PT1M');
  const { updates } = (await scenario.get(`/api/incidents/${id}/updates`)).body;
  const own = updates.filter((each: { text: string }) => each.text.startsWith('It works again.'));
  expect(own.flatMap((each: { customers: string[] }) => each.customers).sort()).toEqual(['store-12', 'store-13']);
  const { events } = (await scenario.get(`/api/incidents/${id}/timeline`)).body;
  const sent = events.findLast((each: { type: string }) => each.type === 'customer-updated');
  expect(sent.detail).toMatchObject({ customers: ['store-12'], recovery: true });
});

test('what others state while the confirmation is looked at keeps the update back', async () => {
  const seen = /name="seen" value="(\d+)"/.exec(await page(path))?.[1] ?? '';
  const shown = await press(`${path}/updates/confirm`, {
    whom: 'some',
    customer: 'store-12',
    message: 'Still at it.',
    seen,
    key: 'key-of-what-was-looked-at',
  });
  const before = await comments();
  await scenario.post(`/api${path.replace('/console', '')}/events`, { type: 'assigned', assignee: 'sato@example.jp' });
  const late = await press(`${path}/updates`, keptIn(shown.text));
  expect([late.status, late.text]).toEqual([412, expect.stringContaining('Still at it.')]);
  await scenario.advance('PT1M');
  expect(await comments()).toEqual(before);
});

test('the page of the incident drafts nothing for a customer who has just heard, and asks what the trouble is', async () => {
  const body = freshdeskBody({ ticket_id: 311, requester_email: 'store-20', requester_name: 'Shinjuku' });
  const authorization = `Bearer ${toolSecrets.FRESHDESK_TOKEN}`;
  const filed = await scenario.post('/tickets/freshdesk', body, { authorization });
  const { id } = filed.body.incident;
  const own = `/console/incidents/${id}`;
  const named = { type: 'scoped', affectedCustomers: [{ id: 'store-20' }, { id: 'store-21' }], method: 'logs' };
  await scenario.post(`/api/incidents/${id}/events`, named);
  /** The recipients of each draft, which is a form of its own. */
  const offered = async () => {
    const forms = [...(await page(own)).matchAll(/<form[^>]*updates\/confirm"[\s\S]*?<\/form>/g)];
    return forms.flatMap(([form]) => [...form.matchAll(/name="of" value="([^"]+)"/g)].map(([, each]) => each)).sort();
  };
  expect(await offered()).toEqual(['store-20', 'store-21']);
  expect(await page(own)).toMatch(/They reported nothing themselves.*href="[^"]*\/drafts">What is happening\?/);
  await press(`${own}/updates`, {
    whom: 'some',
    customer: 'store-20',
    message: 'We are at it.',
    key: 'a-key-of-this-test-x',
  });
  await scenario.advance('PT1M');
  expect(await offered()).toEqual(['store-21']);
});
