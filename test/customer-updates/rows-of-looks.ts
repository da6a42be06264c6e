/** Looks at an incident, a row each: `looks-whole.txt` keeps all that each brings about. */
import type { ContactFact } from '../../functions/incidents/clocks/facts.ts';
import type { CustomerMessage } from '../../functions/incidents/facts/decision.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import type { TimerFacts } from '../../functions/incidents/rhythm/wake.ts';
import { at, contactOf, incidentAt, miss, remind, update, withFacts } from '../incidents/rhythm/rhythm.ts';

/** High and ongoing, filed at 10:00 and answered at 10:02, so that nobody is paged. */
export const incident = incidentAt(at('24 10:00'), { firstResponseAt: at('24 10:02') });
export const contact = contactOf(incident, 'a');
const { firstResponseAt: _, ...unanswered } = incident;

export interface Look {
  of?: Incident;
  facts?: Partial<Incident>;
  contacts?: Contact[];
  pending?: TimerFacts['pending'];
  scopeDueAt?: Date;
}
const ms = (date: Date, more: number): Date => new Date(date.getTime() + more);
const justBefore = (time: string): Date => ms(at(time), -1);
const toBeTold = (kind: string, since = '24 10:00', key = 'key') => ({ kind, key, since: at(since) });
const known = (id: string, when: Date | string): Contact => contactOf(incident, id, typeof when === 'string' ? at(when) : when);
const reminded = (each: Contact, when: string): Contact => remind(each, incident, when);
/** An update that was asked for at 10:03 did not reach them. */
const unreached = (contact: Contact, updateId = 'key'): Contact => {
  const failure = { type: 'unreached', id: '00000009', at: at('24 10:03'), recordedAt: at('24 10:03'), updateId, why: '' };
  return { ...contact, facts: [...contact.facts, failure as ContactFact], unreached: { updateId, why: '' } };
};

const since = at('24 10:01');
const emergency = { since, endedAt: null } as NonNullable<Incident['emergency']>;
const ended = { ...emergency, endedAt: at('24 10:09') };
const askForRoles = (when = '24 10:11', of = since) => toBeTold('role-due', when, `roles@${of.toISOString()}#1`);
const who = { who: 'sato@example.jp', at: at('24 10:04') };

const quiet = [update(contact, incident, '24 10:03')];
const filedNotice = [toBeTold('incident-filed', '24 10:04', 'filed')];
const much = [askForRoles(), toBeTold('incident-filed', '24 10:00', 'filed'), ...['recovery-questioned', 'update-failed', 'emergency-begun'].map((kind) => toBeTold(kind))];
const word: CustomerMessage = { customers: ['a'], ticket: { tool: 'generic', id: 'T-1' }, message: 'まだ' };
const ofNobody: CustomerMessage = { customers: [], ticket: { tool: 'generic', id: 'T-9' } };
const questions = [{ ...toBeTold('recovery-questioned'), word }, { ...toBeTold('recovery-questioned'), word: ofNobody }, toBeTold('incident-filed')];
const failed = [toBeTold('update-failed')];
const failing = [...quiet, unreached(contactOf(incident, 'b', at('24 11:00')))];
const failingBoth = [...failing, unreached(contactOf(incident, 'c', at('24 11:00')), 'another')];

const edge = at('24 10:05');
const stopped = update(known('b', '24 10:00'), incident, '24 10:05', true);
const fixed = [update(contact, incident, '25 13:00')];
const late = [update(contact, incident, '25 08:40')];
const unnamed: Contact = { ...known('x', '24 10:00'), id: 'con_others', isTheOthers: true };
const inOrder = [known('b', '24 10:00'), known('a', '24 10:05')];
const laterTold = [contact, update(known('b', '24 10:00'), incident, '24 10:04')];

const waiting = reminded(contact, '24 10:10');
const others = reminded({ ...contactOf(incident, 'x'), id: 'con_others', isTheOthers: true }, '24 10:10');
const row = (id: string, ...more: ContactFact[]): Contact => withFacts(miss(contactOf(incident, id), incident, '24 10:10', '24 10:40'), incident, ...more);
const one = miss(update(contactOf(incident, 'b'), incident, '24 10:12'), incident, '24 10:37');
const recovered: ContactFact = { id: '9', at: at('24 11:00'), recordedAt: at('24 11:00'), type: 'updated', isRecovery: true };
const escalatedAt: ContactFact = { id: '9', at: at('24 11:15'), recordedAt: at('24 11:15'), type: 'escalated' };
const missing = [row('a'), one, row('c'), row('d', recovered)];
const paging = { state: 'triggered' as const, sequence: 1, episode: 1, at: at('24 10:05'), why: ['unanswered'] };

/** Whose scope has been asked for. */
const asked = (pending: TimerFacts['pending'], facts: Partial<Incident> = {}): Look => ({ facts, contacts: [], pending, scopeDueAt: at('24 10:30') });

