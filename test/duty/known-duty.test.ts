/** What a process knows of who is on duty: from another that has read it, from the calendars themselves, and when it looks. */
import { beforeEach, describe, expect, test } from 'vitest';
import { dutyDueAt, dutyOf, knownDuty, readDuty, recallDuty, refreshDuty } from '../../functions/duty/duty.ts';
import { type Calendar, onDuty } from '../../functions/duty/shift.ts';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { measureDuty } from '../../functions/postmortems/duty-load.ts';
import type { Week } from '../../functions/postmortems/week.ts';
import { logged } from '../logged.ts';
import { openOtherSide } from '../outgoing/other-side.ts';
import { openSmallCloud } from '../outgoing/small-cloud.ts';

const everyMs = 5 * 60_000;
const dayMs = 86_400_000;

/** What each calendar answers; what is missing is not there. */
let feeds: Record<string, string> = {};
let asked: string[] = [];
const small = await openSmallCloud('2026-11-24T01:00:00Z');
const side = await openOtherSide(async ({ url = '' }, response) => {
  asked.push(url);
  const feed = feeds[url];
  response.writeHead(feed === undefined ? 404 : 200).end(feed);
});
beforeEach(async () => {
  small.pass(7 * dayMs);
  small.faults.clear();
  await duty().delete();
  [feeds, asked] = [{}, []];
});

const duty = () => firestore().collection(collections.connections).doc('duty');
const at = (ms = 0): Date => small.at(ms);
const areas = ['orders', '*'];
const urlOf = (area: string): string => `${side.url}/${area === '*' ? 'others' : area}`;

/** From here on another process, which knows nothing yet. */
function begin(configured: readonly string[] | null = areas): void {
  const calendars = configured?.map((area) => ({ area, url: urlOf(area), allowPrivate: true }));
  small.give(calendars ? { DUTY_CALENDARS: JSON.stringify(calendars) } : {});
}
const feedOf = (name: string): string => {
  const day = (ms: number): string => at(ms).toISOString().slice(0, 10).replaceAll('-', '');
  const event = [`DTSTART;VALUE=DATE:${day(-dayMs)}`, `DTEND;VALUE=DATE:${day(2 * dayMs)}`, `SUMMARY:${name}`];
  return ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:1', ...event, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
};
const answer = (names: Record<string, string>): void => {
  feeds = Object.fromEntries(
    Object.entries(names).map(([area, name]) => [new URL(urlOf(area)).pathname, feedOf(name)]),
  );
};
const namesOf = (calendars: readonly Calendar[]) =>
  calendars.map(({ area, shifts }) => [area, shifts.map(({ name }) => name).join()]);
const named = (orders: string, others: string) => [
  ['orders', orders],
  ['*', others],
];
/** Both calendars, as a process has read and kept them just now. */
async function readByAnother(orders = 'Ada', others = 'Bob'): Promise<void> {
  answer({ orders, '*': others });
  begin();
  await refreshDuty(at());
}
/** What is logged meanwhile, but for facts that are no concern of the test. */
const toldOf = async (work: () => Promise<unknown>): Promise<[unknown, unknown, unknown][]> =>
  (await logged(work)).map(({ severity, message, area }) => [severity, message, area]);

describe('a process that has just begun', () => {
  test('knows before its first notice what another has read', async () => {
    await readByAnother();
    begin();
    expect(knownDuty()).toEqual([]);
    await recallDuty(at());
    expect(namesOf(knownDuty())).toEqual(named('Ada', 'Bob'));
    expect(namesOf(await readDuty())).toEqual(named('Ada', 'Bob'));
  });

  test('knows nobody where none has read anything, and looks for itself', async () => {
    begin();
    await recallDuty(at());
    expect([knownDuty(), await readDuty()]).toEqual([[], []]);
    answer({ orders: 'Ada', '*': 'Bob' });
    await refreshDuty(at());
    expect(namesOf(knownDuty())).toEqual(named('Ada', 'Bob'));
    expect(await readDuty()).toEqual(knownDuty());
  });

  test('keeps what another had read where it cannot read it itself', async () => {
    await readByAnother();
    const readAt = at();
    small.pass(everyMs);
    begin();
    answer({ '*': 'Eve' });
    await refreshDuty(at());
    expect(namesOf(knownDuty())).toEqual(named('Ada', 'Eve'));
    expect(knownDuty().map(({ readAt: when, failing }) => [when, failing])).toEqual([
      [readAt, { since: at(), why: 'it answered 404' }],
      [at(), null],
    ]);
  });

  test('does not ask the calendars so soon after another has', async () => {
    await readByAnother();
    asked = [];
    begin();
    small.pass(everyMs - 1);
    await refreshDuty(at());
    expect([asked, namesOf(knownDuty())]).toEqual([[], named('Ada', 'Bob')]);
    small.pass(1);
    await refreshDuty(at());
    expect(asked.toSorted()).toEqual(['/orders', '/others']);
  });

  test('has nobody on duty where no calendar is configured, whatever was kept once', async () => {
    await readByAnother();
    asked = [];
    begin(null);
    small.pass(everyMs);
    await recallDuty(at());
    await refreshDuty(at());
    expect([knownDuty(), dutyDueAt(at()), asked]).toEqual([[], null, []]);
  });
});

