/** Several reports make an emergency, which begins and ends with what is stated of one of them. */
import { describe, expect, test } from 'vitest';
import { useEmergencies } from './emergency-house.ts';

const house = useEmergencies();
const { state, ended, close, reports, emergencies } = house;

describe('one by several reports, once something is said of another of them', () => {
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
