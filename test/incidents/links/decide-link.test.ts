/** What a link and its end do to the two incidents, to their counts, and to the customers who came with it. */
import { describe, expect, test } from 'vitest';
import type { Context, Pending } from '../../../functions/incidents/facts/decision.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { decideJoined, decideParted, toldThere } from '../../../functions/incidents/links/decide-link.ts';
import type { Signal } from '../../../functions/incidents/signals/signal.ts';
import { policy } from '../../../functions/policy.ts';
import { addition, dueOf, filed, type Ledger, link, names, part, typesOf, waitingIn } from '../linked-ledgers.ts';
import { at } from '../rhythm/rhythm.ts';

const by: Context = { actor: 'sato@example.jp', now: at('24 11:00'), policy };
const ids = ({ incident }: Ledger): string[] => incident.affectedCustomers.map((each) => each.id);
const count = ({ incident }: Ledger): number | undefined => incident.impact.affectedCustomerCount;
const counting = (number: number, name: string, affectedCustomerCount: number): Ledger =>
  filed(number, [name], { affectedCustomerCount });
const goesOn = { ongoing: 'yes' } as const;

describe('a link among many reads nobody who is there already', () => {
  const counted = { affectedCustomerCount: 4 };
  const updated = (ledger: Ledger): Ledger =>
    ledger.states({ type: 'customer-updated', customers: 'all', message: '調査中です。' }, '10:05');
  const recovered = (ledger: Ledger): Ledger => ledger.states({ type: 'recovered' }, '10:10');
  test.each<[why: string, to: Ledger, linked: Ledger, isRead: boolean, time?: string]>([
    ['who waits in time', filed(1, ['a']), filed(2, ['b']), false],
    ['also where updates have been counted there', updated(filed(1, ['a'])), filed(2, ['b']), false],
    ['who waits, also as one of two that the report names', filed(1, ['a']), filed(2, ['b', 'c']), false],
    ['unless a deadline has passed', filed(1, ['a']), filed(2, ['b']), true, '10:20'],
    ['unless it is over', recovered(filed(1, ['a'])), filed(2, ['b']), true],
    ['unless all may have recovered with it', filed(1, ['a']), recovered(filed(2, ['b'])), true],
    ['unless some there are counted and not named', filed(1, ['a'], counted), filed(2, ['b']), true],
    ['unless some that it brings are', filed(1, ['a']), filed(2, ['b'], counted), true],
    [
      'unless it makes an emergency, by which others wait',
      filed(1, ['a', 'c', 'd', 'e', 'f'], { ...goesOn, businessImpact: 'stopped' }),
      filed(2, ['b', 'g', 'h', 'i', 'j', 'k'], { ...goesOn, businessImpact: 'stopped' }),
      true,
    ],
  ])('%s', (_, to, linked, isRead, time = '10:12') => {
    expect(addition(linked, to, time) === undefined).toBe(isRead);
    link(linked, to, time);
  });
});

