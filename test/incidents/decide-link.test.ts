/** What a link and its end do to the two incidents, to their counts, and to the customers who came with it. */
import { describe, expect, test } from 'vitest';
import {
  decideLeaving,
  linkedAway,
  type Shared,
  sharedOf,
  takenHome,
  takenOver,
  undoIn,
} from '../../functions/incidents/decide-link.ts';
import type { Context } from '../../functions/incidents/decision.ts';
import { byId, type State } from '../../functions/incidents/fold/state.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { decideJoined, decideParted } from '../../functions/incidents/link.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import type { OnItsWay } from '../../functions/incidents/sending.ts';
import type { Signal } from '../../functions/incidents/signal/signal.ts';
import { applyChanges } from '../../functions/incidents/timeline.ts';
import { policy } from '../../functions/policy.ts';
import { at, contactOf, incidentAt } from './rhythm/rhythm.ts';

const by: Context = { actor: 'sato@example.jp', now: at('24 11:00'), policy };

function report(id: string, facts: Partial<Incident> = {}, signal: Partial<Signal> = {}): Incident {
  const named = { customer: { id }, ...signal };
  return { ...incidentAt(at('24 10:00'), {}, named), id: `inc_${id}`, ...facts };
}

interface Pair {
  linked: Incident;
  to: Incident;
}

function link({ linked, to }: Pair, hasUnrecovered = true): Pair & { concluded: string[] } {
  const share = { linked: sharedOf(linked), isWaiting: hasUnrecovered };
  const { changes, concluded } = takenOver(to, share, by);
  return {
    linked: applyChanges(linked, linkedAway(linked, to.id)),
    to: applyChanges(to, changes),
    concluded: concluded.map((each) => each.type),
  };
}

/** Undoes the link of an incident to the first of a chain. */
function undo(linked: Incident, ...chain: Incident[]) {
  const [own, ...others] = [linked, ...chain].map((incident): State => ({ incident, contacts: new Map() }));
  const { home, leaving } = decideLeaving(own as State, others);
  let below: Shared | undefined;
  const undone = chain.map((each) => {
    const isLast = each === chain.at(-1);
    const { changes, ...more } = undoIn(each, { ...leaving, isLast, ...(below ? { below } : {}) }, policy);
    const incident = applyChanges(each, changes);
    below = sharedOf(incident);
    return { ...more, incident };
  });
  return {
    linked: applyChanges(linked, takenHome(linked, home, policy)),
    chain: undone.map(({ incident }) => incident),
    hasUnnamed: undone.map((each) => each.hasUnnamed),
    over: undone.map((each) => each.over),
  };
}

const ids = (incident: Incident): string[] => incident.affectedCustomers.map((each) => each.id);
const count = (incident: Incident): number | undefined => incident.impact.affectedCustomerCount;

describe('a link', () => {
  test('takes the report’s customers over, and says of whom they are known', () => {
    const { linked, to } = link({ linked: report('b'), to: report('a') });
    expect([linked.status, linked.linkedTo, linked.statusBeforeLink]).toEqual(['linked', 'inc_a', 'open']);
    expect(to.affectedCustomers).toEqual([{ id: 'a' }, { id: 'b', via: ['inc_b'] }]);
    expect(to.links).toEqual([{ incidentId: 'inc_b', unnamedCount: 0, at: by.now }]);
    expect([count(to), to.status, ids(linked)]).toEqual([2, 'open', ['b']]);
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
    const { to } = link({ linked: report('b', {}, there), to: report('a', {}, here) });
    expect(count(to)).toBe(wanted);
  });

  test('weighs the survivor by its new count', () => {
    const one = report('a', {}, { businessImpact: 'stopped' });
    expect(one.score.reference.value).toBe(4);
    expect(link({ linked: report('b'), to: one }).to.score.reference.value).toBe(8);
  });

  test.each<[string, Partial<Incident>, Partial<Incident>, boolean, boolean]>([
    ['it goes on for somebody', { status: 'recovered', recoveredAt: at('24 10:30') }, {}, true, true],
    ['it was not found to occur', { status: 'not-occurring' }, {}, true, true],
    ['the report’s customers work again', { status: 'recovered' }, {}, false, false],
    ['the report does not go on', { status: 'recovered' }, { ongoing: 'no' }, true, false],
    ['nobody knows whether it goes on', { status: 'recovered' }, { ongoing: 'unknown' }, true, true],
    ['the report has recovered', { status: 'recovered' }, { status: 'recovered' }, true, false],
    ['it is open already', {}, {}, true, false],
  ])('opens what was over where %s', (_, survivor, linked, hasUnrecovered, opens) => {
    const done = link({ linked: report('b', linked), to: report('a', survivor) }, hasUnrecovered);
    expect(done.concluded).toEqual(opens ? ['reopened'] : []);
    expect(done.to.status).toBe(opens ? 'open' : (survivor.status ?? 'open'));
    if (opens) expect([done.to.recoveredAt, done.to.ongoing]).toEqual([undefined, linked.ongoing ?? 'yes']);
  });
});