describe('a process that knows already', () => {
  /** @returns once another person is stored that this process does not know */
  async function changedByAnother(): Promise<void> {
    await readByAnother();
    const kept = (await duty().get()).data() as { calendars: Calendar[] };
    const calendars = kept.calendars.map((each) => ({
      ...each,
      shifts: each.shifts.map((shift) => ({ ...shift, name: 'Zoe' })),
    }));
    await duty().update({ calendars });
  }

  test.each([
    ['a moment before it is time', everyMs - 1, 'Ada'],
    ['when it is time', everyMs, 'Zoe'],
    ['where its clock was set back', -1, 'Zoe'],
  ])('asks what another has read %s', async (_, ms, name) => {
    await changedByAnother();
    await recallDuty(at(ms));
    expect(namesOf(knownDuty())[0]).toEqual(['orders', name]);
  });

  test.each([
    ['at once, where it knows nothing', undefined, 0],
    ['every few minutes', 0, everyMs],
    ['at once, where its clock was set back', -1, -1],
  ])('is to read them %s', async (_, ms, dueMs) => {
    if (ms === undefined) begin();
    else await readByAnother();
    expect(dutyDueAt(at(ms))).toEqual(at(dueMs));
  });

  test('continues where Firestore does not answer, and says so', async () => {
    await readByAnother();
    answer({ orders: 'Eve', '*': 'Eve' });
    small.pass(everyMs);
    const fault = { effect: 'fail', code: 'PERMISSION_DENIED' } as const;
    small.faults.add({ target: 'firestore.BatchGetDocuments', ...fault });
    small.faults.add({ target: 'firestore.Commit', ...fault });
    const lines = await toldOf(async () => {
      await recallDuty(at());
      await refreshDuty(at());
    });
    expect(lines).toEqual([
      ['ERROR', 'who is on duty could not be recalled', undefined],
      ['ERROR', 'who is on duty could not be read', undefined],
    ]);
    expect(namesOf(knownDuty())).toEqual(named('Eve', 'Eve'));
    expect(small.faults.list()).toEqual([]);
  });
});

test('what could be read the last time is read first, and keeps the order of configuration all the same', async () => {
  const left = (area: string, why: string) => [
    'WARNING',
    `a calendar of DUTY_CALENDARS could not be read: ${why}`,
    area,
  ];
  begin();
  answer({ '*': 'Bob' });
  expect(await toldOf(() => refreshDuty(at()))).toEqual([left('orders', 'it answered 404')]);
  expect(knownDuty().map(({ readAt }) => readAt)).toEqual([null, at()]);
  feeds = { '/orders': 'x', '/others': 'x' };
  small.pass(everyMs);
  expect(await toldOf(() => refreshDuty(at()))).toEqual([
    left('*', 'it is no calendar'),
    left('orders', 'it is no calendar'),
  ]);
  expect(namesOf(knownDuty())).toEqual(named('', 'Bob'));
});

test('two calendars of one area are two: the people of either are on duty, and one that fails takes nothing from the other', async () => {
  const url = (name: string) => ({ area: 'orders', url: `${side.url}/${name}`, allowPrivate: true });
  small.give({ DUTY_CALENDARS: JSON.stringify([url('first'), url('second')]) });
  feeds = { '/first': feedOf('Ada'), '/second': feedOf('Bob') };
  await refreshDuty(at());
  feeds = { '/first': feedOf('Eve') };
  small.pass(everyMs);
  await refreshDuty(at());
  expect(namesOf(knownDuty())).toEqual([
    ['orders', 'Eve'],
    ['orders', 'Bob'],
  ]);
  const found = await dutyOf({ status: 'open', origin: { area: 'orders' } });
  expect([found?.people.map(({ name }) => name), found?.unknownSince]).toEqual([['Bob', 'Eve'], at()]);
});

test.each<[string, boolean, string | null]>([
  ['is not asked unless it may be', false, 'its address is not https'],
  ['is asked where it may be', true, null],
])('on Google Cloud a calendar at a private address %s', async (_, allowPrivate, why) => {
  const calendars = [{ area: '*', url: urlOf('*'), allowPrivate }];
  small.give({ DUTY_CALENDARS: JSON.stringify(calendars), K_SERVICE: 'metronome-minute-tick' });
  answer({ '*': 'Bob' });
  await refreshDuty(at());
  expect(knownDuty().map(({ failing }) => failing?.why ?? null)).toEqual([why]);
  expect(asked).toHaveLength(why ? 0 : 1);
});

