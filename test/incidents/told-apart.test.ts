/** What the end of a link gives back, to the one that was linked and to those that had taken it over. */
import { describe, expect, test } from 'vitest';
import type { Decision } from '../../functions/incidents/commit.ts';
import type { Pending } from '../../functions/incidents/decision.ts';
import { closingsIn } from '../../functions/incidents/events.ts';
import { ownService } from '../../functions/incidents/incident.ts';
import { type Contact, contactIdOf } from '../../functions/incidents/rhythm/contact.ts';
import type { Signal } from '../../functions/incidents/signal/signal.ts';
import {
  calmReport,
  contactOf,
  dueOf,
  filed,
  type Ledger,
  link,
  names,
  part,
  typesOf,
  waitingIn,
} from './linked-ledgers.ts';
import { at, told } from './rhythm/rhythm.ts';

const recovered = (...customers: string[]) => ({ type: 'recovered', customers });
/** In a channel that counts. */
const toldOf = (...customers: string[]) => ({ type: 'customer-updated', customers, channel: 'phone' });
const toldRecovered = (...customers: string[]) => ({ ...toldOf(...customers), recovery: true });
const evidence = { method: 'ログ', evidenceUrl: 'https://evidence.example/1' };
const denied = { type: 'verified', happened: 'no', ongoing: 'no', ...evidence };
const goesOn = { type: 'verified', happened: 'yes', ongoing: 'yes', ...evidence };
const counted = (count: number, ...ids: string[]) => ({
  type: 'scoped',
  method: 'ログ',
  affectedCustomerCount: count,
  affectedCustomers: ids.map((id) => ({ id })),
});
/** What a decision closes for a customer. */
const closedBy = (decision: Decision | undefined, name: string): string[] =>
  closingsIn(decision?.events ?? []).flatMap(({ contactId, dueAt, outcome }) =>
    contactId === contactIdOf({ id: name }) ? [`${told(dueAt)} ${outcome}`] : [],
  );
const unsent: Pending[] = [{ kind: 'signals', key: 'signals:inc_1', since: at('24 11:30'), sends: {} }];

