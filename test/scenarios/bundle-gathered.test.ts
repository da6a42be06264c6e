/** What is gathered for a week's bundle, at the edges of the week: what the store holds, and what of it is read. */
import { describe, expect, test } from 'vitest';
import type { Incident } from '../../functions/incidents/incident.ts';
import { collections, firestore, fromDocument, incidentRef, timerRef } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { assemble, hold } from '../../functions/postmortems/assemble.ts';
import { gatherInputs } from '../../functions/postmortems/gather.ts';
import { recordAnswer, recordAttendance } from '../../functions/postmortems/record-meeting.ts';
import { recordReview } from '../../functions/postmortems/record-review.ts';
import { bundleRef, meetingRef, numberOfWeek, readBundle } from '../../functions/postmortems/store.ts';
import { type Week, weekAfter } from '../../functions/postmortems/week.ts';
import { incident, minutesAfter, week } from '../postmortems/facts.ts';
import { useScenario } from './house.ts';

useScenario('2026-11-24T01:00:00Z');

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
    const isFact = type !== 'reopened';
    const event = { id, isFact, type, occurredAt: recordedAt, recordedAt, actor: 'ken', detail };
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

test('actions that are open, those that were when the week ended, and those that may not have held', async () => {
  const own = ownWeek();
  const actions: [id: string, status: string, closedAt?: Date][] = [
    ['proposed', 'proposed'],
    ['agreed', 'agreed'],
    ['closed-then', 'done', own.end],
    ['closed-before', 'done', msAfter(own.end, -1)],
    ['closed-half-a-year-before', 'done', msAfter(own.start, -180 * 86_400_000)],
    ['closed-long-before', 'done', msAfter(own.start, -180 * 86_400_000 - 1)],
    ['dropped-then', 'dropped', own.end],
  ];
  for (const [id, status, closedAt] of actions)
    await put(collections.actions, id, { id, status, ...(closedAt ? { closedAt } : {}) });
  expect(ids((await gather(own)).actions)).toEqual([
    'agreed',
    'closed-before',
    'closed-half-a-year-before',
    'closed-then',
    'dropped-then',
    'proposed',
  ]);
  for (const [id] of actions) await firestore().collection(collections.actions).doc(id).delete();
});

test('when the next drill is due is told as it was at the week’s end', async () => {
  const own = ownWeek();
  await file(`inc_drilled${weeks}`, msAfter(own.end, -1), { isDrill: true });
  await file(`inc_after${weeks}`, own.end, { isDrill: true });
  expect((await gather(own)).nextDrill).toMatchObject({ basis: 'last-drill', lastAt: msAfter(own.end, -1) });
});

test('what meetings of the weeks that it shows said, and not of this one', async () => {
  const own = ownWeek();
  for (const back of [-27, -26, -1, 0, 1]) {
    const { id } = weekAfter(own, back, policy.zone);
    await put(collections.meetings, id, { id, schemaVersion: 1, answers: [] });
  }
  expect(ids((await gather(own)).meetings)).toEqual([-26, -1].map((back) => weekAfter(own, back, policy.zone).id));
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
      isFact: false,
      type: 'reopened',
      occurredAt: own.start,
      recordedAt: own.start,
      actor: 'ken',
      detail: byRule,
    };
    for (const each of ['first', 'too-old'])
      await incidentRef(name(each)).collection(collections.timeline).doc('e').set(reopened);
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
    const ended = (minute: number, outcome: string) => ({ dueAt: minutesAfter(own.start, minute), outcome });
    await incidentRef(id)
      .collection(collections.contacts)
      .doc('c1')
      .set({ id: 'c1', customers: [{ id: 's-1', name: '本店' }], pastSlots: [ended(15, 'missed'), ended(45, 'met')] });
  }
  const { slots: read } = await gather(own);
  const mine = [...read].filter(([id]) => id.endsWith(String(weeks)));
  expect(mine.map(([id]) => id).toSorted()).toEqual(Object.keys(shown).toSorted());
  for (const [, unmet] of mine) expect(unmet).toMatchObject([{ customer: '本店', outcome: 'missed' }]);
});

