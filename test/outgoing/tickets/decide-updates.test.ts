/** Who gets which update by which ticket, which updates are already being sent, and since when a lost one is looked for. */
import { describe, expect, test } from 'vitest';
import type { Incident } from '../../../functions/incidents/incident.ts';
import type { Contact } from '../../../functions/incidents/rhythm/contact.ts';
import {
  type Asked,
  type DecidedUpdates,
  decideUpdates,
  refuseTold,
  type UpdateRequest,
} from '../../../functions/outgoing/tickets/decide-updates.ts';
import type { UpdateRecord } from '../../../functions/outgoing/tickets/update.ts';
import type { Config } from '../../../functions/platform/config.ts';
import { newDelivery } from '../../../functions/platform/delivery.ts';
import { policy as ours, type Policy } from '../../../functions/policy.ts';
import { refuse } from '../../../functions/words/refusals/refuse.ts';
import { at, contactOf, incidentAt } from '../../incidents/rhythm/rhythm.ts';

const now = at('24 12:00');
const minutes = (count: number): Date => new Date(now.getTime() + count * 60_000);
const policy: Policy = { ...ours, outgoing: { ...ours.outgoing, giveUpAfter: 'PT15M', sameTextWithin: 'PT5M' } };
const asked: Asked = {
  actor: 'sato@example.jp',
  now,
  policy,
  batchId: 'upb_1',
  maySend: true,
  config: {
    ZENDESK_SUBDOMAIN: 'shop',
    ZENDESK_OAUTH_CLIENT_ID: 'metronome',
    ZENDESK_OAUTH_CLIENT_SECRET: 'a secret',
  } as Config,
};
const message = '確認中です。';
const request: UpdateRequest = { customers: 'all', message, isRecovery: false };

/** Reported by `a` on Zendesk’s ticket 1. */
const incident = (facts: Partial<Incident> = {}): Incident => ({
  ...incidentAt(at('24 10:00'), {}, { customer: { id: 'a' } }),
  origin: { tool: 'zendesk', id: '1' },
  reporter: { id: 'a' },
  ...facts,
});
function waiting(id: string, ticketId: string | undefined, more: Partial<Contact> = {}): Contact {
  const { ticket: _, ...contact } = contactOf(incident(), id);
  return { ...contact, ...(ticketId === undefined ? {} : { ticket: { tool: 'zendesk', id: ticketId } }), ...more };
}
const a = waiting('a', '1');
const b = waiting('b', '2');
const sending = (more: Partial<UpdateRecord>): UpdateRecord => ({
  id: 'upd_0',
  incidentId: 'inc_1',
  batchId: 'upb_0',
  customers: ['a'],
  tool: 'zendesk',
  ticketId: '1',
  url: null,
  text: message,
  isRecovery: false,
  state: 'sent',
  requestedAt: minutes(-1),
  requestedBy: 'mori@example.jp',
  sentAt: null,
  commentId: null,
  error: null,
  soughtSince: minutes(-1),
  delivery: newDelivery(minutes(-1)),
  expireAt: now,
  ...more,
});
/** @param recent updates of the incident that are on their way or were just sent */
const decide = (
  { recent = [], ...facts }: Partial<Incident> & { recent?: UpdateRecord[] },
  contacts: Contact[],
  more: Partial<UpdateRequest> = {},
  by: Partial<Asked> = {},
) => decideUpdates(incident(facts), contacts, recent, { ...request, ...more }, { ...asked, ...by });
function decided(...given: Parameters<typeof decide>): DecidedUpdates {
  const of = decide(...given);
  if ('refused' in of) throw new Error(of.refused.text);
  return of;
}

