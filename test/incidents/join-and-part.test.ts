/** What a link makes of the clocks of the customers that it brings: they go by the row of the incident in which they are told. */
import { describe, expect, test } from 'vitest';
import type { Decision } from '../../functions/incidents/commit.ts';
import type { Pending } from '../../functions/incidents/decision.ts';
import { closingsIn } from '../../functions/incidents/events.ts';
import { byId, type State } from '../../functions/incidents/fold/state.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { decideJoined, decideParted, toldThere } from '../../functions/incidents/link.ts';
import { type Contact, contactIdOf, theOthersId } from '../../functions/incidents/rhythm/contact.ts';
import { stopClock } from '../../functions/incidents/rhythm/slots.ts';
import type { Signal } from '../../functions/incidents/signal/signal.ts';
import { policy } from '../../functions/policy.ts';
import { calmReport, filed, Ledger } from './linked-ledgers.ts';
import { at, incidentAt, told } from './rhythm/rhythm.ts';

const filedAt = at('24 10:00');
const calm: Partial<Incident> = { ongoing: 'no', urgency: { ...incidentAt(filedAt).urgency, level: 'low' } };
const update = { type: 'customer-updated', customers: 'all', channel: 'phone' };
const recovery = { ...update, recovery: true };
const denied = {
  type: 'verified',
  happened: 'no',
  ongoing: 'no',
  method: 'ログ',
  evidenceUrl: 'https://evidence.example/1',
};

/** One that names `a`, who was told at these times. */
const reported = (report: Partial<Signal>, ...updatedAt: string[]): Ledger => {
  const ledger = new Ledger(report);
  for (const time of updatedAt) ledger.states(update, time);
  return ledger;
};

const by = (time: string) => ({ actor: 'sato', now: at(`24 ${time}`), policy });
const idOfA = contactIdOf({ id: 'a' });
const ofA = (decision: Decision | undefined): Contact | undefined => decision?.contacts.find(({ id }) => id === idOfA);

/** Links it at a time with another. */
function link(linked: State, to: State, time = '11:00', pending: Pending[] = []): [own: Decision, survivor: Decision] {
  const there = { ...to, incident: { ...to.incident, id: 'inc_2' } };
  return decideJoined(linked, there, { to: 'inc_2', basis: '同じ障害' }, toldThere(pending), by(time));
}

/** @returns when `a` is due where it is linked to, and what was closed there by the link */
function join(linked: State, to: State, time: string): { due: string; closed: string[]; slots: Incident['slots'] } {
  const [, { events, after, ...side }] = link(linked, to, time);
  const contact = ofA({ events, after, ...side }) ?? to.contacts.get(idOfA);
  const closed = closingsIn(events).map(({ dueAt, outcome }) => `${told(dueAt)} ${outcome}`);
  return { due: told(contact?.nextUpdateDueAt), closed, slots: after.slots };
}
/** Has no customer who waits, though it counts `a`. */
const other = (facts: Partial<Incident> = {}): State => ({
  incident: incidentAt(filedAt, facts, { customer: { id: 'a', name: 'A店' }, ongoing: 'unknown' }),
  contacts: new Map(),
});

describe('whoever joins one of the fast row', () => {
  test('waits no longer for a time that was far away', () => {
    const { due, closed } = join(reported(calmReport, '10:30'), other(), '11:00');
    expect([due, closed]).toEqual(['24 11:15', []]);
  });
  test('is due when that row has it, where that is later than its first interval from now', () => {
    expect(join(reported(calmReport, '10:30', '10:55'), other(), '11:00').due).toBe('24 11:25');
  });
  test('was owed what stood open by then, and nothing of the hours since', () => {
    const { due, closed, slots } = join(reported(calmReport), other(), '12:00');
    expect([due, closed]).toEqual(['24 12:15', ['24 11:00 not-reminded']]);
    expect(slots).toMatchObject({ notReminded: 1, missed: 0 });
  });
  test('goes by its rhythm also where their own was fast, and slower by then', () => {
    const ledger = reported({}, '10:30');
    const slow = new Map([...ledger.contacts].map(([id, each]) => [id, { ...each, nextUpdateDueAt: at('24 15:00') }]));
    expect(join(Object.assign(ledger, { contacts: slow }), other(), '11:00').due).toBe('24 11:15');
  });
  test('of an emergency hears within its first interval', () => {
    const emergency = { since: at('24 10:40'), endedAt: null } as NonNullable<Incident['emergency']>;
    expect(join(reported({}, '10:55'), other({ emergency }), '11:00').due).toBe('24 11:15');
  });
  test('whom it knows already keeps what they wait for there', () => {
    const { due, closed } = join(reported(calmReport, '10:30'), reported({}, '10:50'), '11:00');
    expect([due, closed]).toEqual(['24 11:20', []]);
  });
  test('whom it knows already are owed there what stands open, which no link ends', () => {
    const { due, closed } = join(reported(calmReport, '10:30'), reported({}), '10:40');
    expect([due, closed]).toEqual(['24 10:15', []]);
  });
});