describe('a link', () => {
  test('takes the report’s customers over, and says from which incident they are known', () => {
    const [to, linked] = [filed(1, ['a']), filed(2, ['b'])];
    link(linked, to, '10:20');
    expect([linked.incident.status, linked.incident.linkedTo]).toEqual(['linked', 'inc_1']);
    expect(to.incident.affectedCustomers).toEqual([{ id: 'a' }, { id: 'b', via: ['inc_2'] }]);
    expect(to.incident.links).toEqual([{ incidentId: 'inc_2', unnamedCount: 0, at: at('24 10:20') }]);
    expect([count(to), to.incident.status, ids(linked)]).toEqual([2, 'open', ['b']]);
  });

  test('by an instance whose clock is behind takes no outcome back that another has recorded', () => {
    const [to, linked] = [filed(1, ['a']), filed(2, ['b'], { ...goesOn, businessImpact: 'stopped' })];
    linked.until(at('24 10:08'));
    linked.states({ type: 'customer-updated', customers: 'all', message: '調査中です。' }, '10:10');
    expect(linked.incident.slots.met).toBe(1);
    link(linked, to, '10:09');
    linked.now = at('24 10:11');
    // As they are read from the store.
    linked.contacts = structuredClone(linked.contacts);
    // Its page ends.
    linked.look();
    expect(linked.events.map(({ type }) => type).slice(-2)).toEqual(['linked', 'paged']);
    expect(linked.incident.slots.met).toBe(1);
  });

  test.each<[string, Partial<Signal>, Partial<Signal>, number | undefined]>([
    ['each names one', {}, {}, 2],
    ['five are counted here, one named there', { affectedCustomerCount: 5 }, {}, 6],
    ['one named here, five counted there', {}, { affectedCustomerCount: 5 }, 6],
    ['five here and five there', { affectedCustomerCount: 5 }, { affectedCustomerCount: 5 }, 10],
    ['the same customer twice', { customer: { id: 'x' } }, { customer: { id: 'x' } }, 1],
    [
      'the same customer, and four more there',
      { customer: { id: 'x' } },
      { customer: { id: 'x' }, affectedCustomerCount: 5 },
      5,
    ],
    ['nobody is known', { isReporterAffected: false }, { isReporterAffected: false }, undefined],
    ['nobody here, as somebody counted', { isReporterAffected: false, affectedCustomerCount: 0 }, {}, 1],
  ])('counts each customer once: %s', (_, here, there, wanted) => {
    const [to, linked] = [filed(1, ['a'], here), filed(2, ['b'], there)];
    link(linked, to, '10:20');
    expect(count(to)).toBe(wanted);
  });

  test('weighs the survivor by its new count', () => {
    const to = filed(1, ['a'], { businessImpact: 'stopped' });
    expect(to.incident.score.reference.value).toBe(4);
    link(filed(2, ['b']), to, '10:20');
    expect(to.incident.score.reference.value).toBe(8);
  });

  test('makes an emergency of many here and of a stop there, and all are due an update sooner', () => {
    const to = filed(1, ['a'], { ...goesOn, affectedCustomerCount: 8 });
    link(filed(2, ['b'], { ...goesOn, affectedCustomerCount: 4, businessImpact: 'stopped' }), to, '10:04');
    expect(to.incident.emergency).toMatchObject({ rule: 'many-customers-stopped', endedAt: null });
    to.states({ type: 'customer-updated', customers: 'all', channel: 'phone' }, '10:14');
    expect([dueOf(to, 'a'), dueOf(to, 'b')]).toEqual(['24 10:29', '24 10:29']);
  });

  test('leaves known what its own ticket says, so that a change of its tags opens nothing again', () => {
    const to = filed(1, ['a'], goesOn);
    const before = { at: at('24 09:40'), isApproximate: false };
    link(filed(2, ['b'], { ...goesOn, occurredAt: before }), to, '10:04');
    expect(to.incident.occurredAt).toEqual(before.at);
    to.states({ type: 'recovered', customers: 'all' }, '10:20');
    names(to, ['a'], '10:30', { ...goesOn, tags: ['till'] });
    expect(to.incident.status).toBe('recovered');
    names(to, ['a'], '10:31', { ...goesOn, occurredAt: { at: at('24 10:25'), isApproximate: false } });
    expect(to.incident.status).toBe('open');
  });

  test.each<[string, object[], Partial<Signal>, object[], boolean]>([
    ['it goes on for somebody', [{ type: 'recovered' }], goesOn, [], true],
    [
      'it was not found to occur',
      [{ type: 'verified', happened: 'no', ongoing: 'no', method: 'logs', evidenceUrl: 'https://x.example/1' }],
      goesOn,
      [],
      true,
    ],
    ['the report’s customers work again', [{ type: 'recovered' }], goesOn, [{ type: 'recovered' }], false],
    ['a customer waits, though it is said not to go on', [{ type: 'recovered' }], { ongoing: 'no' }, [], true],
    ['nobody knows whether it goes on', [{ type: 'recovered' }], {}, [], true],
    ['it is open already', [], goesOn, [], false],
  ])('opens what was over where %s', (_, here, report, there, opens) => {
    const [to, linked] = [filed(1, ['a']), filed(2, ['b'], report)];
    for (const statement of here) to.states(statement, '10:10');
    for (const statement of there) linked.states(statement, '10:12');
    const before = to.incident.status;
    const [, over] = link(linked, to, '10:20');
    expect(typesOf(over).filter((each) => each === 'reopened')).toEqual(opens ? ['reopened'] : []);
    expect(to.incident.status).toBe(opens ? 'open' : before);
    if (opens) expect([to.incident.recoveredAt, to.incident.ongoing]).toEqual([undefined, linked.incident.ongoing]);
  });
});

