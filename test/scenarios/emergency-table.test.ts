/** Table K through the doors: which facts make an emergency, by how little they miss it, and what ends one. */
import { describe, expect, test } from 'vitest';
import { firestore, incidentRef } from '../../functions/platform/firestore.ts';
import { degraded, minuteMs, useEmergencies } from './emergency-house.ts';

const house = useEmergencies();
const { clock, read, state, told, ended, report, close, reports, emergencies } = house;

test('its roles are asked for after ten minutes, three times, and those that are taken no more', async () => {
  const id = await report({ businessImpact: 'stopped', ongoing: 'yes', affectedCustomerCount: 10 });
  const since = Date.parse((await read(id)).emergency.since);
  await house.advance('PT15M');
  await state(id, { type: 'role-taken', role: 'lead' });
  await house.advance('PT45M');
  const asked = (await told(id)).filter(({ kind }) => kind === 'role-due');
  // Asked on whole minutes.
  const minutes = asked.map(({ deliveredAt }) => Math.ceil((Date.parse(deliveredAt) - since) / minuteMs));
  expect(minutes).toEqual([10, 20, 30]);
  expect(asked.map((each) => each.text.includes('指揮(IC)・'))).toEqual([true, false, false]);
  await close(id);
});

test('its customers hear every quarter of an hour for two hours, and then by table C', async () => {
  const id = await report({ businessImpact: 'stopped', ongoing: 'yes', affectedCustomerCount: 10 });
  const waits: [after: number, wait: number][] = [];
  const since = Date.parse((await read(id)).emergency.since);
  for (const step of ['PT1M', 'PT58M', 'PT60M', 'PT2M']) {
    await house.advance(step);
    const now = await clock();
    await state(id, { type: 'customer-updated', customers: 'all', message: '確認しています' });
    const [contact] = await house.contacts(id);
    const wait = Math.round((Date.parse(contact.nextUpdateDueAt) - now) / minuteMs);
    waits.push([Math.round((now - since) / minuteMs), wait]);
  }
  expect(waits).toEqual([
    [1, 15],
    [59, 15],
    [119, 15],
    [121, 60],
  ]);
  await close(id);
});

describe('one report', () => {
  const ten = { affectedCustomerCount: 10, businessImpact: 'stopped' };
  const low = { ongoing: 'no', occurredAt: '2026-11-20T00:00:00Z' };
  test.each<[what: string, facts: object, rule: string | null]>([
    ['ten customers', ten, 'many-customers-stopped'],
    ['nine', { ...ten, affectedCustomerCount: 9 }, null],
    ['ten, with a workaround', { ...ten, businessImpact: 'degraded' }, null],
    ['ten, nobody said how bad', { affectedCustomerCount: 10 }, null],
    ['ten, over since days: of low urgency', { ...ten, ...low }, null],
    ['ten, asked as a question', { ...ten, category: 'question', differsFromExpected: 'no' }, null],
    ['one, in a key area', { businessImpact: 'stopped', area: 'payment' }, 'key-area-stopped'],
    [
      'one, in a key area, as another tool spells it',
      { businessImpact: 'stopped', area: ' Payment' },
      'key-area-stopped',
    ],
    ['one, in a key area, with a workaround', { businessImpact: 'degraded', area: 'payment' }, null],
    ['one, in a key area, of low urgency', { businessImpact: 'stopped', area: 'payment', ...low }, null],
    ['one, in another area', { businessImpact: 'stopped', area: 'printing' }, null],
    ['ten, in a drill', { ...ten, drill: true }, 'many-customers-stopped'],
    ['nine, in a drill', { ...ten, affectedCustomerCount: 9, drill: true }, null],
  ])('%s', async (_, facts, rule) => {
    const id = await report(facts);
    await house.advance('PT1M');
    expect((await read(id)).emergency?.rule ?? null).toBe(rule);
    const kinds = (await told(id)).map((each) => each.kind);
    expect(kinds.includes('emergency-begun')).toBe(rule !== null);
    await close(id);
  });
});

describe('several reports of one area', () => {
  const edge = 15 * 60;
  test.each<[what: string, seconds: number[], facts: (index: number) => object, newest: number[]]>([
    ['three within 14:59', [0, 420, edge - 1], () => ({}), [2]],
    ['three within 15:00', [0, 420, edge], () => ({}), [2]],
    ['three within 15:01', [0, 420, edge + 1], () => ({}), []],
    ['two', [0, 420], () => ({}), []],
    ['three by two customers', [0, 60, 120], (n) => ({ customer: { id: n === 0 ? 'mall-1' : 'mall-2' } }), []],
    ['one of them with a workaround', [0, 60, 120], (n) => (n === 1 ? { businessImpact: 'degraded' } : {}), []],
    ['one of them a drill', [0, 60, 120], (n) => (n === 1 ? { drill: true } : {}), []],
    ['three of a drill', [0, 60, 120], () => ({ drill: true }), [2]],
    ['one of them of another area', [0, 60, 120], (n) => (n === 1 ? { area: 'elsewhere' } : {}), []],
  ])('%s', async (what, seconds, facts, newest) => {
    const ids = await reports(what, seconds, facts);
    expect(await emergencies(ids)).toEqual(newest);
    for (const id of ids) await close(id);
  });
});