export const rowsOfLooks: Record<string, [now: string | Date, look?: Look]> = {
  'much at once is sent under the most urgent, and says all of it': ['24 11:15', { facts: { emergency }, contacts: [unreached(miss(contact, incident, '24 10:10', '24 10:40'))], pending: much }],
  'what is to be told later is kept until then': [justBefore('24 10:04'), { pending: filedNotice, contacts: quiet }],
  'what is to be told now': ['24 10:04', { pending: filedNotice, contacts: quiet }],
  'of a linked incident: the other’s to send': ['24 10:12', { facts: { status: 'linked' }, pending: [toBeTold('incident-filed'), toBeTold('incident-filed', '24 12:00')] }],
  'what is only to be looked at': ['24 10:04', { pending: [toBeTold('area-facts')], contacts: quiet }],
  'of a customer who wrote after their recovery: who, and what': ['24 10:04', { pending: questions, contacts: quiet }],
  'an update that failed': ['24 10:04', { pending: failed, contacts: [unreached(contact)] }],
  'an update that failed, of a customer who has been told otherwise since': ['24 10:04', { pending: failed, contacts: [update(unreached(contact), incident, '24 10:03')] }],
  'an update that has arrived after all, though another failed': ['24 10:04', { pending: failed, contacts: [unreached(contact, 'another')] }],
  'a failed update names those that none has reached': ['24 10:04', { pending: failed, contacts: failing }],
  'a failed update names those of another as well': ['24 10:04', { pending: failed, contacts: failingBoth }],
  'another notice names none of them': ['24 10:04', { pending: [toBeTold('incident-filed')], contacts: failing }],

  'roles are asked for as it has begun': ['24 10:12', asked([toBeTold('emergency-begun')], { emergency })],
  'again, while nobody has any': ['24 10:12', asked([askForRoles()], { emergency })],
  'again, those that nobody has': ['24 10:12', asked([askForRoles()], { emergency, roles: { lead: who } })],
  'not while somebody has each': ['24 10:12', asked([askForRoles()], { emergency, roles: { lead: who, customers: who, record: who } })],
  'not once it is over': ['24 10:12', asked([askForRoles()], { emergency: ended })],
  'not of one that is over as it is told': ['24 10:12', asked([toBeTold('emergency-begun')], { emergency: ended })],
  'not where it is none': ['24 10:12', asked([askForRoles()])],
  'not of an earlier one': ['24 10:12', asked([askForRoles('24 10:11', at('24 09:00'))], { emergency })],
  'not in the minute in which it has begun': ['24 10:12', asked([askForRoles('24 10:01')], { emergency })],
  'not with any other notice': ['24 10:12', asked([toBeTold('incident-filed')], { emergency })],
  'roles that are asked for are on the timeline': ['24 10:04', { facts: { emergency, roles: { lead: who } }, pending: [askForRoles('24 10:04')] }],
  'what begins it asks for itself': ['24 10:04', { facts: { emergency }, pending: [toBeTold('emergency-begun')] }],

  'nobody is reminded before the first reminder': [justBefore('24 10:10')],
  'the first reminder, on the timeline with why': ['24 10:10', { contacts: [contact, unnamed] }],
  'with the first, who is due within ten minutes': ['24 10:10', { contacts: [known('b', edge), contact] }],
  'nobody who is due later': ['24 10:10', { contacts: [known('b', ms(edge, 1)), contact] }],
  'nobody who is told no more, or whose slot had its reminder': ['24 10:10', { contacts: [contact, stopped, reminded(known('c', '24 10:00'), '24 10:09')] }],
  'of the slot after the one that waits, and why that is due': ['24 10:40', { contacts: [waiting] }],
  'ahead of a fixed time, not yet': ['25 14:45', { contacts: fixed }],
  'ahead of a fixed time': ['25 14:46', { contacts: fixed }],
  // This incident’s reminders come 14 minutes ahead of a fixed time; 10:00 was one.
  'of one that was late for a fixed time': ['25 14:45', { contacts: late }],
  'of two at once, where the first was late for a fixed time': ['25 14:46', { contacts: late }],
  'of neither, where both had a reminder': ['24 10:41', { contacts: [reminded(waiting, '24 10:40')] }],
  'in one order always': ['24 10:10', { contacts: inOrder }],
  'in one order always, turned round': ['24 10:10', { contacts: inOrder.toReversed() }],
  'of two at once, where the first was late': ['24 10:35'],
  'of the first alone, a millisecond sooner': [justBefore('24 10:35')],
  'only the contact that changed is stored': ['24 10:10', { contacts: laterTold }],
  'and none where none changed': ['24 10:09', { contacts: laterTold }],

  'a slot that has ended is one event with the new sums': ['24 10:45', { contacts: [waiting] }],
  'several that have ended are listed': ['24 10:45', { contacts: [waiting, others] }],
  'missed slots, before the second is closed': [justBefore('24 11:15'), { contacts: missing }],
  'missed slots, as it is closed: for all who have a row': ['24 11:15', { contacts: missing }],
  'of two contacts of one customer: escalated once': ['24 11:15', { contacts: [row('a'), { ...row('a'), id: 'con_a2' }] }],
  'escalated today: no part of another notice': ['24 11:40', { contacts: [row('a', escalatedAt, { ...escalatedAt, type: 'reminded', dueAt: at('24 11:15') })] }],
  'paged for what was missed and for no response': ['24 11:15', { of: unanswered, contacts: [row('a')] }],
  'paged once more, where a response has ended the first page': ['24 11:15', { contacts: [row('a')], facts: { paging } }],
  'no page before the limit of the first response': [justBefore('24 10:05'), { of: unanswered, contacts: [], scopeDueAt: at('24 10:15') }],
  'a page at the limit of the first response': ['24 10:05', { of: unanswered, contacts: [], scopeDueAt: at('24 10:15') }],

  'no scope is asked for yet': [justBefore('24 10:10'), { contacts: [] }],
  'the scope is asked for, and that is kept': ['24 10:10', { contacts: [] }],
  'once of what passed while Metronome was away': ['24 12:00', { contacts: [], scopeDueAt: at('24 10:15') }],
  'kept where another look asks for nothing': ['24 10:20', { contacts: [], scopeDueAt: at('24 10:15') }],
  'forgotten where somebody is known': ['24 10:20'],
};