test('the customer of a slot is called by name, which two may have, by all told together, or one of the others', async () => {
  const own = ownWeek();
  const id = `inc_called${weeks}`;
  await file(id, own.start, { slots: { met: 0, late: 1, missed: 1, notReminded: 1 } });
  const contacts: [contactId: string, stated: object, outcome: string, minute: number][] = [
    ['c1', { name: 'チェーン', customers: [{ id: 's-1', name: '本店' }] }, 'late', 10],
    ['c2', { customers: [{ id: 's-2', name: '支店' }, { id: 's-3' }] }, 'missed', 20],
    ['c3', { isTheOthers: true, name: 'x', customers: [] }, 'not-reminded', 30],
    ['c4', { customers: [{ id: 's-4' }] }, 'met', 40],
    ['c5', { customers: [{ id: 's-5', name: '駅前店' }] }, 'late', 50],
    ['c6', { customers: [{ id: 's-6', name: '駅前店' }] }, 'missed', 50],
  ];
  for (const [contactId, stated, outcome, minute] of contacts)
    await incidentRef(id)
      .collection(collections.contacts)
      .doc(contactId)
      .set({ id: contactId, ...stated, pastSlots: [{ dueAt: minutesAfter(own.start, minute), outcome }] });
  const found = (await gather(own)).slots.get(id);
  expect(found?.map(({ customer, outcome }) => [customer, outcome])).toEqual([
    ['チェーン', 'late'],
    ['支店, s-3', 'missed'],
    ['others', 'not-reminded'],
    ['駅前店', 'late'],
    ['駅前店', 'missed'],
  ]);
});

test.each(['late', 'missed', 'notReminded'] as const)(
  'an incident is looked into for its slots where one was %s',
  async (sum) => {
    const own = ownWeek();
    await file(`inc_sum${weeks}`, own.start, { slots: { met: 1, late: 0, missed: 0, notReminded: 0, [sum]: 1 } });
    expect([...(await gather(own)).slots.keys()]).toContain(`inc_sum${weeks}`);
  },
);

test('the releases that the incidents name are read, each once and by its own id', async () => {
  const own = ownWeek();
  for (const [index, releaseId] of ['r-1', 'r-1', 'r-2', 'none', 'r-gone'].entries())
    await file(`inc_rel${weeks}_${index}`, own.start, { cause: { category: 'release', releaseId } });
  for (const id of ['r-1', 'r-2', 'r-3']) await put(collections.releases, id, { branch: `branch of ${id}`, steps: [] });
  const { releases } = await gather(own);
  expect([...releases.values()]).toEqual([
    { id: 'r-1', branch: 'branch of r-1', steps: [] },
    { id: 'r-2', branch: 'branch of r-2', steps: [] },
  ]);
});

test('what was changed is told in a line: times, lists, and long texts cut', async () => {
  const own = ownWeek();
  const id = `inc_brief${weeks}`;
  const corrected = (eventId: string, field: string, old: unknown, next: unknown) =>
    incidentRef(id)
      .collection(collections.timeline)
      .doc(eventId)
      .set({
        id: eventId,
        isFact: true,
        type: 'corrected',
        occurredAt: own.start,
        recordedAt: minutesAfter(own.start, 5),
        actor: 'ann',
        detail: { field, old, new: next },
      });
  await corrected('1', 'occurredAt', null, own.start);
  await corrected('2', 'ticketUrls', ['a', 'b'], []);
  await corrected('3', 'description', 'x'.repeat(200), 'x'.repeat(201));
  const { laterChanges } = await gather(own);
  const whole = { incidentId: id, type: 'corrected', at: minutesAfter(own.start, 5), actor: 'ann' };
  expect(laterChanges.filter(({ incidentId }) => incidentId === id)).toEqual([
    { ...whole, eventId: '1', field: 'occurredAt', old: null, new: own.start.toISOString() },
    { ...whole, eventId: '2', field: 'ticketUrls', old: '["a","b"]', new: '[]' },
    { ...whole, eventId: '3', field: 'description', old: 'x'.repeat(200), new: `${'x'.repeat(199)}…` },
  ]);
});