test('whoever waits by the slow row, of what a link opens by the fast one, was owed what stood open by then', () => {
  const to = reported(calmReport);
  to.states({ type: 'recovered', customers: 'all' }, '10:05');
  const linked = filed(1, ['x']);
  linked.states(update, '11:50');
  const { due, closed } = join(linked, to, '12:00');
  expect([due, closed]).toEqual(['24 12:15', ['24 11:00 not-reminded']]);
});

test('whoever joins one of the slow row still waits for what they were due', () => {
  const { due, closed } = join(reported({}, '10:50'), other(calm), '11:00');
  expect([due, closed]).toEqual(['24 11:20', []]);
});

describe('whoever reported what was not found to occur, and is the same as what goes on', () => {
  const report = (...updatedAt: string[]): Ledger => {
    const ledger = reported({}, '10:10');
    ledger.states(denied, '10:20');
    for (const time of updatedAt) ledger.states(update, time);
    return ledger;
  };
  const arrived = (linked: State, to: State): Contact | undefined => ofA(link(linked, to)[1]);

  test.each([
    ['who was told of that', ['10:30'], '24 11:15'],
    ['who was still to be told of it', [], '24 10:35'],
  ])('waits with the others, %s', (_, updatedAt, due) => {
    const contact = arrived(report(...updatedAt), other());
    expect([contact?.stoppedAt, contact?.endsWith, told(contact?.nextUpdateDueAt ?? null)]).toEqual([
      null,
      undefined,
      due,
    ]);
  });
  test.each<[string, string[], Partial<Contact>]>([
    ['who was told of that, is told nothing more', ['10:30'], { stoppedAt: at('24 10:30') }],
    ['who was still to be told of it, is told of the recovery', [], { stoppedAt: null, endsWith: 'recovery' }],
  ])('has recovered with the others: %s', (_, updatedAt, then) => {
    const recoveredAt = at('24 10:50');
    expect(arrived(report(...updatedAt), other({ status: 'recovered', recoveredAt }))).toMatchObject({
      recoveredAt,
      ...then,
    });
  });
  test.each<[string, Partial<Incident>]>([
    ['nothing occurs there either', { status: 'not-occurring' }],
    ['nothing occurs there any more', { status: 'not-occurring', recoveredAt: at('24 10:50') }],
    ['it is over there, and nobody knows since when', { status: 'recovered' }],
  ])('stays told where %s', (_, facts) => {
    const contact = arrived(report('10:30'), other(facts));
    expect(contact?.stoppedAt).toEqual(at('24 10:30'));
    expect(contact).not.toHaveProperty('recoveredAt');
  });
  test('had recovered before it was looked into, and has so there', () => {
    const ledger = reported({}, '10:10');
    ledger.states(recovery, '10:15');
    const recovered = { recoveredAt: at('24 10:15'), stoppedAt: at('24 10:15') };
    expect(arrived(ledger, other())).toMatchObject(recovered);
  });
  test('keeps what they have where they are known already', () => {
    expect(arrived(report('10:30'), reported({}, '10:50'))).toBe(undefined);
  });
});