test.each<[string, Partial<UpdateRecord>[], boolean, number]>([
  ['nothing was lost', [], false, 0],
  ['the same words on the same ticket', [{ state: 'unknown', requestedAt: minutes(-40) }], true, -40],
  [
    'of two the first',
    [
      { state: 'unknown', requestedAt: minutes(-20) },
      { state: 'unknown', requestedAt: minutes(-40) },
    ],
    true,
    -40,
  ],
  ['also what has been under way for too long', [{ state: 'sending', requestedAt: minutes(-16) }], true, -16],
  ['other words', [{ state: 'unknown', requestedAt: minutes(-40), text: '復旧しました。' }], false, 0],
  ['another ticket', [{ state: 'unknown', requestedAt: minutes(-40), ticketId: '2', customers: ['b'] }], false, 0],
  ['another tool’s ticket', [{ state: 'unknown', requestedAt: minutes(-40), tool: 'jira' }], false, 0],
  ['what has failed', [{ state: 'failed', requestedAt: minutes(-40) }], false, 0],
  ['what somebody was to send by hand', [{ state: 'by-hand', requestedAt: minutes(-40) }], false, 0],
  ['what is there', [{ state: 'sent', requestedAt: minutes(-40) }], false, 0],
])('after an answer that was lost: %s', (_, before, mayBeThere, since) => {
  const { updates } = decided({ recent: before.map(sending) }, [a]);
  const delivery = { state: mayBeThere ? 'unknown' : 'waiting' };
  expect(updates).toMatchObject([{ delivery, soughtSince: minutes(since) }]);
});

describe('what is on its way already', () => {
  const busy = (more: Partial<UpdateRecord>, contacts = [a], whom: UpdateRequest['customers'] = 'all') => {
    const of = decide({ recent: [sending({ state: 'sending', text: 'x', ...more })] }, contacts, { customers: whom });
    return 'refused' in of ? of.status : 'sent';
  };
  test.each<[string, ReturnType<typeof busy>, number | 'sent']>([
    ['to the same customer', busy({}), 409],
    ['whose answer was lost a moment ago', busy({ state: 'unknown' }), 409],
    ['for a quarter of an hour', busy({ requestedAt: minutes(-15) }), 409],
    ['for longer', busy({ requestedAt: new Date(minutes(-15).getTime() - 1) }), 'sent'],
    ['and there', busy({ state: 'sent' }), 'sent'],
    ['and refused', busy({ state: 'failed' }), 'sent'],
    ['to another customer', busy({ customers: ['b'] }, [a, b], ['a']), 'sent'],
    ['to one of those who are told together', busy({ customers: ['c', 'a'] }), 409],
  ])('%s: %s', (_, seen, expected) => {
    expect(seen).toBe(expected);
  });
});

test('who is busy is named, each once, and who sends to them', () => {
  const both = [sending({ state: 'sending', text: 'x', customers: ['a', 'b'] })];
  const twice = [
    ...both,
    sending({ id: 'upd_2', state: 'sending', customers: ['b', 'c'], requestedBy: 'ito@example.jp' }),
  ];
  expect(decide({ recent: twice }, [a, waiting('c', '3')])).toMatchObject({
    refused: { code: 'update-on-its-way', given: { whom: 'a, b, c', who: 'mori@example.jp' } },
  });
});

describe('a second tap', () => {
  test.each<[string, Partial<UpdateRecord>, Partial<UpdateRequest>, Contact, boolean]>([
    ['of the same words', {}, {}, a, true],
    ['just within five minutes', { requestedAt: new Date(minutes(-5).getTime() + 1) }, {}, a, true],
    ['after five minutes', { requestedAt: minutes(-5) }, {}, a, false],
    ['of other words', { text: 'x' }, {}, a, false],
    ['to another', { customers: ['b'] }, {}, a, false],
    ['of what was not sent', { state: 'failed' }, {}, a, false],
    ['that tells of the recovery as well', {}, { isRecovery: true }, a, false],
    ['that tells those of the recovery who have heard it', {}, { isRecovery: true }, { ...a, stoppedAt: now }, true],
  ])('%s', (_, before, more, contact, isTold) => {
    const { updates, told } = decided({ recent: [sending(before)] }, [contact], more);
    expect([updates.length, told.length]).toEqual(isTold ? [0, 1] : [1, 0]);
  });

  test.each([
    ['＜10:30まで＞に復旧します。', '＜13:30まで＞に復旧します。'],
    ['<10:30>に復旧します。', '<13:30>に復旧します。'],
    ['復旧しました', '復旧しました。'],
    ['10:30に再開します。', '１０:３０に再開します。'],
    ['A & B', 'A &amp; B'],
    ['A B', 'AB'],
  ])('of “%s” is none where it says “%s”', (first, then) => {
    const before = sending({ text: first });
    expect(decided({ recent: [before] }, [a], { message: then }).updates).toHaveLength(1);
    expect(decided({ recent: [before] }, [a], { message: first }).told).toHaveLength(1);
    const lost = { ...before, state: 'unknown' as const, requestedAt: minutes(-40) };
    expect(decided({ recent: [lost] }, [a], { message: then }).updates).toMatchObject([
      { delivery: { state: 'waiting' } },
    ]);
  });

  test('of those who are told together, all have to have heard it', () => {
    const both = { ...a, customers: [{ id: 'a' }, { id: 'c' }] };
    const one = decided({ recent: [sending({ customers: ['c', 'z'] })] }, [{ ...a, customers: [{ id: 'c' }] }]);
    expect(one.updates).toEqual([]);
    expect(decided({ recent: [sending({})] }, [both]).updates).toHaveLength(1);
    expect(decided({ recent: [sending({}), sending({ id: 'upd_2', customers: ['c'] })] }, [both])).toMatchObject({
      updates: [],
      told: [{ id: 'upd_0' }, { id: 'upd_2' }],
    });
  });
});

