/** What one look at an incident brings about: a row a boundary. */
import { describe, expect, test } from 'vitest';
import {
  contactOf as contactOfWord,
  decideNotices,
  type Plan,
} from '../../functions/customer-updates/decide-notices.ts';
import { slotsClosedEvent } from '../../functions/customer-updates/look-events.ts';
import type { ContactFact } from '../../functions/incidents/clocks/facts.ts';
import type { CustomerWord } from '../../functions/incidents/decision.ts';
import type { EmergencyRole } from '../../functions/incidents/emergency/emergency.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import type { TimerFacts } from '../../functions/incidents/rhythm/wake.ts';
import { policy } from '../../functions/policy.ts';
import {
  at,
  contactOf,
  incidentAt,
  miss,
  remind,
  scheduled,
  told,
  update,
  withFacts,
} from '../incidents/rhythm/rhythm.ts';

/** High and ongoing, filed at 10:00 and answered at 10:02, so that nobody is paged. */
const incident = incidentAt(at('24 10:00'), { firstResponseAt: at('24 10:02') });
const contact = contactOf(incident, 'a');
const reminded = (each: Contact, when: string): Contact => remind(each, incident, when);
const ms = (date: Date, more: number): Date => new Date(date.getTime() + more);

interface Look {
  facts?: Partial<Incident>;
  contacts?: Contact[];
  pending?: TimerFacts['pending'];
  scopeDueAt?: Date | null;
}
const look = (now: string | Date, { facts = {}, contacts = [contact], pending = [], scopeDueAt }: Look = {}): Plan =>
  decideNotices(
    scheduled({ ...incident, ...facts }),
    contacts,
    { pending, ...(scopeDueAt === undefined ? {} : { scopeDueAt }) },
    typeof now === 'string' ? at(now) : now,
    policy,
  );
const toBeTold = (kind: string, since = '24 10:00', key = 'key') => ({ kind, key, since: at(since) });
const named = (plan: Plan): string[] | undefined =>
  plan.notice?.told.map((each) => `${each.contact.customers[0]?.id ?? 'others'} ${told(each.dueAt)}`);
const detailOf = (plan: Plan, type: string): unknown => plan.events.find((each) => each.type === type)?.detail;

const since = at('24 10:01');
const emergency = { since, endedAt: null } as NonNullable<Incident['emergency']>;
const askForRoles = (when = '24 10:11', of = since) => toBeTold('role-due', when, `roles@${of.toISOString()}#1`);
const who = { who: 'sato@example.jp', at: at('24 10:04') };
/** An update that was asked for at 10:03 did not reach them. */
const unreached = (contact: Contact, updateId = 'key'): Contact => {
  const failure = {
    type: 'unreached',
    id: '00000009',
    at: at('24 10:03'),
    recordedAt: at('24 10:03'),
    updateId,
    why: '',
  };
  return { ...contact, facts: [...contact.facts, failure as ContactFact], unreached: { updateId, why: '' } };
};