describe('the incident that is told apart', () => {
  describe('and had counted one more than it named', () => {
    /** Linked at 11:00 and told apart at 11:30. */
    const parted = (before: (linked: Ledger) => void, meanwhile: (to: Ledger) => void): [Ledger, Decision] => {
      const [linked, to] = [filed(1, ['a'], { affectedCustomerCount: 2 }), filed(2, ['k'])];
      before(linked);
      link(linked, to, '11:00');
      meanwhile(to);
      return [linked, part(linked, [to], '11:30')[0]];
    };
    const nothing = (): void => undefined;
    const namesB = (to: Ledger): void => names(to, 1, ['b'], '11:20');

    test('has them wait again', () => {
      const [linked] = parted(nothing, nothing);
      expect([dueOf(linked, 'a'), dueOf(linked, 'others')]).toEqual(['24 11:45', '24 11:45']);
    });
    test.each<[string, (linked: Ledger) => void, string]>([
      ['', nothing, '24 11:30'],
      [', and had recovered', (linked) => linked.states(recovered('others'), '10:50'), '24 10:50'],
    ])('waits for nobody without a name once its ticket has named them%s', (_, before, recoveredAt) => {
      const [linked] = parted(before, namesB);
      const others = contactOf(linked, 'others');
      expect(others).toMatchObject({ stoppedAt: at('24 11:30'), dueReason: 'nobody is counted whom nobody has named' });
      expect([told(others?.recoveredAt), others?.isStoppedByLink]).toEqual([recoveredAt, undefined]);
      expect([dueOf(linked, 'a'), dueOf(linked, 'b'), waitingIn(linked)]).toEqual([
        '24 11:45',
        '24 11:35',
        ['a', 'others', 'b'],
      ]);
    });
    test('leaves them as they were where all had been named before the link', () => {
      const [, side] = parted((linked) => linked.states(counted(2, 'b'), '10:20'), nothing);
      expect(side.contacts.map(({ id }) => id)).not.toContain('con_others');
    });
    test('has recovered with whom its ticket has named, where nobody else waits', () => {
      const [linked, side] = parted(
        (linked) => linked.states(recovered('a'), '10:20'),
        (to) => {
          namesB(to);
          to.states(recovered('b'), '11:25');
        },
      );
      expect(linked.incident).toMatchObject({ status: 'recovered', recoveredAt: at('24 11:25') });
      expect(typesOf(side)).toEqual(['unlinked', 'recovered']);
    });
  });

  test('and was not found to occur is to tell so whom its ticket has named meanwhile', () => {
    const [linked, to] = [filed(1, ['a']), filed(2, ['k'])];
    linked.states(denied, '10:20');
    link(linked, to, '11:00');
    names(to, 1, ['b'], '11:20');
    names(to, 1, ['c'], '11:22');
    to.states(toldRecovered('c'), '11:25');
    part(linked, [to], '11:30');
    // A customer who has received the recovery message hears nothing more.
    expect(contactOf(linked, 'c')?.endsWith).toBe(undefined);
    expect([linked.incident.status, contactOf(linked, 'a')?.endsWith, contactOf(linked, 'b')?.endsWith]).toEqual([
      'not-occurring',
      'not-occurring',
      'not-occurring',
    ]);
  });
  test('takes along what was due to whom its ticket has named, by the row of the one that told them', () => {
    const [linked, to] = [filed(1, ['a'], calmReport), filed(2, ['k'])];
    link(linked, to, '11:00');
    names(to, 1, ['z'], '11:10');
    const [home, there] = part(linked, [to], '12:00');
    expect(dueOf(linked, 'z')).toBe('24 11:55');
    // It was due there, and is counted there.
    expect([closedBy(home, 'z'), closedBy(there, 'z')]).toEqual([[], ['24 11:25 not-reminded']]);
    expect(contactOf(linked, 'z')?.pastSlots).toMatchObject([{ dueAt: at('24 11:25'), countedIn: 'inc_2' }]);
  });

  test('has those who are told together waited for as they were, with whom its ticket has named of them', () => {
    const [linked, to] = [filed(1, ['a', 's/area']), filed(2, ['k'])];
    linked.states(recovered('s'), '10:50');
    link(linked, to, '11:00');
    names(to, 1, ['t/area'], '11:10');
    part(linked, [to], '11:30');
    expect(contactOf(linked, 's/area')).toMatchObject({
      customers: [{ id: 's' }, { id: 't' }],
      recoveredAt: at('24 10:50'),
      endsWith: 'recovery',
      nextUpdateDueAt: at('24 11:45'),
      dueReason: 'first update, 15 min after the customer was known to be affected again',
    });
  });

  test('takes whom the ticket of another one had named on that one’s ticket, where they are told alone', () => {
    const [first, linked, to] = [filed(3, ['x']), filed(1, ['a']), filed(2, ['k'])];
    link(first, linked, '10:50');
    link(linked, to, '11:00');
    names(to, 3, ['z'], '11:10');
    part(linked, [to], '11:30');
    expect(contactOf(linked, 'z')?.ticket).toEqual({ tool: 'generic', id: 'T-3' });
  });
});