describe('a link, and its end', () => {
  const stateAfter = ({ known = [], gone = [], ...decision }: Decision): State => {
    const contacts = byId([...known, ...decision.contacts]);
    for (const id of gone) contacts.delete(id);
    return { incident: decision.after, contacts };
  };
  /** @returns both as they are linked at 11:00, and as they are told apart at 11:30 */
  const play = (linked: State, to: State, pending: Pending[] = []) => {
    const joined = link(linked, to, '11:00', pending);
    const parted = decideParted(stateAfter(joined[0]), [stateAfter(joined[1])], { type: 'unlinked' }, [], by('11:30'));
    return { joined, parted };
  };
  test.each([
    ['incident-filed', false],
    ['emergency', false],
    ['recovery-questioned', true],
    ['update-failed', true],
  ])('what waits to be told of the linked one, %s, rides on: %s', (kind, isTold) => {
    const pending = { kind, key: 'k', since: at('24 10:59') };
    const [, side] = play(reported({}), other(), [pending]).joined;
    expect(side.outbox).toEqual(isTold ? [pending] : []);
  });
  test('what waits to be sent rides on as well', () => {
    const sending = { kind: 'update-echo', key: 'k', since: at('24 10:59'), sends: {} };
    expect(play(reported({}), other(), [sending]).joined[1].outbox).toEqual([sending]);
  });

  test.each<[string, Pending[], Decision['timer']]>([
    [
      'at once where something waits to be told',
      [{ kind: 'update-failed', key: 'k', since: at('24 10:59') }],
      {
        at: at('24 11:00'),
        why: 'something is to be announced',
      },
    ],
    [
      'as the next of those who came is due otherwise',
      [],
      {
        at: at('24 11:15'),
        why: '30 min after the last update, which was less than 2 h after filing',
      },
    ],
  ])('has the survivor looked at, and not the linked one: %s', (_, pending, timer) => {
    const [own, survivor] = play(reported({}, '10:50'), other(), pending).joined;
    expect([own.timer, own.outbox, survivor.timer]).toEqual(['delete', [], timer]);
  });

  test('stops the clock of who waits, and starts it again', () => {
    const { joined, parted } = play(reported({}, '10:50'), other({ affectedCustomers: [], impact: {} }));
    expect(ofA(joined[0])).toMatchObject({
      stoppedAt: at('24 11:00'),
      isStoppedByLink: true,
      nextUpdateDueAt: null,
      dueReason: 'told with inc_2, to which this is linked',
    });
    expect(ofA(parted[0])).toMatchObject({ stoppedAt: null, nextUpdateDueAt: at('24 11:45') });
    expect(ofA(parted[0])).not.toHaveProperty('isStoppedByLink');
    expect(parted[1]?.gone).toEqual([idOfA]);
  });
  test('gives back a recovery that was still to be told of', () => {
    const ledger = reported({});
    ledger.states({ type: 'recovered', customers: 'all' }, '10:58');
    const then = { recoveredAt: at('24 10:58'), endsWith: 'recovery', stoppedAt: null };
    expect(ofA(play(ledger, other({ affectedCustomers: [], impact: {} })).parted[0])).toMatchObject(then);
  });
  test('has who had recovered, and had been told so, wait again where it opens that, and gives that back', () => {
    const to = reported({});
    to.states(recovery, '10:40');
    const { joined, parted } = play(reported({ ongoing: 'yes' }, '10:50'), to);
    const before = { stoppedAt: at('24 10:40'), recoveredAt: at('24 10:40') };
    expect(ofA(joined[1])).toMatchObject({ stoppedAt: null, overBeforeLink: { at: at('24 11:00'), ...before } });
    expect(ofA(parted[1])).toMatchObject(before);
    expect(ofA(parted[1])).not.toHaveProperty('overBeforeLink');
  });
  test.each([
    ['is over', [recovery]],
    ['does not occur', [denied, update]],
  ])('leaves who had been told that it %s as they were', (_, statements) => {
    const ledger = reported({});
    for (const each of statements) ledger.states(each, '10:40');
    const { joined, parted } = play(ledger, other());
    expect([ofA(joined[0]), ofA(parted[0])]).toEqual([undefined, undefined]);
    expect(joined[1].events.map(({ type }) => type)).not.toContain('reopened');
  });
  test.each([
    ['were told of it', recovery],
    ['are still to be told of it', { type: 'recovered', customers: 'all' }],
  ])('leaves who had recovered here, and %s, as they were, where they have there as well', (_, statement) => {
    const [linked, to] = [reported({}), reported({})];
    linked.states(recovery, '10:40');
    to.states(statement, '10:40');
    expect(link(linked, to, '10:42')[1].contacts).toEqual([]);
  });
  test('leaves those whom nobody has named, and nobody counts any more, without word of what was reported again', () => {
    const to = filed(2, ['a'], { affectedCustomerCount: 2 });
    for (const [time, statement] of [
      ['10:20', denied],
      ['10:30', { type: 'scoped', affectedCustomerCount: 2, affectedCustomers: [{ id: 'b' }], method: 'ログ' }],
      ['10:40', { ...denied, happened: 'yes', ongoing: 'yes' }],
    ] as [string, object][])
      to.states(statement, time);
    const stopped = to.contacts.get(theOthersId);
    expect([stopped?.stoppedAt, to.incident.status]).toEqual([at('24 10:20'), 'open']);
    expect(link(filed(1, ['x']), to, '10:42')[1].contacts.map(({ id }) => id)).toEqual([contactIdOf({ id: 'x' })]);
  });
  test.each<[string, string[], string]>([
    ['has recovered with the last of those whom a link brings', ['k'], '24 10:50'],
    ['stays as it was stated where nobody was known', [], '24 10:20'],
  ])('what is over %s', (_, names, then) => {
    const [linked, to] = [filed(1, ['a']), filed(2, names, { isReporterAffected: names.length > 0 })];
    to.states({ type: 'recovered', customers: 'all' }, '10:20');
    linked.states({ type: 'recovered', customers: 'all' }, '10:50');
    const [, side] = link(linked, to);
    expect(told(side.after.recoveredAt)).toBe(then);
  });
  test('has who was still to be told that it was not found to occur be told so again', () => {
    const ledger = reported({}, '10:10');
    ledger.states(denied, '10:55');
    expect(ofA(play(ledger, other()).parted[0])).toMatchObject({ endsWith: 'not-occurring', stoppedAt: null });
  });
  test('has who was told of the one it opened wait again, and gives that back', () => {
    const ledger = reported({}, '10:10');
    for (const each of [denied, update]) ledger.states(each, '10:20');
    const linked = reported({ ongoing: 'yes' });
    linked.incident = { ...linked.incident, affectedCustomers: [{ id: 'x' }] };
    const { joined, parted } = play(linked, ledger);
    expect(ofA(joined[1])).toMatchObject({
      stoppedAt: null,
      overBeforeLink: { at: at('24 11:00'), stoppedAt: at('24 10:20') },
    });
    expect(joined[1].after.status).toBe('open');
    expect(ofA(parted[1])).toMatchObject({ stoppedAt: at('24 10:20'), nextUpdateDueAt: null });
    expect(parted[1]?.after.status).toBe('not-occurring');
  });
});