describe('a notice', () => {
  const quiet = [update(contact, incident, '24 10:03')];

  test('of much at once is sent under the most urgent, and says all of it', () => {
    const missed = miss(contact, incident, '24 10:10', '24 10:40');
    const plan = look('24 11:15', {
      facts: { emergency },
      contacts: [unreached(missed)],
      pending: [
        askForRoles(),
        toBeTold('incident-filed', '24 10:00', 'filed'),
        toBeTold('recovery-questioned'),
        toBeTold('update-failed'),
        toBeTold('emergency-begun'),
      ],
    });
    expect(plan.notice?.kind).toBe('emergency-begun');
    expect(plan.notice?.kinds).toEqual([
      'emergency-begun',
      'escalation',
      'update-failed',
      'recovery-questioned',
      'incident-filed',
      'role-due',
      'update-due',
    ]);
    expect(plan.notice?.idParts).toEqual([
      `role-due:roles@${since.toISOString()}#1`,
      'incident-filed:filed',
      'recovery-questioned:key',
      'update-failed:key',
      'emergency-begun:key',
      'due:con_a@2026-11-24T02:15:00.000Z',
      'escalated@2026-11-24T02:15:00.000Z',
    ]);
  });

  test('is sent from when it is to be told on, and kept until then', () => {
    const pending = [toBeTold('incident-filed', '24 10:04', 'filed')];
    const early = look(ms(at('24 10:04'), -1), { pending, contacts: quiet });
    expect([early.notice, early.timer?.pending]).toEqual([undefined, pending]);
    const due = look('24 10:04', { pending, contacts: quiet });
    expect([due.notice?.kind, due.timer?.pending]).toEqual(['incident-filed', []]);
  });

  test('of a linked incident is the other’s to send', () => {
    const pending = [toBeTold('incident-filed'), toBeTold('incident-filed', '24 12:00')];
    expect(look('24 10:12', { facts: { status: 'linked' }, pending })).toMatchObject({ events: [], timer: null });
    expect(look('24 10:12', { facts: { status: 'linked' }, pending }).notice).toBeUndefined();
  });

  test('is none of what is only to be looked at', () => {
    expect(look('24 10:04', { pending: [toBeTold('area-facts')], contacts: quiet }).notice).toBeUndefined();
  });

  test('of a customer who wrote after their recovery says who, and what', () => {
    const word: CustomerWord = { customers: ['a'], ticket: { tool: 'generic', id: 'T-1' }, message: 'まだ' };
    const unknown: CustomerWord = { customers: [], ticket: { tool: 'generic', id: 'T-9' } };
    const pending = [
      { ...toBeTold('recovery-questioned'), word },
      { ...toBeTold('recovery-questioned'), word: unknown },
      toBeTold('incident-filed'),
    ];
    expect(look('24 10:04', { pending, contacts: quiet }).notice?.questioned).toEqual([
      { word, contact: quiet[0] },
      { word: unknown, contact: undefined },
    ]);
  });

  test.each<[string, Contact, string[] | undefined]>([
    ['that failed', unreached(contact), ['update-failed']],
    ['of a customer who has been told otherwise since', update(unreached(contact), incident, '24 10:03'), undefined],
    ['that has arrived after all, though another failed', unreached(contact, 'another'), undefined],
  ])('of an update %s', (_, of, kinds) => {
    const plan = look('24 10:04', { pending: [toBeTold('update-failed')], contacts: [of] });
    expect(plan.notice?.kinds).toEqual(kinds);
  });
  test('of a failed update names those that none has reached', () => {
    const other = unreached(contactOf(incident, 'b', at('24 11:00')));
    const named = (kind: string, more: Contact[] = []) =>
      look('24 10:04', { pending: [toBeTold(kind)], contacts: [...quiet, other, ...more] }).notice?.unreached.map(
        (each) => each.id,
      );
    expect(named('update-failed')).toEqual(['con_b']);
    expect(named('incident-filed')).toEqual([]);
    const another = unreached(contactOf(incident, 'c', at('24 11:00')), 'another');
    expect(named('update-failed', [another])).toEqual(['con_b', 'con_c']);
  });
});

