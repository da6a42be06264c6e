/** What each call of Cloud Scheduler answers and refuses, and when a job runs, by its calls alone. */
import { describe, expect, test, vi } from 'vitest';
import { inALine } from '../../../../test/in-a-line.ts';
import { LocalClock } from '../../src/clock.ts';
import { Faults } from '../../src/faults.ts';
import { GrpcError } from '../../src/grpc.ts';
import { createScheduler } from '../../src/scheduler/service.ts';
import { openStorage } from '../../src/storage.ts';
import { type Answer, callsOf, stopTimeAt } from '../calls.ts';

const startAt = Date.parse('2026-11-24T10:00:00Z');
const parent = 'projects/p/locations/l';
const name = `${parent}/jobs/job`;
const minute = 60_000;
const hour = 60 * minute;
const seconds = (of: number) => ({ seconds: String(of) });
const iso = (at: { seconds: string; nanos?: number } | undefined) =>
  at && new Date(Number(at.seconds) * 1_000 + (at.nanos ?? 0) / 1e6).toISOString().slice(11, 19);

stopTimeAt(startAt);

/** @param answer what each call of an address is answered, or how it fails */
function start(answer: () => number | Promise<number> = () => 200, db = openStorage(undefined), at = startAt) {
  const clock = new LocalClock();
  clock.set(at);
  const faults = new Faults();
  const made: { at: string; what: Answer }[] = [];
  const note = (what: unknown) => made.push({ at: new Date(clock.now()).toISOString().slice(11, 19), what });
  let publishing = (): void => undefined;
  const local = createScheduler({
    db,
    clock,
    faults,
    publish: (topic, data, attributes) => {
      note([topic, Buffer.from(data).toString(), attributes]);
      publishing();
    },
    fetch: async (url, { method, headers, body, redirect } = {}) => {
      note([url, method, redirect, headers, body && Buffer.from(body as Uint8Array).toString()]);
      return new Response(null, { status: await answer() });
    },
  });
  clock.drive(local.driven);
  const { call, refused } = callsOf(local.handlers);
  const target = { pubsubTarget: { topicName: 'projects/p/topics/t', data: Buffer.from('x') } };
  return {
    clock,
    db,
    faults,
    made,
    call,
    refused,
    failWith: (error: Error) => {
      publishing = () => {
        throw error;
      };
    },
    create: (schedule: string, more: object = {}, of = name) =>
      call('CreateJob', { parent, job: { name: of, schedule, ...target, ...more } }),
    get: () => call('GetJob', { name }),
    /** Advances the clock. @returns when jobs ran meanwhile */
    jump: async (ms: number) => {
      const before = made.length;
      await clock.jump((now) => now + ms);
      return made.slice(before).map((each) => each.at);
    },
  };
}
const door = (more: object = {}) => ({
  pubsubTarget: undefined,
  httpTarget: { uri: 'https://a.example/run', ...more },
});

