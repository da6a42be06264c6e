/** What turns out to be neither urgent nor ongoing is due at the next fixed time, which may be sooner than it was. */
import { expect, it } from 'vitest';
import { useScenario } from './house.ts';
import { filed, read, state, told } from './rhythm-details.ts';

const scenario = useScenario('2026-11-23T21:07:00+09:00');

it('the responders are told of a fixed time that is due before the slot that they expected next', async () => {
  const id = await filed(scenario, { id: 'T-slower', occurredAt: '2026-11-23T21:00:00+09:00', ongoing: 'no' });
  await scenario.advance('PT48M');
  const before = ['23 21:08 incident-filed', '23 21:17 update-due', '23 21:47 update-due'];
  expect(await told(scenario, id)).toEqual(before);
  // Of 21:52 they know; next was 22:22, and is 22:00 now.
  await state(scenario, id, { type: 'corrected', field: 'occurredAt', value: '2026-11-23T19:00:00+09:00' });
  await scenario.advance('PT4M');
  expect(await told(scenario, id)).toEqual([...before, '23 21:56 update-due']);
  await scenario.advance('PT13H15M');
  expect((await read(scenario, id)).slots).toEqual({ met: 0, late: 0, missed: 3, notReminded: 0 });
});