describe('roles are asked for', () => {
  const roles = (facts: Partial<Incident>, pending: TimerFacts['pending']): EmergencyRole[] | undefined =>
    look('24 10:12', { facts, pending, contacts: [] }).notice?.roles;
  const all: EmergencyRole[] = ['lead', 'customers', 'record'];

  test.each<[string, Partial<Incident>, TimerFacts['pending'], EmergencyRole[] | undefined]>([
    ['as it has begun', { emergency }, [toBeTold('emergency-begun')], all],
    ['again, while nobody has any', { emergency }, [askForRoles()], all],
    ['again, those that nobody has', { emergency, roles: { lead: who } }, [askForRoles()], ['customers', 'record']],
    [
      'not while somebody has each',
      { emergency, roles: { lead: who, customers: who, record: who } },
      [askForRoles()],
      undefined,
    ],
    ['not once it is over', { emergency: { ...emergency, endedAt: at('24 10:09') } }, [askForRoles()], undefined],
    [
      'not of one that is over as it is told',
      { emergency: { ...emergency, endedAt: at('24 10:09') } },
      [toBeTold('emergency-begun')],
      undefined,
    ],
    ['not where it is none', {}, [askForRoles()], undefined],
    ['not of an earlier one', { emergency }, [askForRoles('24 10:11', at('24 09:00'))], undefined],
    ['not in the minute in which it has begun', { emergency }, [askForRoles('24 10:01')], undefined],
    ['not with any other notice', { emergency }, [toBeTold('incident-filed')], []],
  ])('%s', (_, facts, pending, expected) => {
    // Its scope has been asked for.
    const plan = decideNotices(
      { ...incident, ...facts },
      [],
      { pending, scopeDueAt: at('24 10:30') },
      at('24 10:12'),
      policy,
    );
    expect(plan.notice?.roles).toEqual(expected);
  });

  test('and that is on the timeline', () => {
    const plan = look('24 10:04', { facts: { emergency, roles: { lead: who } }, pending: [askForRoles('24 10:04')] });
    expect(detailOf(plan, 'reminded')).toEqual({ roles: ['customers', 'record'] });
    expect(roles({ emergency }, [askForRoles()])).toEqual(all);
  });
  test('while what begins it asks for itself', () => {
    const plan = look('24 10:04', { facts: { emergency }, pending: [toBeTold('emergency-begun')] });
    expect(plan.events.map((each) => each.type)).toEqual(['paged']);
  });
});

