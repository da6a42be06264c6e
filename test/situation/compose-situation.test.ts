/** The situation says what is known, for which customers, what was tried, who does what, and what is still to be done. */
import { expect, test } from 'vitest';
import type { TimelineEvent } from '../../functions/incidents/facts/events.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import { composeSituation } from '../../functions/situation/compose-situation.ts';
import { rowsOf } from '../in-a-line.ts';
import { at, incident, minutesAfter } from '../postmortems/facts.ts';

const filedAt = at('2026-11-24T01:00:00Z');
const minute = (minutes: number): Date => minutesAfter(filedAt, minutes);
const now = minute(30);
const of = (
  stated: Partial<Incident> = {},
  contacts: readonly Contact[] = [],
  events: readonly TimelineEvent[] = [],
  when = now,
) =>
  composeSituation(
    {
      incident: incident({ id: 'inc_1', filedAt, ...stated }),
      contacts: [...contacts],
      total: contacts.length,
      events: [...events],
    },
    when,
  );

const contact = (id: string, stated: Partial<Contact> = {}): Contact => ({
  id,
  incidentId: 'inc_1',
  isTheOthers: false,
  facts: [],
  next: null,
  pastSlots: [],
  customers: [{ id: `store-${id}` }],
  affectedKnownAt: filedAt,
  nextUpdateDueAt: minute(45),
  remindAt: null,
  dueReason: 'every',
  missedInARow: 0,
  stoppedAt: null,
  ...stated,
});
const event = (id: string, type: TimelineEvent['type'], detail: object, stated: object = {}): TimelineEvent =>
  ({
    id,
    type,
    occurredAt: minute(Number(id)),
    recordedAt: minute(Number(id)),
    actor: 'ann@a.jp',
    detail,
    ...stated,
  }) as TimelineEvent;

const { urgency } = incident({ id: 'x', filedAt });
const all: Partial<Incident> = {
  title: '注文が通らない',
  description: '全店',
  isDrill: true,
  status: 'recovered',
  assignee: 'ken',
  urgency: { ...urgency, level: 'high' },
  occurredAt: minute(-10),
  reportedAt: minute(-2),
  origin: { tool: 'generic', id: 'T-1', area: 'order' },
  happened: 'yes',
  ongoing: 'unknown',
  impact: { businessImpact: 'stopped', affectedCustomerCount: 0, scopeMethod: 'logs' },
  cause: { category: 'release', summary: '設定漏れ', releaseId: 'r-1' },
  recoveredAt: minute(20),
};
const missing = (
  'impact.scopeEvidenceUrl impact.recurrenceRisk permanentFix cause reportedAt ' +
  'customer cause.title title.en title occurredAt ' +
  'ongoing verifiedAt impact.businessImpact impact.affectedCustomerCount impact.scopeMethod'
)
  .split(' ')
  .map((field) => ({ field, why: 'x' }));

/** Named and unnamed, told and untold, due and not. */
const customers = [
  contact('e', { nextUpdateDueAt: null }),
  contact('d', { nextUpdateDueAt: null, customers: [] }),
  contact('c', { nextUpdateDueAt: minute(40), customers: [{ id: 's-3', name: '支店' }, { id: 's-4' }] }),
  contact('b', { name: 'Chain', customers: [{ id: 's-1', name: '本店' }, { id: 's-2' }] }),
  contact('a', { lastUpdateAt: minute(10), lastMessage: '復旧\n作業中', recoveredAt: minute(20) }),
];
const others = contact('z', { isTheOthers: true, customers: [], name: 'x' });
const counted = (affectedCustomerCount: number) =>
  of({ impact: { affectedCustomerCount } }, [contact('a', { customers: [{ id: 's-1' }, { id: 's-2' }] }), others])
    .customers;
const due = [
  contact('a', { nextUpdateDueAt: now }),
  contact('b', { nextUpdateDueAt: now }),
  contact('c', { nextUpdateDueAt: minute(31) }),
];
const overdue = contact('d', { nextUpdateDueAt: minute(60), overdueSince: minute(1) });

const stated = [
  event('3', 'mitigated', { kind: 'workaround' }, { actor: 'zendesk:8', actorName: '鈴木' }),
  event('2', 'mitigated', { kind: 'revert', note: '戻した', lighterWayTried: '設定' }),
  event('4', 'urgency-changed', {}, { actor: 'rule' }),
  event('sig_5', 'signal-received', {}),
  event('6', 'mitigated', { kind: 'isolated' }),
  event('7', 'retracted', { eventId: '6', why: 'x' }),
];
const many = Array.from({ length: 12 }, (_, index) => event(`${index + 10}`, 'commented', { text: `n\n${index}` }));

