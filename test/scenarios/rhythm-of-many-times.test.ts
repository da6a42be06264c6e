/** Scenarios worked out by hand, side by side on one clock. */
import { expect, it } from 'vitest';
import { useScenario } from './house.ts';
import { read, state, told } from './rhythm-details.ts';

const scenario = useScenario('2026-11-23T02:00:00+09:00');

it('open again within a slot that was told: the scope is asked for again, and that arrives', async () => {
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