describe('the incident that had taken it over', () => {
  test('is left alone where it knew its customer by itself, but for signals that are still to be moved', () => {
    const parted = (rest: Pending[]): Decision | undefined => {
      const [linked, to] = [filed(1, ['a']), filed(2, ['a'])];
      link(linked, to, '11:00');
      to.until(at('24 11:30'));
      const [, side] = part(linked, [to], '11:30', rest);
      expect([typesOf(side), side?.contacts, side?.gone]).toEqual([['unlinked'], [], []]);
      return side;
    };
    expect(parted([])).toMatchObject({ timer: 'keep', outbox: [] });
    expect(parted(unsent)).toMatchObject({ timer: { at: at('24 11:30') }, outbox: unsent });
  });

  test('loses whom the link had brought, and is looked at', () => {
    const [linked, to] = [filed(1, ['x']), filed(2, ['k'])];
    link(linked, to, '11:00');
    to.until(at('24 11:30'));
    const [, side] = part(linked, [to], '11:30');
    expect([side?.contacts, waitingIn(to)]).toEqual([[], ['k']]);
    expect(side?.timer).toEqual({ at: at('24 11:30'), why: 'a link has ended' });
  });

  test('and been linked further loses them as well, and only the last of them moves the signals', () => {
    const [linked, between, to] = [filed(1, ['x']), filed(2, ['k']), filed(3, ['m'])];
    link(linked, between, '10:50');
    link(between, to, '11:00');
    const [, middle, last] = part(linked, [between, to], '11:30', unsent);
    expect([waitingIn(between), waitingIn(to)]).toEqual([['k'], ['m', 'k']]);
    expect([middle?.timer, middle?.outbox]).toEqual(['keep', []]);
    expect(last).toMatchObject({ timer: { at: at('24 11:30') }, outbox: unsent });
  });

  describe('has told whoever reported it, though nobody counts them', () => {
    /** Not found to occur, and reported by `r`, who is not affected. */
    const reportedBy = (number: number, reporter: string, affected: string): Ledger => {
      const ledger = filed(number, [reporter, affected], { isReporterAffected: false });
      ledger.states(denied, '10:20');
      return ledger;
    };

    test.each<[string, () => Ledger, () => Ledger, string[]]>([
      [
        'stay, where both were reported by them',
        () => reportedBy(1, 'r', 'a'),
        () => reportedBy(2, 'r', 'k'),
        ['k', 'r'],
      ],
      ['go with the link that has brought them', () => reportedBy(1, 'r', 'a'), () => filed(2, ['k']), ['k']],
    ])('and they %s', (_, one, survivor, left) => {
      const [linked, to] = [one(), survivor()];
      link(linked, to, '11:00');
      expect(waitingIn(to)).toEqual([...left, ...['a', 'r'].filter((each) => !left.includes(each))]);
      part(linked, [to], '11:30');
      expect(waitingIn(to)).toEqual(left);
    });
    test('and they stay where another link has brought them', () => {
      const [linked, other, to] = [filed(1, ['a']), reportedBy(3, 'r', 'b'), filed(2, ['k'])];
      link(other, to, '10:50');
      link(linked, to, '11:00');
      part(linked, [to], '11:30');
      expect(waitingIn(to)).toEqual(['k', 'b', 'r']);
    });
  });

  describe('counts those whom nobody has named', () => {
    test('no more, with the last link that had counted any', () => {
      const counts = (number: number) => filed(number, [`x${number}`], { affectedCustomerCount: 4 });
      const [linked, other, to] = [counts(1), counts(3), filed(2, ['k'])];
      link(linked, to, '10:50');
      link(other, to, '11:00');
      part(linked, [to], '11:30');
      expect(waitingIn(to)).toEqual(['k', 'others', 'x3']);
      part(other, [to], '11:40');
      expect(waitingIn(to)).toEqual(['k']);
    });

    test('of one that stays linked, which told them that it is over: with another link they are told nothing more', () => {
      const to = filed(2, ['k'], { affectedCustomerCount: 2 });
      to.states(counted(2, 'q'), '10:05');
      const [told, other] = [filed(1, ['x'], { affectedCustomerCount: 3 }), filed(3, ['y'])];
      told.states(toldRecovered('others'), '10:20');
      link(told, to, '10:50');
      link(other, to, '11:00');
      const before = contactOf(to, 'others');
      expect([before?.stoppedAt, to.incident.impact.affectedCustomerCount]).toEqual([at('24 10:05'), 6]);
      part(other, [to], '11:30');
      expect([contactOf(to, 'others'), to.incident.impact.affectedCustomerCount]).toEqual([before, 5]);
    });

    /** It had named all that it counts; `k` is known to the linked one as well, which counts two more. */
    const resumed = (): { linked: Ledger; to: Ledger } => {
      const linked = filed(1, ['k'], { affectedCustomerCount: 3 });
      const to = filed(2, ['k'], { affectedCustomerCount: 2 });
      to.states(counted(2, 'q'), '10:05');
      link(linked, to, '10:10');
      expect(contactOf(to, 'others')?.stoppedAt).toBe(null);
      return { linked, to };
    };
    test('again, once whoever was named for them has left, though another link had ended while nobody was counted so', () => {
      const [first, second, third] = [filed(1, ['a'], { affectedCustomerCount: 2 }), filed(2, ['b']), filed(4, ['d'])];
      const last = filed(3, ['k']);
      link(second, first, '10:30');
      names(first, 2, ['c'], '10:40');
      link(first, last, '11:00');
      link(third, last, '11:05');
      part(third, [last], '11:10');
      part(second, [first, last], '11:30');
      expect(last.incident.impact.affectedCustomerCount).toBe(3);
      expect(waitingIn(last)).toEqual(['k', 'a', 'others']);
      expect(dueOf(last, 'others')).toBe('24 11:45');
    });
    test('no more, though it has known some by itself: they wait no longer', () => {
      const { linked, to } = resumed();
      part(linked, [to], '11:30');
      const ended = { stoppedAt: at('24 11:30'), recoveredAt: at('24 11:30'), nextUpdateDueAt: null };
      expect(contactOf(to, 'others')).toMatchObject(ended);
    });
    test('no more, and has recovered with the last of those who have a name', () => {
      const { linked, to } = resumed();
      to.states(recovered('k', 'q'), '10:40');
      to.states(toldRecovered('others'), '10:50');
      expect(to.incident.recoveredAt).toEqual(at('24 10:50'));
      to.until(at('24 11:30'));
      const [, side] = part(linked, [to], '11:30');
      expect([to.incident.recoveredAt, typesOf(side)]).toEqual([at('24 10:40'), ['unlinked', 'recovered']]);
      expect([side?.contacts, side?.gone]).toEqual([[], []]);
      expect(side?.timer).toEqual({ at: at('24 11:30'), why: 'a link has ended' });
    });
  });

  test('leaves those who stay the ticket by which one of them has reported', () => {
    const [linked, to] = [filed(1, ['a', 'x/area']), filed(2, ['y/area'])];
    link(linked, to, '11:00');
    part(linked, [to], '11:30');
    const { customers, ticket } = contactOf(to, 'y/area') ?? {};
    expect([customers?.map(({ id }) => id), ticket?.id]).toEqual([['y'], 'T-2']);
  });
  test('leaves them no ticket that one had brought who was linked to the one that is told apart', () => {
    const [first, linked, to] = [filed(3, ['x/area']), filed(1, ['a']), filed(2, ['k'])];
    link(first, linked, '10:50');
    link(linked, to, '11:00');
    names(to, 2, ['k', 'y/area'], '11:10');
    expect(contactOf(to, 'y/area')?.ticket?.id).toBe('T-3');
    part(linked, [to], '11:30');
    expect(contactOf(to, 'y/area')?.customers.map(({ id }) => id)).toEqual(['y']);
    expect(contactOf(to, 'y/area')).not.toHaveProperty('ticket');
  });
});

