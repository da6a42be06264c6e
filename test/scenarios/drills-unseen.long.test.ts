/**
 * The same day, once as it was and once with drills among it: two that replay what happened, and one that somebody
 * reports. Whatever anybody outside sees of the day is the same; what shows drills shows them as such.
 */
import { expect, test } from 'vitest';
import { toolSecrets } from '../fixtures/secrets.ts';
import type { Reply, Scenario } from './house.ts';
import { openNotionHouse } from './notion-house.ts';
import { ticketDoors } from './ticket-doors.ts';

// biome-ignore lint/suspicious/noExplicitAny: what is seen is compared as it is
type Any = any;

interface Seen {
  outside: Record<string, Any>;
  drills: { filed: number; inBundle: number; emergencies: number; told: number };
}

const channels = [
  { kind: 'pagerduty', routingKey: 'a'.repeat(32) },
  { kind: 'slack-app', channel: 'C0DUTY' },
];

async function play(hasDrills: boolean): Promise<Seen> {
  const environment = { ...toolSecrets, NOTIFY_CHANNELS: JSON.stringify(channels) };
  const house = await openNotionHouse('2026-11-24T00:59:00Z', environment);
  try {
    const { scenario } = house;
    const { clock } = scenario.house.cloud;
    /** The clock is stopped at each step, so that both days have the same times. */
    const until = async (time: string): Promise<void> => {
      const at = Date.parse(`2026-11-24T${time}:00+09:00`);
      await clock.jump(at);
      clock.hold();
      clock.moveHeld(at);
    };
    const state = (id: string, body: object): Promise<Reply> => scenario.post(`/api/incidents/${id}/events`, body);
    const report = async (body: object): Promise<string> => (await scenario.ticket({ ...body })).body.incident.id;

    await until('10:00');
    const zendesk = (await ticketDoors(scenario).reported('zendesk', '90001')).body.incident.id;
    const shops: string[] = [];
    for (const [index, time] of ['10:01', '10:02', '10:03'].entries()) {
      await until(time);
      const facts = { area: 'checkout', businessImpact: 'stopped', ongoing: 'yes' };
      shops.push(
        await report({ id: `T-${index}`, subject: '会計できない', customer: { id: `shop-${index}` }, ...facts }),
      );
    }
    const emergency = shops[2] ?? '';
    await until('10:07');
    await state(emergency, { type: 'role-taken', role: 'lead' });
    await state(zendesk, { type: 'responded' });
    if (hasDrills) {
      for (const request of [
        { from: zendesk, speed: 10, times: 2 },
        { from: emergency, speed: 10, times: 3 },
      ])
        expect((await scenario.post('/api/drills', request)).status).toBe(201);
      await report({ id: 'D-1', subject: '訓練', drill: true, businessImpact: 'stopped', affectedCustomerCount: 30 });
    }
    await until('10:13');
    if (hasDrills) await practise(scenario, zendesk);
    await state(zendesk, { type: 'verified', happened: 'yes', ongoing: 'yes', method: '画面' });
    await scenario.post(`/api/incidents/${zendesk}/updates`, { customers: 'all', message: '確認しています' });
    await until('10:17');
    for (const id of [zendesk, ...shops]) await state(id, { type: 'recovered' });
    await until('10:22');
    await scenario.post('/api/postmortems/2026-W48/assemble', {});
    await until('10:25');
    // Each house has a port of its own, and the tool numbers what comes in at one instant as it comes.
    const seen = JSON.stringify(await lookAround(scenario, house.pages))
      .replaceAll(scenario.url, 'https://house')
      .replace(/"5\d{9}"/g, '"comment"');
    return { outside: JSON.parse(seen), drills: await drillsIn(scenario) };
  } finally {
    await house.stop();
  }
}