describe('the timelines say', () => {
  const stated = { occurredAt: '2026-11-24T01:30:00Z', evidenceUrl: 'https://x.example/1' };
  const when = { actor: 'sato@example.jp', occurredAt: at('24 10:30'), evidenceUrl: 'https://x.example/1' };
  const over = report('a', { status: 'recovered' });

  const state = (incident: Incident, ...contacts: Contact[]): State => ({ incident, contacts: byId(contacts) });

  test('to what it was linked and from where, by whom, on what basis, when, and where the evidence is', () => {
    const b = report('b');
    const decided = decideJoined(
      state(b, { ...contactOf(b), nextUpdateDueAt: at('24 11:15') }),
      state(over),
      { to: 'inc_a', basis: '同じ障害', ...stated },
      [],
      by,
    );
    const said = (index: 0 | 1) => decided[index].events.filter(({ type }) => type !== 'slot-closed');
    expect(said(0)).toEqual([{ ...when, type: 'linked', detail: { to: 'inc_a', basis: '同じ障害' } }]);
    expect(said(1)).toEqual([
      { ...when, type: 'linked', detail: { from: 'inc_b', basis: '同じ障害', share: expect.anything() } },
      {
        type: 'reopened',
        actor: 'rule',
        occurredAt: by.now,
        detail: {
          rule: 'linked-ongoing',
          why: 'A report was linked of which a customer has not recovered.',
          from: 'inc_b',
        },
      },
    ]);
  });

  test('from what it was unlinked, and of the chain what went with it', () => {
    const first = link({ linked: report('c'), to: report('b') });
    const second = link({ linked: first.to, to: report('a') });
    const parted = (more: object) =>
      decideParted(
        state(first.linked),
        [state(second.linked), state(second.to)],
        { type: 'unlinked', ...more },
        [],
        by,
      ).map(({ events }) => events[0]);
    const [home, ...chain] = parted(stated);
    expect(home).toEqual({ ...when, type: 'unlinked', detail: { from: 'inc_b', share: expect.anything() } });
    expect(chain).toEqual([
      { ...when, type: 'unlinked', detail: { incident: 'inc_c', share: expect.anything() } },
      { ...when, type: 'unlinked', detail: { incident: 'inc_c', from: 'inc_b', share: expect.anything() } },
    ]);
    const [now] = parted({});
    expect([now?.occurredAt, now?.evidenceUrl]).toEqual([by.now, undefined]);
  });
});