test('a person who looks before a tap that would send nothing is told who has just sent it', () => {
  const told = decided({ recent: [sending({})] }, [a]);
  expect(refuseTold(told)).toMatchObject({
    status: 409,
    refused: { code: 'update-just-sent', given: { whom: 'a', who: 'mori@example.jp' } },
  });
  const other = decided({ recent: [sending({})] }, [a, b]);
  expect([other.told.length, refuseTold(other)]).toEqual([1, undefined]);
  expect(refuseTold({ updates: [], told: [] })).toBeUndefined();
});

describe('by which ticket', () => {
  const ways = (...given: Parameters<typeof decide>) =>
    decided(...given).updates.map(({ customers, ticketId, state }) => `${customers} ${ticketId} ${state}`);

  test('contacts of one ticket get one comment, others one each', () => {
    expect(decided({}, [a]).updates[0]?.tool).toBe('zendesk');
    expect(ways({}, [a, b, waiting('c', '2'), waiting('d', undefined)])).toEqual([
      'a 1 sending',
      'b,c 2 sending',
      'd null by-hand',
    ]);
  });

  test('the report’s ticket is its reporter’s alone, and the others, who are not known, have none', () => {
    const others = waiting('others', '2', { isTheOthers: true });
    expect(ways({}, [waiting('b', '1'), a, others])).toEqual(['b null by-hand', 'a 1 sending', 'others null by-hand']);
    expect(ways({ origin: { tool: 'jira', id: '1' } }, [waiting('b', '1')])).toEqual(['b 1 sending']);
  });

  test.each<[string, Partial<Incident>, Contact, Partial<Asked>, RegExp]>([
    ['a drill', { isDrill: true }, a, {}, /drill/],
    ['who has no ticket', {}, waiting('a', undefined), {}, /no ticket of their own/],
    ['a tool that nothing writes to', {}, { ...a, ticket: { tool: 'generic', id: '9' } }, {}, /“generic”/],
    ['a tool without one', {}, a, { config: { ZENDESK_SUBDOMAIN: 'shop' } as Config }, /ZENDESK_OAUTH_CLIENT_ID/],
    ['somebody whom SENDERS does not name', {}, a, { maySend: false }, /SENDERS/],
  ])('%s is for a person, with why', (_, facts, contact, by, why) => {
    const { updates } = decided(facts, [contact], {}, by);
    expect(updates).toMatchObject([
      { state: 'by-hand', soughtSince: now, delivery: { state: 'rejected', lastError: updates[0]?.error } },
    ]);
    expect(updates[0]?.error).toMatch(why);
  });

  test('its address is the ticket’s own, else where its tool shows it', () => {
    const url = 'https://help.example/1';
    const own = decided({}, [{ ...a, ticket: { tool: 'zendesk', id: '1', url } }]).updates;
    expect([own[0]?.url, decided({}, [a]).updates[0]?.url]).toEqual([url, 'https://shop.zendesk.com/agent/tickets/1']);
  });

  test('a text that the tool would change is refused, and not where a person sends it', () => {
    const placeholder = { message: '{{ticket.title}}' };
    const said = refuse('placeholder-for-zendesk');
    expect(decide({}, [a], placeholder)).toMatchObject({ status: 422, errors: [{ path: 'message', said }] });
    expect(ways({}, [a], placeholder, { maySend: false })).toEqual(['a 1 by-hand']);
  });
});

