/** The connections page: what a door says of itself, and a test notice that goes the way of every other. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openConsole } from '../scenarios/console.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';

let scenario: Scenario;
const { page, press } = openConsole({
  get url() {
    return scenario.url;
  },
});
/** The card of one door or channel. */
const card = (text: string, id: string): string =>
  text.split(`<li id="${id}" class="connection">`)[1]?.split('</li>')[0] ?? '';

const testsDelivered = async (): Promise<number> =>
  (await scenario.inbox()).filter((each) => each.kind === 'connection-test').length;

beforeAll(async () => {
  scenario = await openScenario('2026-11-24T00:00:00Z');
  await page('/console/connections');
});
afterAll(async () => scenario.stop());

test('a door says itself whether it is open, and which variable is missing', async () => {
  expect(card(await page('/console/connections'), 'zendesk')).toContain('not checked, nothing received');
  expect((await press('/console/connections/doors/all')).status).toBe(303);
  const text = await page('/console/connections');
  expect(card(text, 'zendesk')).toContain('>closed<');
  expect(card(text, 'zendesk')).toContain('ZENDESK_SIGNING_SECRET isn’t set');
  for (const open of ['generic', 'monitoring']) expect(card(text, open)).toContain('ready, nothing received');
  // Being asked files nothing, and is not kept as something unreadable.
  expect((await scenario.get('/api/quarantine')).body.quarantine).toEqual([]);
  expect((await scenario.get('/api/incidents')).body.incidents).toEqual([]);
});

test('a ticket tool is asked who we are, by the function that has its token', async () => {
  const tried = async (tool: string): Promise<string> => {
    const pressed = await press(`/console/connections/tools/${tool}`);
    expect(pressed.location).toMatch(new RegExp(`^/console/connections\\?tool=${tool}&sent=\\d+#ticket-tools$`));
    await scenario.advance('PT5S');
    return card(await page('/console/connections'), `ticket-${tool}`);
  };
  expect(card(await page('/console/connections'), 'ticket-zendesk')).toContain('>not tried yet<');
  for (const tool of ['zendesk', 'intercom', 'freshdesk', 'jira']) {
    const shown = await tried(tool);
    expect(shown).toContain('>connected<');
    expect(shown).toContain('Account in the tool: Metronome');
    expect(shown).toContain(`${tool.toUpperCase()}_`);
  }
  scenario.house.cloud.faults.add({ target: 'tools.freshdesk.getMe', effect: 'fail', code: '401' });
  const refused = await tried('freshdesk');
  expect(refused).toContain('>refused<');
  expect(refused).toContain('The tool rejected the credentials (401).');
  scenario.house.cloud.faults.add({ target: 'tools.jira.getMe', effect: 'fail', code: '503' });
  expect(await tried('jira')).toContain('>unreachable<');
  expect((await press('/console/connections/tools/pigeon')).status).toBe(404);
});

test('the command that the page shows files a drill through the door', async () => {
  const shown = card(await page('/console/connections'), 'generic')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'");
  const body = JSON.parse(/-d '(\{.*?\})'/.exec(shown)?.[1] ?? '');
  expect(shown).toContain(`curl -s ${scenario.url}/tickets `);
  expect((await scenario.ticket(body)).body.incident).toMatchObject({ isDrill: true });
  expect(card(await page('/console/connections'), 'generic')).toContain('>received<');
});

