/** The dead man's switch is called while nothing is late, and never otherwise. */
import { beforeEach, expect, test } from 'vitest';
import { callDeadMan } from '../../functions/customer-updates/dead-man.ts';
import { firestore } from '../../functions/platform/firestore.ts';
import { openOtherSide } from '../outgoing/other-side.ts';
import { doc, openSmallCloud } from '../outgoing/small-cloud.ts';

const minute = 60_000;
let called: string[] = [];
let status = 200;
const small = await openSmallCloud('2026-11-24T01:00:00Z');
const side = await openOtherSide((request, response) => {
  called.push(`${request.method} ${request.url}`);
  response.writeHead(status).end();
});

beforeEach(async () => {
  called = [];
  status = 200;
  small.give({ DEADMAN_URL: `${side.url}/ping/secret` });
  await Promise.all([doc('timers/one').delete(), doc('notices/one').delete()]);
});

const timer = (ms: number) => doc('timers/one').set({ wakeAt: small.at(-ms) });
const notice = (kind: string, state: string, ms: number) =>
  doc('notices/one').set({ kind, delivery: { state, since: small.at(-ms), updatedAt: small.at() } });

test.each<[what: string, made: () => Promise<unknown>, isCalled: boolean]>([
  ['nothing is late', async () => undefined, true],
  ['a timer is 5 minutes late', () => timer(5 * minute), true],
  ['a timer is later than that', () => timer(5 * minute + 1_000), false],
  ['an escalation is not delivered for 10 minutes', () => notice('escalation', 'waiting', 10 * minute), true],
  ['an escalation is not delivered for longer', () => notice('escalation', 'waiting', 10 * minute + 1), false],
  ['a page was refused', () => notice('page', 'rejected', 11 * minute), false],
  ['an escalation was delivered', () => notice('escalation', 'delivered', 11 * minute), true],
  ['a reminder waits', () => notice('update-due', 'waiting', 11 * minute), true],
])('%s', async (_, made, isCalled) => {
  await made();
  await callDeadMan(small.at());
  expect(called).toEqual(isCalled ? ['GET /ping/secret'] : []);
});

test('reminders that wait hide no escalation that was refused before them', async () => {
  const kept = firestore().collection('notices');
  const batch = firestore().batch();
  const reminder = { kind: 'update-due', delivery: { state: 'waiting', since: small.at(), updatedAt: small.at() } };
  const refs = Array.from({ length: 300 }, (_, index) => kept.doc(`reminder-${index}`));
  for (const ref of refs) batch.set(ref, reminder);
  await batch.commit();
  const since = small.at(-11 * minute);
  await doc('notices/one').set({ kind: 'escalation', delivery: { state: 'rejected', since, updatedAt: since } });
  await callDeadMan(small.at());
  expect(called).toEqual([]);
  await Promise.all(refs.map((each) => each.delete()));
});

test('a switch that fails, or is not set, fails nothing', async () => {
  status = 500;
  await callDeadMan(small.at());
  small.give({ DEADMAN_URL: undefined });
  await callDeadMan(small.at());
  expect(called).toHaveLength(1);
});