describe('whoever asked', () => {
  const asked = (): State => other({ kind: 'question', impact: { affectedCustomerCount: 1 } });
  const join = (to: State): Contact | undefined => ofA(link(asked(), to)[1]);

  test.each<[string, Partial<Incident>, Partial<Contact>]>([
    ['of what goes on is told with the others', {}, { stoppedAt: null, nextUpdateDueAt: at('24 11:15') }],
    [
      'of what is over is told of the recovery',
      { status: 'recovered', recoveredAt: at('24 10:30') },
      { stoppedAt: null, recoveredAt: at('24 10:30'), endsWith: 'recovery' },
    ],
    ['of what does not occur is told so', { status: 'not-occurring' }, { stoppedAt: null, endsWith: 'not-occurring' }],
  ])('%s', (_, facts, then) => {
    expect(join(other({ affectedCustomers: [], impact: {}, ...facts }))).toMatchObject(then);
  });
  test('of what goes on is told nothing of its end before it has one', () => {
    expect(join(other())).not.toHaveProperty('endsWith');
  });
  test('and was told already that it is over is told nothing more', () => {
    const to = reported({}, '10:10');
    to.states(recovery, '10:40');
    expect(join(to)).toBe(undefined);
  });
});

describe('those whom it had counted itself, and who were all named by who leaves with a link', () => {
  /** It counts two and names one; the ticket of a linked one names another at 10:20, and the link ends at 10:30. */
  const parted = (facts: Partial<Incident>, before: (others: Contact, incident: Incident) => Partial<Contact>) => {
    const to = reported({});
    to.states({ type: 'scoped', affectedCustomerCount: 2, method: 'logs' }, '10:05');
    const linked = other({ affectedCustomers: [], impact: {} });
    const [home, side] = link(linked, to, '10:10');
    const joined = { ...side.after, ...facts };
    const affectedCustomers = [...joined.affectedCustomers, { id: 'd', via: [linked.incident.id] }];
    const others = to.contacts.get(theOthersId) as Contact;
    const stopped = { ...others, ...before(others, joined) };
    const incident = { ...joined, affectedCustomers };
    const contacts = [to.contacts.get(contactIdOf({ id: 'a' })) as Contact, stopped];
    const was = { incident: home.after, contacts: byId([]) };
    const chain = [{ incident, contacts: byId(contacts) }];
    const [, left] = decideParted(was, chain, { type: 'unlinked' }, [], by('10:30'));
    const contact = left?.contacts.find(({ id }) => id === theOthersId) ?? stopped;
    return { count: left?.after.impact.affectedCustomerCount, contact, timer: left?.timer };
  };
  /** As they are once everyone is named. */
  const named = (others: Contact): Partial<Contact> => ({
    ...stopClock(
      { ...others, recoveredAt: at('24 10:20'), namedAwayAt: at('24 10:20') },
      at('24 10:20'),
      'everyone who is affected has been named',
    ),
  });

  test('wait again, and a tick looks at once', () => {
    const { count, contact, timer } = parted({}, named);
    expect([count, told(contact.nextUpdateDueAt), contact.recoveredAt]).toEqual([2, '24 10:45', undefined]);
    expect(timer).toMatchObject({ at: at('24 10:30') });
  });
  test('are not told again that it is over', () => {
    const over = at('24 10:15');
    const { count, contact } = parted({}, (others) => ({
      ...stopClock({ ...others, recoveredAt: over, lastUpdateAt: over }, over, 'told'),
    }));
    expect([count, told(contact.stoppedAt)]).toEqual([2, '24 10:15']);
  });
  test('wait for the message of a recovery that was stated before', () => {
    const { contact } = parted({}, (others) => ({ ...named(others), recoveredAt: at('24 10:15') }));
    expect([contact.endsWith, told(contact.recoveredAt), contact.stoppedAt]).toEqual(['recovery', '24 10:15', null]);
  });
  test('wait for the message of what has recovered since', () => {
    const { contact } = parted({ status: 'recovered', recoveredAt: at('24 10:25') }, named);
    expect([contact.endsWith, told(contact.nextUpdateDueAt)]).toEqual(['recovery', '24 10:40']);
  });
  test('wait in what is linked itself once that link ends', () => {
    const { contact, timer } = parted({ status: 'linked', linkedTo: 'inc_3' }, named);
    expect([contact.isStoppedByLink, contact.recoveredAt, timer]).toEqual([true, undefined, 'keep']);
  });
});