describe('what is assembled', () => {
  const pagesOf = async (id: string) =>
    (await bundleRef(id).collection('entries').get()).docs.map((each) => each.id).toSorted();
  const shownPages = ({ pages }: { pages: { id: string }[] }) => ids(pages);
  const make = (own: Week, minutes: number, stated: object = {}) =>
    assemble(own, { policy, now: minutesAfter(own.end, minutes), isAnnounced: true, ...stated });
  const timerOf = async (own: Week) => (await timerRef(`bundle_${own.id}`).get()).data();

  test('is announced once, when it is first made with its week over, beside what is still to be sent', async () => {
    const own = ownWeek();
    const early = await assemble(own, { policy, now: msAfter(own.end, -1), isAnnounced: true });
    expect([early.readyAt, await timerOf(own)]).toEqual([undefined, undefined]);
    const pending = [{ kind: 'missing-data', key: 'missing', since: own.start }];
    await timerRef(`bundle_${own.id}`).set({
      id: `bundle_${own.id}`,
      subject: 'bundle',
      subjectId: own.id,
      wakeAt: own.end,
      pending,
    });
    const unannounced = await make(own, 1, { isAnnounced: false });
    expect(unannounced.readyAt).toBeUndefined();
    const first = await make(own, 2);
    expect(first.readyAt).toEqual(minutesAfter(own.end, 2));
    await file(`inc_anew${weeks}`, own.start);
    const anew = await make(own, 3);
    expect([anew.readyAt, anew.assembledAt, anew.entryCount]).toEqual([first.readyAt, minutesAfter(own.end, 3), 1]);
    const timer = await timerOf(own);
    expect(timer && fromDocument(timer)).toEqual({
      id: `bundle_${own.id}`,
      subject: 'bundle',
      subjectId: own.id,
      wakeAt: first.readyAt,
      pending: [...pending, { kind: 'bundle-ready', key: 'ready', since: first.readyAt }],
    });
  });

  test('has the pages that it shows, and no others: those of before are gone, the same ones stay', async () => {
    const own = ownWeek();
    const first = await make(own, 1);
    const same = await make(own, 2);
    expect([same.pages, same.assembledAt]).toEqual([first.pages, minutesAfter(own.end, 2)]);
    // A later look writes nothing where it says the same.
    expect((await make(own, 3, { isQuietWhenSame: true })).assembledAt).toEqual(same.assembledAt);
    await file(`inc_pages${weeks}`, own.start);
    const other = await make(own, 4, { isQuietWhenSame: true });
    expect(shownPages(other)).not.toEqual(shownPages(same));
    expect(await pagesOf(own.id)).toEqual(shownPages(other));
    // What a crash has left behind goes when it is held.
    await bundleRef(own.id).collection('entries').doc('left').set({ section: 'entries' });
    await hold(own, { actor: 'ann', policy, now: minutesAfter(own.end, 5) });
    expect(await pagesOf(own.id)).toEqual(shownPages(other));
  });

  test('is held by the person who holds it, at that time, and sleeps from then on', async () => {
    const own = ownWeek();
    await make(own, 1);
    expect(await timerOf(own)).toBeDefined();
    const holding = (now: Date, actor = 'ann') => hold(own, { actor, policy, now });
    await expect(holding(msAfter(own.end, -1))).rejects.toMatchObject({ status: 409 });
    const held = await holding(own.end);
    expect(held).toMatchObject({ state: 'held', heldAt: own.end, heldBy: 'ann' });
    expect(await timerOf(own)).toBeUndefined();
    expect(await holding(minutesAfter(own.end, 9), 'ken')).toEqual(held);
    expect(await make(own, 10)).toEqual(held);
    expect(await make(own, 10, { isImport: true })).toEqual(held);
  });

  test('of a week that is imported is held by the import, and made again by the next one alone', async () => {
    const own = ownWeek();
    const first = await make(own, 1, { isImport: true });
    expect(first).toMatchObject({ state: 'held', heldBy: 'import', heldAt: minutesAfter(own.end, 1) });
    // Nobody counted the reports of that time.
    expect(first.summary.reports).toBeNull();
    await file(`inc_imported${weeks}`, own.start);
    expect(await make(own, 2)).toEqual(first);
    const anew = await make(own, 3, { isImport: true });
    expect([anew.entryCount, anew.heldAt, anew.summary.reports]).toEqual([1, minutesAfter(own.end, 3), null]);
    const drafted = ownWeek();
    await make(drafted, 1);
    const kept = await make(drafted, 2, { isImport: true });
    expect([kept.state, kept.heldBy, kept.summary.reports]).toEqual(['draft', undefined, 0]);
  });

  test('is read in the pieces that are asked for, over the ends of its pages', async () => {
    const own = ownWeek();
    const batch = firestore().batch();
    const names = Array.from({ length: 402 }, (_, index) => `inc_n${weeks}_${String(index).padStart(3, '0')}`);
    for (const id of names)
      batch.set(incidentRef(id), incident({ id, filedAt: own.start, prevention: 'あ'.repeat(2_000) }));
    await batch.commit();
    const { pages } = await make(own, 1);
    const entryPages = pages.filter(({ section }) => section === 'entries');
    // A document holds 1 MiB: more than 200 entries, or more than 700,000 bytes, are further pages.
    expect(entryPages.length).toBeGreaterThan(3);
    expect(entryPages.reduce((sum, { count }) => sum + count, 0)).toBe(402);
    const first = entryPages[0]?.count ?? 0;
    const read = async (from: number, limit: number) =>
      (await readBundle(own.id, { from, limit, carriedFrom: 0 }))?.entries.map(({ id }) => id);
    for (const [from, limit] of [
      [0, 1],
      [0, first],
      [first - 1, 2],
      [first, 1],
      [first + 1, first],
      [401, 5],
      [402, 5],
      [0, 0],
    ] as const)
      expect([from, limit, await read(from, limit)]).toEqual([from, limit, names.slice(from, from + limit)]);
    const stored = await bundleRef(own.id).collection('entries').get();
    for (const each of stored.docs) expect((each.get('data') as Buffer).length).toBeLessThanOrEqual(700_000);
  });

  test('says whose week it is, counted from the first of the house’s', async () => {
    const own = ownWeek();
    await make(own, 1);
    const number = await numberOfWeek(own.id, policy);
    expect(await numberOfWeek(weekAfter(own, 1, policy.zone).id, policy)).toBe(number + 1);
    expect(await numberOfWeek('2019-W01', policy)).toBe(1);
    // A team that has held 200 before continues with the next.
    const review = { ...policy.review, firstNumber: 201 };
    expect(await numberOfWeek('2019-W01', { ...policy, review })).toBe(201);
    expect((await make(own, 2)).number).toBe(number);
  });

  test('whose list of what is unsettled is lost is looked for as after a week without a bundle', async () => {
    const own = ownWeek();
    const before = weekAfter(own, -1, policy.zone);
    await file(`inc_lost${weeks}`, before.start, { recoveredAt: before.start });
    const { pages } = await make(before, 1);
    const lists = pages.filter(({ section }) => section === 'unsettled');
    for (const { id } of lists) await bundleRef(before.id).collection('entries').doc(id).delete();
    expect(lists.length).toBeGreaterThan(0);
    expect(ids((await gather(own)).earlier)).toContain(`inc_lost${weeks}`);
  });
});

