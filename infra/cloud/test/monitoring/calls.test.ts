/** What Cloud Monitoring answers, when an alert begins and ends, and its notifications, whole; by its calls alone. */
import { describe, expect, test } from 'vitest';
import { inALine, namedInOrder } from '../../../../test/in-a-line.ts';
import { LocalClock } from '../../src/clock.ts';
import { Faults } from '../../src/faults.ts';
import { metricTypesIn, parseFilter } from '../../src/monitoring/filter.ts';
import { createMonitoring } from '../../src/monitoring/service.ts';
import { openStorage } from '../../src/storage.ts';
import { type Answer, callsOf, stopTimeAt } from '../calls.ts';

const startAt = Date.parse('2026-11-24T10:00:00Z');
const minute = 60_000;
const name = 'projects/p';
const type = 'custom.googleapis.com/desk/open';
const seconds = (of: number) => ({ seconds: String(of) });
const stamp = (at: number) => ({ seconds: String(Math.floor(at / 1_000)), nanos: (at % 1_000) * 1e6 });
const filter = `metric.type = "${type}" AND resource.type = "global"`;

stopTimeAt(startAt);

/** @param answer what a webhook is answered */
function start(
  answer: (headers: Record<string, string>) => number | Response = () => 200,
  db = openStorage(undefined),
  at = startAt,
) {
  const clock = new LocalClock();
  clock.set(at);
  const faults = new Faults();
  const told: { at: number; to: string; incident: Answer; headers?: Record<string, string> }[] = [];
  const note = (to: string, text: string, headers?: Record<string, string>) =>
    told.push({ at: (clock.now() - startAt) / minute, to, ...JSON.parse(text), ...(headers ? { headers } : {}) });
  const local = createMonitoring({
    db,
    clock,
    faults,
    publish: (to, data) => note(to, Buffer.from(data).toString()),
    fetch: async (url, { headers, body, redirect } = {}) => {
      // Where a redirection leads, nobody is to follow it.
      expect(redirect).toBe('manual');
      note(url as string, body as string, headers as Record<string, string>);
      const got = answer(headers as Record<string, string>);
      return typeof got === 'number' ? new Response(null, { status: got }) : got;
    },
  });
  clock.drive(local.driven);
  const { call, refused } = callsOf(local.handlers);
  const channel = (of: object = {}): string =>
    call('CreateNotificationChannel', {
      name,
      notificationChannel: { type: 'pubsub', labels: { topic: 'projects/p/topics/alerts' }, ...of },
    }).name;
  interface Written {
    at?: number;
    labels?: object;
    type?: string;
    resource?: object;
    unit?: string;
  }
  const write = (
    stated: number | object,
    { at = clock.now(), labels = {}, type: own = type, ...more }: Written = {},
  ) => {
    const value = typeof stated === 'number' ? { doubleValue: stated } : stated;
    const points = [{ interval: { endTime: stamp(at) }, value }];
    return call('CreateTimeSeries', { name, timeSeries: [{ metric: { type: own, labels }, ...more, points }] });
  };
  return {
    db,
    clock,
    faults,
    told,
    local,
    call,
    refused,
    channel,
    write,
    policy: (conditions: object[], more: object = {}) =>
      call('CreateAlertPolicy', {
        name,
        alertPolicy: { displayName: 'Desk', combiner: 'OR', conditions, notificationChannels: [channel()], ...more },
      }),
    jump: (ms: number) => clock.jump((now) => now + ms),
    /** Each state that was notified, and when, in minutes. */
    states: () => told.map(({ at, incident }) => `${incident.state} at ${at}`),
    list: (more: object = {}, text = filter): Answer[] =>
      call('ListTimeSeries', {
        name,
        filter: text,
        interval: { startTime: stamp(startAt - 1), endTime: stamp(clock.now()) },
        ...more,
      }).timeSeries,
  };
}

const aggregations = [{ alignmentPeriod: seconds(60), perSeriesAligner: 'ALIGN_MAX' }];
const above = (thresholdValue: number, more: object = {}) => ({
  displayName: 'open is high',
  conditionThreshold: { filter, comparison: 'COMPARISON_GT', thresholdValue, aggregations, ...more },
});
const absent = (durationSeconds: number) => ({
  displayName: 'nothing came',
  conditionAbsent: { filter, duration: seconds(durationSeconds), aggregations },
});