describe('whoever is told together with somebody who leaves', () => {
  const ticket = { tool: 'generic', id: 'T-1' };
  /** `x` came with the linked one, by that ticket, and is told together with others there. */
  const left = (
    others: { id: string; name?: string; via?: string[] }[],
    theirs: { id: string }[],
    origin: Partial<Incident['origin']> = {},
  ): Contact | undefined => {
    const linked = reported({});
    const [own] = [...linked.contacts.values()] as [Contact];
    const customers = [{ id: 'x', name: 'X店' }, ...others.map(({ id, name }) => ({ id, ...(name ? { name } : {}) }))];
    const affectedCustomers = [{ id: 'x', via: ['inc_1'] }, ...others];
    const there = incidentAt(filedAt, { id: 'inc_2', affectedCustomers, links: [link] });
    const status = { status: 'linked' as const, linkedTo: 'inc_2' };
    const before = { ...linked.incident, ...status, affectedCustomers: theirs };
    const incident = { ...before, origin: { ...before.origin, ...origin } };
    const contact = { ...own, ticket, customers, name: 'X店', joinedFrom: 'inc_1' };
    const kept = theirs.length > 0 ? [{ ...own, ticket, customers: theirs }] : [];
    const [, side] = decideParted(
      { incident, contacts: byId(kept) },
      [{ incident: there, contacts: byId([contact]) }],
      { type: 'unlinked' },
      [],
      by('10:30'),
    );
    return side?.contacts.find(({ id }) => id === own.id);
  };
  const link = { incidentId: 'inc_1', unnamedCount: 0, at: at('24 10:10') };

  test('is told neither on the ticket of who has left nor by their name', () => {
    const contact = left([{ id: 'y' }], [{ id: 'x' }]);
    expect(contact?.customers).toEqual([{ id: 'y' }]);
    expect(contact).not.toHaveProperty('ticket');
    expect(contact).not.toHaveProperty('name');
    expect(left([{ id: 'y', name: 'Y店' }], [{ id: 'x' }])?.name).toBe('Y店');
  });
  test('nor on that of the report by which they were named while it was linked', () => {
    expect(left([{ id: 'y' }], [], { tool: 'generic', id: 'T-1' })).not.toHaveProperty('ticket');
  });
  test('is told on it still, where they are of that report as well', () => {
    const ofBoth = { id: 'y', via: ['inc_1', 'inc_3'] };
    expect(left([ofBoth], [{ id: 'x' }, { id: 'y' }])).toMatchObject({ ticket });
    expect(left([ofBoth, { id: 'z' }], [{ id: 'x' }, { id: 'y' }])).toMatchObject({ ticket });
  });
  test('goes back to the rhythm of the report by which they were named', () => {
    const linked = reported({});
    const affectedCustomers = [{ id: 'z', via: ['inc_1'] }];
    const there = incidentAt(filedAt, { ...calm, id: 'inc_2', affectedCustomers, links: [link] });
    const [own] = [...linked.contacts.values()] as [Contact];
    const id = contactIdOf({ id: 'z' });
    const contact = { ...own, id, customers: [{ id: 'z' }], nextUpdateDueAt: at('24 15:00') };
    const incident = { ...linked.incident, status: 'linked' as const, linkedTo: 'inc_2' };
    const chain = [{ incident: there, contacts: byId([contact]) }];
    const [side] = decideParted({ incident, contacts: byId([own]) }, chain, { type: 'unlinked' }, [], by('11:00'));
    expect(told(side.contacts.find((each) => each.id === id)?.nextUpdateDueAt)).toBe('24 11:15');
  });
  test.each([
    ['on their own ticket', 'T-1001', true],
    ['on no ticket of others there', 'T-2', false],
    ['on none where they are told on none there', undefined, false],
  ])('and whom its ticket has named goes back, told %s', (_, id, isOwn) => {
    const linked = reported({});
    const [{ ticket: _ticket, ...own }] = [...linked.contacts.values()] as [Contact];
    const affectedCustomers = [{ id: 'y' }, { id: 'z', via: ['inc_1'] }];
    const there = incidentAt(filedAt, { id: 'inc_2', affectedCustomers, links: [link] });
    const contactId = contactIdOf({ id: 'z' });
    const customers = [{ id: 'y', name: 'Y店' }, { id: 'z' }];
    const contact = {
      ...own,
      id: contactId,
      customers,
      name: 'Y店',
      ...(id ? { ticket: { tool: 'generic', id } } : {}),
    };
    const incident = { ...linked.incident, status: 'linked' as const, linkedTo: 'inc_2' };
    const [side] = decideParted(
      { incident, contacts: byId([own]) },
      [{ incident: there, contacts: byId([contact]) }],
      { type: 'unlinked' },
      [],
      by('10:30'),
    );
    const back = side.contacts.find((each) => each.id === contactId);
    expect([back?.customers, back?.name, back?.ticket !== undefined]).toEqual([[{ id: 'z' }], undefined, isOwn]);
  });
});
