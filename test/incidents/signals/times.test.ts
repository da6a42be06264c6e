import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPlausibleTime, readTime } from '../../../functions/incidents/signals/times.ts';

const receivedAt = new Date('2026-11-24T03:00:00.000Z');
const inTokyo = (stated: string) => readTime(stated, 'Asia/Tokyo', receivedAt);

describe('times as people and tools write them', () => {
  test.each([
    ['2026-11-24T09:50:00+09:00', '2026-11-24T00:50:00.000Z'],
    ['2026-11-24T00:50:00Z', '2026-11-24T00:50:00.000Z'],
    ['2026-11-24T06:20:00.250+0530', '2026-11-24T00:50:00.250Z'],
    ['2026-11-24T00:50:00.123456789Z', '2026-11-24T00:50:00.123Z'],
    ['2026-11-24T00:50:00.5z', '2026-11-24T00:50:00.500Z'],
    ['2026-11-23T19:50:00-05:00', '2026-11-24T00:50:00.000Z'],
    ['2026-11-24 09:50 +09', '2026-11-24T00:50:00.000Z'],
    ['2026-11-24  09:50Z', '2026-11-24T09:50:00.000Z'],
    [' 2026-11-24T00:50:00Z ', '2026-11-24T00:50:00.000Z'],
    ['2026-11-24T18:50+18:00', '2026-11-24T00:50:00.000Z'],
    ['2026-11-24T10:49+0959', '2026-11-24T00:50:00.000Z'],
    ['2026-06-30T23:59:60Z', '2026-06-30T23:59:59.000Z'],
    ['2000-01-01T00:00Z', '2000-01-01T00:00:00.000Z'],
    ['2199-12-31T23:59:59Z', '2199-12-31T23:59:59.000Z'],
    ['2027-01-01T00:00:00Z', '2027-01-01T00:00:00.000Z'],
    [`2026-11-24T00:50Z${' '.repeat(47)}`, '2026-11-24T00:50:00.000Z'],
  ])('%s is that instant, also when it is in the future', (stated, at) => {
    expect(inTokyo(stated)).toEqual({ at: new Date(at), isApproximate: false });
  });

  test.each([
    ['2026-11-24T09:50:00', '2026-11-24T00:50:00.000Z'],
    ['2026-11-24 09:50', '2026-11-24T00:50:00.000Z'],
    ['2026/11/24 9:50', '2026-11-24T00:50:00.000Z'],
    ['2026-11-23', '2026-11-23T14:59:59.999Z'],
  ])('%s is read in the policy’s zone, as the latest instant it allows', (stated, at) => {
    expect(inTokyo(stated)).toEqual({ at: new Date(at), isApproximate: true });
  });

  test('an approximate time is capped at receipt', () => {
    expect(inTokyo('2026-11-24')).toEqual({ at: receivedAt, isApproximate: true });
    expect(inTokyo('2026-11-24T23:00')).toEqual({ at: receivedAt, isApproximate: true });
  });

  test('where clocks go back, the later of the two', () => {
    const received = new Date('2026-12-01T00:00:00Z');
    expect(readTime('2026-11-01T01:30:00', 'America/New_York', received)?.at).toEqual(new Date('2026-11-01T06:30:00Z'));
  });

  test.each([
    '',
    'yesterday',
    '2026-02-30',
    '2026-13-01T00:00:00Z',
    '2026-11-24T25:00:00Z',
    '24/11/2026',
    '1999-12-31',
    '2200-01-01',
    '2026-11-00',
    '2026-11-24T24:00:00Z',
    '2026-11-24T23:60:00Z',
    '2026-11-24T23:00:00+19:00',
    '2026-11-24T23:00:00+09:60',
    '2026-11-24T23:00:00+9',
    'a2026-11-24',
    '2026-11-24a',
    '2026-11-24T00:50:00Za',
    `2026-11-24T00:50Z${' '.repeat(48)}`,
    '1764000000',
  ])('“%s” is no time', (stated) => {
    expect(inTokyo(stated)).toBeUndefined();
  });

  test.each([
    ['1999-12-31T23:59:59.999Z', false],
    ['2000-01-01T00:00:00.000Z', true],
    ['2199-12-31T23:59:59.999Z', true],
    ['2200-01-01T00:00:00.000Z', false],
  ])('%s is one that a record may hold: %s', (at, isPlausible) => {
    expect(isPlausibleTime(new Date(at))).toBe(isPlausible);
  });

  test('never throws, and takes linear time', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (stated) => void inTokyo(stated)));
    expect(inTokyo(`2026-11-24${' '.repeat(200_000)}x`)).toBeUndefined();
  });
});