test('of a calendar nine weeks back and two ahead are kept', async () => {
  begin(['*']);
  const event = (name: string, fromMs: number, untilMs: number): string[] => {
    const time = (ms: number): string =>
      at(ms)
        .toISOString()
        .replaceAll(/[-:]|\.000/g, '');
    const lines = [`UID:${name}`, `DTSTART:${time(fromMs)}`, `DTEND:${time(untilMs)}`, `SUMMARY:${name}`];
    return ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];
  };
  const [back, ahead, hourMs, secondMs] = [-63 * dayMs, 14 * dayMs, 3_600_000, 1_000];
  const events = [
    event('Too early', back - hourMs, back),
    event('First', back - hourMs, back + secondMs),
    event('Last', ahead - secondMs, ahead + hourMs),
    event('Too late', ahead, ahead + hourMs),
  ];
  feeds = { '/others': ['BEGIN:VCALENDAR', ...events.flat(), 'END:VCALENDAR', ''].join('\r\n') };
  await refreshDuty(at());
  expect(knownDuty().flatMap(({ shifts }) => shifts.map(({ name }) => name))).toEqual(['First', 'Last']);
});

/** Eight people in three shifts a day, from a day until another. */
const busy = (fromDay: number, untilDay: number): string => {
  const time = (ms: number): string =>
    at(ms)
      .toISOString()
      .replaceAll(/[-:]|\.000/g, '');
  const events = Array.from({ length: 3 * 8 }, (_, n) => [
    'BEGIN:VEVENT',
    `UID:${n}`,
    `DTSTART:${time(fromDay * dayMs + Math.floor(n / 8) * 8 * 3_600_000)}`,
    'DURATION:PT8H',
    `RRULE:FREQ=DAILY;COUNT=${untilDay - fromDay}`,
    `SUMMARY:P${n}`,
    'END:VEVENT',
  ]);
  return ['BEGIN:VCALENDAR', ...events.flat(), 'END:VCALENDAR', ''].join('\r\n');
};

test('of eight people in three shifts a day all are known who are on duty, each from the last week until the next', async () => {
  begin(['*']);
  feeds = { '/others': busy(-300, 300) };
  await refreshDuty(at());
  for (const day of [-62, -7, 0, 7, 13]) {
    expect(onDuty(await readDuty(), at(day * dayMs + 1))[0]?.people.map(({ name }) => name)).toHaveLength(8);
  }
});

test('a calendar that is longer than what is kept keeps the shifts around now, and does not claim to know the others', async () => {
  begin(Array.from({ length: 8 }, (_, n) => `area-${n}`));
  feeds = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`/area-${n}`, busy(-60, 20)]));
  const lines = await toldOf(() => refreshDuty(at()));
  expect(lines[0]).toEqual([
    'WARNING',
    'a calendar has more shifts than are kept; those nearest to now count',
    undefined,
  ]);
  const calendars = await readDuty();
  expect(onDuty(calendars, at(1)).map(({ people }) => people.length)).toEqual(Array(8).fill(8));
  const [before] = onDuty(calendars, at(-50 * dayMs));
  expect(before).toMatchObject({ people: [], isUncertain: true });
});

test('of a week whose bundle is assembled 17 days late every hour of every shift is known', async () => {
  begin(['*']);
  feeds = { '/others': busy(-300, 300) };
  await refreshDuty(at());
  const week = { id: '', start: at(-24 * dayMs), end: at(-17 * dayMs) } as Week;
  const load = measureDuty(await readDuty(), [], week, policy);
  expect(load?.people.map(({ hours }) => hours)).toEqual(Array(20).fill(7 * 8));
  expect(load).not.toHaveProperty('unknownHours');
});

test('an event that cannot be read is said to be left out, and so is how many', async () => {
  begin(['*']);
  feeds = { '/others': feedOf('Bob').replace('BEGIN:VEVENT', 'BEGIN:VEVENT\r\nUID:0\r\nEND:VEVENT\r\nBEGIN:VEVENT') };
  expect(await toldOf(() => refreshDuty(at()))).toEqual([
    ['WARNING', 'events of a calendar could not be read; the others count', undefined],
  ]);
  expect(namesOf(knownDuty())).toEqual([['*', 'Bob']]);
});

test.each<[string, Parameters<typeof dutyOf>[0], string | undefined]>([
  ['an area that has a calendar', { status: 'open', origin: { area: 'Orders' } }, 'Ada'],
  ['another area', { status: 'open', origin: { area: 'till' } }, 'Bob'],
  ['no area', { status: 'open', origin: {} }, 'Bob'],
  ['an alert’s service', { status: 'open', origin: {}, alert: { service: 'orders' } }, 'Ada'],
  ['an area and another service', { status: 'open', origin: { area: 'till' }, alert: { service: 'orders' } }, 'Bob'],
  ['orders that is over', { status: 'recovered', origin: { area: 'orders' } }, undefined],
  ['orders that belongs to another', { status: 'linked', origin: { area: 'orders' } }, undefined],
])('on duty for an incident of %s is who its calendar says', async (_, incident, name) => {
  await readByAnother();
  expect((await dutyOf(incident))?.people.map((each) => each.name).join()).toBe(name);
});

test('nobody is on duty for what no calendar is for', async () => {
  begin(['orders']);
  answer({ orders: 'Ada' });
  await refreshDuty(at());
  expect(await dutyOf({ status: 'open', origin: { area: 'till' } })).toBeUndefined();
  // What is kept is of a time, and that is over.
  small.pass(3 * dayMs);
  expect((await dutyOf({ status: 'open', origin: { area: 'orders' } }))?.people).toEqual([]);
});
