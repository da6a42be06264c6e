/** The situation says what is known, for which customers, what was tried, who does what, and what is still to be done. */
import { describe, expect, test } from 'vitest';
import { codeOf } from '../../functions/incidents/code.ts';
import type { TimelineEvent } from '../../functions/incidents/events.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import { composeSituation } from '../../functions/situation/compose-situation.ts';
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
    incident({ id: 'inc_1', filedAt, ...stated }),
    { contacts: [...contacts], total: contacts.length },
    events,
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

test('it says which incident it is, as of when, and who has it', () => {
  const { urgency } = incident({ id: 'x', filedAt });
  const plain = { title: '注文が通らない', isDrill: false, status: 'open', emergency: null, assignee: null } as const;
  expect(of({ title: plain.title, urgency: { ...urgency, level: 'low' } })).toMatchObject({
    ...plain,
    incidentId: 'inc_1',
    code: codeOf('inc_1'),
    asOf: now,
    urgency: 'low',
  });
  expect(of()).not.toHaveProperty('description');
  const said = { description: '全店', isDrill: true, status: 'recovered', assignee: 'ken' } as const;
  expect(of({ ...said, urgency: { ...urgency, level: 'high' } })).toMatchObject({ ...said, urgency: 'high' });
});

test('what is known is as it is recorded, and what nobody has said is null', () => {
  expect(of().known).toEqual({
    occurredAt: null,
    reportedAt: filedAt,
    area: null,
    happened: null,
    ongoing: 'no',
    businessImpact: null,
    affectedCustomerCount: null,
    scopeMethod: null,
    cause: null,
    recoveredAt: null,
    from: {},
    missing: [],
  });
  const said = of({
    status: 'open',
    occurredAt: minute(-10),
    reportedAt: minute(-2),
    origin: { tool: 'generic', id: 'T-1', area: 'order' },
    happened: 'yes',
    ongoing: 'unknown',
    impact: { businessImpact: 'stopped', affectedCustomerCount: 0, scopeMethod: 'logs' },
    cause: { category: 'release', summary: '設定漏れ', releaseId: 'r-1' },
    recoveredAt: minute(20),
  });
  expect(said.known).toEqual({
    occurredAt: minute(-10),
    reportedAt: minute(-2),
    area: 'order',
    happened: 'yes',
    ongoing: 'unknown',
    businessImpact: 'stopped',
    affectedCustomerCount: 0,
    scopeMethod: 'logs',
    cause: { category: 'release', summary: '設定漏れ' },
    recoveredAt: minute(20),
    from: {},
    missing: [],
  });
});

test('of what is missing it asks for what helps the customer now; the rest is for the review', () => {
  const now = ['title', 'occurredAt', 'ongoing', 'verifiedAt'];
  const impact = ['impact.businessImpact', 'impact.affectedCustomerCount', 'impact.scopeMethod'];
  const later = ['impact.scopeEvidenceUrl', 'impact.recurrenceRisk', 'permanentFix', 'cause', 'reportedAt', 'customer'];
  const alike = ['cause.title', 'title.en'];
  const missing = [...later, ...alike, ...now, ...impact].map((field) => ({ field, why: 'x' }));
  expect(of({ missing }).known.missing).toEqual([...now, ...impact]);
});

test('what is over is not ongoing, whatever was last known of it', () => {
  const ongoing = 'yes' as const;
  expect([of({ ongoing }), of({ ongoing, status: 'recovered' })].map(({ known }) => known.ongoing)).toEqual([
    'yes',
    'no',
  ]);
});