describe('what is told', () => {
  test('of an alert that begins and ends is this, whole', async () => {
    const of = start();
    of.policy([above(5, { duration: seconds(0) })], {
      displayName: 'Too many',
      severity: 'CRITICAL',
      documentation: {
        content: 'Look.',
        mimeType: 'text/markdown',
        links: [{ displayName: 'Desk', url: 'https://desk.example', more: 'x' }],
      },
      userLabels: { service: 'desk' },
    });
    of.write(7, { labels: { level: 'high', area: 'pos' } });
    await of.jump(10 * minute);
    of.write(5, { labels: { level: 'high', area: 'pos' } });
    await of.jump(0);
    const random = /\b0\.[\da-z]{12}\b|(?<=alertPolicies\/|conditions\/|project_number: )\d+/g;
    const lines = of.told.map((each) => `${inALine(each)}\n`).join('');
    await expect(namedInOrder(lines, random)).toMatchFileSnapshot('told-whole.txt');
  });

  test.each([
    ['CRITICAL', 'Critical'],
    ['ERROR', 'Error'],
    ['WARNING', 'Warning'],
    [undefined, 'No severity'],
  ])('severity %s is %s, and what a policy is silent of is empty', async (severity, expected) => {
    const of = start();
    of.policy([{ ...above(0, { trigger: { percent: 50 }, aggregations: [] }), displayName: undefined }], { severity });
    of.write(1);
    await of.jump(0);
    const { incident } = of.told[0] as Answer;
    expect(incident).toMatchObject({
      severity: expected,
      condition_name: '',
      threshold_value: '0',
      documentation: { content: '', mime_type: 'text/markdown', subject: `[ALERT - ${expected}] Desk on p` },
    });
    const { conditionThreshold } = incident.condition;
    // As in the JSON of every proto3 message, what is zero or empty is absent.
    const trigger = { percent: 50 };
    expect(conditionThreshold).toEqual({ comparison: 'COMPARISON_GT', duration: '0s', filter, trigger });
    expect(Object.keys(incident.documentation)).toEqual(['content', 'mime_type', 'subject']);
    expect(['policy_user_labels' in incident, 'renotify' in incident]).toEqual([false, false]);
  });

  test('of an absence is how long nothing came, and that something does again', async () => {
    const of = start();
    of.policy([absent(1_800)]);
    of.write(1);
    await of.jump(40 * minute);
    of.write(1);
    await of.jump(0);
    const subject = 'desk/open for p global with metric labels {}';
    const said = of.told.map(({ at, incident }) => [
      at,
      incident.summary,
      incident.observed_value,
      incident.started_at,
    ]);
    expect(said).toEqual([
      [30, `There was no data for ${subject} for 30 minutes.`, '', startAt / 1_000 + 1_800],
      [40, `${subject} has data again.`, '', startAt / 1_000 + 1_800],
    ]);
    expect(of.told[0]?.incident.condition.conditionAbsent).toEqual({
      aggregations: [{ alignmentPeriod: '60s', perSeriesAligner: 'ALIGN_MAX' }],
      duration: '1800s',
      filter,
      trigger: { count: 1 },
    });
  });

  test('goes to each channel of the policy, in the order of what happened', async () => {
    const of = start();
    const hook = of.channel({ type: 'webhook_tokenauth', labels: { url: 'https://a.example/a' } });
    const mail = of.channel({ type: 'email', labels: { email_address: 'a@b.example' } });
    of.policy([above(5)], { notificationChannels: [of.channel(), hook, mail] });
    of.write(6);
    await of.jump(minute);
    of.write(1);
    await of.jump(0);
    expect(of.told.map(({ to, incident }) => `${incident.state} ${to}`).toSorted()).toEqual([
      'closed https://a.example/a',
      'closed projects/p/topics/alerts',
      'open https://a.example/a',
      'open projects/p/topics/alerts',
    ]);
    expect(of.told[1]?.headers).toEqual({
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Google-Alerts',
    });
  });

  test.each([
    [undefined, 1],
    [{ value: true }, 1],
    [{ value: false }, 0],
    // On the wire false is the default, and most clients leave it out.
    [{}, 0],
  ])('goes to a channel that is enabled alone: %j, made so or changed, is told %i times', async (enabled, times) => {
    for (const isChanged of [false, true]) {
      const of = start();
      const channel = of.channel({ enabled: isChanged ? { value: times === 0 } : enabled });
      if (isChanged) {
        const notificationChannel = { name: channel, enabled };
        of.call('UpdateNotificationChannel', { notificationChannel, updateMask: { paths: ['enabled'] } });
      }
      of.policy([above(5)], { notificationChannels: [channel] });
      of.write(6);
      await of.jump(5 * minute);
      expect(of.told).toHaveLength(times);
    }
  });

  test.each([302, 307, 500])(
    'is tried five times where it is answered %i, ten seconds later, then twice as long each time',
    async (status) => {
      const of = start(() => status);
      const url = 'https://a.example/a';
      of.policy([above(5)], { notificationChannels: [of.channel({ type: 'webhook_tokenauth', labels: { url } })] });
      of.write(6);
      await of.jump(20 * minute);
      expect(of.told.map(({ at }) => Math.round(at * 60))).toEqual([0, 10, 30, 70, 150]);
    },
  );

  test.each<[string, object, number[]]>([
    ['fail: not told, and tried again', { effect: 'fail' }, [10]],
    ['hang: not told at all', { effect: 'hang' }, []],
    ['fail-after: told, and again', { effect: 'fail-after' }, [0, 10]],
    ['hang-after: told, and again', { effect: 'hang-after' }, [0, 10]],
    ['double: twice', { effect: 'double' }, [0, 0]],
    ['delay: a second later', { effect: 'delay' }, [1]],
    ['of another kind of channel: none', { effect: 'fail', match: 'webhook_tokenauth' }, [0]],
  ])('with a fault, %s', async (_, fault, expected) => {
    const of = start();
    of.policy([above(5)]);
    of.faults.add({ target: 'monitoring.notify', ...fault } as Parameters<typeof of.faults.add>[0]);
    of.write(6);
    await of.jump(minute);
    expect(of.told.map(({ at }) => Math.round(at * 60))).toEqual(expected);
  });

  const challenge = (scheme: string, status = 401) =>
    new Response(null, { status, headers: { 'www-authenticate': scheme } });
  test.each<[string, Response | number, (string | undefined)[]]>([
    ['basic', challenge('Basic realm="x"'), [undefined, 'Basic bWU6c2VjcmV0']],
    ['another scheme', challenge('Bearer'), [undefined]],
    ['in capitals, of a realm', challenge('BASIC realm="x"'), [undefined, 'Basic bWU6c2VjcmV0']],
    ['another', challenge('Digest, Basic'), [undefined]],
    ['no challenge', 401, [undefined]],
    ...[403, 407, 200].map((status): [string, Response, undefined[]] => [
      String(status),
      challenge('Basic', status),
      [undefined],
    ]),
  ])('has a password only for who asks for one: %s', async (_, refusal, expected) => {
    const of = start(({ authorization }) => (authorization ? 200 : refusal));
    const labels = { url: 'https://a.example/a', username: 'me', password: 'secret' };
    of.policy([above(5)], { notificationChannels: [of.channel({ type: 'webhook_basicauth', labels })] });
    of.write(6);
    await of.jump(0);
    expect(of.told.map(({ headers }) => headers?.authorization)).toEqual(expected);
  });
});