test.each<[string, Partial<Incident>, Contact[], UpdateRequest['customers'], number, string, unknown[]]>([
  ['a linked incident', { status: 'linked', linkedTo: 'inc_b' }, [a], 'all', 409, 'linked-send-there', []],
  ['a question', { kind: 'question' }, [a], 'all', 409, 'nobody-waits', []],
  ['nobody', {}, [], 'all', 422, 'none-affected', []],
  ['somebody of an incident of nobody', {}, [], ['z'], 422, 'none-affected', ['z']],
  ['somebody who is not affected, and is named', {}, [a, b], ['a', 'z', 'y', 'b'], 422, 'none-affected', ['z', 'y']],
])('%s is told nothing', (_, facts, contacts, customers, status, code, unaffected) => {
  const of = decide(facts, contacts, { customers });
  expect(of).toMatchObject({ status, refused: { code } });
  if (code === 'linked-send-there') expect(of).toMatchObject({ refused: { given: { id: 'inc_b' } } });
  const errors = 'errors' in of ? (of.errors ?? []) : [];
  expect(errors.map(({ path, said }) => [path, said?.code, said?.given.id])).toEqual(
    unaffected.map((id) => ['customers', 'not-affected', id]),
  );
});

test('a text with a place that nobody has filled in is refused', () => {
  expect(decide({}, [a], { message: '【要記入】までに回復します。' })).toMatchObject({
    status: 422,
    refused: { code: 'fill-in-first' },
    errors: [{ path: 'message', said: { code: 'fill-in-first' } }],
  });
});

describe('who is told', () => {
  const over = { ...waiting('c', '3'), customers: [{ id: 'c', name: '渋谷店' }], stoppedAt: minutes(-10) };
  const whom = (...given: Parameters<typeof decide>) => decided(...given).updates.flatMap(({ customers }) => customers);

  test('is everybody who still waits, and of those who have been told the end who is named', () => {
    expect(whom({}, [a, over, b])).toEqual(['a', 'b']);
    expect(whom({}, [a, over, b], { customers: ['c'] })).toEqual(['c']);
    expect(decide({}, [over])).toMatchObject({ status: 422, refused: { code: 'all-told-the-end' } });
  });

  test('is nobody, where the text names another customer of the incident and nobody has confirmed it', () => {
    const text = { message: '渋谷店 ご担当者様' };
    expect(decide({}, [a, over], text)).toMatchObject({
      status: 422,
      code: 'names-another-customer',
      refused: { given: { names: '渋谷店' } },
      errors: [{ path: 'message', message: expect.stringContaining('渋谷店') }],
    });
    expect(whom({}, [a, over], { ...text, confirmedNames: true })).toEqual(['a']);
    expect(whom({}, [a, over], { ...text, customers: ['c'] })).toEqual(['c']);
    // On the other's ticket it would be another customer's name as well.
    expect(decide({}, [a, over], { ...text, customers: ['a', 'c'] })).toMatchObject({ code: 'names-another-customer' });
    // A second tap of what was confirmed asks nothing.
    const before = sending({ text: text.message });
    expect(decided({ recent: [before] }, [a, over], text).told).toHaveLength(1);
  });
});

test('who is told together with a chosen customer is told as well, and it is kept as long as the policy says', () => {
  const both = { ...a, customers: [{ id: 'a' }, { id: 'c' }] };
  const kept: Policy = { ...policy, outgoing: { ...policy.outgoing, keptFor: 'P2D' } };
  const { updates } = decided({}, [both, b], { customers: ['c'] }, { policy: kept });
  expect(updates.map(({ customers, error, expireAt }) => [customers, error, expireAt])).toEqual([
    [['a', 'c'], null, minutes(2 * 24 * 60)],
  ]);
});

test('the same customers of the same tap are the same update', () => {
  const idOf = (contacts: Contact[], batchId: string) => decided({}, contacts, {}, { batchId }).updates[0]?.id;
  expect(idOf([a], 'upb_1')).toBe(idOf([a], 'upb_1'));
  expect(new Set([idOf([a], 'upb_1'), idOf([a], 'upb_2'), idOf([b], 'upb_1')]).size).toBe(3);
});