describe('the customers who wait', () => {
  test('the one due first comes first, then by id; those whose clock has stopped last', () => {
    const contacts = [
      contact('e', { nextUpdateDueAt: null }),
      contact('d', { nextUpdateDueAt: null }),
      contact('c', { nextUpdateDueAt: minute(40) }),
      contact('b', { nextUpdateDueAt: minute(45) }),
      contact('a', { nextUpdateDueAt: minute(45) }),
    ];
    expect(of({}, contacts)).toMatchObject({
      customers: ['c', 'a', 'b', 'd', 'e'].map((id) => ({ id })),
      moreCustomers: 0,
    });
  });

  test('a contact is called by its name, else by its first customer, by name or id, and without any by none', () => {
    const contacts = [
      contact('a', { name: 'Chain', customers: [{ id: 's-1', name: '本店' }, { id: 's-2' }] }),
      contact('b', { customers: [{ id: 's-3', name: '支店' }, { id: 's-4' }] }),
      contact('c', { customers: [{ id: 's-5' }] }),
      contact('d', { customers: [] }),
    ];
    expect(of({}, contacts).customers.map(({ name, count }) => [name, count])).toEqual([
      ['Chain', 2],
      ['支店', 2],
      ['s-5', 1],
      [null, 0],
    ]);
  });

  test('the others are as many as are counted and not named, and have no name', () => {
    const others = contact('z', { isTheOthers: true, customers: [], name: 'x' });
    const two = contact('a', { customers: [{ id: 's-1' }, { id: 's-2' }] });
    const counted = (affectedCustomerCount: number) =>
      of({ impact: { affectedCustomerCount } }, [two, others]).customers.find(({ id }) => id === 'z');
    expect(counted(12)).toMatchObject({ name: null, count: 10 });
    expect(counted(1)).toMatchObject({ name: null, count: 0 });
  });

  test('what each was told last, in a line, and when', () => {
    const told = contact('a', { lastUpdateAt: minute(10), lastMessage: '復旧\n作業中', recoveredAt: minute(20) });
    expect(of({}, [told, contact('b')]).customers).toMatchObject([
      { lastUpdateAt: minute(10), lastMessage: '復旧 作業中', recoveredAt: minute(20) },
      { lastUpdateAt: null, lastMessage: null, recoveredAt: null },
    ]);
  });
});

describe('the next update', () => {
  const contacts = [
    contact('a', { nextUpdateDueAt: now }),
    contact('b', { nextUpdateDueAt: now }),
    contact('c', { nextUpdateDueAt: minute(31) }),
  ];

  test('is that of everybody who is due first', () => {
    expect(of({}, contacts).nextUpdate).toMatchObject({ dueAt: now, customers: [{ id: 'a' }, { id: 'b' }] });
  });

  test('is the first deadline that nobody met, whatever has fallen due since', () => {
    const waiting = contact('d', { nextUpdateDueAt: minute(60), overdueSince: minute(1) });
    expect(of({}, [...contacts, waiting]).nextUpdate).toMatchObject({
      dueAt: minute(1),
      isOverdue: true,
      customers: [{ id: 'd' }],
    });
  });

  test.each([
    [29, false],
    [30, false],
    [30 + 1 / 60_000, true],
  ])('at minute %d of one due at 30 it is overdue: %s', (minutes, isOverdue) => {
    expect(of({}, contacts, [], minute(minutes)).nextUpdate?.isOverdue).toBe(isOverdue);
  });

  test('is none where nobody waits', () => {
    expect(of({}, [contact('a', { nextUpdateDueAt: null })]).nextUpdate).toBeNull();
    expect(of().nextUpdate).toBeNull();
  });
});

describe('what was stated', () => {
  const revert = { kind: 'revert', note: '戻した', lighterWayTried: '設定' };
  const events = [
    event('3', 'mitigated', { kind: 'workaround' }),
    event('2', 'mitigated', revert),
    event('4', 'urgency-changed', {}, { actor: 'rule' }),
    event('sig_5', 'signal-received', {}),
    event('6', 'mitigated', { kind: 'isolated' }),
    event('7', 'retracted', { eventId: '6', why: 'x' }),
  ];

  test('is the latest first, by people alone, without what was taken back', () => {
    expect(of({}, [], events).latest.map(({ type, at: when, who }) => [type, when, who])).toEqual([
      ['retracted', minute(7), 'ann@a.jp'],
      ['mitigated', minute(3), 'ann@a.jp'],
      ['mitigated', minute(2), 'ann@a.jp'],
    ]);
  });

  test('what was tried says how, with which note, and what lighter way was tried before', () => {
    expect(of({}, [], events).tried).toEqual([
      { at: minute(3), kind: 'workaround', note: null, lighterWayTried: null, who: 'ann@a.jp' },
      { at: minute(2), kind: 'revert', note: '戻した', lighterWayTried: '設定', who: 'ann@a.jp' },
    ]);
  });

  test('is the last eight, each in a line', () => {
    const many = Array.from({ length: 12 }, (_, index) => event(`${index + 10}`, 'commented', { text: `n\n${index}` }));
    expect(of({}, [], many).latest.map(({ text }) => text)).toEqual([11, 10, 9, 8, 7, 6, 5, 4].map((n) => `n ${n}`));
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
  ])('%s says %j as %s', (type, detail, text) => {
    expect(of({}, [], [event('2', type, detail)]).latest[0]?.text).toBe(text);
  });
});