describe('an alert', () => {
  const lasts = (minutes: number) => above(5, { duration: seconds(minutes * 60) });
  const aligned = (period: number) =>
    above(5, { aggregations: [{ alignmentPeriod: seconds(period), perSeriesAligner: 'ALIGN_MAX' }] });
  const closes = { autoClose: seconds(1_800) };
  const prompts = (...notificationPrompts: string[]) => ({ notificationPrompts });
  // What is written, `@` so many ms from when it all began; `+` minutes that pass; `=` minutes to which the clock is set.
  test.each<[what: string, condition: object, story: string, states: string[], strategy?: object]>([
    ['of more than a value is of no equal one', above(5), '5 +5 5.1 +5 5 +5', ['open at 5', 'closed at 10']],
    ['of less than one', above(5, { comparison: 'COMPARISON_LT' }), '5 +5 4.9 +5 5 +5', ['open at 5', 'closed at 10']],
    ['begins when it has lasted since the first value beyond', lasts(10), '6 +5 6 +5 6 +5 6 +5', ['open at 10']],
    ['begins not a minute sooner', lasts(11), '6 +5 6 +5 6 +5 6 +5', ['open at 15']],
    ['begins again with each value that is not beyond', lasts(10), '6 +5 6 +5 1 +5 6 +5 6 +5 6 +5', ['open at 25']],
    ['is opened by a value of five minutes ago', aligned(60), '6@-300000 +0', ['open at 0']],
    ['is opened by none that is older', aligned(60), '6@-300001 +0', []],
    ['is opened by one within a longer alignment period', aligned(600), '6@-600000 +0', ['open at 0']],
    ['is opened by none before that', aligned(600), '6@-600001 +0', []],
    ['of an absence ends by itself, and for good', absent(1_200), '6 +1440', ['open at 20', 'closed at 50'], closes],
    ['of a longer absence than it may last ends too', absent(2_400), '6 +1440', ['open at 40', 'closed at 70'], closes],
    ['of a value that came late ends by itself', above(0), '6@-240000 +1440', ['open at 0', 'closed at 30'], closes],
    ['of an absence ends with a point that comes late', absent(300), '1 +8 1@240000 +0', ['open at 5', 'closed at 8']],
    ['of an absence counts no time over which the clock was set', absent(1_800), '1 =1440 +29 +1', ['open at 1470']],
    ['is notified as it opens where that is asked for', above(5), '6 +5 1 +5', ['open at 0'], prompts('OPENED')],
    ['is notified as it closes', above(5), '6 +5 1 +5', ['closed at 5'], prompts('CLOSED')],
    ['is notified as both', above(5), '6 +5 1 +5', ['open at 0', 'closed at 5'], prompts('OPENED', 'CLOSED')],
    ['is notified as both where none is asked for', above(5), '6 +5 1 +5', ['open at 0', 'closed at 5'], prompts()],
  ])('%s', async (_, condition, story, states, alertStrategy) => {
    const of = start();
    of.policy([condition], alertStrategy ? { alertStrategy } : {});
    for (const step of story.split(' ')) {
      const [value, at] = step.split('@').map(Number);
      if (step.startsWith('+')) await of.jump(Number(step) * minute);
      else if (step.startsWith('=')) of.clock.set(startAt + Number(step.slice(1)) * minute);
      else of.write(value ?? 0, at === undefined ? {} : { at: startAt + at });
    }
    expect(of.states()).toEqual(states);
  });
  test('is one as long as it lasts, and another the next time', async () => {
    const of = start();
    of.policy([above(5)]);
    for (const value of [6, 7, 1, 8]) {
      of.write(value);
      await of.jump(5 * minute);
    }
    expect(of.states()).toEqual(['open at 0', 'closed at 10', 'open at 15']);
    const ids = of.told.map(({ incident }) => incident.incident_id);
    expect([ids[0] === ids[1], ids[1] === ids[2]]).toEqual([true, false]);
  });

  test('ends by itself half an hour after the last value, where the policy says so, and says why', async () => {
    const of = start();
    of.policy([above(5)], { alertStrategy: { autoClose: seconds(1_800) } });
    of.write(6);
    await of.jump(10 * minute);
    of.write(6);
    await of.jump(60 * minute);
    expect(of.states()).toEqual(['open at 0', 'closed at 40']);
    expect(of.told[1]?.incident.observed_value).toBe(
      'Incident closed because no data came for as long as the policy allows.',
    );
  });

  test('of a policy that is deleted ends in silence, and of one whose condition is another, with a word', async () => {
    const of = start();
    const one = of.policy([above(5)]);
    const two = of.policy([above(5)], { displayName: 'Two' });
    of.write(6);
    await of.jump(minute);
    of.call('DeleteAlertPolicy', { name: one.name });
    const alertPolicy = { name: two.name, conditions: [above(100)] };
    of.call('UpdateAlertPolicy', { alertPolicy, updateMask: { paths: ['conditions'] } });
    await of.jump(0);
    const said = of.told
      .slice(2)
      .map(({ incident }) => [incident.policy_name, incident.state, incident.observed_value]);
    const why = 'Incident cancelled because the alert policy condition was deleted or disabled.';
    expect(said).toEqual([['Two', 'closed', why]]);
  });

  test('of a policy that is disabled ends with a word, and opens no other', async () => {
    const of = start();
    const { name: policy } = of.policy([above(5)]);
    of.write(6);
    await of.jump(minute);
    const alertPolicy = { name: policy, enabled: { value: false } };
    of.call('UpdateAlertPolicy', { alertPolicy, updateMask: { paths: ['enabled'] } });
    await of.jump(0);
    of.write(7);
    await of.jump(minute);
    expect(of.states()).toEqual(['open at 0', 'closed at 1']);
    expect(of.told[1]?.incident.observed_value).toContain('cancelled');
  });

  test('and all that it comes of outlive a restart, with what is still to be told', async () => {
    const before = start(() => 500);
    const hook = before.channel({ type: 'webhook_tokenauth', labels: { url: 'https://a.example/a' } });
    before.policy([above(5)], { notificationChannels: [hook] });
    before.write(6);
    await before.jump(0);
    const after = start(() => 200, before.db, startAt + 60 * minute);
    await after.jump(0);
    after.write(1);
    await after.jump(minute);
    expect(after.states()).toEqual(['open at 60', 'closed at 60']);
    expect(new Set([...before.told, ...after.told].map(({ incident }) => incident.incident_id)).size).toBe(1);
  });

  test('is notified again every so often, to the channels that it says, while it is open', async () => {
    const of = start();
    const other = of.channel({ labels: { topic: 'projects/p/topics/others' } });
    const strategy = { notificationChannelNames: [other], renotifyInterval: seconds(1_800) };
    of.policy([above(5)], {
      alertStrategy: { notificationChannelStrategy: [strategy, { notificationChannelNames: [other] }] },
    });
    of.write(6);
    await of.jump(70 * minute);
    of.write(1);
    await of.jump(60 * minute);
    expect(of.told.map(({ at, to, incident }) => [at, to.slice(-6), incident.state, incident.renotify])).toEqual([
      [0, 'alerts', 'open', undefined],
      [30, 'others', 'open', true],
      [60, 'others', 'open', true],
      [70, 'alerts', 'closed', undefined],
    ]);
  });

  test('of a group is one, by what it is grouped by; of series by themselves one each', async () => {
    const of = start();
    const by = (groupByFields: string[]) => ({
      aggregations: [{ ...aggregations[0], crossSeriesReducer: 'REDUCE_SUM', groupByFields }],
    });
    of.policy([above(5, by(['metric.label.area']))], { displayName: 'by area' });
    of.policy([above(5, by([]))], { displayName: 'all' });
    of.policy([above(3)], { displayName: 'each' });
    for (const [area, level, value] of [
      ['pos', 'high', 4],
      ['pos', 'low', 2],
      ['web', 'high', 3],
    ] as const)
      of.write(value, { labels: { area, level } });
    await of.jump(0);
    const shown = of.told.map(({ incident }) => [
      incident.policy_name,
      incident.metric.labels,
      incident.observed_value,
    ]);
    expect(shown).toEqual([
      ['by area', { area: 'pos' }, '6.000'],
      ['all', {}, '9.000'],
      ['each', { area: 'pos', level: 'high' }, '4.000'],
    ]);
  });

  test.each([
    [{ boolValue: false }, ['open at 0']],
    [{ boolValue: true }, []],
    [{ int64Value: '0' }, ['open at 0']],
    [{ doubleValue: 0 }, ['open at 0']],
    [{ stringValue: '0' }, []],
  ])('of a value below one: %j, %j', async (value, expected) => {
    const of = start();
    of.policy([above(1, { comparison: 'COMPARISON_LT' })]);
    of.write(value);
    await of.jump(0);
    expect(of.states()).toEqual(expected);
  });

  test('of an absence needs a point since the policy was written, and ends with the next one', async () => {
    const of = start();
    of.write(1, { labels: { a: 'before' } });
    await of.jump(minute);
    of.policy([absent(300)]);
    of.write(1, { labels: { a: 'since' } });
    await of.jump(10 * minute);
    expect(of.states()).toEqual(['open at 6']);
    expect(of.told[0]?.incident.metric.labels).toEqual({ a: 'since' });
    // What comes of others says nothing of it.
    of.write(1, { labels: { a: 'other' } });
    await of.jump(0);
    expect(of.states()).toEqual(['open at 6']);
    of.write(1, { labels: { a: 'since' } });
    await of.jump(0);
    expect(of.states()).toEqual(['open at 6', 'closed at 11']);
    await of.jump(5 * minute);
    expect(of.states()).toEqual(['open at 6', 'closed at 11', 'open at 16', 'open at 16']);
  });

  test('of several conditions is of each by itself', async () => {
    const of = start();
    of.policy([above(5), { ...above(10), displayName: 'open is very high' }]);
    of.write(11);
    await of.jump(5 * minute);
    of.write(7);
    await of.jump(0);
    expect(of.told.map(({ incident }) => `${incident.state} ${incident.condition_name}`)).toEqual([
      'open open is high',
      'open open is very high',
      'closed open is very high',
    ]);
  });
});

