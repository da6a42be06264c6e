/** What a job may ask for, what it gets where it is silent, and when a run that failed is made again. */
import { describe, expect, test } from 'vitest';
import { type JobConfig, nextAttemptAt, type Retries, withDefaults } from '../../src/scheduler/job.ts';
import { parseSchedule } from '../../src/scheduler/schedule.ts';
import { outcomeOf } from '../calls.ts';

const seconds = (of: number) => ({ seconds: String(of) });
const job = (more: Partial<JobConfig> = {}): JobConfig => ({
  name: 'projects/p/locations/l/jobs/j',
  schedule: '* * * * *',
  pubsubTarget: { topicName: 'projects/p/topics/t', data: Buffer.from('x') },
  ...more,
});
const topicName = 'projects/p/topics/t';
const to = (topic: string, more: object = { data: Buffer.from('x') }) =>
  job({ pubsubTarget: { topicName: topic, ...more } });
const { pubsubTarget: _, ...targetless } = job();
const http = (more: Partial<JobConfig> = {}, uri = 'https://a.example'): JobConfig => ({
  ...targetless,
  httpTarget: { uri },
  ...more,
});

describe('a job', () => {
  const outcome = (of: JobConfig) => outcomeOf(() => withDefaults(of)).split(':')[0];

  const by = (httpMethod: string, body: Buffer) => http({ httpTarget: { uri: 'https://a.example', httpMethod, body } });
  test.each<[string, JobConfig, boolean]>([
    ['of Pub/Sub', job(), true],
    ['of an address', http(), true],
    ['without a target', targetless, false],
    ['of what is no topic', to('t'), false],
    ['of a topic with an end', to('projects/p/topics/t/x'), false],
    ['of another project’s topic', to('projects/q/topics/t'), false],
    ['with a description of 500 characters', job({ description: '🌃'.repeat(500) }), true],
    ['with one of 501', job({ description: 'x'.repeat(501) }), false],
    ['that says nothing', to(topicName, {}), false],
    ['that says something by attributes', to(topicName, { attributes: { a: 'b' } }), true],
    ['that says nothing by none', to(topicName, { data: Buffer.of(), attributes: {} }), false],
    ['of no web address', http({}, 'ftp://a.example'), false],
    ...['POST', 'PUT', 'PATCH', 'GET', 'HEAD', 'DELETE', 'OPTIONS'].flatMap(
      (httpMethod): [string, JobConfig, boolean][] => [
        [`that calls by ${httpMethod}`, by(httpMethod, Buffer.of()), true],
        [`that has a body for ${httpMethod}`, by(httpMethod, Buffer.from('x')), httpMethod.startsWith('P')],
      ],
    ),
    ['with -1 retries', job({ retryConfig: { retryCount: -1 } }), false],
    ['with 5 retries', job({ retryConfig: { retryCount: 5 } }), true],
    ['with 6 retries', job({ retryConfig: { retryCount: 6 } }), false],
    ['that waits 14 s', http({ attemptDeadline: seconds(14) }), false],
    ['that waits 15 s', http({ attemptDeadline: seconds(15) }), true],
    ['that waits 30 min', http({ attemptDeadline: seconds(1_800) }), true],
    ['that waits longer', http({ attemptDeadline: seconds(1_801) }), false],
  ])('%s', (_name, of, isTaken) => {
    expect(outcome(of)).toBe(isTaken ? 'taken' : 'INVALID_ARGUMENT');
  });

  test('gets UTC, no retries, five seconds to an hour, five doublings; and of an address POST and three minutes', () => {
    expect(withDefaults(job()).timeZone).toBe('Etc/UTC');
    expect(withDefaults(job({ timeZone: 'Asia/Tokyo' })).timeZone).toBe('Asia/Tokyo');
    expect(withDefaults(job()).retryConfig).toMatchObject({
      retryCount: 0,
      maxRetryDuration: { seconds: '0' },
      minBackoffDuration: { seconds: '5' },
      maxBackoffDuration: { seconds: '3600' },
      maxDoublings: 5,
    });
    expect(withDefaults(http())).toMatchObject({
      httpTarget: { httpMethod: 'POST' },
      attemptDeadline: { seconds: '180' },
    });
    expect(withDefaults(job())).not.toHaveProperty('attemptDeadline');
  });
});

