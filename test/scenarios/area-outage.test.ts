/** An outage of an area that a dozen stores report is one emergency with one question, whichever of them is looked at first. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../fuzz/runs.ts';
import { formsIn, openConsole } from './console.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');
const event = (id: string, body: object) => scenario.post(`/api/incidents/${id}/events`, body);
const read = async (id: string) => (await scenario.get(`/api/incidents/${id}`)).body;
const noticesOf = async (ids: string[], kind: string) =>
  (await scenario.inbox()).filter((each) => each.kind === kind && ids.includes(each.incidentId ?? ''));
const isEmergency = ({ emergency }: { emergency: { endedAt: string | null } | null }): boolean =>
  emergency?.endedAt === null;

let areas = 0;
/** Reports of stores, twenty seconds apart. */
async function report(stores: readonly number[], area: string): Promise<string[]> {
  const ids: string[] = [];
  for (const store of stores) {
    const customer = { id: `${area}-${store}`, name: `店 ${area}-${store}` };
    const body = { id: `${area}-${store}`, subject: `${area} 注文できない`, area, ongoing: 'yes', customer };
    ids.push((await scenario.ticket({ ...body, businessImpact: 'stopped' })).body.incident.id);
    await scenario.advance('PT20S');
  }
  await scenario.advance('PT1M');
  return ids;
}
async function questionsOf(ids: string[]): Promise<string[]> {
  const pages = await Promise.all(
    ids.map(async (id) => (await fetch(`${scenario.url}/console/incidents/${id}`)).text()),
  );
  return pages.flatMap(
    (each) => /class="same"[\s\S]*?href="\/console\/incidents\/(inc_[\da-f]{24})"/.exec(each)?.[1] ?? [],
  );
}