const who = (minutes: number) => ({ who: 'ann', at: minute(minutes) });
const facts = { verifiedAt: minute(1), scopedAt: minute(2), mitigatedAt: minute(3), recoveredAt: minute(4) };
const toldAt = (...minutes: (number | undefined)[]) =>
  of(
    {},
    minutes.map((each, index) => contact(`${index}`, each === undefined ? {} : { lastUpdateAt: minute(each) })),
  );
const stopped = [contact('a', { stoppedAt: minute(8) }), contact('b', { stoppedAt: minute(6) })];
const done = ({ checklist }: ReturnType<typeof of>) => checklist.filter(({ isDone }) => isDone);

const report = (incidentId: string, customerId: string) => ({ incidentId, customerId, at: filedAt });
const emergency = {
  since: filedAt,
  rule: 'three-customers',
  inputs: {
    level: 'high',
    businessImpact: 'stopped',
    affectedCustomerCount: 1,
    area: 'order',
    reports: [report('inc_1', 's-1'), report('inc_2', 's-2'), report('inc_3', 's-3')],
  },
  policyVersion: 'p',
  endedAt: null,
} as unknown as NonNullable<Incident['emergency']>;
const { reports: _, ...alone } = emergency.inputs;

test('it says of an incident what is known, who waits, what was stated and what is still to be done', async () => {
  const rows = {
    'of which nobody has said anything': of({ title: '注文が通らない', urgency: { ...urgency, level: 'low' } }),
    'of which all is said': of(all),
    'asked for: what helps the customer now, the rest is for the review': of({ missing }).known.missing,
    'ongoing while it is open, whatever was last known of it': [
      of({ ongoing: 'yes' }).known.ongoing,
      of({ ongoing: 'yes', status: 'recovered' }).known.ongoing,
    ],
    'customers: the one due first, then by id; those whose clock has stopped last': of({}, customers),
    'customers: the others are as many as are counted and not named': counted(12),
    'customers: the others are none where fewer are counted': counted(1),
    'next: everybody who is due first': of({}, due).nextUpdate,
    'next: the first deadline that nobody met, whatever has fallen due since': of({}, [...due, overdue]).nextUpdate,
    'next: not overdue at its very instant': of({}, due, [], minute(30)).nextUpdate?.isOverdue,
    'next: overdue a millisecond later': of({}, due, [], minute(30 + 1 / 60_000)).nextUpdate?.isOverdue,
    'next: nobody waits': [of({}, [contact('a', { nextUpdateDueAt: null })]).nextUpdate, of().nextUpdate],
    'latest: by people alone, without what was taken back': of({}, [], stated).latest,
    'latest: the last eight, each in a line': of({}, [], many).latest.map(({ text }) => text),
    'tried: how, with which note, and what lighter way before': of({}, [], stated).tried,
    'done: roles only when the last of them is taken': [
      done(of({ roles: { lead: who(9), customers: who(2) } })),
      done(of({ roles: { lead: who(9), customers: who(2), record: who(4) } })),
    ],
    'done: told when the last of them was': [toldAt(12, 3), toldAt(12, undefined), toldAt()].map(done),
    'done: each fact when it was stated': done(of({ ...facts, status: 'open' })),
    'done: its end is told when it is over and every clock has stopped': [
      done(of({ recoveredAt: minute(5) }, stopped)),
      done(of({ recoveredAt: minute(5) }, [...stopped, contact('c')])),
      done(of({}, stopped)),
    ],
    'roles: in their order, with their holders': of({ roles: { record: { who: 'ken', at: minute(3) } } }).roles,
    'emergency: beside it the other reports that made it one': [
      of({ emergency }).emergency,
      of({ emergency }).candidates,
    ],
    'emergency: none beside it once it is over, or where no reports made it': [
      of({ emergency: { ...emergency, endedAt: now } }).candidates,
      of({ emergency: { ...emergency, inputs: alone } }).candidates,
    ],
  };
  await expect(rowsOf(rows)).toMatchFileSnapshot('composed-whole.txt');
});

test.each<[TimelineEvent['type'], object, string | null]>([
  ['customer-updated', { customers: 'all', message: 'm' }, 'm'],
  ['mitigated', { kind: 'revert', note: 'n' }, 'n'],
  ['caused', { category: 'data', summary: 's' }, 's'],
  ['verified', { happened: 'yes', method: 'logs' }, 'logs'],
  ['fixed', { permanentFix: 'f' }, 'f'],
  ['assigned', { assignee: 'ken' }, 'ken'],
  ['linked', { to: 'inc_2', basis: '同じ' }, '同じ'],
  ['role-handed-over', { role: 'lead', to: 'bob' }, 'bob'],
  ['role-taken', { role: 'lead' }, 'lead'],
  ['responded', {}, null],
  ['customer-updated', { customers: 'all', message: '' }, null],
])('the text of %s with %j is %s', (type, detail, text) => {
  expect(of({}, [], [event('2', type, detail)]).latest[0]?.text).toBe(text);
});
