/** One tap and what becomes of it, record by record: what is asked of the tool, when again, and what the incident then says. */
import type { IncomingMessage } from 'node:http';
import { beforeEach, describe, expect, test } from 'vitest';
import { outgoing } from '../../../functions/calls-outward.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import type { Note } from '../../../functions/incidents/outbox/notes.ts';
import type { Contact } from '../../../functions/incidents/rhythm/contact.ts';
import { seeToActionTicket } from '../../../functions/outgoing/tickets/action-ticket.ts';
import { takeEcho } from '../../../functions/outgoing/tickets/publish-updates.ts';
import { requestUpdates } from '../../../functions/outgoing/tickets/request-updates.ts';
import { sendNote } from '../../../functions/outgoing/tickets/send-note.ts';
import { sendUpdate } from '../../../functions/outgoing/tickets/send-update.ts';
import { settleUpdate } from '../../../functions/outgoing/tickets/settle-update.ts';
import { tryConnection } from '../../../functions/outgoing/tickets/try-connection.ts';
import type { UpdateRecord } from '../../../functions/outgoing/tickets/update.ts';
import { readConfig } from '../../../functions/platform/config.ts';
import { type Delivery, mayBeThere } from '../../../functions/platform/delivery.ts';
import { firestore, fromDocument } from '../../../functions/platform/firestore.ts';
import type { Problem } from '../../../functions/platform/problem.ts';
import { type Policy, policy } from '../../../functions/policy.ts';
import { actionTickets, requestTicket } from '../../../functions/postmortems/action-tickets.ts';
import { proposeAction } from '../../../functions/postmortems/actions-rules.ts';
import { topics } from '../../../functions/topology.ts';
import { contactOf, incidentAt } from '../../incidents/rhythm/rhythm.ts';
import { bodyOf, openOtherSide } from '../other-side.ts';
import { doc, openSmallCloud, readDoc } from '../small-cloud.ts';

const [second, minute, day] = [1_000, 60_000, 86_400_000];
const message = '確認中です。\n<二行目>';
const html = '<p>確認中です。<br>&lt;二行目&gt;</p>';

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}
const taken: Answer = { status: 201, body: { id: 7 } };
let answers: Answer[] = [];
let asked: { method: string | undefined; path: string | undefined; body: unknown }[] = [];
let whileAsked: (request: IncomingMessage) => Promise<unknown> = async () => undefined;
const at = (ms?: number): Date => small.at(ms);
const small = await openSmallCloud('2026-11-24T01:00:00Z', [topics.outgoing, topics.notifications]);
const side = await openOtherSide(async (request, response) => {
  const text = await bodyOf(request);
  asked.push({ method: request.method, path: request.url, body: text === '' ? undefined : JSON.parse(text) });
  await whileAsked(request);
  const { status, headers = {}, body = {} } = answers.shift() ?? { status: 500 };
  response.writeHead(status, { date: at().toUTCString(), ...headers }).end(JSON.stringify(body));
});

let count = 0;
let id = '';
let incident: Incident;
const given = (more: Record<string, string | undefined> = {}) =>
  small.give({ FRESHDESK_API_URL: side.url, FRESHDESK_API_KEY: 'key', ...more });
beforeEach(async () => {
  count += 1;
  id = `inc_${String(count).padStart(24, '0')}`;
  answers = [];
  asked = [];
  whileAsked = async () => undefined;
  small.pass(2 * day);
  given();
  incident = {
    ...incidentAt(at(-minute), { id }, { customer: { id: 'a' } }),
    origin: { tool: 'freshdesk', id: '310' },
    reporter: { id: 'a' },
  };
  await doc(`incidents/${id}`).set(incident);
  await keepContact('a', { ticket: { tool: 'freshdesk', id: '310' } });
  small.published();
});
const keepContact = (name: string, more: Partial<Contact> = {}) => {
  const { ticket: _, ...contact } = contactOf(incident, name);
  const facts = contact.facts.map((each) => {
    if (each.type !== 'known') return each;
    const { ticket: __, ...known } = each;
    return more.ticket ? { ...known, ticket: more.ticket } : known;
  });
  return doc(`incidents/${id}/contacts/con_${name}`).set({ ...contact, facts, ...more });
};
const readIncident = async () => readDoc<Incident>(`incidents/${id}`);
const readContact = () => readDoc(`incidents/${id}/contacts/con_a`);
const events = async () => {
  const { docs } = await firestore().collection(`incidents/${id}/timeline`).get();
  return docs.map((each) => fromDocument<Record<string, unknown>>(each.data()));
};
const by = (more: object = {}) => ({ actor: 'sato@example.jp', now: at(), policy, config: readConfig(), ...more });
const tap = (more: object = {}, of: object = {}) =>
  requestUpdates(id, { customers: 'all', message, isRecovery: false, ...of }, by(more));
const problem = async (made: Promise<unknown>): Promise<Problem> =>
  made.then(
    () => expect.unreachable(),
    (error: Problem) => error,
  );
const way = { allowPrivate: true, timeoutMs: 20_000 };
interface Meanwhile {
  /** In milliseconds. */
  after?: number;
  answered?: Answer[];
}
function meanwhile({ after, answered }: Meanwhile): void {
  if (after) small.pass(after);
  if (answered) answers = answered;
}
const said = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: Error) => error.message,
  );