test('a test notice goes through the channel itself, and its outcome is shown', async () => {
  const pressed = await press('/console/connections/channels', { channel: 'inbox' });
  expect(pressed.location).toMatch(/^\/console\/connections\?test=ntc_test-[\w-]{36}&sent=\d+&channel=inbox#channels$/);
  await scenario.advance('PT1S');
  const sent = (await scenario.inbox()).filter((each) => each.kind === 'connection-test');
  expect(sent).toHaveLength(1);
  expect(sent[0]?.text).toContain('【テスト】');
  const text = await page(pressed.location);
  expect(text).toContain('Test results are below.');
  expect(card(text, 'channel-inbox')).toMatch(/Last test: <span class="badge good">delivered/);
});

test('pressed twice, it is one test notice', async () => {
  const before = await testsDelivered();
  const key =
    /name="key" value="([\w-]{16,64})"/.exec(card(await page('/console/connections'), 'channel-inbox'))?.[1] ?? '';
  const pressed = await Promise.all(
    [1, 2].map(() => press('/console/connections/channels', { channel: 'inbox', key })),
  );
  expect(pressed.map(({ status }) => status)).toEqual([303, 303]);
  await scenario.advance('PT1S');
  expect(await testsDelivered()).toBe(before + 1);
});

test('a test notice for a channel that does not exist goes nowhere, and is not waited for without end', async () => {
  const before = await testsDelivered();
  const pressed = await press('/console/connections/channels', { channel: 'pigeon' });
  const location = pressed.location;
  expect(await page(location)).toMatch(/<main[^>]* data-refresh/);
  await scenario.advance('PT2M');
  expect(await testsDelivered()).toBe(before);
  const text = await page(location);
  expect(text).toContain('Error: no result after two minutes');
  expect(text).not.toMatch(/<main[^>]* data-refresh/);
});

test('trying takes a form of our own page', async () => {
  for (const path of ['/console/connections/channels', '/console/connections/doors/all']) {
    expect((await press(path, {}, { origin: 'https://evil.example' })).status).toBe(403);
  }
  expect((await press('/console/connections/doors/nothing')).status).toBe(404);
});

test('a channel that refuses the test is shown with its error, and nobody else hears about it', async () => {
  const server = createServer((_, response) => void response.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const channels = JSON.stringify([{ kind: 'slack', name: 'desk', url, allowPrivate: true }]);
  await scenario.stop();
  const environment = { ...process.env, NOTIFY_CHANNELS: channels };
  scenario = await openScenario('2026-11-24T00:00:00Z', { environment });
  await page('/console/connections');
  await press('/console/connections/channels');
  await scenario.advance('PT1S');
  const text = await page('/console/connections');
  expect(card(text, 'channel-desk')).toContain('it answered 404');
  expect(card(text, 'channel-inbox')).toContain('delivered');
  expect((await scenario.inbox()).filter((each) => each.kind === 'delivery-failed')).toEqual([]);
  server.closeAllConnections();
  server.close();
});

test('a channel that asks to wait for three days is shown as waiting, and is tried as soon as somebody presses', async () => {
  let isWell = false;
  const taken: string[] = [];
  const server = createServer((request, response) => {
    if (isWell) taken.push(request.url ?? '');
    response.writeHead(isWell ? 200 : 503, isWell ? {} : { 'retry-after': '259200' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const channels = [{ kind: 'slack', name: 'desk', url, allowPrivate: true }];
  await scenario.stop();
  const environment = { ...process.env, NOTIFY_CHANNELS: JSON.stringify(channels) };
  scenario = await openScenario('2026-11-24T00:00:00Z', { environment });
  await page('/console/connections');

  const ring = await scenario.post('/api/channels/ring', {});
  expect(ring).toMatchObject({ status: 202, body: { notice: expect.stringMatching(/^ntc_[\da-f]{24}$/) } });
  await scenario.advance('PT5S');
  const { body } = await scenario.get('/api/channels');
  const [desk, inbox] = body.channels;
  expect(desk).toMatchObject({
    waits: {
      until: expect.stringMatching(/^2026-11-24T00:10:0/),
      urgentUntil: expect.stringMatching(/^2026-11-24T00:01:0/),
      why: 'it answered 503',
    },
    lastTest: { notice: ring.body.notice, state: 'waiting', error: 'it answered 503' },
  });
  expect(inbox).toMatchObject({ waits: null, lastTest: { notice: ring.body.notice, state: 'delivered' } });
  const waiting = card(await page('/console/connections'), 'channel-desk');
  expect(waiting).toMatch(
    /waiting<\/span> Asked to wait until: .*00:10.*urgent notices until: .*00:01.*it answered 503/,
  );

  isWell = true;
  expect((await press('/console/connections/channels/desk/retry')).location).toBe('/console/connections#channel-desk');
  await scenario.advance('PT1M');
  expect(taken).toHaveLength(1);
  const after = card(await page('/console/connections'), 'channel-desk');
  expect(after).toContain('delivered');
  expect(after).not.toContain('Try now');

  const retried = await scenario.post('/api/channels/desk/retry', {});
  expect(retried).toMatchObject({ status: 202, body: { channel: 'desk', waiting: 0 } });
  expect((await scenario.post('/api/channels/pigeon/retry', {})).status).toBe(404);
  server.closeAllConnections();
  server.close();
});
