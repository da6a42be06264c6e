/** What is gathered for a week's bundle, at the edges of the week: what lies in the store, and what of it is read. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Incident } from '../../functions/incidents/incident.ts';
import { collections, firestore, incidentRef } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { assemble } from '../../functions/postmortems/assemble.ts';
import { gatherInputs } from '../../functions/postmortems/gather.ts';
import { weekAfter } from '../../functions/postmortems/week.ts';
import { incident, minutesAfter, week } from '../postmortems/facts.ts';
import { openScenario, type Scenario } from './house.ts';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await openScenario('2026-11-24T01:00:00Z');
});
afterAll(() => scenario.stop());

/** Each test has a week of its own. */
let weeks = 0;
const ownWeek = () => {
  weeks += 1;
  return weekAfter(week('2020-W01'), weeks * 60, policy.zone);
};
const msAfter = (time: Date, ms: number): Date => new Date(time.getTime() + ms);
const byRule = { rule: 'customer-wrote', why: 'x' };
const put = (collection: string, id: string, data: object) => firestore().collection(collection).doc(id).set(data);
const file = async (id: string, filedAt: Date, stated: Partial<Incident> = {}): Promise<void> => {
  await incidentRef(id).set(incident({ id, filedAt, ...stated }));
};
const gather = (own: ReturnType<typeof week>) => gatherInputs(own, policy, msAfter(own.end, 300_000));
const ids = (of: readonly { id: string }[]): string[] => of.map(({ id }) => id).toSorted();

test('incidents of the week, from its first instant to the one before its end; open ones from before are carried', async () => {
  const own = ownWeek();
  await file('inc_before', msAfter(own.start, -1));
  await file('inc_first', own.start);
  await file('inc_last', msAfter(own.end, -1));
  await file('inc_after', own.end);
  await file('inc_asked', msAfter(own.start, -1), { kind: 'question' });
  const { filed, earlier } = await gather(own);
  expect([ids(filed), ids(earlier)]).toEqual([['inc_first', 'inc_last'], ['inc_before']]);
});

test('reports of the week are counted: what somebody stated, and alerts that opened, without drills', async () => {
  const own = ownWeek();
  const signals: [kind: string, receivedAt: Date, isDrill?: boolean][] = [
    ['stated', own.start],
    ['alert-opened', msAfter(own.end, -1)],
    ['stated', msAfter(own.start, -1)],
    ['stated', own.end],
    ['customer-wrote', own.start],
    ['alert-closed', own.start],
    ['stated', own.start, true],
    ['alert-opened', own.start, true],
  ];
  for (const [index, [kind, receivedAt, isDrill]] of signals.entries())
    await put(collections.signals, `sig_${weeks}_${index}`, { kind, receivedAt, ...(isDrill ? { isDrill } : {}) });
  expect((await gather(own)).reports).toBe(2);
});

test('bodies that were dismissed in the week are counted, and no others', async () => {
  const own = ownWeek();
  const bodies: [state: string, settledAt: Date][] = [
    ['dismissed', own.start],
    ['dismissed', msAfter(own.end, -1)],
    ['dismissed', msAfter(own.start, -1)],
    ['dismissed', own.end],
    ['replayed', own.start],
  ];
  for (const [index, [state, settledAt]] of bodies.entries())
    await put(collections.quarantine, `q_${weeks}_${index}`, { state, settledAt });
  expect((await gather(own)).dismissed).toBe(2);
});

test('what was changed in the week on whatever incident: corrections, retractions, reopenings, links undone', async () => {
  const own = ownWeek();
  const at = { before: msAfter(own.start, -1), first: own.start, last: msAfter(own.end, -1), after: own.end };
  const events: [id: string, type: string, recordedAt: Date, detail: object][] = [
    ['before', 'reopened', at.before, byRule],
    ['corrected', 'corrected', at.first, { field: 'title', old: 'a', new: 'b' }],
    ['reopened', 'reopened', at.last, byRule],
    ['unlinked', 'unlinked', at.first, {}],
    ['retracted', 'retracted', at.first, { eventId: 'corrected', why: 'x', type: 'corrected' }],
    ['verified', 'verified', at.first, { happened: 'yes', method: 'x' }],
    ['after', 'reopened', at.after, byRule],
  ];
  for (const [id, type, recordedAt, detail] of events) {
    const event = { id, type, occurredAt: recordedAt, recordedAt, actor: 'ken', detail };
    await incidentRef(`inc_changed_${weeks}`).collection(collections.timeline).doc(id).set(event);
  }
  const { laterChanges } = await gather(own);
  expect(laterChanges.map(({ type }) => type).toSorted()).toEqual(['corrected', 'reopened', 'retracted', 'unlinked']);
  expect(laterChanges.find(({ type }) => type === 'corrected')).toMatchObject({
    incidentId: `inc_changed_${weeks}`,
    eventId: 'corrected',
    actor: 'ken',
    field: 'title',
    old: 'a',
    new: 'b',
  });
});

