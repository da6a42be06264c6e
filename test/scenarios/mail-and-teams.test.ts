/** Notices by mail and by Teams, to the stand-ins of this machine, and what becomes of those that they refuse. */
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Faults } from '../../infra/local/faults.ts';
import { listen } from '../../infra/local/front.ts';
import { openStorage } from '../../infra/local/storage.ts';
import { openReceivers } from '../../infra/local/tools/notices/receivers.ts';
import { openScenario, type Scenario } from './house.ts';
import { filed } from './rhythm-details.ts';

interface Mail {
  from: string;
  to: string[];
  headers: Record<string, string>;
  raw: string;
}

let scenario: Scenario;
let site = '';
const faults = new Faults();
const receive = openReceivers({ db: openStorage(undefined), clock: { now: () => Date.now() }, faults });
const teams = createServer((request, response) => void receive(request, response));

const mails = async (to: string): Promise<Mail[]> =>
  (await scenario.get('/_local/tools/smtp/messages')).body.messages.filter(
    ({ to: all, headers }: Mail) => all.includes(to) && headers['x-metronome-kind'] !== 'delivery-failed',
  );
const cards = async (): Promise<string[]> => {
  const { messages } = (await (await fetch(`${site}/messages`)).json()) as { messages: { card: object }[] };
  return messages.map(({ card }) => JSON.stringify(card));
};
const failures = async (): Promise<string> =>
  (await scenario.inbox())
    .filter(({ kind }) => kind === 'delivery-failed')
    .map(({ text }) => text)
    .join('\n');

beforeAll(async () => {
  site = `http://127.0.0.1:${await listen(teams, 0)}/_local/tools/teams`;
  const channels = [
    { kind: 'mail', to: ['desk@example.jp', 'ada@example.jp'] },
    { kind: 'mail', name: 'partly', to: ['bounce@example.jp', 'bob@example.jp'], for: { kinds: 'incident-filed' } },
    { kind: 'mail', name: 'gone', to: 'bounce@example.jp', language: 'en', for: { kinds: 'incident-filed' } },
    { kind: 'mail', name: 'busy', to: 'busy@example.jp', for: { kinds: 'incident-filed' } },
    { kind: 'teams', url: `${site}/site/workflows/1`, allowPrivate: true },
  ];
  const environment = { ...process.env, NOTIFY_CHANNELS: JSON.stringify(channels) };
  scenario = await openScenario('2026-11-24T10:00:00+09:00', { environment });
});
afterAll(async () => {
  await scenario.stop();
  teams.closeAllConnections();
  teams.close();
});

it('mails an incident’s notices as one thread, and posts them as cards', async () => {
  const id = await filed(scenario, { id: 'T-1', subject: '注文が通らない' });
  await scenario.advance('PT12M');
  const [first, second, ...more] = await mails('ada@example.jp');
  expect(more).toEqual([]);
  expect(first?.headers).toMatchObject({
    from: 'Metronome <metronome@example.jp>',
    to: 'desk@example.jp, ada@example.jp',
  });
  expect(first?.headers.subject).toBe('起票: 注文が通らない');
  expect(first?.headers['message-id']).toBe(`<${id}@example.jp>`);
  expect(second?.headers).toMatchObject({ 'in-reply-to': `<${id}@example.jp>`, references: `<${id}@example.jp>` });
  expect(second?.raw).toMatch(/Content-Type: text\/plain[\s\S]*Content-Type: text\/html/);
  expect((await cards()).filter((each) => !each.includes('届けられません'))).toHaveLength(2);
  expect((await cards())[0]).toContain('起票: 注文が通らない');
});

it('shows what a mail server refuses, without an address, and tells the other channels', async () => {
  const told = await failures();
  expect(told).toMatch(/partly[\s\S]*it refused 1 of 2 recipients/);
  expect(told).toMatch(/gone[\s\S]*it refused the mail: it answered 550/);
  expect(told).not.toMatch(/busy|@/);
  // Whoever is not refused has it, once.
  expect(await mails('bob@example.jp')).toHaveLength(1);
  const { body } = await scenario.get('/console/connections');
  expect(body).toContain('メールが拒否されました(応答: 450)');
});

it('tries again what could not be sent then, and does not thread twice', async () => {
  await scenario.post('/_local/faults', { target: 'tools.smtp.send', effect: 'fail', code: '451', times: 2 });
  faults.add({ target: 'tools.teams.post', effect: 'fail', code: '503' });
  const before = { mails: (await mails('ada@example.jp')).length, cards: (await cards()).length };
  const id = await filed(scenario, { id: 'T-2', occurredAt: '2026-11-24T06:00:00+09:00', ongoing: 'no' });
  await scenario.advance('PT15M');
  const later = (await mails('ada@example.jp')).slice(before.mails).map(({ headers }) => headers['message-id']);
  expect(later.filter((each) => each === `<${id}@example.jp>`)).toHaveLength(1);
  expect((await cards()).slice(before.cards).filter((each) => each.includes(id))).toHaveLength(1);
});

it.each([
  ['too large', { type: 'message', attachments: [{ x: 'x'.repeat(29_000) }] }, 413],
  ['no card', { type: 'message', attachments: [] }, 400],
  ['above 1.4', card({ version: '1.5' }), 400],
  ['a table', card({ body: [{ type: 'Table' }] }), 400],
])('the stand-in of Teams refuses what is %s', async (_, body, status) => {
  const response = await fetch(`${site}/site/workflows/2`, { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(status);
});

function card(facts: object): object {
  const content = { type: 'AdaptiveCard', version: '1.4', body: [], ...facts };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
}