describe('its end', () => {
  test('gives both back what they were, and keeps them apart', () => {
    const [a, b] = [report('a'), report('b', {}, { affectedCustomerCount: 4 })];
    const { linked, to } = link({ linked: b, to: a });
    const done = undo(linked, to);
    expect(done.linked).toMatchObject({ status: 'open', unlinkedFrom: ['inc_a'], impact: b.impact, score: b.score });
    expect([done.linked.linkedTo, done.linked.statusBeforeLink]).toEqual([undefined, undefined]);
    expect(done.chain[0]).toMatchObject({ links: [], unlinkedFrom: ['inc_b'], impact: a.impact, score: a.score });
    expect(done.chain[0]?.affectedCustomers).toEqual(a.affectedCustomers);
    expect(done.hasUnnamed).toEqual([false]);
  });

  test('leaves whom the survivor knew by itself', () => {
    const { linked, to } = link({ linked: report('b', {}, { customer: { id: 'a' } }), to: report('a') });
    expect(ids(undo(linked, to).chain[0] as Incident)).toEqual(['a']);
  });

  test('gives back that it had been found not to occur', () => {
    const { linked, to } = link({ linked: report('b', { status: 'not-occurring' }), to: report('a') });
    expect(undo(linked, to).linked.status).toBe('not-occurring');
  });

  test('leaves whom another linked report names as they were named first', () => {
    const one = link({ linked: report('b', {}, { customer: { id: 'x', name: 'X店' } }), to: report('a') });
    const again = { customer: { id: 'x', name: 'X', contactId: 'k' } };
    const two = link({ linked: report('c', {}, again), to: one.to });
    const known = { id: 'x', name: 'X店', contactId: 'k' };
    expect(two.to.affectedCustomers.at(-1)).toEqual({ ...known, via: ['inc_b', 'inc_c'] });
    const [left] = undo(one.linked, two.to).chain as [Incident];
    expect(left.affectedCustomers.at(-1)).toEqual({ ...known, via: ['inc_c'] });
  });

  test('leaves whom another linked report names, too', () => {
    const same = { customer: { id: 'x' } };
    const one = link({ linked: report('b', {}, same), to: report('a') });
    const two = link({ linked: report('c', {}, same), to: one.to });
    expect(two.to.affectedCustomers.at(-1)).toEqual({ id: 'x', via: ['inc_b', 'inc_c'] });
    const [left] = undo(one.linked, two.to).chain as [Incident];
    expect([left.affectedCustomers.at(-1), count(left)]).toEqual([{ id: 'x', via: ['inc_c'] }, 2]);
    const [none] = undo(two.linked, left).chain as [Incident];
    expect([ids(none), count(none)]).toEqual([['a'], 1]);
  });

  test('of a chain: what came by way of it goes with it, all the way up', () => {
    // c is linked to b, and b then to a; c is told apart from b.
    const first = link({ linked: report('c', {}, { affectedCustomerCount: 3 }), to: report('b') });
    const second = link({ linked: first.to, to: report('a') });
    expect(second.to.links).toEqual([{ incidentId: 'inc_b', unnamedCount: 2, through: ['inc_c'], at: by.now }]);
    expect([ids(second.to), count(second.to)]).toEqual([['a', 'b', 'c'], 5]);
    const done = undo(first.linked, second.linked, second.to);
    expect(done.chain.map((each) => [ids(each), count(each)])).toEqual([
      [['b'], 1],
      [['a', 'b'], 2],
    ]);
    expect(done.chain[1]?.links).toEqual([{ incidentId: 'inc_b', unnamedCount: 0, at: by.now }]);
    // Only what it was linked to is kept apart from it.
    expect(done.chain.map((each) => each.unlinkedFrom)).toEqual([['inc_c'], undefined]);
    expect([ids(done.linked), count(done.linked)]).toEqual([['c'], 3]);
  });

  test('of the middle of a chain takes its own reports along', () => {
    const first = link({ linked: report('c'), to: report('b') });
    const second = link({ linked: first.to, to: report('a') });
    const done = undo(second.linked, second.to);
    expect([ids(done.chain[0] as Incident), ids(done.linked)]).toEqual([['a'], ['b', 'c']]);
    expect(done.chain[0]?.links).toEqual([]);
  });

  test('of a chain gives whom a ticket named at its end to whose ticket that was', () => {
    const first = link({ linked: report('c'), to: report('b') });
    const second = link({ linked: first.to, to: report('a') });
    const to = { ...second.to, affectedCustomers: [...second.to.affectedCustomers, { id: 'd', via: ['inc_c'] }] };
    expect(undo(first.linked, second.linked, to).linked.affectedCustomers).toEqual([{ id: 'c' }, { id: 'd' }]);
    // The middle one has them by that ticket alone.
    const { linked } = undo(second.linked, to);
    expect(linked.affectedCustomers.at(-1)).toEqual({ id: 'd', via: ['inc_c'] });
    expect(ids(undo(first.linked, linked).chain[0] as Incident)).toEqual(['b']);
  });

  test('gives it whom only its ticket named while it was linked', () => {
    const { linked, to } = link({ linked: report('b'), to: report('a') });
    const named = { ...to, affectedCustomers: [...to.affectedCustomers, { id: 'd', via: ['inc_b'] }] };
    const { linked: after } = undo(linked, named);
    expect([after.affectedCustomers, count(after)]).toEqual([[{ id: 'b' }, { id: 'd' }], 2]);
    // Customers that both knew by themselves are known to both.
    const same = link({ linked: report('b', {}, { customer: { id: 'a' } }), to: report('a') });
    const more = { ...same.to, affectedCustomers: [...same.to.affectedCustomers, { id: 'd', via: ['inc_b'] }] };
    expect(undo(same.linked, more).linked.affectedCustomers).toEqual([{ id: 'a' }, { id: 'd' }]);
  });

  test('takes as many away as it had brought: whom its ticket has named since is one of them', () => {
    const one = link({ linked: report('b', {}, { affectedCustomerCount: 3 }), to: report('a') });
    const { linked, to } = link({ linked: report('c', {}, { affectedCustomerCount: 3 }), to: one.to });
    expect(count(to)).toBe(7);
    const named = { ...to, affectedCustomers: [...to.affectedCustomers, { id: 'd', via: ['inc_c'] }] };
    const done = undo(linked, named);
    expect([count(done.linked), count(done.chain[0] as Incident), done.hasUnnamed]).toEqual([3, 4, [true]]);
    // Who is known here by another link as well stays, and one more was never named.
    const both = { ...to, affectedCustomers: [...to.affectedCustomers, { id: 'd', via: ['inc_b', 'inc_c'] }] };
    expect(count(undo(linked, both).chain[0] as Incident)).toBe(4);
  });

  test('gives back those whom it had counted itself, and its tickets have named one after the other', () => {
    const { linked, to } = link({ linked: report('b'), to: report('a', {}, { affectedCustomerCount: 3 }) });
    expect(count(to)).toBe(4);
    const named = (...ids: string[]): Incident => {
      const affectedCustomers = [...to.affectedCustomers, ...ids.map((id) => ({ id, via: ['inc_b'] }))];
      return { ...to, affectedCustomers, impact: { affectedCustomerCount: Math.max(4, affectedCustomers.length) } };
    };
    const left = (incident: Incident) => {
      const { chain, hasUnnamed } = undo(linked, incident);
      return [count(chain[0] as Incident), hasUnnamed];
    };
    expect(left(named('d'))).toEqual([3, [true]]);
    expect(left(named('d', 'e'))).toEqual([3, [true]]);
    // One more than had been counted was counted for having been named.
    expect(left(named('d', 'e', 'f'))).toEqual([3, [true]]);
  });

  describe('where tickets have named some since', () => {
    const counting = (id: string, many: number) => report(id, {}, { affectedCustomerCount: many });
    /** Tickets of what is linked name them: they were counted while unidentified customers were. */
    const naming = (incident: Incident, via: string[] | undefined, ...named: string[]): Incident => {
      const more = named.map((each) => ({ id: each, ...(via ? { via } : {}) }));
      const affectedCustomers = [...incident.affectedCustomers, ...more];
      const many = Math.max(count(incident) ?? 0, affectedCustomers.length);
      return { ...incident, affectedCustomers, impact: { affectedCustomerCount: many } };
    };

    test('nobody is counted again whom the incident has named itself', () => {
      const { linked, to } = link({ linked: report('b'), to: counting('a', 2) });
      const done = undo(linked, naming(naming(to, undefined, 'x'), ['inc_b'], 'd'));
      expect([count(done.chain[0] as Incident), done.hasUnnamed]).toEqual([2, [false]]);
    });
    test('nor whom another link had counted that is undone since', () => {
      const one = link({ linked: counting('b', 3), to: report('a') });
      const two = link({ linked: report('c'), to: one.to });
      const [left] = undo(one.linked, two.to).chain as [Incident];
      expect(count(left)).toBe(2);
      const done = undo(two.linked, naming(left, ['inc_c'], 'd'));
      expect([count(done.chain[0] as Incident), done.hasUnnamed]).toEqual([1, [false]]);
    });
    test('those of a later link are counted again', () => {
      const one = link({ linked: counting('b', 3), to: report('a') });
      const two = link({ linked: counting('c', 3), to: one.to });
      const done = undo(one.linked, naming(two.to, ['inc_b'], 'd', 'e', 'f', 'g'));
      expect([count(done.linked), count(done.chain[0] as Incident)]).toEqual([5, 4]);
    });
    test.each([
      ['more than the earlier had brought', counting('b', 3), [], ['d', 'e'], [2, 1]],
      ['as many as the incident had counted', report('b'), ['y', 'z'], ['p'], [3, 2]],
    ])('by one link and then by another, %s', (_, other, byFirst, bySecond, expected) => {
      const own = other.impact.affectedCustomerCount === 3 ? report('a') : counting('a', 2);
      const one = link({ linked: other, to: own });
      const two = link({ linked: report('c'), to: one.to });
      const [left] = undo(one.linked, naming(two.to, ['inc_b'], ...byFirst)).chain as [Incident];
      const done = undo(two.linked, naming(left, ['inc_c'], ...bySecond));
      expect([count(left), count(done.chain[0] as Incident)]).toEqual(expected);
    });
    test('of a link that was made before another leaves to that one what it had been told', () => {
      const one = link({ linked: report('b'), to: counting('a', 3) });
      const two = link({ linked: report('c'), to: one.to });
      const links = two.to.links?.map((each, index) => ({ ...each, at: new Date(each.at.getTime() + index) }));
      const to = { ...two.to, ...(links ? { links } : {}) };
      const [left] = undo(two.linked, to).chain as [Incident];
      expect(left.links).toMatchObject([{ incidentId: 'inc_b', countedBefore: 3 }]);
      const [first] = undo(one.linked, to).chain as [Incident];
      expect(first.links).toMatchObject([{ incidentId: 'inc_c', countedBefore: 3 }]);
    });
    test('of the end of a chain: whom it had counted itself is counted again', () => {
      const first = link({ linked: report('a'), to: report('b') });
      const second = link({ linked: first.to, to: counting('c', 2) });
      const named = naming(second.to, ['inc_a'], 'd');
      expect([count(second.to), count(named)]).toEqual([4, 4]);
      const done = undo(first.linked, second.linked, named);
      expect(done.chain.map(count)).toEqual([1, 3]);
    });
    test('of a chain, before it grew: each of it keeps its own', () => {
      const first = link({ linked: counting('a', 3), to: report('b') });
      const second = link({ linked: naming(first.to, ['inc_a'], 'd'), to: counting('c', 5) });
      expect(count(second.to)).toBe(9);
      const done = undo(first.linked, second.linked, second.to);
      expect([count(done.linked), ...done.chain.map(count)]).toEqual([3, 1, 6]);
    });
    test('of a chain whose own they were: they are counted again all the way up', () => {
      const first = link({ linked: report('a'), to: counting('b', 3) });
      const second = link({ linked: naming(first.to, ['inc_a'], 'd', 'e'), to: report('c') });
      expect(count(second.to)).toBe(5);
      const done = undo(first.linked, second.linked, second.to);
      expect([count(done.linked), ...done.chain.map(count)]).toEqual([3, 3, 4]);
      expect(done.chain[1]?.links).toMatchObject([{ incidentId: 'inc_b', unnamedCount: 2 }]);
      // And so they leave with it.
      expect(undo(done.chain[0] as Incident, done.chain[1] as Incident).chain.map(count)).toEqual([1]);
    });
  });

  test('of one of several leaves the others, and says whether some are still counted whom nobody named', () => {
    const one = link({ linked: report('b', {}, { affectedCustomerCount: 3 }), to: report('a') });
    const two = link({ linked: report('c', {}, { affectedCustomerCount: 2 }), to: one.to });
    expect(count(two.to)).toBe(6);
    const done = undo(one.linked, two.to);
    const [left] = done.chain as [Incident];
    expect([left.links?.map((each) => each.incidentId), count(left), done.hasUnnamed]).toEqual([['inc_c'], 3, [true]]);
    expect(undo(two.linked, left)).toMatchObject({ hasUnnamed: [false], chain: [{ links: [] }] });
    const [first] = undo(two.linked, two.to).chain as [Incident];
    expect([first.links?.map((each) => each.incidentId), count(first)]).toEqual([['inc_b'], 4]);
    // Unidentified customers that were counted here still are.
    const own = link({ linked: report('b'), to: report('a', {}, { affectedCustomerCount: 4 }) });
    expect(undo(own.linked, own.to).hasUnnamed).toEqual([true]);
    // Of those who have come by another link none is, once somebody counts none of them any more.
    const fewer = { ...two.to, impact: { affectedCustomerCount: 3 } };
    expect(undo(two.linked, fewer).hasUnnamed).toEqual([false]);
  });

  test('of a longer chain leaves the rest of it, and what it brought', () => {
    const first = link({ linked: report('d'), to: report('c') });
    const second = link({ linked: first.to, to: report('b') });
    const third = link({ linked: second.to, to: report('a') });
    expect(third.to.links?.[0]?.through).toEqual(['inc_c', 'inc_d']);
    const done = undo(first.linked, second.linked, third.linked, third.to);
    expect(done.chain.map(ids)).toEqual([['c'], ['b', 'c'], ['a', 'b', 'c']]);
    // b came with c; only d is gone.
    expect(done.chain[1]?.links?.[0]).toEqual({ incidentId: 'inc_c', unnamedCount: 0, at: by.now });
    expect(done.chain[2]?.links).toEqual([{ incidentId: 'inc_b', unnamedCount: 0, through: ['inc_c'], at: by.now }]);
  });

  test('of a chain leaves counted whom nobody named in the rest of it', () => {
    const first = link({
      linked: report('c', {}, { affectedCustomerCount: 3 }),
      to: report('b', {}, { affectedCustomerCount: 2 }),
    });
    const second = link({ linked: first.to, to: report('a') });
    expect(second.to.links?.[0]?.unnamedCount).toBe(3);
    const done = undo(first.linked, second.linked, second.to);
    expect([done.chain[1]?.links?.[0]?.unnamedCount, done.hasUnnamed]).toEqual([1, [true, true]]);
  });

  test('where nobody is left, nobody is counted', () => {
    const quiet = report('a', {}, { isReporterAffected: false });
    const { linked, to } = link({ linked: report('b'), to: quiet });
    expect(count(to)).toBe(1);
    const [left] = undo(linked, to).chain as [Incident];
    expect([count(left), 'affectedCustomerCount' in left.impact]).toEqual([undefined, false]);
    // That nobody is affected has been said.
    const said = { ...to, scopedAt: at('24 10:30') };
    expect(count(undo(linked, said).chain[0] as Incident)).toBe(0);
  });

  test('of a report about Metronome itself: the survivor has a rhythm only for others', () => {
    const own = report('b', { isAboutMetronome: true });
    const { to } = link({ linked: own, to: report('a', { isAboutMetronome: true }) });
    expect(to.links?.[0]?.isAboutMetronome).toBe(true);
    expect(link({ linked: report('c'), to }).to.links?.at(-1)?.isAboutMetronome).toBeUndefined();
  });

  test('in a chain, what is left there is about Metronome alone again, and the chain says so', () => {
    const about = { isAboutMetronome: true };
    const first = link({ linked: report('c'), to: report('b', about) });
    const second = link({ linked: first.to, to: report('a', about) });
    expect(second.to.links?.[0]?.isAboutMetronome).toBeUndefined();
    const done = undo(first.linked, second.linked, second.to);
    expect(done.chain[1]?.links).toEqual([{ incidentId: 'inc_b', unnamedCount: 0, at: by.now, ...about }]);
  });

  const update = (id: string, state: 'sending' | 'failed' | 'sent'): OnItsWay => ({
    id,
    state,
    customers: ['b'],
    tool: 'zendesk',
    ticketId: '1',
    textKey: 'x',
    exactKey: 'x',
    requestedAt: by.now,
    by: by.actor,
  });

  test('gives back what it had on its way as that stands by now, and each update is counted where it is seen', () => {
    const sending = [update('upd_1', 'failed'), update('upd_2', 'sending'), update('upd_3', 'failed')];
    const own = report('b', { sending, failedUpdates: 2 });
    const pair = link({ linked: own, to: report('a', { sending: [update('upd_4', 'failed')], failedUpdates: 1 }) });
    expect([pair.linked.failedUpdates, pair.to.failedUpdates]).toEqual([0, 3]);
    // One has been told otherwise meanwhile, and one did not get there.
    const now = [update('upd_1', 'failed'), update('upd_2', 'failed'), update('upd_4', 'failed')];
    const { linked, chain } = undo(pair.linked, { ...pair.to, sending: now, failedUpdates: 3 });
    expect([linked.sending, linked.failedUpdates]).toEqual([now.slice(0, 2), 2]);
    expect([chain[0]?.sending, chain[0]?.failedUpdates]).toEqual([now.slice(2), 1]);
  });

  test('of a chain gives back what it had on its way from the end of it, and leaves the middle as it is', () => {
    const first = link({ linked: report('c', { sending: [update('upd_1', 'sending')] }), to: report('b') });
    const second = link({ linked: first.to, to: report('a') });
    const now = [update('upd_1', 'failed'), update('upd_2', 'failed')];
    const { linked, chain } = undo(first.linked, second.linked, { ...second.to, sending: now, failedUpdates: 2 });
    expect([linked.sending, linked.failedUpdates]).toEqual([now.slice(0, 1), 1]);
    expect([chain[1]?.sending, chain[1]?.failedUpdates]).toEqual([now.slice(1), 1]);
    expect([chain[0]?.sending, chain[0]?.failedUpdates]).toEqual([second.linked.sending, second.linked.failedUpdates]);
  });

  test('twice from the same keeps it once', () => {
    const apart = report('b', { unlinkedFrom: ['inc_z', 'inc_a'] });
    const { linked, to } = link({ linked: apart, to: report('a') });
    expect(undo(linked, to).linked.unlinkedFrom).toEqual(['inc_z', 'inc_a']);
  });
});

