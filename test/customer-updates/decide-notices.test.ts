/** What one look at an incident brings about: a row a boundary. */
import { describe, expect, test } from 'vitest';
import {
  contactOf as contactOfWord,
  decideNotices,
  type Plan,
} from '../../functions/customer-updates/decide-notices.ts';
import { slotsClosedEvent } from '../../functions/customer-updates/look-events.ts';
import type { CustomerMessage } from '../../functions/incidents/facts/decision.ts';
import { policy } from '../../functions/policy.ts';
import { rowsOf } from '../in-a-line.ts';
import { at, contactOf, scheduled } from '../incidents/rhythm/rhythm.ts';
import { contact, incident, type Look, rowsOfLooks } from './rows-of-looks.ts';

/** @returns of the contacts those that it changes */
function look(
  now: string | Date,
  { of = incident, facts = {}, contacts = [contact], pending = [], scopeDueAt }: Look = {},
) {
  const timer = { pending, ...(scopeDueAt ? { scopeDueAt } : {}) };
  const when = typeof now === 'string' ? at(now) : now;
  const plan = decideNotices(scheduled({ ...of, ...facts }), contacts, timer, when, policy);
  return { ...plan, contacts: plan.contacts.filter((each) => !contacts.includes(each)) };
}

/** Contacts by their ids, and of a changed one its newest fact. */
function shown({ notice, contacts, incident: after, ...plan }: Plan): object {
  const told = notice && {
    ...notice,
    told: notice.told.map(({ contact: { id }, dueAt }) => ({ id, dueAt })),
    questioned: notice.questioned.map(({ contact: of, word }) => ({ contact: of?.id, word })),
    escalated: notice.escalated.map(({ id }) => id),
    unreached: notice.unreached.map(({ id }) => id),
  };
  const changed = contacts.map(({ id, facts, escalatedAt }) => ({ id, fact: facts.at(-1), escalatedAt }));
  return { notice: told, contacts: changed, slots: after.slots, paging: after.paging, ...plan };
}

test('each look brings about this, and nothing else (else: vitest -u, and read what has changed)', async () => {
  const rows = Object.entries(rowsOfLooks).map(([what, [now, of]]) => [what, shown(look(now, of))]);
  await expect(rowsOf(Object.fromEntries(rows))).toMatchFileSnapshot('looks-whole.txt');
});

test('a slot that nobody has any more is nobody’s', () => {
  const slot = { contactId: 'con_x', dueAt: at('24 10:15'), endAt: at('24 10:45'), missedInARow: 1, reason: '' };
  const { detail } = slotsClosedEvent([{ ...slot, outcome: 'missed' }], [contact], at('24 10:45'));
  expect(detail).toMatchObject({ contactId: 'con_x', customers: [] });
});

describe('a word is from', () => {
  const onTicket = { ...contactOf(incident, 'b'), ticket: { tool: 'zendesk', id: '7' } };
  const { ticket: _, ...offTicket } = contactOf(incident, 'c');
  const chain = { ...offTicket, id: 'con_chain', customers: [{ id: 'd' }, { id: 'e' }] };
  const all = [offTicket, contact, onTicket, chain];
  test.each<[string, CustomerMessage, string | undefined]>([
    ['one of several who are told together', { customers: ['e'], ticket: { tool: 'zendesk', id: '7' } }, 'con_chain'],
    ['the customer that the tool names', { customers: ['x', 'a'], ticket: { tool: 'zendesk', id: '7' } }, 'con_a'],
    ['whose ticket it is', { customers: ['x'], ticket: { tool: 'zendesk', id: '7' } }, 'con_b'],
    ['nobody, on another ticket', { customers: [], ticket: { tool: 'zendesk', id: '8' } }, undefined],
    ['nobody, on another tool’s ticket', { customers: [], ticket: { tool: 'jira', id: '7' } }, undefined],
  ])('%s', (_, word, id) => {
    expect(contactOfWord(word, all)?.id).toBe(id);
  });
});