function send(updateId: string, of: Meanwhile = {}) {
  meanwhile(of);
  return said(sendUpdate(updateId, way));
}
const raw = async (updateId: string) => readDoc<UpdateRecord>(`updates/${updateId}`);
/** A record with what the ledger keeps of it. */
function whole({ delivery, ...record }: object & { delivery: Delivery }) {
  const { leasedUntil, retryAt, updatedAt } = delivery;
  return { ...record, mayBeThere: mayBeThere(delivery), leasedUntil, retryAt, updatedAt };
}
const update = async (updateId: string) => whole(await raw(updateId));
/** Of what has just been asked for, with what the ledger keeps of it. */
const justAsked = () => ({
  incidentId: id,
  isRecovery: false,
  requestedAt: at(),
  sentAt: null,
  commentId: null,
  mayBeThere: false,
  soughtSince: at(),
  leasedUntil: null,
  retryAt: null,
  updatedAt: at(),
  expireAt: at(400 * day),
});
/** As Freshdesk tells of it. */
const listed = (more: object = {}) => ({
  id: 9,
  body: html,
  incoming: false,
  private: false,
  created_at: at().toISOString(),
  ...more,
});
/** Why it has not left and comes again. */
const comesAgain = expect.stringMatching(/^It (?:answered|takes|could|did)/);
/** It is not its turn yet. */
const hasToWait = expect.stringMatching(/asked to wait|does not answer/);
const tapped = async (): Promise<string> => {
  const { updates } = await tap();
  small.published();
  return updates[0]?.id ?? '';
};

describe('a tap', () => {
  test('is stored before anything leaves: the update, what the incident says of it, and what has to be sent', async () => {
    await keepContact('b');
    const { updates, incident: after } = await tap();
    const [own, other] = updates;
    const by = { batchId: own?.batchId, text: message, requestedBy: 'sato@example.jp' };
    const both = { ...justAsked(), ...by, id: expect.stringMatching(/^upd_/) };
    expect(updates.map(whole)).toEqual([
      {
        ...both,
        customers: ['a'],
        tool: 'freshdesk',
        ticketId: '310',
        url: `${side.url}/a/tickets/310`,
        state: 'sending',
        error: null,
      },
      {
        ...both,
        customers: ['b'],
        tool: null,
        ticketId: null,
        url: null,
        state: 'by-hand',
        error: 'They have no ticket of their own to answer on.',
      },
    ]);
    for (const each of updates) expect(await raw(each.id)).toEqual(each);
    expect(own?.batchId).toBe(other?.batchId);
    expect(await readIncident()).toMatchObject({ updatesAskedAt: at(), lastSequence: 2 });
    expect(after).toMatchObject({ updatesAskedAt: at(), lastSequence: 2 });
    expect((await events()).at(-1)).toMatchObject({
      type: 'update-requested',
      occurredAt: at(),
      actor: 'sato@example.jp',
      detail: {
        customers: ['a'],
        message,
        recovery: false,
        updates: [{ id: own?.id, tool: 'freshdesk', ticketId: '310' }],
      },
    });
    const timer = await readDoc(`timers/${id}`);
    expect(timer).toMatchObject({
      wakeAt: at(),
      pending: [{ kind: 'ticket-updates', key: own?.batchId, since: at(), sends: { updateIds: [own?.id] } }],
    });
    expect(small.published()).toEqual([{ updateId: own?.id }]);
  });

  test('that nothing leaves for says nothing on the incident', async () => {
    given({ FRESHDESK_API_URL: undefined });
    const { updates } = await tap();
    expect(updates).toMatchObject([{ state: 'by-hand', error: 'FRESHDESK_DOMAIN is not set.', url: null }]);
    expect(await events()).toEqual([]);
    expect(small.published()).toEqual([]);
  });

  test('by the same key is one tap, of the person who made it, and says the same words', async () => {
    for (const name of ['b', 'c', 'd', 'e']) await keepContact(name);
    const first = await tap({ idempotencyKey: 'k' });
    expect(first.updates.map((each) => each.customers)).toEqual([['a'], ['b'], ['c'], ['d'], ['e']]);
    expect(small.published()).toHaveLength(1);
    const again = await tap({ idempotencyKey: 'k', seen: ['an old one'] });
    expect(again.updates).toEqual(first.updates);
    expect(small.published()).toEqual([]);
    expect(await problem(tap({ idempotencyKey: 'k' }, { message: 'other' }))).toMatchObject({ status: 422 });
    // Another’s key of the same name is their own: by then one is on its way.
    expect(await problem(tap({ idempotencyKey: 'k', actor: 'mori@example.jp' }))).toMatchObject({ status: 409 });
  });

  test('on an incident that has changed since it was seen, or on none, is refused', async () => {
    expect(await problem(tap({ seen: ['an old one'] }))).toMatchObject({ status: 412 });
    expect(
      await problem(requestUpdates('inc_none', { customers: 'all', message, isRecovery: false }, by())),
    ).toMatchObject({ status: 404 });
    expect(small.published()).toEqual([]);
  });

  test('of what has just been told in these words is answered with what was sent, and sends nothing', async () => {
    const own = await tapped();
    await send(own, { answered: [taken] });
    const again = await tap();
    expect(again.updates).toMatchObject([{ id: own, state: 'sent', commentId: '7' }]);
    expect(small.published()).toEqual([]);
  });

  test('of what has failed is seen as failed until an update has arrived', async () => {
    const own = await tapped();
    await send(own, { answered: [{ status: 403 }] });
    expect(await readIncident()).toMatchObject({ failedUpdates: 1 });
    expect(await readContact()).toMatchObject({ unreached: { updateId: own } });
    small.pass(second);
    const [next] = (await tap()).updates;
    expect(await readIncident()).toMatchObject({ failedUpdates: 1 });
    await send(next?.id ?? '', { answered: [taken] });
    expect(await readIncident()).not.toHaveProperty('failedUpdates');
    expect(await readContact()).not.toHaveProperty('unreached');
  });

  test('leaves what has failed for others where it is seen', async () => {
    await keepContact('b', { ticket: { tool: 'freshdesk', id: '311' } });
    const { updates } = await tap();
    for (const each of updates) {
      await send(each.id, { answered: [{ status: 403 }] });
    }
    expect(await readIncident()).toMatchObject({ failedUpdates: 2 });
    const [next] = (await tap({}, { customers: ['a'] })).updates;
    await send(next?.id ?? '', { answered: [taken] });
    expect(await readIncident()).toMatchObject({ failedUpdates: 1 });
  });

  test.each([
    [undefined, 'sending'],
    ['sato@example.jp', 'sending'],
    ['mori@example.jp, SATO@example.jp', 'sending'],
    ['example.jp', 'sending'],
    ['mori@example.jp', 'by-hand'],
    ['jp', 'by-hand'],
    ['ample.jp', 'by-hand'],
    ['sub.example.jp', 'by-hand'],
  ])('of Sato where SENDERS is %s: %s', async (SENDERS, state) => {
    given({ SENDERS });
    const { updates } = await tap({ config: readConfig(), actor: 'Sato@Example.jp' });
    expect(updates.map((each) => each.state)).toEqual([state]);
  });

  test('of anybody is for a person on Google Cloud, while SENDERS names nobody', async () => {
    given({ K_SERVICE: 'metronome-api' });
    const { updates } = await tap({ config: readConfig() });
    expect(updates.map((each) => each.state)).toEqual(['by-hand']);
  });
});