describe('a run that failed', () => {
  const retries = (more: Partial<Retries>): Retries => ({
    count: 3,
    maxDurationMs: 0,
    minBackoffMs: 5_000,
    maxBackoffMs: 3_600_000,
    maxDoublings: 5,
    ...more,
  });

  test.each<[string, Partial<Retries>, number, number | undefined]>([
    ['the first time', {}, 1, 5_000],
    ['the second time', {}, 2, 10_000],
    ['the last time that is asked for', {}, 3, 20_000],
    ['once more', {}, 4, undefined],
    ['without retries', { count: 0, maxDurationMs: 60_000 }, 1, undefined],
    ['beyond them, within a duration', { count: 1, maxDurationMs: 10_000 }, 2, 10_000],
    ['beyond both', { count: 1, maxDurationMs: 9_999 }, 2, undefined],
    ['after the doublings, linearly', { count: 5, maxDoublings: 2 }, 4, 40_000],
    ['and once more', { count: 5, maxDoublings: 2 }, 5, 60_000],
    ['up to the maximum', { maxBackoffMs: 7_000 }, 2, 7_000],
  ])('%s', (_name, more, failures, after) => {
    expect(nextAttemptAt(retries(more), failures, 1_000, 1_000)).toBe(after === undefined ? undefined : 1_000 + after);
  });

  test('has the time since its first attempt counted', () => {
    expect(nextAttemptAt(retries({ count: 1, maxDurationMs: 30_000 }), 2, 0, 20_000)).toBe(30_000);
    expect(nextAttemptAt(retries({ count: 1, maxDurationMs: 30_000 }), 2, 0, 20_001)).toBeUndefined();
  });
});

describe('a schedule', () => {
  const at = (text: string): number => Date.parse(text);
  const iso = (time: number | undefined) => time && new Date(time).toISOString();

  test.each<[string, string, string, string, string]>([
    ['* * * * *', 'UTC', '2026-11-24T01:02:00Z', '2026-11-24T01:03:00.000Z', '2026-11-24T01:02:00.000Z'],
    ['*/5 * * * *', 'UTC', '2026-11-24T01:04:59Z', '2026-11-24T01:05:00.000Z', '2026-11-24T01:00:00.000Z'],
    ['5 0 * * 1', 'Asia/Tokyo', '2026-11-22T15:05:00Z', '2026-11-29T15:05:00.000Z', '2026-11-22T15:05:00.000Z'],
    ['5 0 * * 1', 'Asia/Tokyo', '2026-11-22T15:04:59Z', '2026-11-22T15:05:00.000Z', '2026-11-15T15:05:00.000Z'],
    ['5 0 * * 1', '', '2026-11-22T15:05:00Z', '2026-11-23T00:05:00.000Z', '2026-11-16T00:05:00.000Z'],
    // A step restarts with each hour, of the zone that the job is in: Kathmandu is 5:45 hours ahead.
    ['*/7 * * * *', 'UTC', '2026-11-24T01:56:00Z', '2026-11-24T02:00:00.000Z', '2026-11-24T01:56:00.000Z'],
    ['*/45 * * * *', 'UTC', '2026-11-24T01:50:00Z', '2026-11-24T02:00:00.000Z', '2026-11-24T01:45:00.000Z'],
    ['*/2 * * * *', 'Asia/Kathmandu', '2026-11-24T01:02:00Z', '2026-11-24T01:03:00.000Z', '2026-11-24T01:01:00.000Z'],
    ['*/10 * * * *', 'Asia/Kathmandu', '2026-11-24T01:04:00Z', '2026-11-24T01:05:00.000Z', '2026-11-24T00:55:00.000Z'],
    ['*/15 * * * *', 'Asia/Kathmandu', '2026-11-24T01:14:59Z', '2026-11-24T01:15:00.000Z', '2026-11-24T01:00:00.000Z'],
    ['*/30 * * * *', 'Asia/Kathmandu', '2026-11-24T01:00:00Z', '2026-11-24T01:15:00.000Z', '2026-11-24T00:45:00.000Z'],
    // The wall time holds over a change to and from daylight saving time.
    ['0 9 * * *', 'America/New_York', '2026-10-31T13:00:00Z', '2026-11-01T14:00:00.000Z', '2026-10-31T13:00:00.000Z'],
    ['0 9 * * *', 'America/New_York', '2027-03-13T14:00:00Z', '2027-03-14T13:00:00.000Z', '2027-03-13T14:00:00.000Z'],
    // A fixed time that the change repeats is one, and one that it skips is as the hour ends.
    ['30 1 * * *', 'America/New_York', '2026-11-01T05:30:00Z', '2026-11-02T06:30:00.000Z', '2026-11-01T05:30:00.000Z'],
    ['30 2 * * *', 'America/New_York', '2027-03-14T05:00:00Z', '2027-03-14T07:00:00.000Z', '2027-03-13T07:30:00.000Z'],
  ])('%s in %s, at %s, is next at %s and was at %s', (expression, zone, now, next, latest) => {
    const schedule = parseSchedule(expression, zone);
    expect([iso(schedule.next(at(now))), iso(schedule.latest(at(now)))]).toEqual([next, latest]);
  });

  test.each([
    ['* * * *', 'UTC'],
    ['0 * * * * *', 'UTC'],
    ['sometimes', 'UTC'],
    ['60 * * * *', 'UTC'],
    ['every 5 minutes', 'UTC'],
    ['* * * * *', 'Asia/Atlantis'],
  ])('%s in %s is refused', (expression, zone) => {
    expect(() => parseSchedule(expression, zone)).toThrow('Schedule or time zone is invalid');
  });
});