test('whoever was told of the recovery is not told that another report of theirs was not found to occur', () => {
  const [linked, to] = [filed(1, ['k']), filed(2, ['k'])];
  to.states(toldRecovered('k'), '10:20');
  linked.states(denied, '10:30');
  expect(contactOf(linked, 'k')).toMatchObject({ stoppedAt: null, endsWith: 'not-occurring' });
  const before = contactOf(to, 'k');
  link(linked, to, '10:40');
  expect(contactOf(to, 'k')).toEqual(before);
});

test('whoever was told of the recovery waits again for another report of theirs that goes on', () => {
  const [linked, to] = [filed(1, ['k']), filed(2, ['k'])];
  to.states(toldRecovered('k'), '10:20');
  link(linked, to, '10:40');
  expect([contactOf(to, 'k')?.stoppedAt, contactOf(to, 'k')?.endsWith]).toEqual([null, undefined]);
});

describe('what a link had opened', () => {
  test.each<[string, string, object[], string[], Partial<Contact>]>([
    [
      'has recovered, of which its customer was told',
      'recovered',
      [toldRecovered('k')],
      ['k'],
      {
        stoppedAt: at('24 10:40'),
        recoveredAt: at('24 10:40'),
        dueReason: 'as before a link that was undone',
      },
    ],
    [
      'has recovered, of which its customer is still to be told',
      'recovered',
      [recovered('k')],
      ['k'],
      { stoppedAt: null, recoveredAt: at('24 10:40'), endsWith: 'recovery' },
    ],
    [
      'does not occur, as its customer was told',
      'not-occurring',
      [denied, toldOf('k')],
      ['x'],
      { stoppedAt: at('24 10:40'), nextUpdateDueAt: null },
    ],
    [
      'does not occur, as its customer is still to be told',
      'not-occurring',
      [denied],
      ['x'],
      { stoppedAt: null, endsWith: 'not-occurring' },
    ],
  ])('%s, and is so again once it ends', (_, status, statements, linkedNames, then) => {
    const [linked, to] = [filed(1, linkedNames), filed(2, ['k'])];
    for (const each of statements) to.states(each, '10:40');
    const before = to.incident.status;
    link(linked, to, '11:00');
    const opened = contactOf(to, 'k');
    expect([before, to.incident.status]).toEqual([status, 'open']);
    expect(opened).toMatchObject({ stoppedAt: null, nextUpdateDueAt: expect.any(Date) });
    expect([opened?.recoveredAt, opened?.endsWith]).toEqual([undefined, undefined]);
    part(linked, [to], '11:30');
    expect(to.incident.status).toBe(status);
    expect(contactOf(to, 'k')).toMatchObject(then);
    expect(contactOf(to, 'k')).not.toHaveProperty('overBeforeLink');
  });

  test.each<[string, over: object, again: (to: Ledger) => void]>([
    ['found not to occur, and reported again after it', denied, (to) => names(to, 1, ['x', 'k'], '11:05')],
    ['over, and seen to go on after it', recovered('k', 'm'), (to) => to.states(goesOn, '11:05')],
  ])('keeps waiting whom a link had waiting first, where it was %s', (_, over, again) => {
    const [linked, to] = [filed(1, ['x']), filed(2, ['k'], { affectedCustomers: [{ id: 'm' }] })];
    to.states(over, '10:30');
    to.states(toldRecovered('k', 'm'), '10:40');
    linked.states(toldRecovered('x'), '10:50');
    names(linked, 1, ['x', 'k'], '10:55');
    link(linked, to, '11:00');
    again(to);
    part(linked, [to], '11:30');
    expect([to.incident.status, contactOf(to, 'k')?.stoppedAt, contactOf(to, 'm')?.stoppedAt]).toEqual([
      'open',
      null,
      null,
    ]);
  });

  describe('that stays open for another, while a customer who had been told of the recovery reports again', () => {
    /** Both were linked at 11:00, and are told apart at 11:30. */
    const parted = (meanwhile: (to: Ledger) => void, first: (to: Ledger) => void = () => undefined): Ledger => {
      const [linked, to] = [filed(1, ['k']), filed(2, ['k'], { affectedCustomers: [{ id: 'm' }] })];
      to.states(toldRecovered('k'), '10:40');
      first(to);
      link(linked, to, '11:00');
      expect([to.incident.status, contactOf(to, 'k')?.stoppedAt]).toEqual(['open', null]);
      meanwhile(to);
      part(linked, [to], '11:30');
      return to;
    };

    test('has told them still once the other report is another matter, and is over with the one who was left', () => {
      const to = parted(() => undefined);
      expect(contactOf(to, 'k')).toMatchObject({ stoppedAt: at('24 10:40'), recoveredAt: at('24 10:40') });
      expect(contactOf(to, 'k')).not.toHaveProperty('overBeforeLink');
      to.states(toldRecovered('m'), '11:40');
      expect(to.incident.status).toBe('recovered');
    });
    test('has told them still where a report was linked before theirs, and stays', () => {
      const to = parted(
        () => undefined,
        (earlier) => link(filed(3, ['x']), earlier, '10:50'),
      );
      expect(contactOf(to, 'k')?.stoppedAt).toEqual(at('24 10:40'));
    });
    test.each<[string, (to: Ledger) => void]>([
      ['another report of theirs is still linked', (to) => link(filed(3, ['k']), to, '11:10')],
      ['another was linked at the same moment', (to) => link(filed(3, ['k']), to, '11:00')],
      ['nobody else waits any more', (to) => to.states(recovered('m'), '11:10')],
      ['the other has been told as well', (to) => to.states(toldRecovered('m'), '11:10')],
    ])('waits still where %s', (_, meanwhile) => {
      expect(contactOf(parted(meanwhile), 'k')?.stoppedAt).toBe(null);
    });
    test.each<[string, first: (to: Ledger) => void, meanwhile: (to: Ledger) => void]>([
      ['whom another link has brought', (to) => link(filed(3, ['x']), to, '10:50'), () => undefined],
      ['who became known after it', () => undefined, (to) => names(to, 2, ['k', 'x'], '11:10')],
      ['who became known with it', () => undefined, (to) => names(to, 2, ['k', 'x'], '11:00')],
    ])('waits where a link had opened it, and it was seen to go on by itself, with one %s', (_, first, meanwhile) => {
      const [linked, to] = [filed(1, ['k']), filed(2, ['k'])];
      to.states(toldRecovered('k'), '10:40');
      first(to);
      link(linked, to, '11:00');
      meanwhile(to);
      // Written down later: it was seen before the link.
      to.states({ ...goesOn, occurredAt: at('24 10:58').toISOString() }, '11:15');
      part(linked, [to], '11:30');
      expect([to.incident.status, contactOf(to, 'k')?.stoppedAt]).toEqual(['open', null]);
    });
  });

  test('is not looked at where it is over, and all of it stays as it is', () => {
    const [linked, to] = [filed(1, ['k']), filed(2, ['k'])];
    for (const each of [linked, to]) each.states(toldRecovered('k'), '10:40');
    link(linked, to, '11:00');
    expect(part(linked, [to], '11:30')[1]).toMatchObject({ contacts: [], gone: [], timer: 'keep' });
  });

  test('is still to tell who reported it without being affected, once those who counted them have left', () => {
    const [linked, to] = [filed(1, ['r']), filed(2, ['r', 'k'], { isReporterAffected: false })];
    to.states(denied, '10:20');
    expect(waitingIn(to)).toEqual(['k', 'r']);
    link(linked, to, '10:25');
    part(linked, [to], '10:30');
    expect([to.incident.status, waitingIn(to)]).toEqual(['not-occurring', ['k', 'r']]);
    expect(contactOf(to, 'r')).toMatchObject({ stoppedAt: null, endsWith: 'not-occurring' });
  });

  test('stays open, and its customer waits, where its own ticket has named another since', () => {
    const [linked, to] = [filed(1, ['k']), filed(2, ['k'])];
    to.states(toldRecovered('k'), '10:40');
    link(linked, to, '11:00');
    names(to, 2, ['k', 'y'], '11:10');
    part(linked, [to], '11:30');
    expect(to.incident.status).toBe('open');
    expect([contactOf(to, 'k')?.stoppedAt, dueOf(to, 'y')]).toEqual([null, '24 11:25']);
  });

  test('owes its customer what the fast row had until it ended', () => {
    const [linked, to] = [filed(1, ['x']), filed(2, ['k'], calmReport)];
    to.states(recovered('k'), '10:05');
    link(linked, to, '10:30');
    expect([to.incident.status, dueOf(to, 'k')]).toEqual(['open', '24 10:45']);
    const [, side] = part(linked, [to], '11:30');
    expect([to.incident.status, dueOf(to, 'k'), closedBy(side, 'k')]).toEqual([
      'recovered',
      '24 11:15',
      ['24 10:45 not-reminded'],
    ]);
  });
});