describe('a job', () => {
  test('is answered whole, with when it runs next, and then with how it ran', async () => {
    const { create, get, jump } = start();
    const at = (ms: number) => ({ seconds: String((startAt + ms) / 1_000), nanos: 0 });
    const stated = { state: 'PAUSED', status: { code: 5 }, lastAttemptTime: at(0), scheduleTime: at(0) };
    const made = create('30 * * * *', stated);
    await jump(30 * minute);
    const lines = [`made ⇒ ${inALine(made)}`, `run ⇒ ${inALine(get())}`, ''];
    await expect(lines.join('\n')).toMatchFileSnapshot('job-whole.txt');
  });

  test.each([
    ['a-B_9', true],
    ['a'.repeat(500), true],
    ['a'.repeat(501), false],
    ['a.b', false],
    ['', false],
  ])('may be called %s: %s', (id, isTaken) => {
    const { refused } = start();
    const job = { name: `${parent}/jobs/${id}`, schedule: '* * * * *', httpTarget: { uri: 'https://a.example' } };
    const expected = `INVALID_ARGUMENT: Job name must be formatted: "${parent}/jobs/<JOB_ID>", not "${job.name}".`;
    expect(refused('CreateJob', { parent, job })).toBe(isTaken ? 'taken' : expected);
  });

  test('without a name is given one, and one of a place is not made at another', () => {
    const { call, refused, create } = start();
    const job = { schedule: '* * * * *', httpTarget: { uri: 'https://a.example' } };
    expect(call('CreateJob', { parent, job }).name).toMatch(/^projects\/p\/locations\/l\/jobs\/[\da-f-]{36}$/);
    const elsewhere = refused('CreateJob', { parent: 'projects/p/locations/m', job: { ...job, name } });
    expect(elsewhere).toContain('INVALID_ARGUMENT');
    create('* * * * *');
    expect(refused('CreateJob', { parent, job: { ...job, name } })).toBe(`ALREADY_EXISTS: Job ${name} already exists.`);
  });

  test.each(['GetJob', 'DeleteJob', 'PauseJob', 'ResumeJob', 'RunJob'])(
    '%s of what is not there is NOT_FOUND',
    (method) => {
      expect(start().refused(method, { name })).toBe('NOT_FOUND: Job not found.');
    },
  );

  test('is listed by its name among those of its place, page by page', () => {
    const { call, create } = start();
    for (const each of ['c', 'a', 'b']) create('* * * * *', {}, `${parent}/jobs/${each}`);
    const job = { name: `${parent}2/jobs/a`, schedule: '* * * * *', httpTarget: { uri: 'https://a.example' } };
    call('CreateJob', { parent: `${parent}2`, job });
    const list = (pageToken = '') => call('ListJobs', { parent, pageSize: 2, pageToken });
    const names = ({ jobs }: Answer) => jobs.map((each: { name: string }) => each.name.slice(-1));
    expect([names(list()), names(list(list().nextPageToken))]).toEqual([['a', 'b'], ['c']]);
  });

  test('without a mask is written whole, and keeps its name and whether it is paused', async () => {
    const { call, create, jump } = start();
    create('* * * * *', { description: 'old' });
    call('PauseJob', { name });
    const job = { name, schedule: '30 * * * *', httpTarget: { uri: 'https://a.example' } };
    const changed = call('UpdateJob', { job });
    expect(changed).toMatchObject({ name, schedule: '30 * * * *', state: 'PAUSED' });
    for (const gone of ['description', 'pubsubTarget', 'scheduleTime']) expect(changed[gone]).toBeUndefined();
    expect(await jump(hour)).toEqual([]);
    expect(iso(call('ResumeJob', { name }).scheduleTime)).toBe('11:30:00');
  });

  test('that is paused is for no time, and tells still when and how it ran last; so it does resumed', async () => {
    const { call, create, get, jump } = start(() => 500);
    create('0 * * * *', door());
    await jump(hour);
    const last = { lastAttemptTime: seconds((startAt + hour) / 1_000), status: { code: 2, message: 'HTTP 500' } };
    expect(call('PauseJob', { name })).toMatchObject({ ...last, state: 'PAUSED' });
    expect(get()).not.toHaveProperty('scheduleTime');
    await jump(hour);
    const scheduleTime = seconds((startAt + 3 * hour) / 1_000);
    expect(call('ResumeJob', { name })).toMatchObject({ ...last, state: 'ENABLED', scheduleTime });
  });

  test.each([
    ['description', 'description', 'other'],
    ['schedule', 'schedule', '30 * * * *'],
    ['time_zone', 'timeZone', 'Asia/Tokyo'],
    ['http_target', 'httpTarget', { uri: 'https://b.example/run', httpMethod: 'PUT' }],
    ['attempt_deadline', 'attemptDeadline', { seconds: '20', nanos: 0 }],
    ['retry_config.retry_count', 'retryConfig', { retryCount: 2 }],
  ])('is changed by a mask of %s in that, and in nothing else', (path, field, to) => {
    const { call, create, get } = start();
    create('0 * * * *', { ...door(), description: 'before', retryConfig: { minBackoffDuration: seconds(7) } });
    const { scheduleTime: _, ...before } = get();
    const others = { description: 'x', schedule: '5 * * * *', timeZone: 'Europe/Rome', retryConfig: { retryCount: 5 } };
    call('UpdateJob', { job: { ...others, name, [field]: to }, updateMask: { paths: [path] } });
    const { scheduleTime: __, ...after } = get();
    const changed = field === 'retryConfig' ? { ...before.retryConfig, retryCount: 2 } : to;
    expect(after).toEqual({ ...before, [field]: changed });
  });

  test('whose text or number is empty has what one has that says nothing of it', async () => {
    const { create, get, jump, made } = start();
    const empty = { timeZone: '', retryConfig: { maxDoublings: 0 }, ...door({ httpMethod: '' }) };
    create('0 * * * *', empty);
    const usual = { timeZone: 'Etc/UTC', retryConfig: { retryCount: 0, maxDoublings: 5 } };
    expect(get()).toMatchObject({ ...usual, httpTarget: { httpMethod: 'POST' } });
    expect(await jump(hour)).toEqual(['11:00:00']);
    expect(made[0]?.what[1]).toBe('POST');
  });

  test('that is paused twice, or resumed while it runs, is told so', () => {
    const { call, create, refused } = start();
    create('* * * * *');
    expect(refused('ResumeJob', { name })).toBe('FAILED_PRECONDITION: Job must be PAUSED to be resumed.');
    call('PauseJob', { name });
    expect(refused('PauseJob', { name })).toBe('FAILED_PRECONDITION: Job must be ENABLED to be paused.');
  });

  test('outlives a restart, with what it was about to do again', async () => {
    const before = start(() => 500);
    before.create('0 * * * *', { ...door(), retryConfig: { retryCount: 2, minBackoffDuration: seconds(600) } });
    await before.jump(hour);
    const after = start(() => 500, before.db, startAt + hour + 5 * minute);
    expect(await after.jump(10 * minute)).toEqual(['11:10:00']);
  });

  const delayed = ({ faults, jump }: ReturnType<typeof start>) => {
    faults.add({ target: 'scheduler.run', effect: 'delay', delayMs: 5 * minute });
    return jump(hour);
  };
  const pausedAndSetBack = ({ call, clock }: ReturnType<typeof start>) => {
    call('PauseJob', { name });
    clock.set(startAt - 5 * hour);
  };
  test.each<[string, number, (of: ReturnType<typeof start>) => unknown, number, string[]]>([
    ['that has run is not run again', 200, ({ jump }) => jump(hour), 61, ['12:00:00']],
    ['that has failed for good is not either', 500, ({ jump }) => jump(hour), 61, ['12:00:00']],
    ['that is forced is run still', 200, ({ call }) => call('RunJob', { name }), 1, ['10:01:00', '11:00:00']],
    ['that is made later is made then', 200, delayed, 61, ['11:05:00', '12:00:00']],
    ['that is paused stays so', 200, ({ call }) => call('PauseJob', { name }), 1, []],
    ['of a clock set back is planned again', 200, ({ clock }) => clock.set(startAt - 5 * hour), -299, ['06:00:00']],
    ['that is paused stays so where the clock is set', 200, pausedAndSetBack, -299, []],
  ])('%s after a restart, and tells the same of itself', async (_, answer, act, later, expected) => {
    const before = start(() => answer);
    before.create('0 * * * *', door());
    await act(before);
    const after = start(() => answer, before.db, startAt + later * minute);
    expect(after.get()).toEqual(before.get());
    expect(await after.jump(59 * minute)).toEqual(expected);
  });
});