describe('an update', () => {
  test('that is taken is there once, meets the slot, and is known of its incident', async () => {
    const own = await tapped();
    const before = await update(own);
    small.pass(5 * second);
    let leased: unknown;
    whileAsked = async () => {
      leased = await update(own);
    };
    expect(await send(own, { answered: [taken] })).toBe('done');
    expect(asked).toEqual([{ method: 'POST', path: '/api/v2/tickets/310/reply', body: { body: html } }]);
    expect(leased).toEqual({ ...before, leasedUntil: at(180 * second), mayBeThere: true, updatedAt: at() });
    const after = { ...before, state: 'sent', sentAt: at(), commentId: '7', updatedAt: at() };
    expect(await update(own)).toEqual(after);
    const url = `${side.url}/a/tickets/310`;
    expect((await events()).find(({ type }) => type === 'customer-updated')).toMatchObject({
      occurredAt: at(),
      actor: 'sato@example.jp',
      detail: {
        customers: ['a'],
        message,
        channel: 'ticket',
        ticket: { tool: 'freshdesk', id: '310' },
        sentAs: { tool: 'freshdesk', id: '7', url },
        updateId: own,
      },
    });
    expect((await readDoc(`incidents/${id}/contacts/con_a`)).lastUpdateAt).toEqual(at());
    // Sent again, and settled again, nothing happens.
    expect(await send(own)).toBe('done');
    await settleUpdate({ ...(await raw(own)), state: 'failed', error: 'late' });
    expect([asked.length, await update(own)]).toEqual([1, after]);
  });

  test('that is taken edits the cards of its incident', async () => {
    const own = await tapped();
    await doc(`incidents/${id}`).update({ cards: [{ name: 'night', channel: 'C1', ts: '1' }] });
    expect(await send(own, { answered: [taken] })).toBe('done');
    expect(small.published()).toEqual([{ cardsOf: id }]);
  });

  test('that tells of the recovery records it', async () => {
    const { updates } = await tap({}, { isRecovery: true });
    await send(updates[0]?.id ?? '', { answered: [taken] });
    expect(await readIncident()).toMatchObject({ status: 'recovered', recoveredAt: at() });
  });

  test('that is not taken now comes when the tool says, and nobody asks the tool for a minute at most', async () => {
    const own = await tapped();
    const [before, record] = [await update(own), await raw(own)];
    expect(await send(own, { answered: [{ status: 429, headers: { 'retry-after': '600' } }] })).toEqual(comesAgain);
    const waits = {
      ...before,
      error: 'It takes no more requests for now (429).',
      retryAt: at(600 * second),
      updatedAt: at(),
    };
    expect(await update(own)).toEqual(waits);
    const other = 'upd_other';
    await doc(`updates/${other}`).set({ ...record, id: other });
    expect(await send(other, { after: minute - 1 })).toBe('the tool takes nothing for now');
    expect(await send(other, { after: 1, answered: [{ status: 404 }] })).toBe('done');
    expect(asked).toHaveLength(2);
    expect(await send(own, { after: 540 * second - 1 })).toEqual(hasToWait);
    expect(await send(own, { after: 1, answered: [taken] })).toBe('done');
  });

  test.each<[what: string, passes: number, failed: boolean]>([
    ['a quarter of an hour', 15 * minute, false],
    ['longer', 15 * minute + 1, true],
  ])('that waits for %s after the tap: it has failed: %3$j', async (_, passes, isFailed) => {
    const own = await tapped();
    await send(own, { answered: [{ status: 429, headers: { 'retry-after': '86400' } }] });
    small.pass(passes);
    asked = [];
    expect(await send(own, { answered: [taken] })).toEqual(isFailed ? 'done' : hasToWait);
    expect(asked).toEqual([]);
    const error = 'The tool did not take it within 15 min. It takes no more requests for now (429).';
    expect(await update(own)).toMatchObject(
      isFailed ? { state: 'failed', error, retryAt: null, sentAt: null } : { state: 'sending' },
    );
    if (!isFailed) return;
    expect(await readIncident()).toMatchObject({ failedUpdates: 1 });
    expect(await readContact()).toMatchObject({ unreached: { updateId: own, why: error } });
    expect((await events()).at(-1)).toMatchObject({
      type: 'update-failed',
      occurredAt: at(),
      actor: 'rule',
      detail: {
        customers: ['a'],
        ticket: { tool: 'freshdesk', id: '310' },
        updateId: own,
        state: 'failed',
        why: error,
      },
    });
    const { pending } = await readDoc(`timers/${id}`);
    expect(pending).toContainEqual(expect.objectContaining({ kind: 'update-failed', key: own, since: at() }));
  });

  test.each<[status: number, settled: Partial<UpdateRecord>]>([
    [404, { state: 'by-hand', error: 'The tool does not know the ticket (404).' }],
    [400, { state: 'failed', error: 'It answered 400.' }],
  ])('that is answered %i is over', async (status, settled) => {
    const own = await tapped();
    expect(await send(own, { answered: [{ status }] })).toBe('done');
    expect(await update(own)).toMatchObject(settled);
    expect((await events()).at(-1)).toMatchObject({ detail: { state: settled.state, why: settled.error } });
  });

  test.each([
    ['freshdesk', 'FRESHDESK_API_KEY is not set.'],
    ['generic', 'There is no such tool.'],
  ])('by %s, to which there is no connection, is for a person', async (tool, error) => {
    const own = await tapped();
    await doc(`updates/${own}`).update({ tool });
    given({ FRESHDESK_API_KEY: undefined });
    expect(await send(own)).toBe('done');
    expect(await update(own)).toMatchObject({ state: 'by-hand', error });
    expect(asked).toEqual([]);
  });

  test('of which nobody knows is none', async () => {
    expect(await send('upd_none')).toBe('done');
    expect(asked).toEqual([]);
  });

  test('that was asked for on what is linked since is recorded where it was linked to', async () => {
    const own = await tapped();
    const to = `${id}1`;
    await doc(`incidents/${to}`).set({ ...incident, id: to });
    await doc(`incidents/${to}/contacts/con_a`).set(contactOf(incident, 'a'));
    await doc(`incidents/${id}`).update({ status: 'linked', linkedTo: to });
    expect(await send(own, { answered: [taken] })).toBe('done');
    const { docs } = await firestore().collection(`incidents/${to}/timeline`).get();
    expect(docs.map((each) => each.get('type'))).toContain('customer-updated');
    expect((await events()).map(({ type }) => type)).not.toContain('customer-updated');
    expect(await update(own)).toMatchObject({ state: 'sent', incidentId: id });
  });

  test('whose customers are known no longer is no longer on its way, and meets nobody’s slot', async () => {
    const own = await tapped();
    await doc(`incidents/${id}/contacts/con_a`).delete();
    expect(await send(own, { answered: [taken] })).toBe('done');
    expect(await update(own)).toMatchObject({ state: 'sent', commentId: '7' });
    expect((await events()).map(({ type }) => type)).toEqual(['update-requested', 'customer-updated']);
  });
});

