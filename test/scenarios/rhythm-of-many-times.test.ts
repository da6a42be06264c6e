/** Scenarios worked out by hand, side by side on one clock. */
import { expect, it } from 'vitest';
import { useScenario } from './house.ts';
import { filed, read, state, told } from './rhythm-details.ts';

const scenario = useScenario('2026-11-23T02:00:00+09:00');

it('02:00 about 01:50: through the night on its intervals, at 14:15 to the fixed times', async () => {
  const id = await filed(scenario, { id: 'T-night', occurredAt: '2026-11-23T01:50:00+09:00' });
  await scenario.advance('PT7H');
  expect((await told(scenario, id)).filter((each) => each.endsWith('update-due'))).toEqual([
    ...['23 02:10', '23 02:40', '23 03:10', '23 03:40', '23 04:10'].map((each) => `${each} update-due`),
    ...['23 05:10', '23 06:10', '23 07:10', '23 08:10'].map((each) => `${each} update-due`),
  ]);
  await state(scenario, id, {
    type: 'customer-updated',
    customers: 'all',
    message: '…',
    channel: 'ticket',
    recovery: true,
  });
});

it('Monday 09:00 about last Friday, over: within the hour, then four times a day', async () => {
  const id = await filed(scenario, { id: 'T-friday', occurredAt: '2026-11-20T17:00:00+09:00', ongoing: 'no' });
  await scenario.advance('PT58M');
  expect(await told(scenario, id)).toEqual(['23 09:01 incident-filed', '23 09:55 update-due']);
  await state(scenario, id, { type: 'customer-updated', customers: 'all', message: '…', channel: 'ticket' });
  const { contacts } = await read(scenario, `${id}/contacts`);
  expect(contacts[0].nextUpdateDueAt).toBe('2026-11-23T06:00:00.000Z');
  await scenario.advance('PT5H2M');
  const [, , afternoon] = await told(scenario, id);
  expect(afternoon).toMatch(/^23 14:(4[5-9]|5[0-5]) update-due$/);
  await state(scenario, id, {
    type: 'customer-updated',
    customers: 'all',
    message: '…',
    channel: 'ticket',
    recovery: true,
  });
});

it('a storm without a known customer: the scope is asked for until it has recovered', async () => {
  const open = (n: number) => ({
    version: '1.2',
    incident: {
      incident_id: `0.storm${n}`,
      scoping_project_id: 'shop',
      state: 'open',
      policy_name: 'Latency',
      started_at: Date.parse('2026-11-23T15:00:00+09:00') / 1_000,
      summary: 'too slow',
    },
  });
  const reply = await scenario.alert(open(0));
  const id: string = reply.body.incident.id;
  for (let n = 1; n < 20; n += 1) await scenario.alert(open(n));
  await scenario.advance('PT1H15M');
  expect(await told(scenario, id)).toEqual([
    '23 15:01 incident-filed',
    '23 15:10 scope-due',
    '23 15:40 scope-due',
    '23 16:10 escalation',
  ]);
  await state(scenario, id, { type: 'recovered', customers: 'all' });
  await scenario.advance('PT45M');
  expect(await told(scenario, id)).toHaveLength(4);
  await state(scenario, id, { type: 'verified', happened: 'yes', ongoing: 'yes' });
  await scenario.advance('PT2M');
  expect((await told(scenario, id)).slice(4).map((each) => each.slice(9))).toEqual(['scope-due']);
  await state(scenario, id, { type: 'recovered', customers: 'all' });
  await scenario.advance('PT2H13M');
  expect(await told(scenario, id)).toHaveLength(5);
});

it('open again within a slot that was told: the scope is asked for anew, and that arrives', async () => {
  const { id } = (await scenario.ticket({ id: 'T-again', subject: '注文が通らない', ongoing: 'yes' })).body.incident;
  await scenario.advance('PT24M');
  expect((await told(scenario, id)).map((each) => each.slice(9))).toEqual(['incident-filed', 'scope-due']);
  await state(scenario, id, { type: 'recovered', customers: 'all' });
  await scenario.advance('PT10M');
  await state(scenario, id, { type: 'verified', happened: 'yes', ongoing: 'yes' });
  await scenario.advance('PT2M');
  const { events } = await read(scenario, `${id}/timeline`);
  expect(events.filter((each: { type: string }) => each.type === 'reminded')).toHaveLength(2);
  expect((await told(scenario, id)).map((each) => each.slice(9))).toEqual(['incident-filed', 'scope-due', 'scope-due']);
  await state(scenario, id, { type: 'recovered', customers: 'all' });
});

it('recovered after ten minutes: one reminder, one message, and silence', async () => {
  const id = await filed(scenario, { id: 'T-short', occurredAt: '2026-11-23T19:10:00+09:00' });
  await scenario.advance('PT9M');
  await state(scenario, id, { type: 'recovered', customers: 'all' });
  await scenario.advance('PT3M');
  await state(scenario, id, {
    type: 'customer-updated',
    customers: 'all',
    message: '…',
    channel: 'phone',
    recovery: true,
  });
  await scenario.advance('PT20H');
  const all = await told(scenario, id);
  expect(all.map((each) => each.slice(9))).toEqual(['incident-filed', 'update-due']);
  expect((await scenario.inbox()).findLast((each) => each.incidentId === id)?.text).toContain('文面案(回復のご連絡)');
  expect((await read(scenario, id)).slots).toEqual({ met: 1, late: 0, missed: 0, notReminded: 0 });
});

it('an update a second before the tick wins over the notice', async () => {
  const id = await filed(scenario, { id: 'T-second' });
  await scenario.advance('PT9M');
  await state(scenario, id, { type: 'customer-updated', customers: 'all', message: '…', channel: 'phone' });
  await scenario.advance('PT5M');
  expect((await told(scenario, id)).map((each) => each.slice(9))).toEqual(['incident-filed']);
});