describe('who is reminded', () => {
  const known = (id: string, when: Date | string): Contact =>
    contactOf(incident, id, typeof when === 'string' ? at(when) : when);

  const lastTold = (plan: Plan): string => {
    const fact = plan.contacts[0]?.facts.findLast((each) => each.type === 'reminded');
    return told(fact?.dueAt);
  };

  test('nobody before the first reminder', () => {
    expect(look(ms(at('24 10:10'), -1)).notice).toBeUndefined();
    expect(named(look('24 10:10'))).toEqual(['a 24 10:15']);
  });
  test('with the first, all who are due within ten minutes, and nobody who is due later', () => {
    const edge = at('24 10:05');
    expect(named(look('24 10:10', { contacts: [known('b', edge), contact] }))).toEqual(['a 24 10:15', 'b 24 10:20']);
    expect(named(look('24 10:10', { contacts: [known('b', ms(edge, 1)), contact] }))).toEqual(['a 24 10:15']);
  });
  test('and nobody who is told no more, or whose slot had its reminder', () => {
    const stopped = update(known('b', '24 10:00'), incident, '24 10:05', true);
    expect(
      named(look('24 10:10', { contacts: [contact, stopped, reminded(known('c', '24 10:00'), '24 10:09')] })),
    ).toEqual(['a 24 10:15']);
  });
  test('of the slot after it, where they were reminded of the one that waits', () => {
    expect(named(look('24 10:40', { contacts: [reminded(contact, '24 10:10')] }))).toEqual(['a 24 10:45']);
  });
  test('ahead of a fixed time by more than those ten minutes', () => {
    const fixed = update(contact, incident, '25 13:00');
    expect(named(look('25 14:45', { contacts: [fixed] }))).toBeUndefined();
    expect(named(look('25 14:46', { contacts: [fixed] }))).toEqual(['a 25 15:00']);
  });
  test('of two slots at once, where the first was late for a fixed time', () => {
    const late = update(contact, incident, '25 08:40');
    // This incident’s reminders come 14 minutes ahead of a fixed time; 10:00 was one.
    expect([
      lastTold(look('25 14:45', { contacts: [late] })),
      lastTold(look('25 14:46', { contacts: [late] })),
    ]).toEqual(['25 10:00', '25 15:00']);
  });
  test('of the next slot only, where both that waits and the next had a reminder', () => {
    const once = look('24 10:40', { contacts: [reminded(contact, '24 10:10')] }).contacts[0] as Contact;
    expect(told(once.facts.findLast(({ type }) => type === 'reminded')?.at)).toBe('24 10:40');
    expect(told(look('24 10:41', { contacts: [once] }).timer?.wakeAt)).toBe('24 10:45');
  });
  test('in one order always, so that the same notice has the same id', () => {
    const [early, late] = [known('b', '24 10:00'), known('a', '24 10:05')];
    const parts = (...contacts: Contact[]) => look('24 10:10', { contacts }).notice?.idParts;
    expect(parts(early, late)).toEqual(['due:con_a@2026-11-24T01:20:00.000Z', 'due:con_b@2026-11-24T01:15:00.000Z']);
    expect(parts(late, early)).toEqual(parts(early, late));
  });
  test('of two slots at once, where the first was late', () => {
    const late = look('24 10:35');
    expect(named(late)).toEqual(['a 24 10:15']);
    expect(lastTold(late)).toBe('24 10:45');
    const sooner = look(ms(at('24 10:35'), -1));
    expect(lastTold(sooner)).toBe('24 10:15');
  });
  test('which is on the timeline, with why', () => {
    const plan = look('24 10:10', {
      contacts: [contact, { ...known('x', '24 10:00'), id: 'con_others', isTheOthers: true }],
    });
    const why = contact.dueReason;
    expect(plan.events).toEqual([
      {
        type: 'reminded',
        occurredAt: at('24 10:10'),
        actor: 'rule',
        detail: {
          customers: ['a', 'others'],
          slots: [
            { contactId: 'con_a', dueAt: at('24 10:15'), why },
            { contactId: 'con_others', dueAt: at('24 10:15'), why },
          ],
        },
      },
    ]);
    expect(plan.notice?.idParts).toEqual([
      'due:con_a@2026-11-24T01:15:00.000Z',
      'due:con_others@2026-11-24T01:15:00.000Z',
    ]);
  });
  test('and of the slot after the one that waits, why that one is due', () => {
    const told = look('24 10:10').contacts[0] as Contact;
    const plan = look('24 10:40', { contacts: [told] });
    expect(plan.events).toMatchObject([
      {
        detail: {
          slots: [{ dueAt: at('24 10:45'), why: '30 min after the last slot, which was less than 2 h after filing' }],
        },
      },
    ]);
  });
  test('and only the contact that changed is stored', () => {
    const later = update(known('b', '24 10:00'), incident, '24 10:04');
    expect(look('24 10:10', { contacts: [contact, later] }).contacts.map((each) => each.id)).toEqual(['con_a']);
    expect(look('24 10:09', { contacts: [contact, later] }).contacts).toEqual([]);
  });
});

describe('slots that have ended', () => {
  const waiting = reminded(contact, '24 10:10');
  test('are one event with the new sums, and the slot itself where it is one', () => {
    const plan = look('24 10:45', { contacts: [waiting] });
    expect(plan.events[0]).toMatchObject({
      type: 'slot-closed',
      occurredAt: at('24 10:45'),
      actor: 'rule',
      detail: { contactId: 'con_a', customers: ['a'], dueAt: at('24 10:15'), outcome: 'missed' },
    });
    expect(plan.incident.slots).toEqual({ met: 0, late: 0, missed: 1, notReminded: 0 });
  });
  test('are listed where they are several', () => {
    const other = reminded({ ...contactOf(incident, 'x'), id: 'con_others', isTheOthers: true }, '24 10:10');
    const plan = look('24 10:45', { contacts: [waiting, other] });
    expect(detailOf(plan, 'slot-closed')).toMatchObject({
      slots: [
        { contactId: 'con_a', customers: ['a'] },
        { contactId: 'con_others', customers: ['others'] },
      ],
    });
    expect(plan.incident.slots.missed).toBe(2);
  });
});

