/** Who is on duty: on the board, in notices and in pages, from calendars that may be away, too long, or hostile. */
import { expect, it } from 'vitest';
import type { Calendar } from '../../functions/duty/shift.ts';
import { collections, firestore, fromDocument } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { openOtherSide } from '../outgoing/other-side.ts';
import { useScenario, withPolicy } from './house.ts';
import { filed } from './rhythm-details.ts';

const calendar = (...events: string[][]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...events.flatMap((lines, index) => ['BEGIN:VEVENT', `UID:${index}`, ...lines, 'END:VEVENT']),
    'END:VCALENDAR',
    '',
  ].join('\r\n');
const orders = (name: string): string =>
  calendar([
    'DTSTART;VALUE=DATE:20261120',
    'DTEND;VALUE=DATE:20261125',
    'SUMMARY:当番',
    `ATTENDEE;CN=${name}:mailto:a@example.jp`,
  ]);
const others = calendar(
  ['DTSTART:20261123T230000Z', 'DTEND:20261124T020000Z', 'SUMMARY:On Call - Bob <b> - Primary'],
  ['DTSTART:20261124T020000Z', 'DTEND:20261124T230000Z', 'SUMMARY:On Call - Eve - Primary'],
);

/** What each path answers; undefined never does. */
const feeds: Record<string, { status: number; body: string } | undefined> = {
  '/orders.ics': { status: 200, body: orders('山田花子') },
  '/others.ics': { status: 200, body: others },
};
const asked: string[] = [];
const { url: base } = await openOtherSide((request, response) => {
  const path = request.url ?? '';
  asked.push(path);
  const feed = feeds[path];
  if (feed) response.writeHead(feed.status, { 'content-type': 'text/calendar' }).end(feed.body);
});
const calendars = [
  { area: 'order', url: `${base}/orders.ics` },
  { area: '*', url: `${base}/others.ics` },
];
const environment = { ...process.env, DUTY_CALENDARS: JSON.stringify(calendars) };
const scenario = useScenario('2026-11-24T10:00:00+09:00', { environment });

const board = async (): Promise<string> => (await scenario.get('/console')).body;
const lineOf = async (id: string): Promise<string | undefined> =>
  (await scenario.inbox())
    .findLast((each) => each.incidentId === id)
    ?.text.split('\n')
    .find((line) => line.startsWith('当番'));

it('is on the board and in the notices, by area, until when', async () => {
  const [order, other] = [await filed(scenario, { id: 'T-1', area: 'Order' }), await filed(scenario, { id: 'T-2' })];
  await scenario.advance('PT1M');
  expect(await board()).toMatch(/当番[\s\S]*order[\s\S]*山田花子\([\s\S]*まで\)[\s\S]*その他[\s\S]*Bob &lt;b&gt;/);
  expect(await lineOf(order)).toMatch(/^当番: 山田花子\(.*まで\)$/);
  expect(await lineOf(other)).toBe('当番: Bob <b>(11:00まで)');
  await scenario.advance('PT1H10M');
  expect(await lineOf(other)).toMatch(/^当番: Eve/);
  expect(await board()).not.toContain('Bob');
});

it('is read again every few minutes, and not more often', async () => {
  feeds['/orders.ics'] = { status: 200, body: orders('佐藤次郎') };
  asked.length = 0;
  await scenario.advance('PT10M');
  expect(await board()).toContain('佐藤次郎');
  expect(asked.filter((path) => path === '/orders.ics').length).toBeLessThanOrEqual(3);
});

it.each([
  ['answers 500', { status: 500, body: orders('別の人') }],
  ['answers 404', { status: 404, body: orders('別の人') }],
  ['is no calendar', { status: 200, body: '<html>sign in</html>' }],
  ['leads elsewhere', { status: 302, body: orders('別の人') }],
  ['is only a part of it', { status: 206, body: orders('別の人') }],
  [
    'is longer than a calendar',
    { status: 200, body: `BEGIN:VCALENDAR\r\n${'X-PAD:x\r\n'.repeat(1_200_000)}END:VCALENDAR\r\n` },
  ],
  ['does not answer', undefined],
])('a calendar that %s leaves what was last known, says so, and holds no notice up', async (_, feed) => {
  const good = feeds['/orders.ics'];
  feeds['/orders.ics'] = feed;
  await withPolicy(policy.duty, feed ? {} : { feedTimeout: 'PT1S' }, async () => {
    await scenario.advance('PT6M');
    expect(await board()).toMatch(/佐藤次郎[\s\S]*カレンダーを確認できません/);
    const id = await filed(scenario, { id: `T-${asked.length}`, area: 'order' });
    await scenario.advance('PT1M');
    expect(await lineOf(id)).toMatch(/佐藤次郎.*カレンダーを確認できません/);
  });
  feeds['/orders.ics'] = good;
  await scenario.advance('PT6M');
  expect(await board()).not.toContain('カレンダーを確認できません');
});

it('a calendar that stays away is away since it first was, and was read when it last could be', async () => {
  const [good, ref] = [feeds['/orders.ics'], firestore().collection(collections.connections).doc('duty')];
  const kept = async () => fromDocument<{ calendars: Calendar[] }>((await ref.get()).data()).calendars[0];
  const before = await kept();
  feeds['/orders.ics'] = { status: 500, body: '' };
  await scenario.advance('PT6M');
  const first = await kept();
  await scenario.advance('PT12M');
  expect(await kept()).toEqual(first);
  expect(first).toMatchObject({ shifts: before?.shifts, readAt: before?.readAt, failing: { why: 'it answered 500' } });
  expect(before?.failing).toBeNull();
  feeds['/orders.ics'] = good;
  await scenario.advance('PT6M');
  expect((await kept())?.failing).toBeNull();
});

it('calendars that take too long together leave what was last known of those that come last', async () => {
  feeds['/others.ics'] = { status: 200, body: others };
  await scenario.advance('PT6M');
  const { readingTimeoutOfAll } = policy.duty;
  try {
    policy.duty.readingTimeoutOfAll = 'PT0S';
    await scenario.advance('PT6M');
    expect(await board()).toMatch(/佐藤次郎[\s\S]*カレンダーを確認できません[\s\S]*Eve/);
  } finally {
    policy.duty.readingTimeoutOfAll = readingTimeoutOfAll;
  }
  await scenario.advance('PT6M');
  expect(await board()).not.toContain('カレンダーを確認できません');
});

it('what another process has read is in the first notice of this one', async () => {
  const ref = firestore().collection(collections.connections).doc('duty');
  const good = { ...feeds };
  for (const path of Object.keys(feeds)) feeds[path] = { status: 500, body: '' };
  await scenario.advance('PT6M');
  const id = await filed(scenario, { id: 'T-another', area: 'order' });
  const { calendars } = (await ref.get()).data() as { calendars: { shifts: { name: string }[] }[] };
  const named = calendars.map((each) => ({ ...each, shifts: each.shifts.map((one) => ({ ...one, name: '別の人' })) }));
  // It has read them while this process was not asked, longer ago than it would read them itself.
  const { readEvery } = policy.duty;
  try {
    policy.duty.readEvery = 'PT1M';
    await ref.update({ calendars: named });
    await scenario.advance('PT1M');
    expect(await lineOf(id)).toMatch(/^当番: 別の人/);
  } finally {
    policy.duty.readEvery = readEvery;
    Object.assign(feeds, good);
  }
});