describe('series that are written', () => {
  const one = (value: number, labels: object = {}) => ({
    metric: { type, labels },
    points: [{ interval: { endTime: stamp(startAt) }, value: { doubleValue: value } }],
  });
  const many = (count: number) => Array.from({ length: count }, (_, n) => one(n, { n: String(n) }));
  const [point] = one(1).points;
  test.each<[string, object[], string]>([
    ['200', many(200), 'taken'],
    ['201', many(201), '200'],
    ['one of two points', [{ ...one(1), points: [point, point] }], 'INVALID_ARGUMENT'],
    ['one of none', [{ ...one(1), points: [] }], 'INVALID_ARGUMENT'],
    ['one twice', [one(1), one(1)], 'Duplicate'],
    ['one of somebody else’s', [{ ...one(1), metric: { type: 'compute.googleapis.com/x' } }], 'INVALID_ARGUMENT'],
  ])('%s in one call: %s', (_, timeSeries, expected) => {
    expect(start().refused('CreateTimeSeries', { name, timeSeries })).toContain(expected);
  });

  test('are those that can be, and those that cannot are named', () => {
    const of = start();
    of.write(1, { labels: { a: '1' } });
    const timeSeries = [one(2, { a: '1' }), one(2, { a: '2' })];
    expect(of.refused('CreateTimeSeries', { name, timeSeries })).toContain('timeSeries[0]');
    const values = of.list().map(({ metric, points }) => [metric.labels.a, points[0].value.doubleValue]);
    expect(Object.fromEntries(values)).toEqual({ 1: 1, 2: 2 });
  });
});