describe('an update that a 2xx has accepted without saying which comment it is', () => {
  const unseen = 'It was accepted without an answer of the tool, and is not seen on the ticket.';

  test.each<[what: string, body: unknown, then: () => Answer, settled: object]>([
    ['is found on the ticket', {}, () => ({ status: 200, body: [listed()] }), { state: 'sent', commentId: '9' }],
    ['is not found there', {}, () => ({ status: 200, body: [] }), { state: 'sent', commentId: '' }],
    ['may not be looked for', {}, () => ({ status: 403 }), { state: 'sent', commentId: '' }],
    ['is found without any JSON', 'x', () => ({ status: 200, body: [listed()] }), { state: 'sent', commentId: '9' }],
    ['is not found, and no JSON came', 'x', () => ({ status: 200, body: [] }), { state: 'unknown', error: unseen }],
  ])('and that %s', async (_, body, then, settled) => {
    const own = await tapped();
    expect(await send(own, { answered: [{ status: 201, body }, then()] })).toBe('done');
    expect(await update(own)).toMatchObject({ ...settled, taken: { at: at() } });
    // However often the message comes again, for a day: nothing more is written.
    for (let count = 0; count < 15; count += 1) {
      await send(own, { after: 2 * minute, answered: [{ status: 200, body: [] }] });
    }
    expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test('is looked for until the ticket can be read, for as long as anybody waits', async () => {
    const own = await tapped();
    answers = [{ status: 201 }, { status: 503 }, { status: 503 }, { status: 200, body: [listed()] }];
    const sent = at();
    const later = () => {
      small.pass(minute);
      return send(own);
    };
    expect([await send(own), await later(), await later()]).toEqual([comesAgain, comesAgain, 'done']);
    expect(await update(own)).toMatchObject({ state: 'sent', sentAt: sent, commentId: '9' });
    expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'GET']);
    const [next] = (await tap({}, { message: '続報です。' })).updates;
    const other = next?.id ?? '';
    expect(await send(other, { answered: [{ status: 201 }, { status: 503 }] })).toEqual(comesAgain);
    expect(await send(other, { after: 15 * minute + 1, answered: [{ status: 503 }] })).toBe('done');
    expect(await update(other)).toMatchObject({ state: 'sent', sentAt: at(-15 * minute - 1), commentId: '' });
  });

  test('is looked for, and not sent again, where we could not store that it was accepted', async () => {
    const own = await tapped();
    small.faults.add({ target: 'firestore.Commit', effect: 'fail', code: 'PERMISSION_DENIED', skip: 1 });
    expect(await send(own, { answered: [{ status: 201 }] })).toContain('PERMISSION_DENIED');
    small.pass(minute);
    answers = [{ status: 200, body: [listed({ created_at: at(-minute).toISOString() })] }];
    expect(await send(own)).toBe('done');
    expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(await update(own)).toMatchObject({ state: 'sent', commentId: '9' });
  });

  test('is only looked for where its sender died before it could look', async () => {
    const own = await tapped();
    await doc(`updates/${own}`).update({ 'delivery.state': 'unknown', taken: { at: at(), isReadable: true } });
    expect(await send(own, { after: minute, answered: [{ status: 200, body: [] }] })).toBe('done');
    expect(asked.map(({ method }) => method)).toEqual(['GET']);
    expect(await update(own)).toMatchObject({ state: 'sent', sentAt: at(-minute), commentId: '' });
  });
});

