import { afterEach, describe, expect, test } from 'vitest';
import { type Cloud, dayMs, hourMs, nameOf, startScheduler } from './cloud.ts';

let cloud: Cloud;
afterEach(() => cloud.close());

describe('a jump', () => {
  test('over a week fires each minute, in order', async () => {
    cloud = await startScheduler();
    await cloud.create('tick', '* * * * *');
    const fired = await cloud.advance(7 * dayMs);
    expect(fired).toHaveLength(10_080);
    expect(fired).toEqual(fired.toSorted());
    expect(new Set(fired).size).toBe(10_080);
    expect(fired.at(-1)).toBe('2026-12-01T10:00');
  });

  const at = (minute: string) => Date.parse(`${minute}:00Z`);

  test('leaves out the runs that would do nothing, and no others', async () => {
    const wanted = ['2026-11-24T12:34', '2026-11-27T00:00'];
    const asked: string[] = [];
    cloud = await startScheduler({
      idleness: {
        version: () => 1,
        until: (job, scheduleTime) => {
          asked.push(job);
          return wanted.map(at).find((each) => each >= scheduleTime) ?? Number.POSITIVE_INFINITY;
        },
      },
    });
    await cloud.create('tick', '* * * * *');
    expect(await cloud.advance(7 * dayMs)).toEqual(wanted);
    // At the first instant and at the two that do something, and after each of these: nowhere in between.
    expect(asked).toEqual(Array(5).fill('tick'));
    expect((await cloud.client.getJob({ name: nameOf('tick') }))[0].scheduleTime?.seconds).toBe(
      String(at('2026-12-01T10:01') / 1_000),
    );
  });

  test('asks again as soon as something is committed', async () => {
    let version = 1;
    let nextAt = Number.POSITIVE_INFINITY;
    cloud = await startScheduler({
      idleness: { version: () => version, until: (job, scheduleTime) => (job === 'tick' ? nextAt : scheduleTime) },
      fetch: async () => {
        version += 1;
        nextAt = at('2026-11-24T12:01');
        return new Response();
      },
    });
    await cloud.create('tick', '* * * * *');
    await cloud.create('noon', '0 12 * * *', { pubsubTarget: undefined, httpTarget: { uri: 'http://127.0.0.1/' } });
    const [first] = await cloud.advance(3 * hourMs);
    expect(first).toBe('2026-11-24T12:01');
  });

  test('ends the retries of a run at the next instant also where that is left out', async () => {
    cloud = await startScheduler({ idleness: { version: () => 1, until: () => Number.POSITIVE_INFINITY } });
    cloud.endpoint.answer = () => 500;
    const retryConfig = {
      retryCount: 5,
      minBackoffDuration: { seconds: 5_400 },
      maxBackoffDuration: { seconds: 5_400 },
    };
    const httpTarget = { uri: `${cloud.endpoint.url}/run` };
    await cloud.create('hourly', '0 * * * *', { pubsubTarget: undefined, httpTarget, retryConfig });
    await cloud.client.runJob({ name: nameOf('hourly') });
    await cloud.advance(dayMs);
    expect(cloud.endpoint.received).toHaveLength(1);
  });
});
