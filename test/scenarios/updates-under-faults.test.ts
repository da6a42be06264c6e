/**
 * Many updates while the tools and the ways to them fail in every manner that is drawn: each comment once, each recorded
 * for what it is, each failure seen. What is judged is what the tools hold and what the API says. `UPDATES=1000` is the
 * long run, `SEED` another one; `npm run test:long` is between.
 */
import { expect, test } from 'vitest';
import type { Fault } from '../../infra/local/faults.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { Random } from '../simulation/random.ts';
import { useScenario } from './house.ts';
import { sendOperations, type Tool, ticketDoors, tools } from './ticket-doors.ts';

const updates = Number(process.env.UPDATES ?? 5);
const rounds = Math.max(3, Math.ceil(updates / 64));
const random = new Random(process.env.SEED ?? 'updates');

const scenario = useScenario('2026-11-24T01:02:00.000Z', { environment: toolSecrets });

const pieces = [
  '渋谷店 ご担当者様',
  '<注文> & 会計の件',
  '  二つの空白',
  '"引用" \'一重\' `逆`',
  '&nbsp;&lt;b&gt;',
  '100% {name} %{x} $1 \\1 \\n',
  '🍣👨‍👩‍👧',
  'ｶﾞｷﾞ ① ㍿',
  'https://example.jp/?a=1&b=<2>#x',
  '*太字* _斜体_ ~取消~',
];

interface Tapped {
  text: string;
  at: string;
}

interface Watched {
  tool: Tool;
  ticketId: string;
  id: string;
  taps: Tapped[];
}

/** What a tool does to one ticket's update, or the way to it. */
function drawFault(tool: Tool): Omit<Fault, 'match'> {
  const sends = `tools.${tool}.${sendOperations[tool]}`;
  const webhook = `tools.${tool}.webhook`;
  return random.pick<Omit<Fault, 'match'>>([
    ...['500', '502', '503', '429', '403'].map((code) => ({ target: sends, effect: 'fail' as const, code })),
    ...['500', '503', '504'].map((code) => ({ target: sends, effect: 'fail-after' as const, code })),
    { target: sends, effect: 'fail-after', code: '500', times: 2 },
    { target: sends, effect: 'delay', delayMs: 150 },
    { target: sends, effect: 'garble' },
    { target: `tools.${tool}.*`, effect: 'fail', code: '500', times: 3 },
    { target: `tools.${tool}.*`, effect: 'fail', code: '429', times: 100 },
    { target: webhook, effect: 'reorder' },
    { target: webhook, effect: 'double' },
    { target: webhook, effect: 'fail' },
    { target: webhook, effect: 'delay', delayMs: random.between(60, 1_200) * 1_000 },
    ...(tool === 'zendesk' ? [{ target: sends, effect: 'fail' as const, code: '409' }] : []),
  ]);
}

/** What happens beside the tools: messages twice or lost, and commits whose answer is. */
const besides: Omit<Fault, 'times'>[] = [
  { target: 'pubsub.push', match: 'outgoing', effect: 'double' },
  { target: 'pubsub.push', match: 'outgoing', effect: 'fail' },
  { target: 'pubsub.push', match: 'outgoing', effect: 'fail-after' },
  { target: 'pubsub.Publish', effect: 'fail', code: 'INTERNAL' },
  { target: 'firestore.Commit', effect: 'fail-after', code: 'UNAVAILABLE' },
  { target: 'firestore.Commit', effect: 'fail', code: 'ABORTED' },
];

const read = async (path: string) => (await scenario.get(path)).body;

/** All pages of a list. */
async function readAll<T>(path: string, name: string): Promise<T[]> {
  const items: T[] = [];
  for (let token = ''; ; ) {
    const page = await read(`${path}?limit=200${token}`);
    items.push(...page[name]);
    if (!page.nextPageToken) return items;
    token = `&pageToken=${page.nextPageToken}`;
  }
}

async function tap(watched: Watched, number: number): Promise<void> {
  const text = [`第${number}報`, ...Array.from({ length: random.between(1, 4) }, () => random.pick(pieces))].join(
    random.pick(['\n', '\n\n', ' ']),
  );
  for (let faults = random.between(0, 2); faults > 0; faults -= 1) {
    scenario.house.cloud.faults.add({ ...drawFault(watched.tool), match: watched.ticketId });
  }
  if (random.chance(0.2)) scenario.house.cloud.faults.add(random.pick(besides));
  const presses = random.chance(0.3) ? 2 : 1;
  const headers = { 'idempotency-key': `tap-${number}` };
  const path = `/api/incidents/${watched.id}/updates`;
  const at = (await read('/_local/clock')).now;
  const replies = await Promise.all(
    Array.from({ length: presses }, () => scenario.post(path, { customers: 'all', message: text }, headers)),
  );
  // A tap whose answer was lost is repeated by the same person, under the same key.
  const isTaken = replies.some(({ status }) => status === 202);
  const last = isTaken ? replies : [await scenario.post(path, { customers: 'all', message: text }, headers)];
  if (last.some(({ status }) => status === 202)) watched.taps.push({ text, at });
}

interface Told {
  type: string;
  occurredAt: string;
  detail: {
    message?: string;
    sentAs?: { id: string };
    outcome?: string;
    slots?: { outcome: string; contactId: string; dueAt: string }[];
    contactId?: string;
    dueAt?: string;
  };
}