describe('the timelines say', () => {
  const stated = { occurredAt: '2026-11-24T01:30:00Z', evidenceUrl: 'https://x.example/1' };
  const when = { actor: 'sato@example.jp', occurredAt: at('24 10:30'), evidenceUrl: 'https://x.example/1' };

  test('to what it was linked and from where, by which person, on what basis, when, and where the evidence is', () => {
    const [to, linked] = [filed(1, ['a']), filed(2, ['b'], goesOn)];
    to.states({ type: 'recovered' }, '10:10');
    const decided = decideJoined(linked, to, { to: 'inc_1', basis: '同じ障害', ...stated }, [], by);
    const said = (index: 0 | 1) => decided[index].events.filter(({ type }) => type !== 'slot-closed');
    expect(said(0)).toEqual([{ ...when, type: 'linked', detail: { to: 'inc_1', basis: '同じ障害' } }]);
    const why = 'A report was linked of which a customer has not recovered.';
    expect(said(1)).toEqual([
      { ...when, type: 'linked', detail: { from: 'inc_2', basis: '同じ障害' } },
      {
        isFact: false,
        type: 'reopened',
        actor: 'rule',
        occurredAt: by.now,
        detail: { rule: 'linked-ongoing', why, from: 'inc_2' },
      },
    ]);
  });

  test('from what it was unlinked, and of the chain what went with it', () => {
    const [last, middle, first] = [filed(1, ['a']), filed(2, ['b']), filed(3, ['c'])];
    link(first, middle, '10:20');
    link(middle, last, '10:25');
    const parted = (more: object) =>
      decideParted(first, [middle, last], { type: 'unlinked', ...more }, by).map(({ events }) => events[0]);
    expect(parted(stated)).toEqual([
      { ...when, type: 'unlinked', detail: { from: 'inc_2' } },
      { ...when, type: 'unlinked', detail: { incident: 'inc_3' } },
      { ...when, type: 'unlinked', detail: { incident: 'inc_3', from: 'inc_2' } },
    ]);
    const [now] = parted({});
    expect([now?.occurredAt, now?.evidenceUrl]).toEqual([by.now, undefined]);
  });
});