describe('series that are listed', () => {
  const filled = async () => {
    const of = start();
    for (const value of [1, 2, 3, 4]) {
      of.write(value, { labels: { level: 'high' } });
      of.write(value * 10, { labels: { level: 'low' } });
      if (value < 4) await of.jump(5 * minute);
    }
    return of;
  };
  /** `high 5:2 0:1`: of its level, in minutes, each value. */
  const shown = (all: Answer[]) =>
    all.map(({ metric, points }) => {
      const minutes = (at: Answer) => (Number(at.seconds) * 1_000 - startAt) / minute;
      const told = points.map(({ interval, value }: Answer) => `${minutes(interval.endTime)}:${value.doubleValue}`);
      return [metric.labels.level ?? '', ...told].join(' ');
    });
  const within = (from: number, to: number) => ({
    interval: { startTime: stamp(startAt + from * minute), endTime: stamp(startAt + to * minute) },
  });

  const aligned = (perSeriesAligner: string, more: object = {}) => ({
    ...within(-1, 15),
    aggregation: { alignmentPeriod: seconds(600), perSeriesAligner, ...more },
  });
  test.each<[string, object, string[]]>([
    ['all', {}, ['high 15:4 10:3 5:2 0:1', 'low 15:40 10:30 5:20 0:10']],
    ['after one instant and up to another', within(5, 10), ['high 10:3', 'low 10:30']],
    ['of one instant', { interval: { endTime: stamp(startAt + 5 * minute) } }, ['high 5:2', 'low 5:20']],
    ['of an instant without a point', { interval: { endTime: stamp(startAt + 6 * minute) } }, []],
    ['by their heads alone', { view: 'HEADERS' }, ['high', 'low']],
    ['aligned, period by period back from the end', aligned('ALIGN_SUM'), ['high 15:7 5:3', 'low 15:70 5:30']],
    ['aligned and reduced', aligned('ALIGN_MAX', { crossSeriesReducer: 'REDUCE_MIN' }), [' 15:4 5:2']],
  ])('%s', async (_, more, expected) => {
    expect(shown((await filled()).list(more))).toEqual(expected);
  });

  test('of two metrics are two, also where they are reduced', () => {
    const of = start();
    const types = [type, `${type}/now`];
    for (const each of types) of.write(1, { type: each });
    const aggregation = { perSeriesAligner: 'ALIGN_MAX', crossSeriesReducer: 'REDUCE_SUM' };
    const listed = of.list({ aggregation }, `metric.type = starts_with("${type}")`);
    expect(listed).toMatchObject(
      types.map((each) => ({ metric: { type: each }, points: [{ value: { doubleValue: 1 } }] })),
    );
  });

  test('come page by page, of their own project', async () => {
    const of = await filled();
    const timeSeries = [
      { metric: { type }, points: [{ interval: { endTime: stamp(of.clock.now()) }, value: { doubleValue: 9 } }] },
    ];
    of.call('CreateTimeSeries', { name: 'projects/q', timeSeries });
    const request = { name, filter, ...within(-1, 15), pageSize: 1 };
    const first = of.call('ListTimeSeries', request);
    const second = of.call('ListTimeSeries', { ...request, pageToken: first.nextPageToken });
    const levels = ({ timeSeries }: Answer) => shown(timeSeries).map((each) => each.split(' ')[0]);
    expect([levels(first), levels(second)]).toEqual([['high'], ['low']]);
    expect(second.nextPageToken).toBe('');
  });

  const hasNo = (what: string) => `UNIMPLEMENTED: The local cloud does not have ${what}.`;
  test.each<[string, object, string]>([
    ['no metric', { filter: 'resource.type = "global"' }, 'INVALID_ARGUMENT: Field filter must specify a metric type'],
    ['no end', { interval: { startTime: stamp(0) } }, 'INVALID_ARGUMENT: Field interval.endTime is required.'],
    [
      'an aligner that is not here',
      { aggregation: { perSeriesAligner: 'ALIGN_PERCENTILE_99' } },
      hasNo('ALIGN_PERCENTILE_99'),
    ],
    ['a reducer that is not here', { aggregation: { crossSeriesReducer: 'REDUCE_STDDEV' } }, hasNo('REDUCE_STDDEV')],
  ])('with %s are refused', (_, request, expected) => {
    const whole = { name, filter, interval: { endTime: stamp(0) }, ...request };
    expect(start().refused('ListTimeSeries', whole)).toContain(expected);
  });
});

describe('what is measured', () => {
  test('is shown with its newest hundred points, told the last of, and repeated where it is a gauge', async () => {
    const of = start();
    for (let at = 0; at < 101; at += 1) {
      of.write(at, { at: startAt - (101 - at) * minute });
    }
    const values = (of.local.series()[0]?.points ?? []).map(({ value }) => value.doubleValue);
    expect([values.length, values[0], values.at(-1)]).toEqual([100, 100, 1]);
    expect(of.local.latest(type)).toEqual({ value: 100, at: startAt - minute });
    expect(of.local.latest('custom.googleapis.com/none')).toBeUndefined();
    of.local.repeatLast(startAt - minute);
    expect(of.local.latest(type)?.at).toBe(startAt - minute);
    of.local.repeatLast(startAt, (metricType, last) =>
      metricType === type ? { doubleValue: Number(last.doubleValue) + 1 } : undefined,
    );
    expect(of.local.latest(type)).toEqual({ value: 101, at: startAt });
    of.local.repeatLast(startAt + minute, () => undefined);
    expect(of.local.latest(type)?.at).toBe(startAt);
  });

  test('as a sum is not repeated', () => {
    const of = start();
    const interval = { startTime: stamp(startAt - minute), endTime: stamp(startAt) };
    const series = { metric: { type }, metricKind: 'CUMULATIVE', points: [{ interval, value: { doubleValue: 1 } }] };
    of.call('CreateTimeSeries', { name, timeSeries: [series] });
    of.local.repeatLast(startAt + minute);
    expect(of.local.latest(type)?.at).toBe(startAt);
  });

  test('has a metric, which is made by its first point, listed by its type, and takes its series with it', () => {
    const of = start();
    of.write(1, { labels: { level: 'high' } });
    of.write(1, { type: 'custom.googleapis.com/other' });
    const list = (text?: string): Answer[] =>
      of.call('ListMetricDescriptors', { name, ...(text ? { filter: text } : {}) }).metricDescriptors;
    const made = { name: `${name}/metricDescriptors/${type}`, type, metricKind: 'GAUGE', valueType: 'DOUBLE' };
    const found = list('metric.type = starts_with("custom.googleapis.com/desk")');
    expect(found).toEqual([{ ...made, labels: [{ key: 'level' }] }]);
    expect(list()).toHaveLength(2);
    of.call('DeleteMetricDescriptor', { name: made.name });
    expect(list().map((each) => each.type)).toEqual(['custom.googleapis.com/other']);
    expect([of.list(), of.local.series().length]).toEqual([[], 1]);
    expect(of.call('CreateMetricDescriptor', { name, metricDescriptor: { type } })).toEqual(made);
    expect(of.refused('CreateMetricDescriptor', { name, metricDescriptor: {} })).toContain('INVALID_ARGUMENT');
  });
});