test('a report whose customers have all recovered, and that was seen to go on after them, opens nothing once it stands alone', () => {
  const [other, linked, to] = [filed(3, ['x']), filed(1, ['a']), filed(2, ['k'])];
  link(other, linked, '10:10');
  linked.states(recovered('a'), '10:20');
  linked.states(goesOn, '10:30');
  part(other, [linked], '10:35');
  to.states(recovered('k'), '10:40');
  expect([linked.incident.status, contactOf(linked, 'a')?.endsWith]).toEqual(['open', 'recovery']);
  const [, side] = link(linked, to, '11:00');
  expect(typesOf(side)).not.toContain('reopened');
});

describe('about Metronome itself', () => {
  const ownAlert: Partial<Signal> = {
    source: 'alert',
    kind: 'alert-opened',
    alert: { service: ownService } as NonNullable<Signal['alert']>,
  };
  const aboutMetronome = (number: number): Ledger =>
    filed(number, ['m'], { ...ownAlert, affectedCustomerCount: 3, isReporterAffected: false });

  test('nobody waits but while what is not is linked to it', () => {
    const [linked, to] = [filed(1, ['x']), aboutMetronome(2)];
    expect(dueOf(to, 'others')).toBe('–');
    link(linked, to, '11:00');
    expect(dueOf(to, 'others')).toBe('24 11:15');
    part(linked, [to], '11:30');
    expect(contactOf(to, 'others')).toMatchObject({ stoppedAt: null, nextUpdateDueAt: null, remindAt: null });
  });
  test('nobody who has recovered waits for what is linked to it', () => {
    const to = aboutMetronome(2);
    to.states(recovered('others'), '10:40');
    link(filed(1, ['x'], { ongoing: 'no' }), to, '11:00');
    expect([dueOf(to, 'others'), dueOf(to, 'x')]).toEqual(['–', '24 10:45']);
  });
  test('nothing changes for those of one that another was linked to', () => {
    const [linked, to] = [aboutMetronome(1), aboutMetronome(2)];
    link(linked, to, '11:00');
    const [, side] = part(linked, [to], '11:30');
    expect([side?.contacts, side?.gone, side?.timer]).toEqual([[], [], 'keep']);
  });
});