describe('a review', () => {
  const confirming = { businessImpact: 'stopped' as const };
  const review = (id: string, own: Week, stated: object = confirming) =>
    recordReview(id, stated, { actor: 'chair', policy, now: minutesAfter(own.end, 60) });
  const idOf = (what: number): string =>
    `inc_${weeks.toString(16).padStart(12, '0')}${what.toString(16).padStart(12, '0')}`;
  /** As a report files it: with the event that begins its timeline. */
  const filed = async (what: number, filedAt: Date, stated: Partial<Incident> = {}): Promise<string> => {
    const id = idOf(what);
    await file(id, filedAt, stated);
    return id;
  };
  const refusedAs = async (reviewing: Promise<unknown>): Promise<[number, string, string[]]> => {
    const error = (await reviewing.then(
      () => undefined,
      (problem: unknown) => problem,
    )) as { status: number; said: { code: string }; errors?: { path: string }[] };
    return [error?.status, error?.said?.code, (error?.errors ?? []).map(({ path }) => path)];
  };

  test('is of what a draft shows: its own week’s, or one that it still carries', async () => {
    const own = ownWeek();
    const before = weekAfter(own, -1, policy.zone);
    await assemble(own, { policy, now: own.end, isAnnounced: false });
    const taken = [
      await filed(1, own.start),
      await filed(2, msAfter(own.end, -1)),
      await filed(3, msAfter(before.end, -1)),
      await filed(4, before.start, { recoveredAt: before.start }),
    ];
    for (const id of taken) expect((await review(id, own)).incident.reviewedAt).toEqual(minutesAfter(own.end, 60));
    const refused = [
      await filed(5, own.end),
      await filed(6, before.start, { recoveredAt: before.start, reviewedAt: before.end }),
    ];
    for (const id of refused) expect(await refusedAs(review(id, own))).toEqual([409, 'no-draft-bundle', []]);
    await hold(own, { actor: 'ann', policy, now: minutesAfter(own.end, 61) });
    expect(await refusedAs(review(idOf(1), own))).toEqual([409, 'no-draft-bundle', []]);
  });

  test('is of an incident that is not linked, and confirms something', async () => {
    const own = ownWeek();
    await assemble(own, { policy, now: own.end, isAnnounced: false });
    const question = await filed(1, own.start, { kind: 'question' });
    const linked = await filed(2, own.start, { status: 'linked', linkedTo: question });
    const bare = await filed(3, own.start);
    expect(await refusedAs(review(question, own))).toEqual([409, 'only-incidents-reviewed', []]);
    expect(await refusedAs(review(linked, own))).toEqual([409, 'linked-review-there', []]);
    expect(await refusedAs(review(bare, own, { lighterWayTried: 'x' }))).toEqual([409, 'mitigate-first', []]);
    expect(await refusedAs(review(bare, own, {}))).toEqual([
      422,
      'nothing-to-confirm',
      ['businessImpact', 'affectedCustomerCount', 'cause'],
    ]);
    // What is known already may be confirmed without a word.
    for (const [what, known] of [
      { impact: { businessImpact: 'none' as const } },
      { impact: { affectedCustomerCount: 0 } },
      { cause: { category: 'data' as const } },
    ].entries())
      expect((await review(await filed(10 + what, own.start, known), own, {})).incident.reviewedAt).toBeDefined();
    const mitigated = await filed(20, own.start, { mitigation: { kind: 'revert' } });
    expect((await review(mitigated, own, { lighterWayTried: 'x' })).incident.mitigation).toEqual({
      kind: 'revert',
      lighterWayTried: 'x',
    });
  });

  test('that counts customers while it is ongoing makes them wait for word; of what is over, it does not', async () => {
    const own = ownWeek();
    await assemble(own, { policy, now: own.end, isAnnounced: false });
    const contactsOf = async (id: string) => (await incidentRef(id).collection(collections.contacts).get()).size;
    const open = await filed(1, own.start);
    const over = await filed(2, own.start, { recoveredAt: own.start });
    const uncounted = await filed(3, own.start);
    // Of a count that is known already nothing is said again.
    const known = await filed(4, own.start, { impact: { affectedCustomerCount: 3 } });
    for (const id of [open, over]) await review(id, own, { affectedCustomerCount: 3 });
    for (const id of [uncounted, known]) await review(id, own);
    expect(await Promise.all([open, over, uncounted, known].map(contactsOf))).toEqual([1, 0, 0, 0]);
  });
});