test('twelve stores in any order: one emergency that says twelve, one announcement, one that is asked about', async () => {
  const orders = fc.shuffledSubarray(
    Array.from({ length: 12 }, (_, n) => n),
    { minLength: 12, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(orders, async (stores) => {
      areas += 1;
      const ids = await report(stores, `area-${areas}`);
      const all = await Promise.all(ids.map(read));
      const [emergency, ...others] = all.filter(isEmergency);
      expect(others).toEqual([]);
      expect(emergency.emergency).toMatchObject({ customers: 12, incidents: ids.toSorted() });
      expect(await noticesOf(ids, 'emergency-begun')).toHaveLength(1);
      const situation = (await scenario.get(`/api/incidents/${emergency.id}/situation`)).body;
      expect(situation.known.affectedCustomerCount).toBe(12);
      // Its page gives one number, in the head and among the fields.
      const headers = { 'accept-language': 'en' };
      const page = await (await fetch(`${scenario.url}/console/incidents/${emergency.id}`, { headers })).text();
      expect(page.match(/(?<=>)\d+ customers?(?=<)/g)).toEqual(['12 customers', '12 customers']);
      const asked = await questionsOf(ids);
      expect(asked.length).toBeGreaterThan(0);
      expect(new Set(asked)).toEqual(new Set([emergency.id]));
      expect(await questionsOf([emergency.id])).toEqual([]);
    }),
    runs(2),
  );
});

describe('linked into a report that is none', () => {
  test('that one is the emergency in the same commit, with roles and beginning, and is not announced again', async () => {
    const ids = await report([1, 2, 3], 'linked-away');
    const [emergency] = (await Promise.all(ids.map(read))).filter(isEmergency);
    await event(emergency.id, { type: 'role-taken', role: 'lead' });
    const to = ids.find((id) => id !== emergency.id) ?? '';
    const { since } = emergency.emergency;
    expect((await event(emergency.id, { type: 'linked', to, basis: 'same' })).status).toBe(201);
    const primary = await read(to);
    expect(primary.emergency).toMatchObject({ since, endedAt: null, customers: 3 });
    expect(primary.roles.lead.who).toBe('local');
    expect(isEmergency(await read(emergency.id))).toBe(false);
    await scenario.advance('PT2M');
    expect(await noticesOf(ids, 'emergency-begun')).toHaveLength(1);
    expect((await Promise.all(ids.map(read))).filter(isEmergency).map(({ id }) => id)).toEqual([to]);
    const asked = (await noticesOf(ids, 'role-due')).length;
    await scenario.advance('PT10M');
    expect((await noticesOf(ids, 'role-due')).slice(asked).map(({ incidentId }) => incidentId)).toEqual([to]);

    // The link ends: its report is the emergency again, announced once, since when it was one.
    await event(emergency.id, { type: 'unlinked' });
    await scenario.advance('PT2M');
    expect((await read(emergency.id)).emergency).toMatchObject({ since, endedAt: null });
    expect((await Promise.all(ids.map(read))).filter(isEmergency).map(({ id }) => id)).toEqual([emergency.id]);
    expect((await noticesOf(ids, 'emergency-begun')).map(({ incidentId }) => incidentId)).toEqual([
      emergency.id,
      emergency.id,
    ]);
    expect((await read(to)).roles ?? {}).toEqual({});
  });

  test('of no area, that one is the emergency as long as enough of the reports are left', async () => {
    const ids = await report([1, 2, 3, 4], 'left-behind');
    const [emergency] = (await Promise.all(ids.map(read))).filter(isEmergency);
    const body = { id: 'no-area', subject: '画面が動かない', businessImpact: 'stopped', customer: { id: 'no-area' } };
    const to = (await scenario.ticket(body)).body.incident.id;
    await event(emergency.id, { type: 'linked', to, basis: 'same' });
    expect((await read(to)).emergency).toMatchObject({ endedAt: null, incidents: [...ids, to].toSorted() });
    const [one, two] = ids.filter((id) => id !== emergency.id);
    const calm = { type: 'corrected', field: 'businessImpact', value: 'degraded' };
    expect((await event(one ?? '', calm)).status).toBe(201);
    await scenario.advance('PT2M');
    expect(isEmergency(await read(to))).toBe(true);
    expect((await event(two ?? '', calm)).status).toBe(201);
    await scenario.advance('PT2M');
    expect((await Promise.all([...ids, to].map(read))).filter(isEmergency)).toEqual([]);
  });
});

const twelve = Array.from({ length: 12 }, (_, n) => n);
describe.each([
  ['the page', '/candidates'],
  ['the wall', '/situation'],
])('on %s, twelve are ticked already', (_, place) => {
  test('two taps merge them, one takes that back, and every one is what it was', async () => {
    const ids = await report(twelve, `ticked${place}`);
    const before = await Promise.all(ids.map(read));
    const [emergency] = before.filter(isEmergency);
    const visitor = openConsole(scenario);
    const path = `/console/incidents/${emergency.id}`;
    // The first tap.
    expect(await visitor.page('/console')).toContain(`href="${path}${place}"`);
    const page = await visitor.page(`${path}${place}`);
    const others = ids.filter((id) => id !== emergency.id);
    for (const id of others) expect(page).toContain(`店 ticked${place}-${ids.indexOf(id)}`);
    const form = formsIn(page).find(({ action }) => action.endsWith('/merge'));
    if (!form) throw new Error('Nobody is offered to merge.');
    const named = form.fields.flatMap(([name, value]) => (name === 'incident' ? [value] : []));
    expect(named.toSorted()).toEqual(others.toSorted());
    const merged = await visitor.submit(form);
    expect([merged.status, merged.location]).toEqual([303, expect.stringContaining(path)]);
    const linked = (await Promise.all(ids.map(read))).filter(({ linkedTo }) => linkedTo === emergency.id);
    expect(linked).toHaveLength(11);
    const receipt = await visitor.page(merged.location.replace(/#.*/, ''));
    const undo = formsIn(receipt).find(({ action }) => action.endsWith('/unmerge'));
    if (!undo) throw new Error('There is nothing that takes it back.');
    await visitor.submit(undo);
    const kept = ({ status, impact, ongoing, emergency: of, roles }: (typeof before)[number]) => ({
      status,
      impact,
      ongoing,
      roles,
      emergency: of,
    });
    expect((await Promise.all(ids.map(read))).map(kept)).toEqual(before.map(kept));
    await scenario.advance('PT2M');
    expect(await noticesOf(ids, 'emergency-begun')).toHaveLength(1);
  });
});

test('one that ends counts no longer', async () => {
  const ids = await report(twelve, 'shrinking');
  const [emergency] = (await Promise.all(ids.map(read))).filter(isEmergency);
  const ended = ids.find((id) => id !== emergency.id) ?? '';
  await event(ended, { type: 'corrected', field: 'businessImpact', value: 'degraded' });
  await scenario.advance('PT2M');
  const incidents = ids.filter((id) => id !== ended).toSorted();
  expect((await read(emergency.id)).emergency).toMatchObject({ customers: 11, incidents, endedAt: null });
  expect(await noticesOf(ids, 'emergency-begun')).toHaveLength(1);
});

test('all are merged by one request and unmerged by one: the emergency is the same before, meanwhile and after', async () => {
  const ids = await report([1, 2, 3, 4, 5], 'merged');
  const [emergency] = (await Promise.all(ids.map(read))).filter(isEmergency);
  const { incidents, customers, since } = emergency.emergency;
  expect([incidents.length, customers]).toEqual([5, 5]);
  const others = incidents.filter((each: string) => each !== emergency.id);
  const merged = (await scenario.post(`/api/incidents/${emergency.id}/merge`, { incidents: others })).body;
  expect(merged.merged).toEqual(others);
  expect((await read(emergency.id)).emergency).toMatchObject({ since, endedAt: null, customers: 5 });
  const undone = await fetch(`${scenario.url}/api/incidents/${emergency.id}/merges/${merged.mergeId}`, {
    method: 'DELETE',
  });
  expect(undone.status).toBe(200);
  await scenario.advance('PT2M');
  expect((await read(emergency.id)).emergency).toMatchObject({ since, endedAt: null, customers: 5, incidents });
  expect(await noticesOf(ids, 'emergency-begun')).toHaveLength(1);
});