/** @returns what of it is not as it has to be */
async function judge({ tool, ticketId, id, taps }: Watched, told: ReadonlySet<string>): Promise<string[]> {
  const wrong: string[] = [];
  const expectThat = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(`${tool} ${ticketId}: ${what}`);
  };
  const all: { id: string; body: string; isPublic: boolean }[] = (
    await read(`/_local/tools/${tool}/tickets/${ticketId}`)
  ).comments;
  const comments = all.filter((each) => each.isPublic);
  const records = await readAll<{ text: string; state: string }>(`/api/incidents/${id}/updates`, 'updates');
  const events = await readAll<Told>(`/api/incidents/${id}/timeline`, 'events');
  const updated = events.filter((each) => each.type === 'customer-updated');
  for (const { text } of taps) {
    const there = comments.filter((each) => each.body === text);
    const recorded = updated.filter((each) => each.detail.message === text);
    const states = records.filter((each) => each.text === text).map((each) => each.state);
    expectThat(there.length <= 1, `“${text}” is there ${there.length} times`);
    expectThat(states.length === 1 && states[0] !== 'sending', `“${text}” has the states ${states.join()}`);
    // Where the ticket cannot be read for as long as anybody waits, nobody knows, and somebody is told.
    const isUnknown = states[0] === 'unknown';
    const isSent = states[0] === 'sent';
    expectThat(isUnknown || isSent === (there.length === 1), `${states.join()}, and ${there.length} there: ${text}`);
    expectThat(recorded.length === (isSent ? 1 : 0), `“${text}” is recorded ${recorded.length} times`);
    // Of what was accepted and could not be read for as long as anybody waits, the id is not known.
    const ids = [there[0]?.id, ''];
    if (isSent) expectThat(ids.includes(recorded[0]?.detail.sentAs?.id), `“${text}” is recorded as another comment`);
    if (!isSent) expectThat(told.has(id), `nobody was told that nobody knows of “${text}”`);
  }
  expectThat(
    comments.every((each) => taps.some(({ text }) => text === each.body)),
    'there is what nobody confirmed',
  );
  const sent = records.filter((each) => each.state === 'sent');
  expectThat(updated.length === sent.length, `${sent.length} sent, ${updated.length} recorded`);
  const met = events
    .filter((each) => each.type === 'slot-closed')
    .flatMap((each) => each.detail.slots ?? [each.detail])
    .filter((each) => each.outcome === 'met');
  const slots = new Set(met.map((each) => `${each.contactId} ${each.dueAt}`));
  expectThat(slots.size === met.length, 'a slot was met twice');
  expectThat(met.length <= comments.length, `${met.length} slots were met by ${comments.length} comments`);
  const [contact] = (await read(`/api/incidents/${id}/contacts`)).contacts;
  const latest = updated
    .map((each) => each.occurredAt)
    .sort()
    .at(-1);
  expectThat((contact.lastUpdateAt ?? undefined) === latest, 'the last word to the customer is another');
  return wrong;
}

test(
  `${updates} updates under faults: every comment once, word for word, every slot right, every failure seen`,
  async () => {
    const perRound = Math.ceil(updates / rounds);
    const watched: Watched[] = [];
    for (let number = 0; number < perRound; number += 1) {
      const tool = tools[number % tools.length] as Tool;
      const ticketId = String(500_000 + number);
      const filed = await ticketDoors(scenario).reported(tool, ticketId);
      watched.push({ tool, ticketId, id: filed.body.incident.id, taps: [] });
    }
    await scenario.advance('PT5M');
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, each] of watched.entries()) {
        await tap(each, round * perRound + index);
        if (random.chance(0.3)) await scenario.advance(`PT${random.between(5, 50)}S`);
      }
      await scenario.advance('PT10M');
      // What hinders for longer than anybody waits is gone by the next round, as a tool comes back.
      await scenario.advance('PT9M');
      scenario.house.cloud.faults.clear();
      await scenario.advance('PT3M');
    }
    await scenario.advance('PT30M');
    const told = new Set(
      (await scenario.inbox()).flatMap((each) =>
        each.kind === 'update-failed' && each.incidentId ? [each.incidentId] : [],
      ),
    );
    const wrong: string[] = [];
    for (const each of watched) wrong.push(...(await judge(each, told)));
    expect(wrong).toEqual([]);
    // It was no fair weather, and most got there all the same.
    const taps = watched.flatMap((each) => each.taps).length;
    const failed = (await read('/_local/inbox')).messages.filter(
      (each: { kind: string }) => each.kind === 'update-failed',
    );
    const states = await Promise.all(
      watched.map(({ id }) => readAll<{ state: string }>(`/api/incidents/${id}/updates`, 'updates')),
    );
    const count = (state: string): number => states.flat().filter((each) => each.state === state).length;
    const counted = ['sent', 'failed', 'unknown', 'by-hand'].map((state) => `${state} ${count(state)}`).join(', ');
    process.stdout.write(
      `${taps} taps on ${watched.length} tickets: ${counted}; ${failed.length} notices of failures\n`,
    );
    expect(taps).toBeGreaterThan(updates / 2);
    expect(failed.length).toBeGreaterThan(0);
  },
  300_000 + updates * 5_000,
);