describe('its end', () => {
  const shown = ({ incident, contacts }: Ledger) => {
    const { lastSequence: _, statedSequence: __, unlinkedFrom: ___, ...rest } = incident;
    return { ...rest, contacts: [...contacts.keys()] };
  };

  test('leaves both as they would be, and keeps them apart', () => {
    const [to, linked] = [filed(1, ['a']), counting(2, 'b', 4)];
    const before = [to, linked].map(shown);
    link(linked, to, '10:05');
    part(linked, [to], '10:06');
    expect([to, linked].map(shown)).toEqual(before);
    expect([to, linked].map(({ incident }) => incident.unlinkedFrom)).toEqual([['inc_2'], ['inc_1']]);
    // Twice from the same keeps it once.
    link(linked, to, '10:07');
    part(linked, [to], '10:08');
    expect([to, linked].map(({ incident }) => incident.unlinkedFrom)).toEqual([['inc_2'], ['inc_1']]);
  });

  test('leaves those that another linked report names as they were named first', () => {
    const [to, one, two] = [filed(1, ['a']), filed(2, ['x']), filed(3, ['x'])];
    link(one, to, '10:05');
    link(two, to, '10:06');
    expect(to.incident.affectedCustomers.at(-1)).toEqual({ id: 'x', via: ['inc_2', 'inc_3'] });
    part(one, [to], '10:07');
    expect([to.incident.affectedCustomers.at(-1), count(to)]).toEqual([{ id: 'x', via: ['inc_3'] }, 2]);
    part(two, [to], '10:08');
    expect([ids(to), count(to), waitingIn(to)]).toEqual([['a'], 1, ['a']]);
  });

  test('of a chain: what came by way of it goes with it, all the way up', () => {
    const [last, middle, first] = [filed(1, ['a']), filed(2, ['b']), counting(3, 'c', 3)];
    link(first, middle, '10:05');
    link(middle, last, '10:06');
    expect(last.incident.links).toMatchObject([
      { incidentId: 'inc_2', unnamedCount: 0 },
      { incidentId: 'inc_3', unnamedCount: 2, by: 'inc_2' },
    ]);
    expect([ids(last), count(last)]).toEqual([['a', 'b', 'c'], 5]);
    part(first, [middle, last], '10:07');
    expect([middle, last].map((each) => [ids(each), count(each), waitingIn(each)])).toEqual([
      [['b'], 1, ['b']],
      [['a', 'b'], 2, ['a', 'b']],
    ]);
    expect(last.incident.links).toEqual([{ incidentId: 'inc_2', unnamedCount: 0, at: at('24 10:06') }]);
    // Only what it was linked to is kept apart from it.
    expect([middle, last].map(({ incident }) => incident.unlinkedFrom)).toEqual([['inc_3'], undefined]);
    expect([ids(first), count(first)]).toEqual([['c'], 3]);
  });

  test('of the middle of a chain takes its own reports along', () => {
    const [last, middle, first] = [filed(1, ['a']), filed(2, ['b']), filed(3, ['c'])];
    link(first, middle, '10:05');
    link(middle, last, '10:06');
    part(middle, [last], '10:07');
    expect([ids(last), ids(middle), last.incident.links]).toEqual([['a'], ['b', 'c'], undefined]);
  });

  test('gives it those that only its ticket named while it was linked, also at the end of a chain', () => {
    const [last, middle, first] = [filed(1, ['a']), filed(2, ['b']), filed(3, ['c'])];
    link(first, middle, '10:05');
    link(middle, last, '10:06');
    names(first, ['c', 'd'], '10:07', {}, last);
    expect(last.incident.affectedCustomers.at(-1)).toEqual({ id: 'd', via: ['inc_3'] });
    // The middle one has them by that ticket alone.
    part(middle, [last], '10:08');
    expect(middle.incident.affectedCustomers.at(-1)).toEqual({ id: 'd', via: ['inc_3'] });
    part(first, [middle], '10:09');
    expect([ids(last), ids(middle), ids(first)]).toEqual([['a'], ['b'], ['c', 'd']]);
    expect([waitingIn(last), waitingIn(middle), waitingIn(first)]).toEqual([['a'], ['b'], ['c', 'd']]);
  });

  test.each<[string, number | undefined, string[], string[]]>([
    ['that the incident had counted, and the ticket names', 3, ['d', 'e'], []],
    ['more than it had counted', 3, ['d', 'e', 'f'], []],
    ['that the incident names itself as well', 2, ['d'], ['x']],
    ['nobody was counted', undefined, ['d'], ['x']],
  ])('leaves the count as it would be: %s', (_, counted, byTicket, byItself) => {
    const fields = counted === undefined ? {} : { affectedCustomerCount: counted };
    const [to, never, linked] = [filed(1, ['a'], fields), filed(1, ['a'], fields), filed(2, ['b'])];
    link(linked, to, '10:05');
    names(linked, ['b', ...byTicket], '10:06', {}, to);
    for (const record of [to, never]) if (byItself.length > 0) names(record, ['a', ...byItself], '10:07');
    part(linked, [to], '10:08');
    expect([count(to), ids(to), waitingIn(to)]).toEqual([count(never), ids(never), waitingIn(never)]);
    expect(ids(linked)).toEqual(['b', ...byTicket]);
  });

  test('leaves a customer that people have named there as well', () => {
    const [to, linked] = [filed(1, ['a']), filed(2, ['b', 'c'])];
    link(linked, to, '10:05');
    to.states({ type: 'scoped', affectedCustomers: [{ id: 'a' }, { id: 'b' }, { id: 'd' }] }, '10:06');
    expect(to.incident.affectedCustomers).toMatchObject([
      { id: 'a' },
      { id: 'b', via: ['inc_1', 'inc_2'] },
      { id: 'd' },
      { id: 'c', via: ['inc_2'] },
    ]);
    part(linked, [to], '10:08');
    expect([ids(to), waitingIn(to)]).toEqual([
      ['a', 'b', 'd'],
      ['a', 'b', 'd'],
    ]);
  });

  test('leaves what people have counted of the whole', () => {
    const [to, linked] = [filed(1, ['a']), filed(2, ['b'])];
    link(linked, to, '10:05');
    to.states({ type: 'scoped', affectedCustomerCount: 9, method: 'SQL' }, '10:06');
    part(linked, [to], '10:08');
    expect([count(to), waitingIn(to)]).toEqual([9, ['a', 'others']]);
  });

  test('of a report about Metronome itself: the survivor has a rhythm only for others', () => {
    const about = { source: 'alert', alert: { policyName: 'p', state: 'open', service: 'metronome' } } as never;
    const [last, middle, first] = [filed(1, ['a'], about), filed(2, ['b'], about), filed(3, ['c'])];
    link(first, middle, '10:05');
    link(middle, last, '10:06');
    const dues = () => ['a', 'b'].map((name) => dueOf(last, name));
    expect(last.incident.links?.map((each) => each.isAboutMetronome)).toEqual([true, undefined]);
    expect(dues()).not.toContain('–');
    part(first, [middle, last], '10:07');
    expect(last.incident.links?.map((each) => each.isAboutMetronome)).toEqual([true]);
    expect(dues()).toEqual(['–', '–']);
  });

  const asks = (record: Ledger, id: string, customer: string, time: string): void => {
    record.now = at(`24 ${time}`);
    const updates = [{ id, tool: 'zendesk', ticketId: '1' }];
    const detail = { customers: [customer], message: id, updates };
    record.take({ facts: [{ type: 'update-requested', actor: 'sato', occurredAt: record.now, detail }] as never });
  };
  const fails = (record: Ledger, updateId: string, customer: string, time: string): void => {
    record.now = at(`24 ${time}`);
    const ticket = { tool: 'zendesk', id: '1' };
    const detail = { customers: [customer], ticket, updateId, state: 'failed', why: 'no such ticket' };
    record.take({ facts: [{ type: 'update-failed', actor: 'rule', occurredAt: record.now, detail }] as never });
  };
  const failedIn = ({ incident, contacts }: Ledger) => [
    [...contacts.values()].flatMap(({ unreached }) => unreached?.updateId ?? []).sort(),
    incident.failedUpdates ?? 0,
  ];

  test('leaves each failed update with the customer that it did not reach, and counts it where it is seen', () => {
    const [to, linked] = [filed(1, ['a']), filed(2, ['b', 'c'])];
    asks(linked, 'upd_1', 'b', '10:02');
    asks(linked, 'upd_2', 'c', '10:03');
    fails(linked, 'upd_1', 'b', '10:04');
    link(linked, to, '10:05');
    expect([failedIn(linked), failedIn(to)]).toEqual([
      [[], 0],
      [['upd_1'], 1],
    ]);
    asks(to, 'upd_3', 'a', '10:06');
    fails(to, 'upd_2', 'c', '10:07');
    fails(to, 'upd_3', 'a', '10:08');
    expect(failedIn(to)).toEqual([['upd_1', 'upd_2', 'upd_3'], 3]);
    part(linked, [to], '10:09');
    expect(failedIn(linked)).toEqual([['upd_1', 'upd_2'], 2]);
    expect(failedIn(to)).toEqual([['upd_3'], 1]);
  });
});