describe('an update that may be there', () => {
  /** A minute after an answer that was lost. */
  const lost = async (): Promise<string> => {
    const own = await tapped();
    expect(await send(own, { answered: [{ status: 500 }] })).toEqual(comesAgain);
    asked = [];
    return own;
  };

  test('is looked for a minute later, and nothing is asked before', async () => {
    const own = await lost();
    expect(await update(own)).toMatchObject({
      state: 'unknown',
      mayBeThere: true,
      error: 'It answered 500.',
      leasedUntil: null,
      retryAt: at(minute),
    });
    expect(await send(own, { after: minute - 1 })).toEqual(hasToWait);
    small.pass(1);
    answers = [{ status: 200, body: [] }, taken];
    expect(await send(own)).toBe('done');
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/v2/tickets/310/conversations?per_page=100&page=1',
      'POST /api/v2/tickets/310/reply',
    ]);
    expect(await update(own)).toMatchObject({ state: 'sent', commentId: '7', sentAt: at(), error: null });
  });

  test.each<[what: string, createdMs: number, sentMs: number]>([
    ['when the tool took it', -30 * second, -30 * second],
    ['not before it was asked for', -70 * second, -minute],
    ['not later than now', 5 * minute, 0],
  ])('and is there has been sent %s', async (_, createdMs, sentMs) => {
    const own = await lost();
    small.pass(minute);
    answers = [{ status: 200, body: [listed({ created_at: at(createdMs).toISOString() })] }];
    expect(await send(own)).toBe('done');
    expect(await update(own)).toMatchObject({ state: 'sent', commentId: '9', sentAt: at(sentMs), error: null });
    const updated = (await events()).find(({ type }) => type === 'customer-updated');
    expect(updated).toMatchObject({ occurredAt: at(sentMs) });
  });

  test('is no other update of ours, though in the same words', async () => {
    const own = await lost();
    const other = { ...(await raw(own)), id: 'upd_other', state: 'sent', commentId: '9' };
    await doc('updates/upd_other').set(other);
    small.pass(minute);
    answers = [{ status: 200, body: [listed()] }, taken];
    await send(own);
    expect(await update(own)).toMatchObject({ commentId: '7' });
  });

  test('of which the tool does not say waits, and is unknown after a quarter of an hour', async () => {
    const own = await lost();
    expect(await send(own, { after: minute, answered: [{ status: 503 }] })).toEqual(comesAgain);
    expect(await update(own)).toMatchObject({
      state: 'unknown',
      mayBeThere: true,
      leasedUntil: null,
      retryAt: expect.any(Date),
      error: 'It answered 503.',
    });
    expect(await send(own, { after: 14 * minute + 1, answered: [{ status: 503 }] })).toBe('done');
    const error = 'Whether it got there could not be read. It answered 503.';
    expect(await update(own)).toMatchObject({ state: 'unknown', error });
    expect(await readIncident()).toMatchObject({ failedUpdates: 1 });
    expect(await readContact()).toMatchObject({ unreached: { updateId: own, why: error } });
    expect((await events()).at(-1)).toMatchObject({ type: 'update-failed', detail: { state: 'unknown' } });
  });

  test('that is not there after a quarter of an hour is sent no more', async () => {
    const own = await lost();
    expect(await send(own, { after: 15 * minute + 1, answered: [{ status: 200, body: [] }] })).toBe('done');
    expect(await update(own)).toMatchObject({
      state: 'failed',
      error: 'The tool did not take it within 15 min. It answered 500.',
    });
  });

  test('on a ticket that the tool does not know cannot be read', async () => {
    const own = await lost();
    expect(await send(own, { after: minute, answered: [{ status: 404 }] })).toBe('done');
    expect(await update(own)).toMatchObject({
      state: 'unknown',
      error: 'Whether it got there could not be read. The tool does not know the ticket (404).',
    });
  });

  test.each<[what: string, echo: { commentId?: string }, answered: Answer[], commentId: string]>([
    ['with its id: nothing is asked', { commentId: '8' }, [], '8'],
    ['without, and it shows', {}, [{ status: 200, body: 'listed' }], '9'],
    ['without, and it does not show yet', {}, [{ status: 200, body: [] }], ''],
    ['without, and the ticket is not known', {}, [{ status: 404 }], ''],
  ])('and of which the tool has told %s', async (_, echo, answered, commentId) => {
    const own = await lost();
    small.pass(minute);
    await takeEcho({ updateId: own, at: at(-50 * second), ...echo }, {} as never);
    // The failed first try has had its card edited as well.
    expect(small.published()).toEqual([{ cardsOf: id }, { updateId: own }]);
    const created_at = at(-50 * second).toISOString();
    answers = answered.map((each) => (each.body === 'listed' ? { ...each, body: [listed({ created_at })] } : each));
    expect(await send(own)).toBe('done');
    expect(await update(own)).toMatchObject({ state: 'sent', commentId, sentAt: at(-50 * second) });
    expect(asked).toHaveLength(answered.length);
  });

  test('and of which the tool has told waits while it cannot be read, and then is there', async () => {
    const own = await lost();
    small.pass(minute);
    await takeEcho({ updateId: own, at: at(-50 * second) }, {} as never);
    expect(await send(own, { answered: [{ status: 503 }] })).toEqual(comesAgain);
    expect(await send(own, { after: 14 * minute + 1, answered: [{ status: 503 }] })).toBe('done');
    expect(await update(own)).toMatchObject({ state: 'sent', commentId: '' });
  });
});

test('an echo of what is kept no longer sets nothing off', async () => {
  await takeEcho({ updateId: 'upd_gone', at: at() }, {} as never);
  expect(small.published()).toEqual([]);
});

