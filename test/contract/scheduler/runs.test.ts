import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nextAttemptAt } from '../../../infra/local/scheduler/job.ts';
import { type Cloud, dayMs, hourMs, minuteMs, nameOf, startScheduler } from './cloud.ts';

let cloud: Cloud;
beforeEach(async () => {
  cloud = await startScheduler();
});
afterEach(() => cloud.close());

const call = (more: object = {}) => ({ pubsubTarget: null, httpTarget: { uri: `${cloud.endpoint.url}/run`, ...more } });
const times = () => cloud.endpoint.received.map(({ headers }) => headers['x-cloudscheduler-scheduletime']);

describe('an HTTP target', () => {
  test('is called with the headers that name the job and its schedule time', async () => {
    await cloud.create('hourly', '0 * * * *', call({ headers: { 'X-Mine': 'yes' }, body: Buffer.from('{}') }));
    await cloud.advance(hourMs);
    expect(cloud.endpoint.received).toMatchObject([
      {
        method: 'POST',
        path: '/run',
        text: '{}',
        headers: {
          'user-agent': 'Google-Cloud-Scheduler',
          'content-type': 'application/octet-stream',
          'x-mine': 'yes',
          'x-cloudscheduler': 'true',
          'x-cloudscheduler-jobname': 'hourly',
          'x-cloudscheduler-scheduletime': '2026-11-24T11:00:00.000Z',
        },
      },
    ]);
  });

  test('uses the method that was asked for', async () => {
    await cloud.create('hourly', '0 * * * *', call({ httpMethod: 'GET' }));
    await cloud.advance(hourMs);
    expect(cloud.endpoint.received[0]?.method).toBe('GET');
  });
});

describe('a failed attempt', () => {
  const retryConfig = { retryCount: 3, minBackoffDuration: { seconds: 10 }, maxDoublings: 1 };

  test('waits for the next instant of the schedule where no retries are asked for', async () => {
    cloud.endpoint.answer = () => 500;
    await cloud.create('hourly', '0 * * * *', call());
    await cloud.advance(2 * hourMs);
    expect(times()).toEqual(['2026-11-24T11:00:00.000Z', '2026-11-24T12:00:00.000Z']);
    const [job] = await cloud.client.getJob({ name: nameOf('hourly') });
    expect(job.status).toMatchObject({ code: 2, message: 'HTTP 500' });
  });

  test('is repeated retryCount times for the same schedule time', async () => {
    cloud.endpoint.answer = () => 500;
    await cloud.create('hourly', '0 * * * *', { ...call(), retryConfig });
    await cloud.advance(hourMs + 10 * minuteMs);
    expect(times()).toEqual(Array(4).fill('2026-11-24T11:00:00.000Z'));
  });

  test('is repeated no more once one succeeded', async () => {
    let failures = 1;
    cloud.endpoint.answer = () => (failures-- > 0 ? 500 : 200);
    await cloud.create('hourly', '0 * * * *', { ...call(), retryConfig });
    await cloud.advance(hourMs + 10 * minuteMs);
    expect(times()).toHaveLength(2);
    expect((await cloud.client.getJob({ name: nameOf('hourly') }))[0].status).toMatchObject({ code: 0 });
  });

  test('is given up when the next instant of the schedule comes', async () => {
    cloud.endpoint.answer = () => 500;
    const slow = { ...retryConfig, minBackoffDuration: { seconds: 45 } };
    await cloud.create('tick', '* * * * *', { ...call(), retryConfig: slow });
    await cloud.advance(2 * minuteMs);
    expect(times().map((time) => time?.slice(11, 16))).toEqual(['10:01', '10:01', '10:02']);
  });

  test('waits as documented: doubling, then linear, up to the maximum', () => {
    const retries = { count: 9, maxDurationMs: 0, minBackoffMs: 10_000, maxBackoffMs: 300_000, maxDoublings: 3 };
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map(
      (failures) => (nextAttemptAt(retries, failures, 0, 0) as number) / 1_000,
    );
    expect(waits).toEqual([10, 20, 40, 80, 160, 240, 300, 300]);
  });
});

describe('runs of one job', () => {
  test('never overlap: the next one waits for the one before, and is then made once', async () => {
    const release = Promise.withResolvers<number>();
    let underWay = 0;
    let most = 0;
    cloud.endpoint.answer = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      if (cloud.endpoint.received.length === 1) await release.promise;
      underWay -= 1;
      return 200;
    };
    // Real time here: only then can a run last beyond the next instant.
    const clock = cloud.clock;
    clock.set(Date.parse('2026-11-24T10:00:59.950Z'));
    await cloud.create('tick', '* * * * *', call());
    clock.start();
    await until(() => cloud.endpoint.received.length === 1);
    const { received } = cloud.endpoint;
    await cloud.client.runJob({ name: nameOf('tick') });
    expect(received).toHaveLength(1);
    release.resolve(200);
    await until(() => received.length === 2);
    expect(most).toBe(1);
  });
});

describe('faults of scheduler.run', () => {
  const target = 'scheduler.run';
  const retryConfig = { retryCount: 1, minBackoffDuration: { seconds: 10 } };
  beforeEach(() => cloud.create('hourly', '0 * * * *', { retryConfig }));

  test('fail: not made, and tried again as the job says', async () => {
    cloud.faults.add({ target, effect: 'fail' });
    await cloud.advance(hourMs + 9_000);
    expect(cloud.published).toHaveLength(0);
    await cloud.advance(1_000);
    expect(cloud.published).toHaveLength(1);
  });

  test('double: made twice', async () => {
    cloud.faults.add({ target, effect: 'double' });
    await cloud.advance(hourMs);
    expect(cloud.published).toHaveLength(2);
  });

  test('delay: made so much later', async () => {
    cloud.faults.add({ target, effect: 'delay', delayMs: 5 * minuteMs });
    expect(await cloud.advance(hourMs + 5 * minuteMs)).toEqual(['2026-11-24T11:05']);
  });

  test('hang: that run does not happen', async () => {
    cloud.faults.add({ target, effect: 'hang', match: 'hourly' });
    expect(await cloud.advance(2 * hourMs)).toEqual(['2026-11-24T12:00']);
  });
});

describe('a forced run', () => {
  test('is made at once, and leaves the schedule as it is', async () => {
    await cloud.create('daily', '0 12 * * *');
    await cloud.client.runJob({ name: nameOf('daily') });
    expect(await cloud.advance(0)).toEqual(['2026-11-24T10:00']);
    expect(await cloud.advance(dayMs)).toEqual(['2026-11-24T12:00']);
  });

  test('is made of a paused job as well', async () => {
    await cloud.create('daily', '0 12 * * *');
    await cloud.client.pauseJob({ name: nameOf('daily') });
    await cloud.client.runJob({ name: nameOf('daily') });
    expect(await cloud.advance(dayMs)).toEqual(['2026-11-24T10:00']);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
