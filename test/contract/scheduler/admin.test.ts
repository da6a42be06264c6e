import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Cloud, dayMs, hourMs, nameOf, parent, startScheduler } from './cloud.ts';

let cloud: Cloud;
beforeEach(async () => {
  cloud = await startScheduler();
});
afterEach(() => cloud.close());

test('a new job is enabled, planned, and has the documented defaults', async () => {
  const job = await cloud.create('hourly', '0 * * * *');
  expect(job).toMatchObject({
    name: nameOf('hourly'),
    schedule: '0 * * * *',
    timeZone: 'Etc/UTC',
    state: 'ENABLED',
    scheduleTime: { seconds: String(Date.parse('2026-11-24T11:00:00Z') / 1_000) },
    pubsubTarget: { topicName: 'projects/p/topics/ticks', data: Buffer.from('hourly') },
    retryConfig: {
      retryCount: 0,
      minBackoffDuration: { seconds: '5' },
      maxBackoffDuration: { seconds: '3600' },
      maxDoublings: 5,
    },
  });
});

test('jobs are got, listed page by page, and deleted', async () => {
  for (const job of ['a', 'b', 'c']) await cloud.create(job, '0 * * * *');
  const names = async (options: object) =>
    (await cloud.client.listJobs({ parent, ...options }))[0].map(({ name }) => name);
  expect(await names({})).toEqual(['a', 'b', 'c'].map(nameOf));
  expect(await names({ pageSize: 2 })).toHaveLength(3);
  await cloud.client.deleteJob({ name: nameOf('a') });
  await expect(cloud.client.getJob({ name: nameOf('a') })).rejects.toMatchObject({ code: 5 });
  expect(await cloud.advance(hourMs)).toHaveLength(2);
});

test('an update changes what its mask names and plans anew', async () => {
  await cloud.create('job', '0 * * * *', { description: 'kept' });
  const [job] = await cloud.client.updateJob({
    job: { name: nameOf('job'), schedule: '30 * * * *', description: 'ignored' },
    updateMask: { paths: ['schedule'] },
  });
  expect(job).toMatchObject({ schedule: '30 * * * *', description: 'kept' });
  expect(await cloud.advance(hourMs)).toEqual(['2026-11-24T10:30']);
  await expect(
    cloud.client.updateJob({ job: { name: nameOf('none') }, updateMask: { paths: ['schedule'] } }),
  ).rejects.toMatchObject({ code: 5 });
});

test('a paused job does not run; resumed, it makes up for nothing', async () => {
  await cloud.create('job', '0 * * * *');
  const [paused] = await cloud.client.pauseJob({ name: nameOf('job') });
  expect(paused.state).toBe('PAUSED');
  expect(await cloud.advance(dayMs)).toEqual([]);
  await expect(cloud.client.pauseJob({ name: nameOf('job') })).rejects.toMatchObject({ code: 9 });
  await cloud.client.resumeJob({ name: nameOf('job') });
  expect(await cloud.advance(hourMs)).toEqual(['2026-11-25T11:00']);
  await expect(cloud.client.resumeJob({ name: nameOf('job') })).rejects.toMatchObject({ code: 9 });
});

test('a run is seen on its job', async () => {
  await cloud.create('job', '0 * * * *');
  await cloud.advance(hourMs);
  const [job] = await cloud.client.getJob({ name: nameOf('job') });
  expect(Number(job.lastAttemptTime?.seconds)).toBe(Date.parse('2026-11-24T11:00:00Z') / 1_000);
  expect(Number(job.scheduleTime?.seconds)).toBe(Date.parse('2026-11-24T12:00:00Z') / 1_000);
});

describe('refused is', () => {
  test('a name that is taken', async () => {
    await cloud.create('job', '0 * * * *');
    await expect(cloud.create('job', '0 * * * *')).rejects.toMatchObject({ code: 6 });
  });

  test.each([
    ['a schedule that is none', { schedule: 'sometimes' }],
    ['seconds', { schedule: '0 * * * * *' }],
    ['an unknown zone', { timeZone: 'Mars/Olympus' }],
    ['no target', { pubsubTarget: null }],
    ['more than five retries', { retryConfig: { retryCount: 6 } }],
    [
      'an attempt deadline under 15 s',
      { pubsubTarget: null, httpTarget: { uri: 'http://x' }, attemptDeadline: { seconds: 1 } },
    ],
    ['a name of another place', { name: 'projects/p/locations/us-east1/jobs/job' }],
  ])('%s', async (_what, job) => {
    await expect(cloud.create('job', '0 * * * *', job)).rejects.toMatchObject({ code: 3 });
  });
});