describe('the checklist', () => {
  const done = (situation: ReturnType<typeof of>) =>
    Object.fromEntries(situation.checklist.filter(({ isDone }) => isDone).map(({ item, at: when }) => [item, when]));
  const who = (minutes: number) => ({ who: 'ann', at: minute(minutes) });

  test('begins empty, in its order', () => {
    expect(of().checklist).toEqual(
      ['roles', 'verified', 'scoped', 'told', 'mitigated', 'recovered', 'recovery-told'].map((item) => ({
        item,
        isDone: false,
        at: null,
      })),
    );
  });

  test('roles are taken when the last of them is', () => {
    expect(done(of({ roles: { lead: who(9), customers: who(2) } }))).toEqual({});
    expect(done(of({ roles: { lead: who(9), customers: who(2), record: who(4) } }))).toEqual({ roles: minute(9) });
  });

  test('everybody is told when the last of them was', () => {
    const told = (...minutes: (number | undefined)[]) =>
      done(
        of(
          {},
          minutes.map((each, index) => contact(`${index}`, each === undefined ? {} : { lastUpdateAt: minute(each) })),
        ),
      );
    expect(told(12, 3)).toEqual({ told: minute(12) });
    expect(told(12, undefined)).toEqual({});
    expect(told()).toEqual({});
  });

  test('each fact is done when it was stated', () => {
    const stated = { verifiedAt: minute(1), scopedAt: minute(2), mitigatedAt: minute(3), recoveredAt: minute(4) };
    expect(done(of({ ...stated, status: 'open' }))).toEqual({
      verified: minute(1),
      scoped: minute(2),
      mitigated: minute(3),
      recovered: minute(4),
    });
  });

  test('that it is over is told when it is over, and every clock has stopped', () => {
    const stopped = [contact('a', { stoppedAt: minute(8) }), contact('b', { stoppedAt: minute(6) })];
    expect(done(of({ recoveredAt: minute(5) }, stopped))['recovery-told']).toEqual(minute(8));
    expect(done(of({ recoveredAt: minute(5) }, [...stopped, contact('c')]))).not.toHaveProperty('recovery-told');
    expect(done(of({}, stopped))).not.toHaveProperty('recovery-told');
  });
});

test('roles come in their order, with their holders and since when', () => {
  expect(of({ roles: { record: { who: 'ken', at: minute(3) } } }).roles).toEqual([
    { role: 'lead', who: null, at: null },
    { role: 'customers', who: null, at: null },
    { role: 'record', who: 'ken', at: minute(3) },
  ]);
});

test('while it is an emergency, the other reports that made it one are shown beside it', () => {
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
  expect(of({ emergency })).toMatchObject({
    emergency,
    candidates: [
      { incidentId: 'inc_2', code: codeOf('inc_2'), customerId: 's-2' },
      { incidentId: 'inc_3', code: codeOf('inc_3'), customerId: 's-3' },
    ],
  });
  expect(of({ emergency: { ...emergency, endedAt: now } }).candidates).toEqual([]);
  const { reports: _, ...alone } = emergency.inputs;
  expect(of({ emergency: { ...emergency, inputs: alone } }).candidates).toEqual([]);
  expect(of().candidates).toEqual([]);
});