test('however many report, one that is an emergency already stays the only one', async () => {
  const ids = await reports('crowd', [0, 1, 2]);
  expect(await emergencies(ids)).toEqual([2]);
  const { emergency: _, ...like } = (await incidentRef(ids[0] ?? '').get()).data() ?? {};
  const batch = firestore().batch();
  for (let n = 0; n < 100; n += 1) {
    const id = `inc_${String(n).padStart(24, 'c')}`;
    const reportedAt = new Date(like.reportedAt.toMillis() + 60_000 + n);
    const customer = { id: `crowd-${n}` };
    batch.create(incidentRef(id), { ...like, id, reportedAt, reporter: customer, affectedCustomers: [customer] });
  }
  await batch.commit();
  ids.push(...(await reports('crowd', [120])));
  expect(await emergencies(ids)).toEqual([2]);
  for (const id of ids) await close(id);
});

describe('what ends one', () => {
  test.each<[what: string, end: (id: string, scoped: string) => Promise<unknown>, rule: string | undefined]>([
    [
      'a correction',
      (id) => state(id, { type: 'corrected', field: 'businessImpact', value: 'degraded' }),
      'fact-changed',
    ],
    [
      'a count corrected to nine',
      (id) => state(id, { type: 'corrected', field: 'affectedCustomerCount', value: 9 }),
      'fact-changed',
    ],
    [
      'a count corrected to ten',
      (id) => state(id, { type: 'corrected', field: 'affectedCustomerCount', value: 10 }),
      undefined,
    ],
    ['a retraction', (id, eventId) => state(id, { type: 'retracted', eventId, why: '別の件' }), 'fact-changed'],
    ['recovery', (id) => state(id, { type: 'recovered' }), 'recovered'],
    ['that it does not occur', (id) => close(id), 'not-occurring'],
    ['a link', async (id) => state(id, { type: 'linked', to: await report({}), basis: '同じ' }), 'linked'],
    ['a comment', (id) => state(id, { type: 'commented', text: '確認中' }), undefined],
  ])('%s', async (_, end, rule) => {
    const id = await report({ businessImpact: 'stopped', ongoing: 'yes' });
    const scoped = await state(id, { type: 'scoped', affectedCustomerCount: 12, method: 'ログ' });
    expect(scoped.body.incident.emergency).toMatchObject({ rule: 'many-customers-stopped', endedAt: null });
    await end(id, scoped.body.id);
    expect((await ended(id))?.detail.rule).toBe(rule);
    // What was taken back was never said: then it never was one.
    const { emergency } = await read(id);
    expect(emergency === null || emergency.endedAt !== null).toBe(rule !== undefined);
    await close(id);
  });
});

describe('one by several reports, once something is said of another of them', () => {
  test.each<[what: string, last: number, newest: number[]]>([
    ['a quarter of an hour before the last, it makes one with them', 15 * 60, [2]],
    ['a second longer before it, it makes none', 15 * 60 + 1, []],
  ])('it was business that stopped: %s', async (what, last, newest) => {
    const ids = await reports(what, [0, 420, last], (n) => (n === 0 ? { businessImpact: 'degraded' } : {}));
    await state(ids[0] ?? '', { ...degraded, value: 'stopped' });
    await house.advance('PT2M');
    expect(await emergencies(ids)).toEqual(newest);
    for (const id of ids) await close(id);
  });

  test('what was stated of it is taken back, and stated again', async () => {
    const ids = await reports('stated', [0, 60, 120], (n) => (n === 0 ? { businessImpact: 'degraded' } : {}));
    const [first = ''] = ids;
    expect(await emergencies(ids)).toEqual([]);
    const stopped = { type: 'corrected', field: 'businessImpact', value: 'stopped' };
    const stated = await state(first, stopped);
    await house.advance('PT2M');
    expect(await emergencies(ids)).toEqual([2]);
    await state(first, { type: 'retracted', eventId: stated.body.id, why: '別の店' });
    await house.advance('PT2M');
    expect(await emergencies(ids)).toEqual([]);
    expect(await ended(ids[2] ?? '')).toMatchObject({ actor: 'rule', detail: { rule: 'fact-changed' } });
    await state(first, stopped);
    await house.advance('PT2M');
    expect(await emergencies(ids)).toEqual([2]);
    for (const id of ids) await close(id);
  });
});