test('a project has its own alone, also where its name begins with that of another', async () => {
  const of = start();
  const projects = [name, 'projects/p2'];
  const made = projects.map((each) => {
    const labels = { topic: `${each}/topics/alerts` };
    const notificationChannel = { type: 'pubsub', labels };
    const channel = of.call('CreateNotificationChannel', { name: each, notificationChannel }).name;
    const alertPolicy = { displayName: 'x', combiner: 'OR', conditions: [above(5)], notificationChannels: [channel] };
    const policy = of.call('CreateAlertPolicy', { name: each, alertPolicy }).name;
    const value = { doubleValue: each === name ? 1 : 6 };
    const timeSeries = [{ metric: { type }, points: [{ interval: { endTime: stamp(startAt) }, value }] }];
    of.call('CreateTimeSeries', { name: each, timeSeries });
    return [[channel], [policy], [`${each}/metricDescriptors/${type}`]];
  });
  const kinds = ['notificationChannels', 'alertPolicies', 'metricDescriptors'];
  const listed = projects.map((each) =>
    kinds.map((kind) => {
      const answer = of.call(`List${kind.charAt(0).toUpperCase()}${kind.slice(1)}`, { name: each });
      return answer[kind].map((one: { name: string }) => one.name);
    }),
  );
  expect(listed).toEqual(made);
  await of.jump(0);
  expect(of.told.map(({ to }) => to)).toEqual(['projects/p2/topics/alerts']);
  of.call('DeleteMetricDescriptor', { name: `${name}/metricDescriptors/${type}` });
  const seriesOf = (each: string) =>
    of.call('ListTimeSeries', { name: each, filter, interval: { endTime: stamp(startAt) } }).timeSeries;
  expect(projects.map((each) => seriesOf(each).length)).toEqual([0, 1]);
});

test('a metric that was deleted begins again, also at a time at which it had been written', () => {
  const of = start();
  of.write({ int64Value: '7' });
  of.call('DeleteMetricDescriptor', { name: `${name}/metricDescriptors/${type}` });
  of.write(1);
  expect(of.list()).toMatchObject([{ valueType: 'DOUBLE', points: [{ value: { doubleValue: 1 } }] }]);
});

test('a metric that is deleted in a jump takes with it what was repeated in it', async () => {
  const of = start();
  of.write({ int64Value: '7' });
  of.clock.set(startAt + minute);
  of.local.repeatLast(startAt + minute);
  expect(of.list()[0].points).toHaveLength(2);
  of.call('DeleteMetricDescriptor', { name: `${name}/metricDescriptors/${type}` });
  of.write(1);
  await of.jump(0);
  expect(of.list()).toMatchObject([{ valueType: 'DOUBLE', points: [{ value: { doubleValue: 1 } }] }]);
});

test('of a metric, a channel and a policy what is stated is kept, and what is not stated is what Google takes for it', () => {
  const of = start();
  const metric = { type, metricKind: 'CUMULATIVE', valueType: 'INT64', unit: 's', labels: [{ key: 'level' }] };
  const channel = { type: 'pubsub', labels: { topic: 'projects/p/topics/alerts' } };
  const policy = { displayName: 'x', combiner: 'OR', conditions: [above(1)] };
  const other = 'custom.googleapis.com/other';
  const [on, off] = [{ enabled: { value: true } }, { enabled: { value: false } }];
  for (const [kind, field, stated, expected] of [
    ['MetricDescriptor', 'metricDescriptor', metric, metric],
    ['MetricDescriptor', 'metricDescriptor', { type: other }, { metricKind: 'GAUGE', valueType: 'DOUBLE' }],
    ['NotificationChannel', 'notificationChannel', { ...channel, ...off }, off],
    ['NotificationChannel', 'notificationChannel', channel, on],
    ['AlertPolicy', 'alertPolicy', { ...policy, ...off }, off],
    ['AlertPolicy', 'alertPolicy', policy, on],
  ] as const) {
    const made = of.call(`Create${kind}`, { name, [field]: stated });
    expect(made, `${kind} ${JSON.stringify(stated)}`).toMatchObject(expected);
    expect(of.call(`Get${kind}`, { name: made.name })).toEqual(made);
  }
  // And what is written is held to it.
  const point = { interval: { startTime: stamp(startAt - minute), endTime: stamp(startAt) } };
  const written = (metricKind: string, value: object) => {
    const timeSeries = [{ metric: { type }, metricKind, points: [{ ...point, value }] }];
    return of.refused('CreateTimeSeries', { name, timeSeries });
  };
  expect(written('CUMULATIVE', { doubleValue: 1 })).toContain(`Value type for metric ${type} must be INT64`);
  expect(written('DELTA', { int64Value: '1' })).toContain(`Metric kind for metric ${type} must be CUMULATIVE`);
  expect(written('CUMULATIVE', { int64Value: '1' })).toBe('taken');
  for (const unsaid of ['METRIC_KIND_UNSPECIFIED', ''])
    expect(written(unsaid, { int64Value: '1' })).toContain(
      `Metric kind for metric ${type} must be CUMULATIVE, but is GAUGE`,
    );
});

test('a series is told whole: with the labels of its resource as they were stated, and those that were not', () => {
  const rows: [resource: { type: string; labels?: object } | undefined, labels: object][] = [
    [undefined, { project_id: 'p' }],
    [{ type: 'global' }, { project_id: 'p' }],
    [
      { type: 'generic_task', labels: { job: 'j' } },
      { project_id: 'p', job: 'j' },
    ],
    [{ type: 'global', labels: { project_id: 'stated' } }, { project_id: 'stated' }],
  ];
  for (const [resource, labels] of rows) {
    const { list, write } = start();
    write({ int64Value: '7' }, { labels: { level: 'high' }, unit: 's', ...(resource && { resource }) });
    expect(list({}, `metric.type = "${type}"`)).toEqual([
      {
        metric: { type, labels: { level: 'high' } },
        resource: { type: resource?.type ?? 'global', labels },
        metricKind: 'GAUGE',
        valueType: 'INT64',
        unit: 's',
        points: [{ interval: { startTime: stamp(startAt), endTime: stamp(startAt) }, value: { int64Value: '7' } }],
      },
    ]);
  }
});

