/** The scheduler stops for two hours; crashes on the road between a timer and the notice. */
import { expect, it } from 'vitest';
import { useScenario } from './house.ts';
import { filed, read, state, told } from './rhythm-details.ts';

const scenario = useScenario('2026-11-24T10:00:00+09:00');

const fault = (facts: Record<string, unknown>) => scenario.post('/_local/faults', facts);

it('gives one notice an incident on return, and the slots in between are not-reminded', async () => {
  const ids = [await filed(scenario, { id: 'T-1' }), await filed(scenario, { id: 'T-2', customer: { id: 'b' } })];
  await scenario.advance('PT16M');
  for (const id of ids) {
    await state(scenario, id, { type: 'customer-updated', customers: 'all', message: '…', channel: 'phone' });
  }
  await fault({ target: 'scheduler.run', match: 'minute-tick', effect: 'fail', times: 100_000 });
  await scenario.advance('PT2H');
  await fetch(`${scenario.url}/_local/faults`, { method: 'DELETE' });
  const before = (await told(scenario)).length;
  await scenario.advance('PT5M');
  for (const id of ids) {
    expect((await told(scenario, id)).map((each) => each.slice(9))).toEqual([
      'incident-filed',
      'update-due',
      'update-due',
    ]);
    expect((await read(scenario, id)).slots).toEqual({ met: 1, late: 0, missed: 0, notReminded: 3 });
  }
  expect(await told(scenario)).toHaveLength(before + 2);
  for (const id of ids) {
    await state(scenario, id, {
      type: 'customer-updated',
      customers: 'all',
      message: '…',
      channel: 'phone',
      recovery: true,
    });
  }
});

it.each([
  ['the claim meets a lost answer', { target: 'firestore.Commit', effect: 'fail-after', code: 'UNAVAILABLE' }],
  ['the publish is refused', { target: 'pubsub.Publish', effect: 'fail', code: 'PERMISSION_DENIED' }],
  ['the record is not committed', { target: 'firestore.Commit', effect: 'fail', code: 'INTERNAL', skip: 1 }],
  ['the notice comes twice', { target: 'pubsub.push', match: 'notifications', effect: 'double' }],
])(
  'when %s, the notice comes once, and what was told is recorded',
  async (name, broken) => {
    const id = await filed(scenario, { id: name });
    await scenario.advance('PT9M');
    expect((await told(scenario, id)).map((each) => each.slice(9))).toEqual(['incident-filed']);
    await fault(broken);
    await scenario.advance('PT6M');
    expect((await scenario.get('/_local/faults')).body.faults).toEqual([]);
    const messages = (await scenario.inbox()).filter((each) => each.incidentId === id && each.kind === 'update-due');
    expect(messages).toHaveLength(1);
    const { events } = await read(scenario, `${id}/timeline`);
    expect(events.filter((each: { type: string }) => each.type === 'reminded')).toHaveLength(1);
    await state(scenario, id, {
      type: 'customer-updated',
      customers: 'all',
      message: '…',
      channel: 'phone',
      recovery: true,
    });
  },
  120_000,
);