describe('what is said in a meeting', () => {
  const by = (own: Week) => ({ actor: 'ann', policy, now: minutesAfter(own.end, 60) });
  test('is of a week that has a bundle, until it is held', async () => {
    const own = ownWeek();
    const attend = () => recordAttendance(own, { present: ['ann'], chair: 'ken' }, by(own));
    await expect(attend()).rejects.toMatchObject({ status: 404 });
    await expect(recordAnswer(own, { item: 'guide', text: 'x' }, by(own))).rejects.toMatchObject({ status: 404 });
    await assemble(own, { policy, now: own.end, isAnnounced: false });
    expect(await attend()).toEqual({ present: ['ann'], chair: 'ken', by: 'ann', at: minutesAfter(own.end, 60) });
    await hold(own, by(own));
    await expect(attend()).rejects.toMatchObject({ status: 409 });
  });

  test('has room for what a document holds, and says where there is no more', async () => {
    const own = ownWeek();
    await assemble(own, { policy, now: own.end, isAnnounced: false });
    const answers = Array.from({ length: 52 }, (_, index) => ({
      item: `x${index}`,
      text: 'あ'.repeat(5_000),
      by: 'ann',
      at: own.end,
      before: [],
    }));
    await meetingRef(own.id).set({ id: own.id, schemaVersion: 1, answers });
    await expect(recordAnswer(own, { item: 'guide', text: 'あ'.repeat(5_000) }, by(own))).rejects.toMatchObject({
      status: 422,
      errors: [{ path: 'text' }],
    });
    expect((await recordAnswer(own, { item: 'guide', text: 'x' }, by(own))).text).toBe('x');
  });
});