test.each<[kind: 'NotificationChannel' | 'AlertPolicy', path: string, field: string, to: unknown]>([
  ['NotificationChannel', 'type', 'type', 'email'],
  ['NotificationChannel', 'display_name', 'displayName', 'other'],
  ['NotificationChannel', 'description', 'description', 'other'],
  ['NotificationChannel', 'labels', 'labels', { topic: 'projects/p/topics/other', email_address: 'a@b.example' }],
  ['NotificationChannel', 'user_labels', 'userLabels', { of: 'other' }],
  ['NotificationChannel', 'enabled', 'enabled', { value: false }],
  ['AlertPolicy', 'display_name', 'displayName', 'other'],
  ['AlertPolicy', 'documentation', 'documentation', { content: 'other', mimeType: 'text/markdown' }],
  ['AlertPolicy', 'user_labels', 'userLabels', { of: 'other' }],
  ['AlertPolicy', 'combiner', 'combiner', 'AND'],
  ['AlertPolicy', 'enabled', 'enabled', { value: false }],
  ['AlertPolicy', 'notification_channels', 'notificationChannels', []],
  ['AlertPolicy', 'alert_strategy', 'alertStrategy', { autoClose: seconds(7_200) }],
  ['AlertPolicy', 'severity', 'severity', 'WARNING'],
])('of a %s a mask of %s changes that, and nothing else', (kind, path, field, to) => {
  const of = start();
  const labels = { topic: 'projects/p/topics/alerts', email_address: 'ops@b.example' };
  const common = { displayName: 'before', userLabels: { of: 'us' } };
  const ofPolicy = {
    combiner: 'OR',
    conditions: [above(5)],
    severity: 'CRITICAL',
    notificationChannels: [of.channel()],
  };
  const ofChannel = { type: 'pubsub', labels, description: 'before' };
  const stated = { ...common, ...(kind === 'AlertPolicy' ? ofPolicy : ofChannel) };
  const name_ = kind === 'AlertPolicy' ? 'alertPolicy' : 'notificationChannel';
  const before = of.call(`Create${kind}`, { name, [name_]: stated });
  of.clock.set(startAt + minute);
  const others = { displayName: 'x', severity: 'ERROR', description: 'x', userLabels: { of: 'x' } };
  const asked = { [name_]: { ...others, name: before.name, [field]: to }, updateMask: { paths: [path] } };
  const { mutationRecord: _, mutationRecords: __, ...after } = of.call(`Update${kind}`, asked);
  const { mutationRecord: ___, ...kept } = before;
  expect(after).toEqual({ ...kept, [field]: to });
  expect(of.call(`Get${kind}`, { name: before.name })).toMatchObject(after);
});

describe('channels and policies', () => {
  test.each<[string, object, string[] | undefined]>([
    ['whole, without it', {}, undefined],
    ['whole, with another', { creationRecord: { mutateTime: stamp(0) } }, undefined],
    ['by a mask of it', { creationRecord: { mutateTime: stamp(0) } }, ['creation_record']],
  ])('tell when they were made also once they were written again: %s', async (_, stated, paths) => {
    const of = start();
    const channel = { type: 'email', labels: { email_address: 'a@b.example' } };
    const policy = { displayName: 'x', combiner: 'OR', conditions: [above(1)] };
    for (const [kind, field, config] of [
      ['NotificationChannel', 'notificationChannel', channel],
      ['AlertPolicy', 'alertPolicy', policy],
    ] as const) {
      const made = of.call(`Create${kind}`, { name, [field]: config });
      await of.jump(minute);
      const asked = { ...config, ...stated, name: made.name };
      of.call(`Update${kind}`, { [field]: asked, ...(paths ? { updateMask: { paths } } : {}) });
      expect(of.call(`Get${kind}`, { name: made.name }).creationRecord, kind).toEqual(made.creationRecord);
    }
  });

  test.each<[string, Record<string, string>, boolean]>([
    ['webhook_basicauth', { url: 'u', username: 'n' }, true],
    ['webhook_basicauth', { url: 'u' }, false],
    ['webhook_basicauth', { username: 'n' }, false],
    ['webhook_tokenauth', { url: 'u' }, true],
    ['pubsub', { topic: 't' }, true],
    ['email', { email_address: 'e' }, true],
    ['email', { address: 'e' }, false],
    ['email', { email_address: '' }, false],
    ['webhook_basicauth', { url: '', username: 'n' }, false],
    ['sms', { number: '1' }, true],
    ['slack', { channel_name: 'c' }, true],
    ['pagerduty', { service_key: 'k' }, true],
    ['pigeon', {}, false],
  ])('a channel of %s with %j is taken: %s', (of, labels, isTaken) => {
    const asked = { name, notificationChannel: { type: of, labels } };
    const [outcome] = start().refused('CreateNotificationChannel', asked).split(':');
    expect(outcome).toBe(isTaken ? 'taken' : 'INVALID_ARGUMENT');
  });

  test.each<[says: string, words: object, isTaken: boolean]>([
    ['a name of 512 characters', { displayName: '名'.repeat(512) }, true],
    ['a longer one', { displayName: '名'.repeat(513) }, false],
    ['labels of people’s', { userLabels: { team: 'orders' } }, true],
    ['a label in capitals', { userLabels: { Team: 'orders' } }, false],
    ['a label’s value of 64 characters', { userLabels: { team: 'x'.repeat(64) } }, false],
  ])('a channel with %s is taken or refused, made and changed', (_, words, isTaken) => {
    const of = start();
    const email = { type: 'email', labels: { email_address: 'e' } };
    const own = of.call('CreateNotificationChannel', { name, notificationChannel: email });
    const outcome = isTaken ? 'taken' : 'INVALID_ARGUMENT';
    const made = { ...own, ...words };
    expect(of.refused('CreateNotificationChannel', { name, notificationChannel: made }).split(':')[0]).toBe(outcome);
    expect(of.refused('UpdateNotificationChannel', { notificationChannel: made }).split(':')[0]).toBe(outcome);
  });

  test('a condition keeps its name in its own policy, and has a new one in any other', () => {
    const of = start();
    const make = (conditions: object[]) =>
      of.call('CreateAlertPolicy', { name, alertPolicy: { displayName: 'x', combiner: 'OR', conditions } });
    const first = make([above(1), above(2)]);
    const names = first.conditions.map((each: { name: string }) => each.name);
    expect(new Set(names).size).toBe(2);
    const turned = [first.conditions[1], above(3), first.conditions[0]];
    const again = of.call('UpdateAlertPolicy', { alertPolicy: { ...first, conditions: turned } });
    const kept = again.conditions.map((each: { name: string }) => each.name);
    expect([kept[0], kept[2]]).toEqual([names[1], names[0]]);
    const other = make([first.conditions[0], { ...above(4), name: 'mine' }]);
    for (const policy of [again, other])
      for (const each of policy.conditions) expect(each.name).toMatch(new RegExp(`^${policy.name}/conditions/\\d+$`));
  });

  test('have times of when they were made and changed, keep their names, and are listed by what they are', async () => {
    const of = start();
    const made = of.policy([above(5)], { userLabels: { team: 'a' } });
    of.policy([above(5)], { displayName: 'Other' });
    const record = { mutateTime: stamp(startAt) };
    expect(made).toMatchObject({ creationRecord: record, mutationRecord: record });
    await of.jump(minute);
    const changed = of.call('UpdateAlertPolicy', { alertPolicy: { ...made, displayName: 'New' } });
    expect(changed).toEqual({ ...made, displayName: 'New', mutationRecord: { mutateTime: stamp(startAt + minute) } });
    const list = (text: string) => of.call('ListAlertPolicies', { name, filter: text });
    expect(list('user_labels.team = "a"')).toMatchObject({ alertPolicies: [{ name: made.name }], totalSize: 1 });
    expect(list('display_name = "Other"').totalSize).toBe(1);
    const channel = of.channel({ displayName: 'Desk', userLabels: { team: 'b' } });
    const channels = (text: string) => of.call('ListNotificationChannels', { name, filter: text });
    for (const text of ['display_name = "Desk"', 'user_labels.team = "b"', `name = "${channel}"`])
      expect(channels(text), text).toMatchObject({ notificationChannels: [{ name: channel }], totalSize: 1 });
    expect(channels('labels.topic : "alerts" AND type = "pubsub"').totalSize).toBe(3);
    // A label is none of its owner's, nor the other way round, also of what has but one kind of them.
    for (const text of ['user_labels.topic : "alerts"', 'labels.team = "b"', 'team = "b"', 'display_name = "pubsub"'])
      expect(channels(text), text).toMatchObject({ notificationChannels: [], totalSize: 0 });
  });

  test('a policy of a kind that is not evaluated is kept, and says so', () => {
    const logged = { displayName: 'log', conditionMatchedLog: { filter: 'severity=ERROR' } };
    const rate = { alertStrategy: { notificationRateLimit: { period: seconds(300) } } };
    expect(start().policy([logged], rate).validity).toMatchObject({ code: 12 });
  });

  test('a policy calls channels that there are alone; one that is deleted by force is taken out of it', () => {
    const of = start();
    const missing = `${name}/notificationChannels/1`;
    const calling = { displayName: 'x', combiner: 'OR', conditions: [above(1)], notificationChannels: [missing] };
    const told = of.refused('CreateAlertPolicy', { name, alertPolicy: calling });
    expect(told).toBe(`NOT_FOUND: Could not find notification channel ${missing}.`);
    const [one, two] = [of.channel(), of.channel()];
    const made = of.policy([above(1)], { notificationChannels: [one, two] });
    expect(of.refused('DeleteNotificationChannel', { name: one })).toBe(
      `FAILED_PRECONDITION: Notification channel ${one} is used by ${made.name}.`,
    );
    of.call('DeleteNotificationChannel', { name: one, force: true });
    expect(of.call('GetAlertPolicy', { name: made.name }).notificationChannels).toEqual([two]);
    expect(of.refused('GetNotificationChannel', { name: one })).toContain('NOT_FOUND');
  });
});

