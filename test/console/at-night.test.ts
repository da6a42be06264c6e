/** What got in the way on a night of duty: searches, comments, telephone calls, and a timeline that nobody could read. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { groupEvents, isOfUpdates } from '../../functions/console/history.ts';
import type { TimelineEvent } from '../../functions/incidents/facts/events.ts';
import { formsIn, openConsole } from '../scenarios/console.ts';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario('2026-11-24T00:00:00Z');
let id = '';
let visitor: ReturnType<typeof openConsole>;
beforeAll(async () => {
  visitor = openConsole(scenario);
  const ticket = {
    id: 'T-1',
    subject: '注文が通らない',
    description: '画面に E-503 と出ます',
    businessImpact: 'stopped',
  };
  const affectedCustomers = ['1', '2', '3'].map((each) => ({ id: `store-${each}`, name: `店${each}` }));
  id = (await scenario.ticket({ ...ticket, customer: affectedCustomers[0], affectedCustomers })).body.incident.id;
});

const state = (statement: unknown) => scenario.post(`/api/incidents/${id}/events`, statement);
const formOf = (page: string, end: string) => {
  const form = formsIn(page).find(({ action }) => action.endsWith(end));
  if (!form) throw new Error(`There is no form ${end}.`);
  return form;
};

describe('what is searched for', () => {
  const found = async (asked: string): Promise<string[]> =>
    (await scenario.get(`/api/find?q=${encodeURIComponent(asked)}`)).body.incidents.map(
      (each: { id: string }) => each.id,
    );

  test('is found by its id, as old notices and addresses have it', async () => {
    for (const asked of [id, ` ${id} `, `https://m.example/console/incidents/${id}#update`]) {
      expect(await found(asked)).toEqual([id]);
    }
    expect(await found(`inc_${'0'.repeat(24)}`)).toEqual([]);
  });

  test('is found by a word of the details, and by one of a comment', async () => {
    expect(await found('E-503')).toEqual([id]);
    expect(await found('E-777')).toEqual([]);
    await state({ type: 'commented', text: 'ルーターの再起動後に E-777 へ変わった' });
    expect(await found('e-777')).toEqual([id]);
    expect(await found('E-777 存在しない')).toEqual([]);
  });

  test('may be nothing yet: the page says what can be searched by, and refuses nothing', async () => {
    const page = await visitor.page('/console/find?q=');
    expect(page).toContain('Search by code');
    expect(page).not.toContain('not recorded');
  });
});

test('a comment is taken whatever somebody else has recorded meanwhile; a fact is not', async () => {
  const page = await visitor.page(`/console/incidents/${id}`);
  await state({ type: 'verified', happened: 'yes', ongoing: 'yes' });
  const comment = await visitor.submit(formOf(page, '/events/commented'), [['text', 'Called the vendor']]);
  expect(comment.status).toBe(303);
  const fact = await visitor.submit(formOf(page, '/events/mitigated'), [['kind', 'workaround']]);
  expect(fact.status).toBe(412);
});

test('a store that was told by telephone is not to be written to by hand any more', async () => {
  await scenario.post(`/api/incidents/${id}/updates`, { customers: ['store-2'], message: 'We are at it' });
  expect(await visitor.page(`/console/incidents/${id}`)).toContain('contact directly');
  await scenario.advance('PT1M');
  await state({ type: 'customer-updated', customers: ['store-2'], channel: 'phone', message: 'We are at it' });
  const page = await visitor.page(`/console/incidents/${id}`);
  expect(page).toContain('contacted another way since');
  expect(page).not.toContain('contact directly');
});

describe('the timeline', () => {
  test('has one entry of an update to all, and a filter', async () => {
    await scenario.advance('PT10M');
    await state({ type: 'customer-updated', customers: 'all', channel: 'phone', message: 'Again' });
    const page = await visitor.page(`/console/incidents/${id}`);
    expect(page).toMatch(/<li class="of-updates"><details><summary>[\s\S]*?Update to customers \(\d\)/);
    expect(page.match(/name="timeline-show"/g)).toHaveLength(4);
    expect(page).toContain('<li class="of-people');
  });

  test('says why what came after its deadline is on time', async () => {
    await scenario.advance('PT33M');
    await state({ type: 'customer-updated', customers: 'all', channel: 'phone', message: 'Later' });
    await scenario.advance('PT1M');
    expect(await visitor.page(`/console/incidents/${id}`)).toMatch(
      /on time \(\d min after the deadline; up to 5 min is on time\)/,
    );
  });

  const event = fc.record({
    type: fc.constantFrom<TimelineEvent['type'][]>(
      'customer-updated',
      'slot-closed',
      'reminded',
      'commented',
      'signal-received',
    ),
    recordedAt: fc.nat({ max: 600 }).map((seconds) => new Date(seconds * 1_000)),
  });
  const check = (events: Pick<TimelineEvent, 'type' | 'recordedAt'>[]): void => {
    const groups = groupEvents(events);
    expect(groups.flat()).toEqual(events);
    for (const group of groups.filter((each) => each.length > 1)) {
      const times = group.map(({ recordedAt }) => Math.abs(recordedAt.getTime() - Number(group[0]?.recordedAt)));
      expect([group.every(({ type }) => isOfUpdates(type)), Math.max(...times) <= 120_000]).toEqual([true, true]);
    }
  };
  test('loses no event, keeps the order, and groups nothing but updates made at once', () => {
    fc.assert(fc.property(fc.array(event), check));
  });
});