describe('a note to the reporter', () => {
  const note = (more: Partial<Note> = {}): Note => ({
    kind: 'filed',
    incidentId: id,
    at: at(),
    urgency: { level: 'high', rule: 'occurred-within-one-hour' },
    ticket: { tool: 'freshdesk', id: '310' },
    ...more,
  });
  const tell = async (of: Note, by: Policy = policy) => {
    await sendNote(of, { incident, now: at(), policy: by } as never);
    return (small.published() as { updateId: string }[]).map((each) => each.updateId);
  };
  const kept = async (noteId: string): Promise<Record<string, unknown>> =>
    whole((await readDoc(`ticketNotes/${noteId}`)) as never);

  test('is stored whole, once, and sent as a note that says nothing on the incident', async () => {
    const [own = '', ...others] = await tell(note());
    expect(others).toEqual([]);
    const record = await kept(own);
    expect(record).toEqual({
      ...justAsked(),
      id: own,
      batchId: expect.stringMatching(/^noteb_/),
      customers: [],
      tool: 'freshdesk',
      ticketId: '310',
      url: null,
      text: expect.stringContaining('起票'),
      isNote: true,
      state: 'sending',
      requestedBy: 'rule',
      error: null,
    });
    const first = at();
    small.pass(second);
    expect(await tell(note({ at: first }))).toEqual([own]);
    expect(await kept(own)).toEqual(record);
    expect(await send(own, { answered: [taken] })).toBe('done');
    expect(asked).toMatchObject([{ path: '/api/v2/tickets/310/notes', body: { private: true } }]);
    expect(await kept(own)).toMatchObject({ state: 'sent', commentId: '7' });
    expect(await events()).toEqual([]);
  });

  test.each<[kind: Note['kind'], told: string[]]>([
    ['filed', ['310']],
    ['reclassified', ['310']],
    ['recovered', ['310', '311']],
    ['not-occurring', ['310', '311']],
  ])('of %s goes to %j', async (kind, told) => {
    await keepContact('b', { ticket: { tool: 'freshdesk', id: '311' } });
    await keepContact('c', { ticket: { tool: 'generic', id: '312' } });
    await keepContact('d', { ticket: { tool: 'jira', id: '313' } });
    await keepContact('e');
    const ids = await tell(note({ kind }));
    expect((await Promise.all(ids.map(kept))).map((each) => each.ticketId)).toEqual(told);
  });

  test('of the second end of one incident is another', async () => {
    const ends = [await tell(note({ kind: 'recovered' })), await tell(note({ kind: 'recovered', at: at(-minute) }))];
    expect(new Set(ends.flat()).size).toBe(2);
  });

  test('waits for its turn, so many a minute, and is left out where that would be an hour from now', async () => {
    const every = (ms: number) => ({ ...policy, outgoing: { ...policy.outgoing, notesAMinute: minute / ms } });
    const ids: string[] = [];
    for (const ms of [minute, minute, ...Array(6).fill((60 - 2) * 15 * second)]) {
      const [own] = await tell(note({ ticket: { tool: 'freshdesk', id: String(ids.length) } }), every(ms));
      if (own) ids.push(own);
    }
    expect(ids).toHaveLength(7);
    const turns = await Promise.all([0, 1, 6].map((number) => kept(ids[number] ?? '')));
    expect(turns.map(({ retryAt, requestedAt, soughtSince }) => [retryAt, requestedAt, soughtSince])).toEqual([
      [null, at(), at()],
      [at(minute), at(minute), at()],
      [at(60 * minute), at(60 * minute), at()],
    ]);
    const [, next = ''] = ids;
    expect(await send(next, { after: minute - 1 })).toEqual(hasToWait);
    expect(await send(next, { after: 1, answered: [taken] })).toBe('done');
  });

  test('goes nowhere without an account', async () => {
    given({ FRESHDESK_API_URL: undefined });
    expect(await tell(note())).toEqual([]);
  });
});

describe('a tool that does not answer', () => {
  test('is asked every ten seconds by the first that comes, also for the last time', async () => {
    const own = await tapped();
    given({ FRESHDESK_API_URL: 'http://127.0.0.1:1' });
    // Nothing has left: nobody was kept waiting.
    expect(await send(own)).toEqual(comesAgain);
    expect(await update(own)).toMatchObject({ error: 'It could not be reached: ECONNREFUSED.', mayBeThere: false });
    given();
    await doc(`updates/${own}`).update({ 'delivery.retryAt': null });
    let isSilent = true;
    whileAsked = async ({ socket }) => {
      if (isSilent) socket.destroy();
    };
    expect(await send(own)).toEqual(comesAgain);
    await doc(`updates/${own}`).update({ 'delivery.retryAt': null });
    expect(await send(own)).toBe('the tool does not answer');
    expect(await send(own, { after: 10 * second - 1 })).toBe('the tool does not answer');
    expect(await send(own, { after: 1 })).toEqual(comesAgain);
    expect(await send(own)).toEqual(hasToWait);
    isSilent = false;
    expect(await send(own, { after: minute, answered: [{ status: 503 }] })).toEqual(comesAgain);
    small.pass(minute);
    // It has answered, whatever.
    expect(await send(own, { answered: [{ status: 200, body: [] }] })).toEqual(comesAgain);
  });

  /** Of which the tool has said nothing, and by now it is asked only now and then. */
  const unanswered = async (): Promise<string> => {
    const own = await tapped();
    whileAsked = async ({ socket }) => socket.destroy();
    expect(await send(own)).toEqual(comesAgain);
    await doc(`updates/${own}`).update({ 'delivery.retryAt': null });
    expect(await send(own)).toBe('the tool does not answer');
    asked = [];
    return own;
  };

  test('and has reported an update is asked nothing more about it, and nobody waits for its turn', async () => {
    const own = await unanswered();
    await takeEcho({ updateId: own, at: at(), commentId: '8' }, {} as never);
    expect(await send(own)).toBe('done');
    expect(await update(own)).toMatchObject({ state: 'sent', commentId: '8', sentAt: at() });
    expect(asked).toEqual([]);
  });

  test('is asked at once where the clock was set back', async () => {
    const own = await unanswered();
    expect(await send(own, { after: -minute })).toEqual(comesAgain);
    expect(asked).toHaveLength(1);
  });

  test('keeps nobody waiting for what is over, and for the last word two minutes longer', async () => {
    const own = await tapped();
    const silent = 'upd_silent';
    const { delivery, ...record } = await raw(own);
    const lost = { ...record, delivery: { ...delivery, state: 'unknown' } };
    await doc(`updates/${silent}`).set({ ...lost, id: silent });
    whileAsked = async ({ socket }) => socket.destroy();
    expect(await send(silent, { after: 15 * minute + 1 })).toBe('done');
    const later = 'upd_later';
    await doc(`updates/${later}`).set({ ...lost, id: later });
    expect(await send(later)).toBe('the tool does not answer');
    // Never asked for, and too late: there is nothing to ask.
    expect(await send(own)).toBe('done');
    expect(await update(own)).toMatchObject({ state: 'failed' });
    small.pass(2 * minute - 1);
    await doc(`updates/${silent}`).update({ state: 'unknown' });
    expect(await send(silent)).toBe('done');
    expect(await send(later)).toBe('the tool does not answer');
    expect(await send(later, { after: 1 })).toBe('done');
    expect(await update(later)).toMatchObject({ state: 'unknown' });
  });
});

