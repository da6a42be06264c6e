/** Where calendars are read from: what `DUTY_CALENDARS` may say, and from which addresses a feed is taken. */
import { describe, expect, test } from 'vitest';
import { readCalendars } from '../../functions/duty/calendars.ts';
import { fetchFeed } from '../../functions/duty/duty.ts';
import { openOtherSide } from '../outgoing/other-side.ts';

describe('DUTY_CALENDARS', () => {
  const read = (value: unknown) => readCalendars(JSON.stringify(value));
  const url = 'https://calendar.example/a.ics';

  test('is a list of addresses, each for an area or for all that have none', () => {
    expect([readCalendars(undefined), readCalendars('')]).toEqual([[], []]);
    expect(read([{ url }, { area: 'order', url: 'WEBCAL://calendar.example/b.ics', allowPrivate: true }])).toEqual([
      { area: '*', url, allowPrivate: false },
      { area: 'order', url: 'https://calendar.example/b.ics', allowPrivate: true },
    ]);
    const many = (length: number) => Array.from({ length }, () => ({ url }));
    expect(read(many(50))).toHaveLength(50);
    expect(() => read(many(51))).toThrow(': too_big');
  });

  test.each<[unknown, string]>([
    [{ url }, ': invalid_type'],
    [[{}], '0.url: invalid_type'],
    [[{ url: 'ftp://secret.example/a' }], '0.url: invalid_format'],
    [[{ url: 'https://secret.example/a b' }], '0.url: invalid_format'],
    [[{ url, area: '' }], '0.area: too_small'],
    [[{ url, secret: 1 }], '0: unrecognized_keys'],
  ])('%j is refused by where it is wrong, and its value is not repeated', (value, what) => {
    const said = `DUTY_CALENDARS is not a list of calendars: ${what}`;
    expect(() => read(value)).toThrow(said);
    expect(() => read(value)).not.toThrow(/secret\.example/);
    expect(() => readCalendars('[secret')).toThrow('DUTY_CALENDARS is not JSON.');
  });
});

const asked: Record<string, string | undefined>[] = [];
const { url: base } = await openOtherSide((request, response) => {
  const { accept, 'user-agent': agent } = request.headers;
  asked.push({ accept, agent });
  const length = Number(/\d+/.exec(request.url ?? '')?.[0] ?? 0);
  if (request.url === '/never') return;
  if (request.url === '/half') response.write('BEGIN');
  else response.end('x'.repeat(length));
});

describe('a feed', () => {
  const allowed = { allowPrivate: true, timeoutMs: 5_000, mostBytes: 1_000 };

  test('is asked for as a calendar, and taken up to its most bytes', async () => {
    expect(await fetchFeed(`${base}/1000`, allowed)).toBe('x'.repeat(1_000));
    expect(asked.at(-1)).toEqual({ accept: 'text/calendar', agent: 'Metronome' });
    await expect(fetchFeed(`${base}/1001`, allowed)).rejects.toThrow('it is longer than 0 MB');
  });

  test.each(['/never', '/half'])('that does not come to an end within its time is late: %s', async (path) => {
    await expect(fetchFeed(base + path, { ...allowed, timeoutMs: 50 })).rejects.toThrow(
      'it did not answer within 0.05 s',
    );
  });

  test('is taken from a plain or private address only where that is allowed', async () => {
    const strict = { ...allowed, allowPrivate: false };
    const before = asked.length;
    await expect(fetchFeed(`${base}/1`, strict)).rejects.toThrow('its address is not https');
    for (const host of ['127.0.0.1', '10.0.0.1', '[::1]', 'localhost']) {
      await expect(fetchFeed(`https://${host}:9/1`, strict)).rejects.toThrow(/private/);
    }
    expect(asked).toHaveLength(before);
  });

  test('that cannot be reached is said without its address', async () => {
    await expect(fetchFeed('http://127.0.0.1:9/secret', allowed)).rejects.toThrow(
      'it could not be reached: ECONNREFUSED',
    );
  });
});