test('actions that are open, and those that were when the week ended', async () => {
  const own = ownWeek();
  const actions: [id: string, status: string, closedAt?: Date][] = [
    ['proposed', 'proposed'],
    ['agreed', 'agreed'],
    ['closed-then', 'done', own.end],
    ['closed-before', 'done', msAfter(own.end, -1)],
    ['dropped-then', 'dropped', own.end],
  ];
  for (const [id, status, closedAt] of actions)
    await put(collections.actions, id, { id, status, ...(closedAt ? { closedAt } : {}) });
  expect(ids((await gather(own)).actions)).toEqual(['agreed', 'closed-then', 'dropped-then', 'proposed']);
  for (const [id] of actions) await firestore().collection(collections.actions).doc(id).delete();
});

test('what meetings of the four weeks before said, and not of this one', async () => {
  const own = ownWeek();
  for (const back of [-5, -4, -1, 0, 1]) {
    const { id } = weekAfter(own, back, policy.zone);
    await put(collections.meetings, id, { id, schemaVersion: 1, answers: [] });
  }
  expect(ids((await gather(own)).meetings)).toEqual([-4, -1].map((back) => weekAfter(own, back, policy.zone).id));
});

describe('what recovered before the week and waits for its review', () => {
  const recovered = { recoveredAt: new Date(0) };

  test('is known from the bundle before', async () => {
    const own = ownWeek();
    const before = weekAfter(own, -1, policy.zone);
    await file(`inc_r${weeks}`, before.start, recovered);
    await assemble(before, { policy, now: own.start, isAnnounced: false });
    expect(ids((await gather(own)).earlier)).toContain(`inc_r${weeks}`);
  });

  test('is looked for where that bundle was last assembled in the middle of its week', async () => {
    const own = ownWeek();
    const before = weekAfter(own, -1, policy.zone);
    await assemble(before, { policy, now: msAfter(before.end, -1), isAnnounced: false });
    await file(`inc_r${weeks}`, msAfter(before.end, -1), recovered);
    expect(ids((await gather(own)).earlier)).toContain(`inc_r${weeks}`);
  });

  test('is looked for where there is none, as far back as the trend; each once', async () => {
    const own = ownWeek();
    const first = weekAfter(own, -policy.underReporting.trendWeeks, policy.zone).start;
    const name = (what: string): string => `inc_${weeks}_${what}`;
    await file(name('first'), first, recovered);
    await file(name('too-old'), msAfter(first, -1), recovered);
    await file(name('none'), first, { status: 'not-occurring' });
    await file(name('reviewed'), first, { ...recovered, reviewedAt: msAfter(own.end, -1) });
    await file(name('reviewed-later'), first, { ...recovered, reviewedAt: own.end });
    await file(name('drill'), first, { ...recovered, isDrill: true });
    const reopened = {
      id: 'e',
      type: 'reopened',
      occurredAt: own.start,
      recordedAt: own.start,
      actor: 'ken',
      detail: byRule,
    };
    for (const of of ['first', 'too-old'])
      await incidentRef(name(of)).collection(collections.timeline).doc('e').set(reopened);
    const found = ids((await gather(own)).earlier).filter((id) => id.startsWith(`inc_${weeks}_`));
    // What was changed since the week began is looked at however old it is.
    expect(found).toEqual(['first', 'none', 'reviewed-later', 'too-old'].map(name).toSorted());
  });
});

test('slots that did not go well are read of whatever the bundle shows, and not of what is linked', async () => {
  const own = ownWeek();
  const slots = { met: 3, late: 0, missed: 1, notReminded: 0 };
  const shown = { [`inc_own${weeks}`]: own.start, [`inc_earlier${weeks}`]: minutesAfter(own.start, -1) };
  for (const [id, filedAt] of Object.entries(shown)) await file(id, filedAt, { slots });
  await file(`inc_linked${weeks}`, own.start, { slots, status: 'linked', linkedTo: `inc_own${weeks}` });
  await file(`inc_well${weeks}`, own.start, { slots: { ...slots, missed: 0 } });
  for (const id of [...Object.keys(shown), `inc_linked${weeks}`]) {
    const closed = (eventId: string, minute: number, outcome: string) => ({
      id: eventId,
      type: 'slot-closed',
      occurredAt: own.start,
      recordedAt: own.start,
      actor: 'rule',
      detail: { contactId: 'c1', dueAt: minutesAfter(own.start, minute), outcome },
    });
    const timeline = incidentRef(id).collection(collections.timeline);
    await timeline.doc('00000002').set(closed('00000002', 15, 'missed'));
    await timeline.doc('00000003').set(closed('00000003', 45, 'met'));
    await incidentRef(id)
      .collection(collections.contacts)
      .doc('c1')
      .set({ id: 'c1', customers: [{ id: 's-1', name: '本店' }] });
  }
  const { slots: read } = await gather(own);
  const mine = [...read].filter(([id]) => id.endsWith(String(weeks)));
  expect(mine.map(([id]) => id).toSorted()).toEqual(Object.keys(shown).toSorted());
  for (const [, unmet] of mine) expect(unmet).toMatchObject([{ customer: '本店', outcome: 'missed' }]);
});