describe('a run', () => {
  test('publishes its data and attributes; or calls its address, as it says, for the instant that it is for', async () => {
    const { create, made, jump } = start();
    const attributes = { a: 'b' };
    create('0 * * * *', { pubsubTarget: { topicName: 'projects/p/topics/t', data: Buffer.from('now'), attributes } });
    const own = { headers: { 'X-Mine': 'yes', 'User-Agent': 'mine' }, body: Buffer.from('{}') };
    create('30 * * * *', door(own), `${parent}/jobs/other`);
    create('45 * * * *', door({ httpMethod: 'HTTP_METHOD_UNSPECIFIED' }), `${parent}/jobs/bare`);
    create('50 * * * *', door({ httpMethod: 'PUT' }), `${parent}/jobs/put`);
    await jump(hour);
    await expect(made.map((each) => `${inALine(each)}\n`).join('')).toMatchFileSnapshot('runs-whole.txt');
  });

  test.each<[string, () => number | Promise<number>, object]>([
    ['200', () => 200, { code: 0 }],
    ['299', () => 299, { code: 0 }],
    ['302', () => 302, { code: 2, message: 'HTTP 302' }],
    ['404', () => 404, { code: 2, message: 'HTTP 404' }],
    ['nothing, by nobody', () => Promise.reject(new TypeError('fetch failed')), { code: 14, message: 'fetch failed' }],
    [
      'nothing in time',
      () => Promise.reject(new DOMException('late', 'TimeoutError')),
      { code: 4, message: 'No answer within the attempt deadline.' },
    ],
  ])('that is answered %s', async (_, answer, expected) => {
    const { create, get, jump } = start(answer);
    create('0 * * * *', door());
    await jump(hour);
    expect(get().status).toEqual(expected);
  });

  test('whose topic refuses it has that code', async () => {
    const { create, get, jump, failWith } = start();
    failWith(new GrpcError('NOT_FOUND', 'no such topic'));
    create('0 * * * *');
    await jump(hour);
    expect(get().status).toEqual({ code: 5, message: 'no such topic' });
  });

  test('waits for its answer as long as the job says', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    const { create, jump } = start();
    create('0 * * * *', { ...door(), attemptDeadline: seconds(20) });
    create('0 * * * *', door(), `${parent}/jobs/other`);
    await jump(hour);
    expect(timeout.mock.calls).toEqual([[20_000], [180_000]]);
    timeout.mockRestore();
  });

  test.each<[string, object, string[]]>([
    ['without retries waits for the next instant', {}, ['11:00:00', '12:00:00']],
    [
      'is tried again as often as it says, doubling',
      { retryCount: 3, minBackoffDuration: seconds(60) },
      ['11:00:00', '11:01:00', '11:03:00', '11:07:00', '12:00:00'],
    ],
    [
      'not beyond the longest wait',
      { retryCount: 3, minBackoffDuration: seconds(60), maxBackoffDuration: seconds(90) },
      ['11:00:00', '11:01:00', '11:02:30', '11:04:00', '12:00:00'],
    ],
    ['not past the next', { retryCount: 5, minBackoffDuration: seconds(1_200) }, ['11:00:00', '11:20:00', '12:00:00']],
    [
      'for as long as it says',
      { retryCount: 1, maxRetryDuration: seconds(400), minBackoffDuration: seconds(60) },
      ['11:00:00', '11:01:00', '11:03:00', '12:00:00'],
    ],
  ])('that fails %s', async (_, retryConfig, expected) => {
    const { create, jump } = start(() => 500);
    create('0 * * * *', { ...door(), retryConfig });
    expect(await jump(2 * hour)).toEqual(expected);
  });

  test('that took its time to fail is tried again so long after its end, and its time is that of its beginning', async () => {
    let attempts = 0;
    const of: ReturnType<typeof start> = start(async () => {
      attempts += 1;
      if (attempts === 1) await of.clock.waitFor(of.clock.now() + 2 * minute);
      return attempts === 1 ? 500 : 200;
    });
    of.create('0 * * * *', { ...door(), retryConfig: { retryCount: 1, minBackoffDuration: seconds(60) } });
    expect(await of.jump(hour + 2 * minute)).toEqual(['11:00:00']);
    expect([iso(of.get().lastAttemptTime), of.get().status]).toEqual(['11:00:00', { code: 2, message: 'HTTP 500' }]);
    expect(await of.jump(10 * minute)).toEqual(['11:03:00']);
  });

  test('that failed is given up where its job is written again, and where that is paused', async () => {
    for (const method of ['UpdateJob', 'PauseJob']) {
      const { call, create, jump } = start(() => 500);
      create('0 * * * *', { ...door(), retryConfig: { retryCount: 5, minBackoffDuration: seconds(60) } });
      await jump(hour);
      call(
        method,
        method === 'PauseJob' ? { name } : { job: { name, description: 'x' }, updateMask: { paths: ['description'] } },
      );
      expect(await jump(30 * minute)).toEqual([]);
      if (method === 'PauseJob') call('ResumeJob', { name });
      expect(await jump(30 * minute)).toEqual(['12:00:00']);
    }
  });

  test('that is late is for the last of the instants that it missed', async () => {
    const before = start();
    before.create('*/10 * * * *', door());
    const after = start(() => 200, before.db, startAt + 35 * minute);
    expect(await after.jump(4 * minute)).toEqual(['10:35:00']);
    expect(after.made[0]?.what[3]).toMatchObject({ 'x-cloudscheduler-scheduletime': '2026-11-24T10:30:00.000Z' });
  });

  test('that is forced is for now, also of a job that is paused, and fails as any other', async () => {
    const { call, create, jump, made } = start(() => 500);
    create('0 12 * * *', { ...door(), retryConfig: { retryCount: 1, minBackoffDuration: seconds(60) } });
    call('PauseJob', { name });
    call('RunJob', { name });
    expect(await jump(10 * minute)).toEqual(['10:00:00', '10:01:00']);
    for (const { what } of made)
      expect(what[3]).toMatchObject({ 'x-cloudscheduler-scheduletime': '2026-11-24T10:00:00.000Z' });
  });

  test('that is forced while it runs is made once more when it has ended, however often it was', async () => {
    const of: ReturnType<typeof start> = start(() => {
      if (of.made.length === 1) for (const each of ['once', 'twice']) of.call('RunJob', { name, each });
      // So that one that is made without end ends as well.
      if (of.made.length > 5) of.call('DeleteJob', { name });
      return 200;
    });
    of.create('0 * * * *', door());
    expect(await of.jump(2 * hour)).toEqual(['11:00:00', '11:00:00', '12:00:00']);
  });

  test('that is forced is made at once as well where nothing else is due and time passes by itself', async () => {
    vi.useFakeTimers({ now: startAt, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    const { clock, create, call, made } = start();
    clock.start();
    create('0 12 * * *');
    call('RunJob', { name });
    vi.advanceTimersByTime(0);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
    expect(made.map(({ at }) => at)).toEqual(['10:00:00']);
    await clock.stop();
  });

  test('of a job that is deleted meanwhile ends, and brings nothing back', async () => {
    const of: ReturnType<typeof start> = start(async () => {
      of.call('DeleteJob', { name });
      return 500;
    });
    of.create('0 * * * *', { ...door(), retryConfig: { retryCount: 5 } });
    expect(await of.jump(3 * hour)).toEqual(['11:00:00']);
    expect(of.refused('GetJob', { name })).toContain('NOT_FOUND');
  });
});

test.each<[string, object, string[], number]>([
  ['fail: not made, and tried again', { effect: 'fail' }, ['11:01:00'], 0],
  ['fail-after: made, and tried again', { effect: 'fail-after' }, ['11:00:00', '11:01:00'], 0],
  ['hang-after: made, and tried again', { effect: 'hang-after' }, ['11:00:00', '11:01:00'], 0],
  ['hang: not made, and nobody knows', { effect: 'hang' }, [], 0],
  ['double: twice', { effect: 'double' }, ['11:00:00', '11:00:00'], 0],
  ['delay: a second later, where it does not say', { effect: 'delay' }, ['11:00:01'], 0],
  ['delay: as much later as it says', { effect: 'delay', delayMs: 5 * minute }, ['11:05:00'], 0],
  ['fail twice: it has failed', { effect: 'fail', times: 2 }, [], 14],
  ['of another job: none', { effect: 'fail', match: 'other' }, ['11:00:00'], 0],
  ['of this one', { effect: 'fail', match: 'job' }, ['11:01:00'], 0],
])('a run meets its faults: %s', async (_, fault, expected, code) => {
  const { create, faults, get, jump } = start();
  faults.add({ target: 'scheduler.run', ...fault } as Parameters<typeof faults.add>[0]);
  create('0 * * * *', { retryConfig: { retryCount: 1, minBackoffDuration: seconds(60) } });
  expect(await jump(hour + 30 * minute)).toEqual(expected);
  expect(get().status.code).toBe(code);
});