test.each<[what: string, answered: Answer, tried: object]>([
  ['known', { status: 200, body: { contact: { name: 'Metronome' } } }, { outcome: 'known', detail: 'Metronome' }],
  ['away', { status: 503 }, { outcome: 'unknown', detail: 'It answered 503.' }],
  ['refused', { status: 401 }, { outcome: 'refused', detail: expect.stringContaining('401') }],
])('a connection that is tried is %s', async (_, answered, tried) => {
  answers = [answered];
  await outgoing({
    id: 'e',
    data: { message: { data: Buffer.from(JSON.stringify({ tryTool: 'freshdesk' })).toString('base64') } },
  } as never);
  expect(asked).toMatchObject([{ method: 'GET', path: '/api/v2/agents/me' }]);
  expect(await readDoc('connections/ticket-freshdesk')).toEqual({ tried: { at: at(), ...tried } });
});

test('a connection that lacks something says what', async () => {
  given({ FRESHDESK_API_URL: undefined, FRESHDESK_API_KEY: undefined });
  await tryConnection('freshdesk', way);
  expect(await readDoc('connections/ticket-freshdesk')).toEqual({
    tried: { at: at(), outcome: 'not-set', detail: 'FRESHDESK_DOMAIN, FRESHDESK_API_KEY' },
  });
});