/** All that is done in a drill that could reach somebody. */
async function practise(scenario: Scenario, real: string): Promise<void> {
  for (const { id } of await drillsOf(scenario)) {
    await scenario.post(`/api/incidents/${id}/events`, { type: 'mitigated', kind: 'workaround', note: '訓練の回避策' });
    await scenario.post(`/api/incidents/${id}/events`, { type: 'role-taken', role: 'customers' });
    await scenario.post(`/api/incidents/${id}/updates`, { customers: 'all', message: '訓練の連絡' });
    await scenario.post(`/api/incidents/${id}/events`, { type: 'linked', to: real, basis: '訓練' });
  }
}

const incidentsOf = async (scenario: Scenario): Promise<Any[]> =>
  (await scenario.get('/api/incidents?limit=200')).body.incidents;
const drillsOf = async (scenario: Scenario): Promise<Any[]> =>
  (await incidentsOf(scenario)).filter((each) => each.isDrill);

async function lookAround(scenario: Scenario, pages: () => Promise<Any[]>): Promise<Record<string, Any>> {
  const get = async (path: string): Promise<Any> => (await scenario.get(path)).body;
  const ids = /[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}/g;
  const written = (await pages()).map(({ dataSource, properties }) =>
    JSON.stringify({ dataSource, properties }).replace(ids, 'id'),
  );
  const { comments } = await get('/_local/tools/zendesk/tickets/90001');
  // What falls on one instant comes in any order.
  const sorted = (all: Any[]): string[] => all.map((each) => JSON.stringify(each)).sort();
  return {
    gauges: sorted((await get('/_local/metrics')).series.map(({ metric, points }: Any) => [metric, points])),
    comments: sorted(comments.map(({ body, isPublic }: Any) => ({ body, isPublic }))),
    pages: sorted((await get('/_local/tools/pagerduty/events')).events),
    slack: sorted(
      (await get('/_local/tools/slack/messages')).messages.map(({ channel, text }: Any) => [channel, text]),
    ),
    notion: written.sort(),
    inbox: sorted(
      (await scenario.inbox())
        .filter((each) => !each.text.startsWith('【訓練】'))
        .map(({ kind, incidentId, customers, text }) => ({ kind, incidentId, customers, text })),
    ),
    records: (await incidentsOf(scenario)).filter((each) => !each.isDrill),
    bundle: withoutDrills(await get('/api/postmortems/2026-W48')),
    quarantine: await get('/api/quarantine'),
  };
}

/** A bundle shows drills in a part of their own, at a door of their own, and how soon they were answered by themselves. */
function withoutDrills(value: Any): Any {
  if (Array.isArray(value)) return value.map(withoutDrills);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => name !== 'drills');
  return Object.fromEntries(kept.map(([name, each]) => [name, withoutDrills(each)]));
}

async function drillsIn(scenario: Scenario): Promise<Seen['drills']> {
  const filed = await drillsOf(scenario);
  const told = (await scenario.inbox()).filter((each) => each.text.startsWith('【訓練】'));
  return {
    filed: filed.length,
    inBundle: (await scenario.get('/api/postmortems/2026-W48')).body.drills.entries.length,
    emergencies: filed.filter((each) => each.emergency).length,
    told: told.length,
  };
}

test('nothing of a drill is in any count, gauge, comment, page, notice to others, Notion, or the numbers of the week', async () => {
  const without = await play(false);
  const withDrills = await play(true);
  // There is something to be seen, and there were drills that could have been.
  const { pages, comments, notion, slack, gauges, bundle } = without.outside;
  for (const each of [pages, comments, notion, slack, gauges, bundle.emergencies])
    expect(each.length).toBeGreaterThan(0);
  expect(without.drills).toEqual({ filed: 0, inBundle: 0, emergencies: 0, told: 0 });
  expect(withDrills.drills).toMatchObject({ filed: 6, inBundle: 6 });
  expect(withDrills.drills.emergencies).toBeGreaterThan(0);
  expect(withDrills.drills.told).toBeGreaterThan(0);
  for (const [what, seen] of Object.entries(without.outside))
    expect([what, withDrills.outside[what]]).toEqual([what, seen]);
});