describe('a filter', () => {
  const fields: Record<string, string> = {
    'metric.type': 't',
    'metric.labels.a': 'apple',
    'resource.labels.b': '',
    display_name: 'D',
  };
  const holds = (text: string) => parseFilter(text)((path) => fields[path]);
  test.each<[string, boolean]>([
    ['metric.type = "t"', true],
    ['metric.type = t', true],
    ["metric.type = 't'", true],
    ['metric.type != "t"', false],
    ['metric.type : "t"', true],
    ['metric.labels.a : "ppl"', true],
    ['metric.label.a = "apple"', true],
    ['metric.labels."a" = "apple"', true],
    ['metric.labels.c = ""', false],
    ['metric.labels.c != "x"', true],
    ['metric.labels.c : ""', false],
    ['resource.labels.b = ""', true],
    ['displayName = "D"', true],
    ['metric.labels.a = starts_with("app")', true],
    ['metric.labels.a = starts_with("ple")', false],
    ['metric.labels.a = ends_with("ple")', true],
    ['metric.labels.a = has_substring("ppl")', true],
    ['metric.labels.a = one_of("pear", "apple")', true],
    ['metric.labels.a != one_of("pear", "apple")', false],
    ['metric.labels.c = one_of("")', false],
    ['metric.labels.a = monitoring.regex.full_match("a.*e")', true],
    ['metric.labels.a = monitoring.regex.full_match("ppl")', false],
    ['metric.labels.a = monitoring.regex.full_match("pear|apple")', true],
    ['metric.labels.a = monitoring.regex.full_match("app|pear")', false],
    ['metric.labels.a = monitoring.regex.full_match("pear|ple")', false],
    ['metric.labels.c = monitoring.regex.full_match(".*")', false],
    ['metric.labels.c != monitoring.regex.full_match("x")', true],
    ['metric.type = "t" metric.labels.a = "x"', false],
    ['metric.type = "x" OR metric.type = "t" AND metric.labels.a = "x"', false],
    ['metric.type = "t" OR metric.type = "x" AND metric.labels.a = "x"', true],
    ['(metric.type = "t" OR metric.type = "x") AND metric.labels.a = "x"', false],
    ['NOT metric.type = "x" AND metric.type = "t"', true],
    ['-metric.type = "t"', false],
    ['NOT (metric.type = "t" AND metric.labels.a = "x")', true],
  ])('%s: %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  test.each([
    '',
    'metric.type',
    'metric.type =',
    'metric.type > "t"',
    '"t" = metric.type',
    'metric.type = sounds_like("t")',
    'metric.type = starts_with("t"',
    'metric.type = monitoring.regex.full_match("(")',
    '(metric.type = "t"',
    'metric.type = "t")',
    'metric.type = "t" AND',
    'metric.type = "t" OR',
  ])('%j is refused', (text) => {
    expect(() => parseFilter(text)).toThrow(`Field filter had an invalid value of "${text}".`);
  });

  test('names metrics, in its order', () => {
    const filter = 'metric.type = "a" AND metric.type=starts_with("b") OR resource.type = "c"';
    expect(metricTypesIn(filter)).toEqual(['a', 'b']);
    expect(metricTypesIn("metric.type = 'd'")).toEqual(['d']);
  });
});