describe('what a link had opened again', () => {
  const recovered = { status: 'recovered' as const, ongoing: 'no' as const, recoveredAt: at('24 10:30') };
  const opened = () => link({ linked: report('b'), to: report('a', recovered) });
  const other = (time: string) => ({ links: [{ incidentId: 'inc_c', unnamedCount: 0, at: at(time) }] });

  test('is over again with it, as it was', () => {
    const { linked, to } = opened();
    expect(undo(linked, to).over).toEqual([{ ...recovered, overBeforeLink: null }]);
    const denied = { status: 'not-occurring' as const, ongoing: 'no' as const };
    const back = link({ linked: report('b'), to: report('a', denied) });
    expect(undo(back.linked, back.to).over).toEqual([{ ...denied, overBeforeLink: null }]);
    // It was open all the while, or was found to be ongoing since.
    const open = link({ linked: report('b'), to: report('a') });
    expect(undo(open.linked, open.to).over).toEqual([undefined]);
  });

  test.each<[string, Partial<Incident>, boolean]>([
    ['another link was made before it', other('24 10:59'), true],
    ['another link was made with it', other('24 11:00'), false],
    ['another link was made since', other('24 11:01'), false],
    ['it was reopened before it', { reopenedAt: at('24 10:59') }, true],
    ['it was reopened with it', { reopenedAt: at('24 11:00') }, false],
    ['it was reopened since', { reopenedAt: at('24 11:01') }, false],
    ['it has recovered since', { status: 'recovered' }, false],
  ])('where %s', (_, { links = [], ...facts }, isOver) => {
    const { linked, to } = opened();
    const now = { ...to, ...facts, links: [...(to.links ?? []), ...links] } as Incident;
    expect(undo(linked, now).over[0] !== undefined).toBe(isOver);
  });
});