test('who had recovered with a link has not where it ends, and the whole is open or over as its own customers are', () => {
  const statusOf = ({ incident }: Ledger): Incident['status'] => incident.status;
  const [to, linked] = [filed(1, ['a'], goesOn), filed(2, ['b'], goesOn)];
  to.states({ type: 'recovered' }, '10:02');
  link(linked, to, '10:05');
  expect(statusOf(to)).toBe('open');
  part(linked, [to], '10:06');
  expect([statusOf(to), to.incident.recoveredAt, statusOf(linked)]).toEqual(['recovered', at('24 10:02'), 'open']);
  link(linked, to, '10:07');
  to.states({ type: 'recovered', customers: ['b'] }, '10:09');
  expect(statusOf(to)).toBe('recovered');
  part(linked, [to], '10:10');
  expect([statusOf(linked), linked.incident.recoveredAt]).toEqual(['recovered', at('24 10:09')]);
});

describe('its outbox and its timers', () => {
  const told = (kind: string, more: object = {}): Pending => ({ kind, key: kind, since: by.now, ...more });

  test.each<[string, Pending, boolean]>([
    ['that it was filed', told('incident-filed'), false],
    ['an emergency of its own', told('emergency-begun'), false],
    ['what is being sent', told('notice', { sends: {} }), true],
    ['whether it is the same trouble', told('related', { sends: {} }), false],
    ['that a customer doubts the recovery', told('recovery-questioned'), true],
    ['what a customer wrote', told('customer-wrote'), true],
    ['what a later report says worse', told('reported-worse'), true],
    ['an update that failed', told('update-failed'), true],
  ])('%s is told where it is linked to: %#', (_, pending, isTold) => {
    expect(toldThere([pending])).toEqual(isTold ? [pending] : []);
  });

  test('one that is by itself is looked at at once, and one that is linked is not', () => {
    const [last, middle, first] = [filed(1, ['a']), filed(2, ['b']), filed(3, ['c'])];
    link(first, middle, '10:20');
    link(middle, last, '10:25');
    const atOnce = { at: by.now, why: 'a link has ended' };
    const decided = decideParted(first, [middle, last], { type: 'unlinked' }, by);
    expect(decided.map(({ timer }) => timer)).toEqual([atOnce, 'keep', atOnce]);
  });

  test('a primary to which the link brought nobody is left alone', () => {
    const report = { isReporterAffected: false, customer: { id: 'r' } };
    const [to, linked] = [filed(1, ['a']), filed(2, [], report)];
    link(linked, to, '10:02');
    const [, ofPrimary] = decideParted(linked, [to], { type: 'unlinked' }, { ...by, now: at('24 10:03') });
    expect([ofPrimary?.contacts, ofPrimary?.timer]).toEqual([ofPrimary?.known, 'keep']);
  });

  test('nothing is left of a customer whose naming is retracted, though they were reminded of while it was linked', () => {
    const [to, linked] = [filed(1, ['a']), filed(2, ['b'])];
    linked.states(
      { type: 'scoped', affectedCustomers: [{ id: 'x' }], affectedCustomerCount: 2, method: 'logs' },
      '10:02',
    );
    const named = linked.events.find(({ type }) => type === 'scoped');
    link(linked, to, '10:05');
    to.until(at('24 10:20'));
    expect(to.told.flatMap(({ customers }) => customers)).toContain('x');
    part(linked, [to], '10:21');
    expect(waitingIn(linked)).toEqual(['b', 'x']);
    linked.now = at('24 10:22');
    linked.retract({ type: 'retracted', eventId: named?.id ?? '', why: '別の店' });
    expect(waitingIn(linked)).toEqual(['b']);
    expect([...linked.contacts.keys()]).toHaveLength(1);
  });

  test('an emergency that the link alone had made ends with it, and the timeline says why', () => {
    const stopped = { businessImpact: 'stopped', ongoing: 'yes' } as const;
    const [to, linked] = [filed(1, ['a'], stopped), filed(2, ['b'], { ...stopped, affectedCustomerCount: 40 })];
    link(linked, to, '10:20');
    expect(to.incident.emergency).toBeDefined();
    const [, ofPrimary] = decideParted(linked, [to], { type: 'unlinked' }, by);
    expect(ofPrimary?.after.emergency).toBeUndefined();
    expect(typesOf(ofPrimary)).toContain('emergency-ended');
  });

  test('of a chain, the primary keeps what the middle has by itself, by the link that holds', () => {
    const [last, other, middle, first] = [filed(1, ['a']), filed(4, ['x']), filed(2, ['b']), filed(3, ['c'])];
    link(first, middle, '10:05');
    link(middle, other, '10:06');
    part(middle, [other], '10:07');
    names(middle, ['b', 'e'], '10:08');
    link(middle, last, '10:09');
    part(first, [middle, last], '10:10');
    expect([ids(last), ids(middle), ids(first), ids(other)]).toEqual([['a', 'b', 'e'], ['b', 'e'], ['c'], ['x']]);
    expect(waitingIn(last)).toEqual(['a', 'b', 'e']);
  });
});