test('a slot that nobody has any more is nobody’s', () => {
  const slot = { contactId: 'con_x', dueAt: at('24 10:15'), endAt: at('24 10:45'), missedInARow: 1, reason: '' };
  const { detail } = slotsClosedEvent([{ ...slot, outcome: 'missed' }], [contact], at('24 10:45'));
  expect(detail).toMatchObject({ contactId: 'con_x', customers: [] });
});

describe('missed slots', () => {
  const row = (id: string, ...more: ContactFact[]): Contact =>
    withFacts(miss(contactOf(incident, id), incident, '24 10:10', '24 10:40'), incident, ...more);
  const one = miss(update(contactOf(incident, 'b'), incident, '24 10:12'), incident, '24 10:37');
  const since = { id: '9', at: at('24 11:00'), recordedAt: at('24 11:00') };
  const escalatedAt: ContactFact = { id: '9', at: at('24 11:15'), recordedAt: at('24 11:15'), type: 'escalated' };
  test('are escalated as the second is closed, for all who have a row', () => {
    const contacts = [row('a'), one, row('c'), row('d', { ...since, type: 'updated', isRecovery: true })];
    expect(look(ms(at('24 11:15'), -1), { contacts }).notice?.escalated ?? []).toEqual([]);
    const plan = look('24 11:15', { contacts });
    expect(plan.notice?.idParts).toContain('escalated@2026-11-24T02:15:00.000Z');
    expect(plan.notice?.escalated.map((each) => each.id)).toEqual(['con_a', 'con_c']);
    const escalated = plan.contacts.filter((each) => each.escalatedAt);
    expect(escalated.map((each) => [each.id, told(each.escalatedAt)])).toEqual([
      ['con_a', '24 11:15'],
      ['con_c', '24 11:15'],
    ]);
    expect(plan.events.find(({ type }) => type === 'escalated')).toEqual({
      type: 'escalated',
      occurredAt: at('24 11:15'),
      actor: 'rule',
      detail: { customers: ['a', 'c'], missedInARow: 2, why: 'slots were missed in a row' },
    });
  });
  test('of two contacts of one customer are escalated once', () => {
    const contacts = [row('a'), { ...row('a'), id: 'con_a2' }];
    const { events } = look('24 11:15', { contacts });
    expect(events.find(({ type }) => type === 'escalated')?.detail).toMatchObject({ customers: ['a'] });
  });
  test('that were escalated today are no part of another notice', () => {
    const contacts = [row('a', escalatedAt, { ...escalatedAt, type: 'reminded', dueAt: at('24 11:15') })];
    expect(look('24 11:40', { contacts }).notice?.idParts).toEqual(['due:con_a@2026-11-24T02:45:00.000Z']);
  });
  test('page at once, and say what else there is to be paged for', () => {
    const paged = look('24 11:15', { contacts: [row('a')] });
    expect(paged.page).toMatchObject({
      detail: { action: 'trigger', reasons: ['escalation'], why: 'Updates were missed in a row.' },
    });
    const at1115 = { at: at('24 11:15'), why: ['escalation'] };
    expect(paged.incident.paging).toEqual({ state: 'triggered', sequence: 1, episode: 1, ...at1115 });
    const { firstResponseAt: _, ...unanswered } = incident;
    const plan = decideNotices(unanswered, [row('a')], { pending: [] }, at('24 11:15'), policy);
    expect(plan.page?.detail.reasons).toEqual(['escalation', 'unanswered']);
  });
  test('of a page that a response has ended say nothing of that', () => {
    const paging = { state: 'triggered' as const, sequence: 1, episode: 1, at: at('24 10:05'), why: ['unanswered'] };
    expect(look('24 11:15', { contacts: [row('a')], facts: { paging } }).page?.detail.reasons).toEqual(['escalation']);
  });
});

