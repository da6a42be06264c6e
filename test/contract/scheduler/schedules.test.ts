import { afterEach, describe, expect, test } from 'vitest';
import { type Cloud, dayMs, hourMs, minuteMs, nameOf, startScheduler } from './cloud.ts';

let cloud: Cloud;
afterEach(() => cloud.close());

test('a Pub/Sub target is published to with its data and attributes', async () => {
  cloud = await startScheduler();
  const topicName = 'projects/p/topics/ticks';
  await cloud.create('tick', '*/5 * * * *', {
    pubsubTarget: { topicName, data: Buffer.from('now'), attributes: { kind: 'tick' } },
  });
  await cloud.advance(5 * minuteMs);
  expect(cloud.published).toEqual([
    { topic: topicName, text: 'now', attributes: { kind: 'tick' }, at: '2026-11-24T10:05' },
  ]);
});

describe('time zones', () => {
  test('a job runs at its zone’s wall time', async () => {
    cloud = await startScheduler();
    await cloud.create('weekly', '5 0 * * 1', { timeZone: 'Asia/Tokyo' });
    expect(await cloud.advance(14 * dayMs)).toEqual(['2026-11-29T15:05', '2026-12-06T15:05']);
  });

  test('the wall time holds over a change to and from daylight saving time', async () => {
    cloud = await startScheduler({ start: '2026-10-31T00:00:00Z' });
    await cloud.create('morning', '0 9 * * *', { timeZone: 'America/New_York' });
    expect(await cloud.advance(2 * dayMs)).toEqual(['2026-10-31T13:00', '2026-11-01T14:00']);
    await cloud.clock.jump(Date.parse('2027-03-13T00:00:00Z'));
    expect(await cloud.advance(2 * dayMs)).toEqual(['2027-03-13T14:00', '2027-03-14T13:00']);
  });

  test('a fixed time that the change repeats runs once, one that it skips runs as the hour ends', async () => {
    cloud = await startScheduler({ start: '2026-11-01T04:00:00Z' });
    await cloud.create('night', '30 1 * * *', { timeZone: 'America/New_York' });
    expect(await cloud.advance(6 * hourMs)).toEqual(['2026-11-01T05:30']);
    await cloud.create('gap', '30 2 * * *', { timeZone: 'America/New_York' });
    await cloud.client.deleteJob({ name: nameOf('night') });
    await cloud.clock.jump(Date.parse('2027-03-14T05:00:00Z'));
    expect(await cloud.advance(6 * hourMs)).toEqual(['2027-03-14T07:00']);
  });
});

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

  test('runs jobs that are due at one instant at that instant', async () => {
    cloud = await startScheduler();
    for (const job of ['one', 'two']) await cloud.create(job, '0 * * * *');
    expect(await cloud.advance(hourMs)).toEqual(['2026-11-24T11:00', '2026-11-24T11:00']);
  });
});

test('a clock that is set plans from there: nothing in between fires', async () => {
  cloud = await startScheduler();
  await cloud.create('tick', '0 * * * *');
  cloud.clock.set(Date.parse('2026-12-24T10:30:00Z'));
  expect(await cloud.advance(hourMs)).toEqual(['2026-12-24T11:00']);
  cloud.clock.set(Date.parse('2026-11-01T00:00:00Z'));
  expect(await cloud.advance(hourMs)).toEqual(['2026-11-01T01:00']);
});

test('what fell due while the process was down is made up for by one late run', async () => {
  const before = await startScheduler();
  await before.create('tick', '*/10 * * * *');
  await before.close();
  cloud = await startScheduler({ start: '2026-11-24T15:05:00Z', db: before.db });
  expect(await cloud.advance(6 * minuteMs)).toEqual(['2026-11-24T15:05', '2026-11-24T15:10']);
});