describe('the issue of a next action', () => {
  let actionId = '';
  const environment = (more: Record<string, string | undefined> = {}) =>
    small.give({
      JIRA_API_URL: side.url,
      JIRA_API_EMAIL: 'm@example.jp',
      JIRA_API_TOKEN: 'token',
      JIRA_PROJECT: 'OPS',
      ...more,
    });
  beforeEach(async () => {
    environment();
    actionId = `act_${String(count).padStart(24, '0')}`;
    const stated = {
      description: '監視を\n足す',
      kind: 'detect' as const,
      doneWhen: '鳴る',
      owner: 'mori@example.jp',
      bundleId: '2026-W48',
    };
    await doc(`actions/${actionId}`).set(proposeAction(actionId, stated, null, by(), policy));
    await requestTicket(actionId, { actor: 'sato@example.jp', now: at(), policy });
  });
  const ref = () => doc(`actions/${actionId}`);
  /** With what the ledger keeps of it. */
  const ticket = async () => {
    const { ticket, delivery } = await readDoc(`actions/${actionId}`);
    const { leasedUntil, retryAt } = delivery as Delivery;
    return { ...(ticket as object), mayBeThere: mayBeThere(delivery as Delivery), leasedUntil, retryAt };
  };
  const see = (of: Meanwhile = {}) => {
    meanwhile(of);
    return said(seeToActionTicket(actionId, way, async () => actionTickets));
  };
  const kept = (more: object = {}) => ({
    state: 'making',
    requestedAt: expect.any(Date),
    requestedBy: 'sato@example.jp',
    key: null,
    error: null,
    mayBeThere: false,
    leasedUntil: null,
    retryAt: null,
    checkedAt: null,
    closedAt: null,
    ...more,
  });

  test('is made of the action, and known of it with its address', async () => {
    await ref().update({ dueAt: new Date('2026-12-18T00:00:00Z') });
    let leased: unknown;
    whileAsked = async () => {
      leased = await ticket();
    };
    answers = [{ status: 201, body: { key: 'OPS-7', self: 'https://acme.atlassian.net/rest/api/3/issue/10007' } }];
    expect(await see()).toBe('done');
    expect(leased).toEqual(kept({ mayBeThere: true, leasedUntil: at(180 * second) }));
    const action = await readDoc(`actions/${actionId}`);
    const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] });
    expect(asked).toEqual([
      {
        method: 'POST',
        path: '/rest/api/3/issue',
        body: {
          fields: {
            project: { key: 'OPS' },
            issuetype: { name: 'Task' },
            summary: '監視を 足す',
            description: { type: 'doc', version: 1, content: [paragraph('監視を\n足す'), paragraph('鳴る')] },
            labels: ['metronome-action', `metronome-${actionId}`],
            duedate: '2026-12-18',
          },
          properties: [{ key: 'metronome', value: { actionId } }],
        },
      },
    ]);
    expect(action).toMatchObject({ ticketUrl: 'https://acme.atlassian.net/browse/OPS-7', status: 'agreed' });
    expect(await ticket()).toEqual(kept({ state: 'made', key: 'OPS-7', checkedAt: at() }));
  });

  test('is of the kind that is set, and where Jira does not say where it is, it is at Jira’s', async () => {
    environment({ JIRA_ISSUE_TYPE: 'Story' });
    await see({ answered: [{ status: 201, body: { key: 'OPS-8' } }] });
    expect(asked).toMatchObject([{ body: { fields: { issuetype: { name: 'Story' } } } }]);
    expect(await readDoc(`actions/${actionId}`)).toMatchObject({ ticketUrl: `${side.url}/browse/OPS-8` });
  });

  test.each([
    ['2026-12-18T14:59:59.999Z', '2026-12-18'],
    ['2026-12-18T15:00:00.000Z', '2026-12-19'],
    ['2026-12-18T23:30:00.000Z', '2026-12-19'],
  ])('whose action is due at %s is due on the day that this is in Tokyo: %s', async (dueAt, day) => {
    await ref().update({ dueAt: new Date(dueAt) });
    await see({ answered: [{ status: 201, body: { key: 'OPS-9' } }] });
    expect(asked).toMatchObject([{ body: { fields: { duedate: day } } }]);
  });

  test.each([255, 256])('has a summary of one line, of %i characters', async (length) => {
    await ref().update({ description: '監'.repeat(length) });
    await see({ answered: [{ status: 403 }] });
    const summary = length === 255 ? '監'.repeat(255) : `${'監'.repeat(254)}…`;
    expect(asked).toMatchObject([{ body: { fields: { summary } } }]);
  });

  const wrongFields = { status: 400, body: { errors: { summary: 'x', 'no field': 'y', duedate: 'z' } } };
  const failed = (error: string) => ({ state: 'failed', error });
  const full = 'It takes no more requests for now (429).';
  test.each<[what: string, answer: Answer, then: object, said: unknown]>([
    [
      'names the fields that are wrong',
      wrongFields,
      failed('It answered 400. It does not take: summary, duedate.'),
      'done',
    ],
    ['refuses it', { status: 422 }, failed('It answered 422.'), 'done'],
    ['takes nothing now', { status: 429, headers: { 'retry-after': '30' } }, { error: full, retryAt: 30 }, comesAgain],
    ['may have taken it', { status: 502 }, { mayBeThere: true, error: 'It answered 502.', retryAt: 60 }, comesAgain],
    ['does not say which it is', { status: 201 }, failed(expect.stringContaining('201 without the issue.')), 'done'],
  ])('waits or has failed where Jira %s', async (_, answered, then, said) => {
    expect(await see({ answered: [answered] })).toEqual(said);
    const { retryAt, ...rest } = then as { retryAt?: number };
    expect(await ticket()).toEqual(kept({ ...rest, retryAt: retryAt ? at(retryAt * second) : null }));
    if (!retryAt) return;
    asked = [];
    expect(await see({ after: retryAt * second - 1 })).toEqual(hasToWait);
    expect(asked).toEqual([]);
  });

  const found = (...issues: object[]) => ({ status: 200, body: { issues } });
  const made = { state: 'made', key: 'OPS-9' };
  test.each<[what: string, answered: Answer[], then: object, methods: string[]]>([
    ['is there', [found({ key: 'OPS-9', self: 'https://acme.atlassian.net/x' })], made, ['GET']],
    ['is not there', [found(), { status: 201, body: { key: 'OPS-9' } }], made, ['GET', 'POST']],
    ['cannot be read', [{ status: 503 }], { state: 'making', mayBeThere: true, error: 'It answered 503.' }, ['GET']],
    ['may not be read', [{ status: 403 }], { state: 'failed' }, ['GET']],
  ])('that may have been made is looked for: it %s', async (_, answered, then, methods) => {
    await ref().update({ 'delivery.state': 'unknown' });
    answers = answered;
    await see();
    expect(asked.map(({ method }) => method)).toEqual(methods);
    const jql = encodeURIComponent(`labels = "metronome-${actionId}"`);
    expect(asked[0]?.path).toBe(`/rest/api/3/search/jql?jql=${jql}&fields=status&maxResults=1`);
    expect(await ticket()).toMatchObject(then);
  });

  test.each<[passes: number, state: string]>([
    [15 * minute, 'making'],
    [15 * minute + 1, 'failed'],
  ])('that Jira has not taken %i ms after it was asked for is %s', async (passes, state) => {
    await see({ after: passes, answered: [{ status: 503 }] });
    const error = state === 'failed' ? 'Jira did not take it in time. It answered 503.' : 'It answered 503.';
    expect(await ticket()).toMatchObject({ state, error });
  });

  const inState = (key: string) => ({ status: 200, body: { fields: { status: { statusCategory: { key } } } } });
  test.each<[what: string, answered: Answer, then: object]>([
    ['is open', inState('new'), { checkedAt: 0 }],
    ['is worked on', inState('indeterminate'), { checkedAt: 0 }],
    ['is done', inState('done'), { checkedAt: 0, closedAt: 0 }],
    ['cannot be read', { status: 503 }, { error: 'It answered 503.' }],
    ['is not there', { status: 404 }, { error: 'The tool does not know the ticket (404).' }],
  ])('that was made is looked at again: it %s, and nobody waits for it', async (_, answered, then) => {
    await ref().update({ 'ticket.key': 'OPS 7', 'ticket.state': 'made' });
    expect(await see({ answered: [answered] })).toBe('done');
    expect(asked).toMatchObject([{ method: 'GET', path: '/rest/api/3/issue/OPS%207?fields=status' }]);
    const times = Object.fromEntries(
      Object.entries(then).map(([name, value]) => [name, typeof value === 'number' ? at(value) : value]),
    );
    expect(await ticket()).toEqual(kept({ key: 'OPS 7', state: 'made', ...times }));
  });

  test.each<[missing: Record<string, undefined>, error: string]>([
    [{ JIRA_API_URL: undefined }, 'JIRA_SITE is not set.'],
    [{ JIRA_API_EMAIL: undefined, JIRA_API_TOKEN: undefined }, 'JIRA_API_EMAIL and JIRA_API_TOKEN is not set.'],
    [{ JIRA_PROJECT: undefined }, 'JIRA_PROJECT is not set.'],
  ])('has failed without %j', async (missing, error) => {
    environment(missing);
    expect(await see()).toBe('done');
    expect([asked, await ticket()]).toEqual([[], kept({ state: 'failed', error })]);
    // Nobody wants it any more.
    expect(await see()).toBe('done');
  });

  test('is left to who makes it, and a Jira that does not answer is asked by few', async () => {
    await ref().update({ 'delivery.leasedUntil': at(1) });
    expect(await see()).toBe('another is at it');
    small.pass(1);
    whileAsked = async ({ socket }) => socket.destroy();
    expect(await see()).toEqual(comesAgain);
    expect(await see()).toBe('Jira does not answer');
  });
});

test('an update of which one customer is known no longer meets the slot of the other', async () => {
  await doc(`incidents/${id}/contacts/con_a`).update({ customers: [{ id: 'a' }, { id: 'gone' }] });
  const own = await tapped();
  await doc(`incidents/${id}/contacts/con_a`).update({ customers: [{ id: 'a' }] });
  await send(own, { answered: [taken] });
  expect((await readDoc(`incidents/${id}/contacts/con_a`)).lastUpdateAt).toEqual(at());
});