describe('a page', () => {
  const { firstResponseAt: _, ...unanswered } = incident;
  const page = (now: Date) => decideNotices(unanswered, [], { pending: [], scopeDueAt: at('24 10:15') }, now, policy);
  test('goes out at the limit of the first response, and is on the timeline', () => {
    expect(page(ms(at('24 10:05'), -1)).page).toBeUndefined();
    const plan = page(at('24 10:05'));
    expect(plan.page).toEqual({
      type: 'paged',
      occurredAt: at('24 10:05'),
      actor: 'rule',
      detail: {
        action: 'trigger',
        reasons: ['unanswered'],
        why: 'Nobody had responded by the limit of the first response.',
      },
    });
    const at1005 = { at: at('24 10:05'), why: ['unanswered'] };
    expect(plan.incident.paging).toEqual({ state: 'triggered', sequence: 1, episode: 1, ...at1005 });
    expect(plan.events).toEqual([plan.page]);
    // It is not waited for any more.
    expect(told(plan.timer?.wakeAt)).toBe('24 10:40');
  });
});

describe('the scope', () => {
  test('is asked for ahead of each slot, and that is kept', () => {
    expect(look(ms(at('24 10:10'), -1), { contacts: [] }).notice).toBeUndefined();
    const plan = look('24 10:10', { contacts: [] });
    expect(plan.notice).toMatchObject({
      kind: 'scope-due',
      idParts: ['scope@2026-11-24T01:15:00.000Z'],
      scopeDueAt: at('24 10:15'),
    });
    expect(plan.events[0]?.detail).toEqual({
      scopeDueAt: at('24 10:15'),
      why: 'no affected customer is known 15 min after the report',
    });
    expect(plan.timer).toMatchObject({ scopeDueAt: at('24 10:15'), wakeAt: at('24 10:40') });
    expect(plan.timer?.why).toContain('the scope is asked for');
  });
  test('is asked for once of what passed while Metronome was away', () => {
    const plan = look('24 12:00', { contacts: [], scopeDueAt: at('24 10:15') });
    expect(plan.notice?.idParts).toEqual(['scope@2026-11-24T02:45:00.000Z']);
  });
  test('that has been asked for is kept where another look asks for nothing', () => {
    expect(look('24 10:20', { contacts: [], scopeDueAt: at('24 10:15') }).timer?.scopeDueAt).toEqual(at('24 10:15'));
    expect(look('24 10:20').timer?.scopeDueAt).toBeNull();
  });
});

describe('a word is from', () => {
  const onTicket = { ...contactOf(incident, 'b'), ticket: { tool: 'zendesk', id: '7' } };
  const { ticket: _, ...offTicket } = contactOf(incident, 'c');
  const chain = { ...offTicket, id: 'con_chain', customers: [{ id: 'd' }, { id: 'e' }] };
  const all = [offTicket, contact, onTicket, chain];
  test.each<[string, CustomerWord, string | undefined]>([
    ['one of several who are told together', { customers: ['e'], ticket: { tool: 'zendesk', id: '7' } }, 'con_chain'],
    ['the customer that the tool names', { customers: ['x', 'a'], ticket: { tool: 'zendesk', id: '7' } }, 'con_a'],
    ['whose ticket it is', { customers: ['x'], ticket: { tool: 'zendesk', id: '7' } }, 'con_b'],
    ['nobody, on another ticket', { customers: [], ticket: { tool: 'zendesk', id: '8' } }, undefined],
    ['nobody, on another tool’s ticket', { customers: [], ticket: { tool: 'jira', id: '7' } }, undefined],
  ])('%s', (_, word, id) => {
    expect(contactOfWord(word, all)?.id).toBe(id);
  });
});
