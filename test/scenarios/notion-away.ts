/** Notion away for hours: nothing is lost, nothing else waits, and afterwards it catches up, the newest first. */
import { expect } from 'vitest';
import type { Any, NotionHouse } from './notion-house.ts';

const connectionsPage = async ({ scenario }: NotionHouse): Promise<string> =>
  (await fetch(`${scenario.url}/console/connections`, { headers: { 'accept-language': 'en' } })).text();
/** Ids of records by their pages, in the order in which those were made. */
const there = async (house: NotionHouse): Promise<string[]> =>
  (await house.pages()).map((each: Any) => each.properties['Metronome ID']);

/** One whose customer works again and knows it: it wakes nobody any more. */
async function reportAndEnd({ scenario }: NotionHouse, id: string): Promise<string> {
  const { body } = await scenario.ticket({ id, subject: `止まった ${id}`, customer: { id: `store-${id}` } });
  const told = {
    type: 'customer-updated',
    customers: 'all',
    message: '復旧しました',
    channel: 'phone',
    recovery: true,
  };
  expect((await scenario.post(`/api/incidents/${body.incident.id}/events`, told)).status).toBe(201);
  return body.incident.id;
}

/** Six times while it is away something is recorded, with so many actions. */
export async function tellOfAway(house: NotionHouse, hours: number, actions: number): Promise<void> {
  const { scenario } = house;
  await scenario.post('/_local/faults', { target: 'tools.notion.*', effect: 'fail', code: '503', times: 1_000_000 });
  const before = await house.asked();
  const byTime: string[][] = [];
  for (let time = 0; time < 6; time += 1) {
    const ids = [await reportAndEnd(house, `D-${time}`)];
    for (let index = 0; index < actions; index += 1) {
      const action = { description: `対策 ${time}-${index}`, kind: 'fix', bundleId: '2026-W48' };
      ids.push((await scenario.post('/api/actions', action)).body.id);
    }
    byTime.push(ids);
    await scenario.advance(`PT${hours * 10}M`);
  }
  // What waits is asked for every ten minutes at most, and costs Notion nothing else.
  const away = await house.asked();
  expect(away.requests - before.requests).toBeLessThanOrEqual(hours * 6 + 10);
  expect(await there(house)).toEqual([]);
  const announced = (await scenario.inbox()).filter(({ kind }) => kind === 'incident-filed');
  expect(announced).toHaveLength(6);
  const page = await connectionsPage(house);
  const waiting = `${6 * (1 + actions)} records waiting`;
  expect(page).toMatch(
    new RegExp(`stopped[\\s\\S]*${waiting}[\\s\\S]*Notion isn’t responding \\(503, service_unavailable\\)`),
  );

  scenario.house.cloud.faults.clear();
  for (let minute = 0; !(await connectionsPage(house)).includes('up to date'); minute += 1) {
    expect(minute).toBeLessThan(30);
    const { requests } = await house.asked();
    await scenario.advance('PT1M');
    expect((await house.asked()).requests - requests).toBeLessThanOrEqual(180);
  }
  expect((await house.asked()).tooFast).toBe(0);
  const made = await there(house);
  // A page of a week relates to a hundred.
  const further = Array.from({ length: Math.ceil((6 * actions) / 100) - 1 }, (_, index) => `2026-W48#${index + 2}`);
  expect(made.toSorted()).toEqual(['2026-W48', ...further, ...byTime.flat()].toSorted());
  // An incident is heard of again later; an action is not.
  const times = made.map((id) => byTime.findIndex((ids) => ids.indexOf(id) > 0)).filter((at) => at >= 0);
  expect(times).toEqual(times.toSorted((one, other) => other - one));
}
