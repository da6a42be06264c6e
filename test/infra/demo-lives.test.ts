/** The demo's story happens: through the doors, by the people that it names, and its meetings agree on what meetings agree on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tellEmergency } from '../../infra/demo/emergency.ts';
import type { Life } from '../../infra/demo/live.ts';
import { liveThrough } from '../../infra/demo/live-through.ts';
import { type Call, meet } from '../../infra/demo/meeting.ts';
import { demoSettings, whyNot } from '../../infra/demo/settings.ts';
import type { Step } from '../../infra/demo/story.ts';
import { storyTexts } from '../../infra/demo/words.ts';
import { stopOnce } from '../../infra/stop-once.ts';
import { alertGroup } from '../fixtures/alert-groups.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';
import { inOwnProcess } from './command.ts';

const minute = 60_000;
const start = Date.parse('2026-11-16T01:00:00Z');
const end = start + 14 * minute;
const arrival = start + 15 * minute;
const shown: [share: number, at: number][] = [];
let scenario: Scenario;
let life: Life;
beforeAll(async () => {
  // Two are valid while they are rotated: the first is the one to send.
  const tokens = {
    TICKETS_TOKEN: 'new,old',
    ALERTS_TOKEN: 'newer,older',
    FRESHDESK_TOKEN: 'desk',
    GITHUB_WEBHOOK_SECRET: 'hub',
  };
  scenario = await openScenario('2026-11-15T00:00:00Z', { environment: { ...process.env, ...tokens } });
  const shop = { id: 'store-0', name: '渋谷店' };
  const incident = { incident_id: 'a-1', state: 'open', started_at: 1_794_790_740, scoping_project_id: 'shop-prod' };
  const deployment = {
    deployment_status: { state: 'success', created_at: '2026-11-16T00:52:00Z' },
    deployment: { id: 1, sha: 'a'.repeat(40), environment: 'production', created_at: '2026-11-16T00:51:00Z' },
    repository: { full_name: 'shop/order-api' },
  };
  const url = 'https://support.example.jp/tickets/';
  const printing = { description: '紙が出ない', ongoing: 'yes', businessImpact: 'degraded' };
  const ticket = (body: { id: string; [field: string]: unknown }, desk?: 'freshdesk') =>
    ({ kind: 'ticket', id: body.id, ...(desk && { desk }), body: { ...body, customer: shop } }) as Step['do'];
  const told: Step['do'][] = [
    { kind: 'build', body: { id: 'b-1', status: 'SUCCESS', startTime: '2026-11-16T00:50:00Z' }, deployment },
    ticket({ id: 'T-1', subject: '会計できない', url: `${url}T-1` }),
    ticket({ id: 'T-2', subject: '印刷できない', url: `${url}T-2`, ...printing }, 'freshdesk'),
    ticket({ id: 'T-3', subject: '予約できない', url: `${url}T-3` }, 'freshdesk'),
    ticket({ id: 'T-4', subject: '並び替えについて', category: 'question', differsFromExpected: 'no' }),
    {
      kind: 'alert',
      id: 'a-1',
      tool: 'monitoring',
      body: { version: '1.2', incident: { ...incident, policy_name: 'キューの滞留' } },
    },
    { kind: 'alert', id: 'a-2', tool: 'alertmanager', body: alertGroup({ name: 'OrderErrors', pods: ['a', 'b'] }) },
    { kind: 'measured', value: 4.2 },
    { kind: 'nonsense' },
    { kind: 'say', id: 'T-1', who: 'aoki@example.jp', statement: { type: 'assigned', assignee: 'sato@example.jp' } },
    { kind: 'say', id: 'a-1', who: 'ueda@example.jp', statement: { type: 'responded' } },
    { kind: 'update', id: 'T-2', who: 'mori@example.jp', message: '確認しております。' },
    { kind: 'update', id: 'T-3', who: 'sato@example.jp', message: '復旧いたしました。', recovery: true },
    { kind: 'answer', id: 'T-4', who: 'sato@example.jp', answer: { kind: 'explained' } },
  ];
  // The emergency as it is in its first quarter of an hour: reported, and its roles taken.
  const evening = tellEmergency(start, 'ja').filter(
    ({ do: what }) => what.kind === 'ticket' || what.statement.type === 'role-taken',
  );
  const steps: Step[] = [
    ...told.map((what) => ({ at: start, do: what })),
    ...evening,
    { at: start + 13 * minute, do: { kind: 'measured', value: 12.5 } },
  ];
  const span = { language: 'ja' as const, start, end, arrival: () => arrival };
  life = await liveThrough(scenario.house, steps, span, (share, at) => shown.push([share, at]));
  await scenario.advance('PT1M');
});
afterAll(() => scenario.stop());

describe('what is told', () => {
  const incidents = async () => (await scenario.get('/api/incidents')).body.incidents;
  const find = async (title: string) => (await incidents()).find((each: { title: string }) => each.title === title);

  test('comes in by the door of its tool, with all that it says', async () => {
    expect(await incidents()).toHaveLength(7);
    expect(await find('会計できない')).toMatchObject({
      origin: { tool: 'generic', id: 'T-1', url: 'https://support.example.jp/tickets/T-1' },
      reporter: { id: 'store-0', name: '渋谷店' },
      assignee: 'sato@example.jp',
      responders: ['aoki@example.jp', 'sato@example.jp'],
    });
    expect(await find('印刷できない')).toMatchObject({
      origin: { tool: 'freshdesk', id: 'T-2', url: 'https://support.example.jp/tickets/T-2' },
      reporter: { id: 'store-0', name: '渋谷店' },
      description: '紙が出ない',
      ongoing: 'yes',
      impact: { businessImpact: 'degraded' },
    });
    expect(await find('予約できない')).not.toHaveProperty('description');
    const alert = { origin: { id: 'shop-prod/a-1' }, responders: ['ueda@example.jp'] };
    expect(await find('キューの滞留')).toMatchObject(alert);
    const group = { origin: { tool: 'alertmanager' }, alert: { counts: { firing: 2 } } };
    expect(await find('OrderErrors is above 5 %')).toMatchObject(group);
    const { questions } = (await scenario.get('/api/questions')).body;
    expect(questions).toMatchObject([
      { origin: { id: 'T-4' }, status: 'answered', answer: { kind: 'explained' }, responders: ['sato@example.jp'] },
    ]);
  });

  test('of an evening on which nobody can pay is an emergency, and each of three takes a role in it', async () => {
    const evening = await find('全店で会計ができない');
    expect(evening).toMatchObject({
      ongoing: 'yes',
      emergency: { rule: 'many-customers-stopped', endedAt: null, inputs: { affectedCustomerCount: 38 } },
      affectedCustomers: [{ name: '渋谷店' }, { name: '横浜店' }, { name: '梅田店' }],
    });
    const roles = { lead: 'aoki@example.jp', customers: 'mori@example.jp', record: 'sato@example.jp' };
    for (const [role, who] of Object.entries(roles)) expect([role, evening.roles[role]?.who]).toEqual([role, who]);
    const others = (await incidents()).filter((each: { emergency: unknown }) => each.emergency !== null);
    expect(others).toHaveLength(1);
  });

  test('to customers is sent to the ticket, and says whether they can work again', async () => {
    const updatesOf = async (title: string) =>
      (await scenario.get(`/api/incidents/${(await find(title)).id}/updates`)).body.updates;
    expect(await updatesOf('印刷できない')).toMatchObject([
      { state: 'sent', ticketId: 'T-2', text: '確認しております。', recovery: false, requestedBy: 'mori@example.jp' },
    ]);
    expect(await updatesOf('予約できない')).toMatchObject([
      { state: 'sent', ticketId: 'T-3', text: '復旧いたしました。', recovery: true, requestedBy: 'sato@example.jp' },
    ]);
  });

  test('of builds and of what is measured is evidence, and the one thing that nobody can read is kept and counted', async () => {
    const { releases } = (await scenario.get(`/api/incidents/${(await find('会計できない')).id}/releases`)).body;
    expect(releases).toMatchObject([{ source: 'github', repository: 'shop/order-api' }, { id: 'b-1' }]);
    const { series } = (await scenario.get('/_local/metrics')).body;
    const measured = series.find((each: { project: string }) => each.project === 'projects/shop-prod');
    expect(measured.points).toMatchObject([{ value: { doubleValue: 12.5 } }, { value: { doubleValue: 4.2 } }]);
    const { quarantine } = (await scenario.get('/api/quarantine')).body;
    expect(quarantine).toMatchObject([{ source: 'generic' }]);
    expect(life.refused()).toBe(1);
  });

  test('happens at its time, from the beginning of the half year to when the visitor comes', async () => {
    const filed = Date.parse((await find('会計できない')).filedAt);
    expect([filed >= start, filed < start + 10 * minute]).toEqual([true, true]);
    const evening = await find('全店で会計ができない');
    const { events } = (await scenario.get(`/api/incidents/${evening.id}/timeline`)).body;
    const taken = events.filter((each: { type: string }) => each.type === 'role-taken');
    // A clock on which time passes: not before, and little later.
    const after = taken.map((each: { recordedAt: string }) => Date.parse(each.recordedAt) - start);
    const isInTime = after.map((each: number, index: number) => each >= ([2, 3, 12][index] ?? 0) * minute);
    expect(isInTime).toEqual([true, true, true]);
    expect(after[0]).toBeLessThan(12 * minute);
    expect(scenario.house.cloud.clock.now()).toBeGreaterThanOrEqual(arrival + minute);
  });

  test('is shown as it happens, as a share of all, and at last as the whole', () => {
    expect([shown[0], shown.at(-2), shown.at(-1)]).toEqual([
      [0, start],
      [13 / 14, start + 13 * minute],
      [1, end],
    ]);
  });

  test('of the shop’s error rate sets off its own alert, and Metronome may read it there', async () => {
    const alarmed = await find('注文APIのエラー率');
    expect(alarmed).toMatchObject({ origin: { tool: 'monitoring' } });
    const { series } = (await scenario.get(`/api/incidents/${alarmed.id}/series`)).body;
    expect(series).toMatchObject([{ points: expect.arrayContaining([expect.objectContaining({ value: 12.5 })]) }]);
  });
});

describe('a meeting', () => {
  const week = '2026-W47';
  /** What is asked of an API that answers so, with who asks: `PATCH /api/actions/act_1`. */
  async function meetingOf(bundle: object, actions: object[] = []) {
    const told: { call: string; body?: unknown; by?: string }[] = [];
    const call: Call = async (method, path, body, headers) => {
      if (method === 'GET') return path.startsWith('/api/actions') ? { actions } : { ...bundle };
      const claims = headers?.authorization?.split('.')[1] ?? '';
      told.push({ call: `${method} ${path}`, body, by: JSON.parse(Buffer.from(claims, 'base64url').toString()).email });
      return {};
    };
    await meet(call, week, storyTexts('ja'));
    return told;
  }
  const quiet = { alarms: [], entries: [] };
  const entry = (id: string, failed: string[], more: object = {}) => ({
    id,
    status: 'open',
    impact: {},
    checkpoints: [{ id: 'tests-run', result: 'pass' }, ...failed.map((each) => ({ id: each, result: 'fail' }))],
    ...more,
  });
  const by = 'chair@example.jp';
  const attended = {
    call: `POST /api/postmortems/${week}/attendance`,
    body: { present: ['mori@example.jp', 'sato@example.jp', by], chair: by },
    by,
  };
  const held = { call: `POST /api/postmortems/${week}/hold`, body: {}, by };

  test('of a quiet week notes who was there and is held, in that order', async () => {
    expect(await meetingOf(quiet)).toEqual([attended, held]);
  });

  test('answers for changed counts where nobody has', async () => {
    const [answered, ...rest] = await meetingOf({ ...quiet, alarms: [{}] });
    expect(answered).toMatchObject({ call: `POST /api/postmortems/${week}/answers`, body: { item: 'falling-counts' } });
    expect(rest).toEqual([attended, held]);
  });

  test('confirms each incident that nobody has, carried ones first, and none that is another’s', async () => {
    const told = await meetingOf({
      ...quiet,
      carriedIncidents: [entry('inc_1', [])],
      entries: [
        entry('inc_2', [], { impact: { businessImpact: 'stopped', affectedCustomerCount: 7 } }),
        entry('inc_3', [], { status: 'linked' }),
        entry('inc_4', [], { reviewedAt: '2026-11-20T00:00:00Z' }),
      ],
    });
    const review = (id: string, businessImpact: string, affectedCustomerCount: number) => {
      return { call: `POST /api/incidents/${id}/review`, body: { businessImpact, affectedCustomerCount }, by };
    };
    expect(told.slice(0, -2)).toEqual([review('inc_1', 'inconvenient', 1), review('inc_2', 'stopped', 7)]);
  });

  // Another one each week: the 47th takes the second of two kinds, and the third of five.
  test.each<[failed: string[][], incidentId: string, kind: string, description: string]>([
    [[['release-flow']], 'inc_1', 'prevent', '手動のリリースでも標準のトリガーを通す'],
    [
      [['first-response'], ['scope-confirmed'], ['scope-confirmed']],
      'inc_2',
      'detect',
      '影響店舗の数え方を手順書にする',
    ],
    [
      [
        ['tests-run', 'customers-updated'],
        ['release-flow', 'first-response'],
        ['scope-confirmed', 'release-flow'],
      ],
      'inc_2',
      'prevent',
      '手動のリリースでも標準のトリガーを通す',
    ],
    [[['zz-new']], 'inc_1', 'mitigate', '初動の通知が当番に届いたことを確認できるようにする'],
  ])('agrees on one next action, of what failed: %j', async (failed, incidentId, kind, description) => {
    const reviewedAt = '2026-11-20T00:00:00Z';
    const entries = failed.map((each, index) => entry(`inc_${index + 1}`, each, { reviewedAt }));
    const [agreed, ...rest] = await meetingOf({ ...quiet, entries });
    expect(agreed).toMatchObject({
      call: 'POST /api/actions',
      body: {
        incidentId,
        bundleId: week,
        kind,
        description,
        doneWhen: expect.stringMatching(/./),
        owner: 'mori@example.jp',
        ticketUrl: `https://dev.example.jp/${week}`,
      },
      by,
    });
    expect(rest).toEqual([attended, held]);
  });

  test('settles older actions: most are done, and what is carried is planned again once, then dropped', async () => {
    const action = (id: string, more: object = {}) => ({
      id,
      bundleId: '2026-W46',
      ticketUrl: `https://dev.example.jp/${id}`,
      choiceRequired: false,
      due: { rule: 'kind' },
      ...more,
    });
    const told = await meetingOf(quiet, [
      action('first'),
      action('replanned', { due: { rule: 'replanned' } }),
      action('third'),
      action('carried', { choiceRequired: true }),
      action('carried-again', { choiceRequired: true, due: { rule: 'replanned' } }),
      action('of-this-week', { bundleId: week }),
      action('without-a-ticket', { ticketUrl: undefined }),
    ]);
    const patch = (id: string, body: object) => ({ call: `PATCH /api/actions/${id}`, body, by });
    const done = (id: string) => patch(id, { status: 'done', evidenceUrl: `https://dev.example.jp/${id}#done` });
    expect(told).toEqual([
      done('replanned'),
      done('third'),
      // Two weeks on, by the clock of the house.
      patch('carried', { dueAt: expect.stringMatching(/^2026-11-30T01:/) }),
      patch('carried-again', { status: 'dropped', droppedReason: expect.stringMatching(/./) }),
      attended,
      held,
    ]);
  });
});

describe('the demo is set', () => {
  const now = Date.parse('2026-11-25T03:00:00Z');

  test('to half a year until now, and to ports and a folder of its own, where nothing is said', () => {
    const { house, seed, start: from, end: to, arrival: arrivalAt } = demoSettings({ TICKETS_TOKEN: 'mine' }, now);
    expect([house.port, house.cloudPort, house.dataDirectory, house.fresh]).toEqual([8080, 8081, '.local/demo', true]);
    const made = expect.stringMatching(/^[\da-f-]{36}$/);
    const doors = { FRESHDESK_TOKEN: made, GITHUB_WEBHOOK_SECRET: made };
    expect(house.environment).toEqual({ TICKETS_TOKEN: 'mine', ...doors });
    expect([seed, to]).toEqual([20_261_124, now]);
    // The Monday of 26 weeks ago, in Japan.
    expect(new Date(from).toISOString()).toBe('2026-05-24T15:00:00.000Z');
    // It took a minute to tell: the visitor’s clock has gone on.
    expect([arrivalAt(now + minute), arrivalAt(now - minute)]).toEqual([now + minute, now]);
    const another = demoSettings({}, now).house.environment;
    expect(another?.FRESHDESK_TOKEN).not.toBe(house.environment?.FRESHDESK_TOKEN);
  });

  test.each<[string, string, (of: ReturnType<typeof demoSettings>) => unknown, unknown]>([
    ['PORT', '9090', ({ house }) => house.port, 9_090],
    ['PORT', '0', ({ house }) => house.port, 0],
    ['PORT', '', ({ house }) => house.port, 8_080],
    ['LOCAL_CLOUD_PORT', '65535', ({ house }) => house.cloudPort, 65_535],
    ['LOCAL_CLOUD_PORT', '', ({ house }) => house.cloudPort, 8_081],
    ['LOCAL_DATA_DIR', 'elsewhere', ({ house }) => house.dataDirectory, 'elsewhere'],
    ['LOCAL_DATA_DIR', '', ({ house }) => house.dataDirectory, '.local/demo'],
    ['DEMO_SEED', '7', ({ seed }) => seed, 7],
    ['DEMO_SEED', '0', ({ seed }) => seed, 0],
    ['LANG', 'ja_JP.UTF-8', ({ language }) => language, 'ja'],
    ['LANG', 'en_GB.UTF-8', ({ language }) => language, 'en'],
    ['LC_ALL', 'C', ({ language }) => language, 'en'],
    ['FRESHDESK_TOKEN', 'mine', ({ house }) => house.environment?.FRESHDESK_TOKEN, 'mine'],
    ['DEMO_NOW', '2026-11-24T02:30:00Z', ({ end: to }) => to, Date.parse('2026-11-24T02:30:00Z')],
    // Pictures are to be the same, however long it takes.
    ['DEMO_NOW', '2026-11-24T02:30:00Z', (of) => of.arrival(now), Date.parse('2026-11-24T02:30:00Z')],
    ['DEMO_NOW', '', ({ end: to }) => to, now],
  ])('by %s=%s', (name, value, read, expected) => {
    expect(read(demoSettings({ [name]: value }, now))).toEqual(expected);
  });

  test.each([
    ['PORT', '65536', 'PORT has to be a whole number from 0 to 65535, and is “65536”.'],
    ['PORT', '-1', 'PORT has to be a whole number from 0 to 65535, and is “-1”.'],
    ['LOCAL_CLOUD_PORT', 'x', 'LOCAL_CLOUD_PORT has to be a whole number from 0 to 65535, and is “x”.'],
    ['DEMO_SEED', '1.5', 'DEMO_SEED has to be a whole number from 0 to 4294967295, and is “1.5”.'],
    ['DEMO_NOW', 'today', 'DEMO_NOW has to be a time such as 2026-11-24T02:00:00Z, and is “today”.'],
  ])('not by %s=%s', (name, value, said) => {
    expect(() => demoSettings({ [name]: value }, now)).toThrow(said);
  });

  test('in the language that was typed, whatever the machine’s is', () => {
    expect(demoSettings({ LANG: 'en_US.UTF-8' }, now, 'ja').language).toBe('ja');
    expect(() => demoSettings({}, now, 'fr')).toThrow('--language has to be ja or en, and is “fr”.');
  });

  test('and whose port is taken is told which to choose, before anything is told', async () => {
    const ports = { port: 8_080, cloudPort: 8_081 };
    const taken = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' });
    expect(whyNot(taken, ports, 'en')).toMatch(/^Port 8080 is taken by .*: PORT=8090 npm run demo$/);
    expect(whyNot(taken, ports, 'ja')).toMatch(/^ポート 8080 は.*: PORT=8090 npm run demo$/);
    expect(whyNot(new Error('another'), ports, 'ja')).toBe('another');
    const { port } = scenario.house.cloud;
    const data = mkdtempSync(join(tmpdir(), 'metronome-demo-'));
    const set = { LOCAL_CLOUD_PORT: String(port), LOCAL_DATA_DIR: data };
    const { code, out, err } = await inOwnProcess('demo.ts', ['--language', 'en'], set);
    rmSync(data, { recursive: true });
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(new RegExp(`^Port ${port} is taken by .*: LOCAL_CLOUD_PORT=${port + 10} npm run demo\n$`, 'm'));
  });
});

describe('a signal', () => {
  /** What the process ended with, once the stop has come to its end. */
  async function ended(signals: number, stop: () => Promise<void>): Promise<number[]> {
    const codes: number[] = [];
    let stops = 0;
    const onSignal = stopOnce(
      () => {
        stops += 1;
        return stop();
      },
      (code) => void codes.push(code),
    );
    expect(stops).toBe(0);
    for (let of = 0; of < signals; of += 1) onSignal();
    await new Promise(setImmediate);
    expect(stops).toBe(1);
    return codes;
  }

  test('stops what runs, once, and the process ends well when it has stopped', async () => {
    expect(await ended(1, async () => undefined)).toEqual([0]);
    expect(await ended(1, () => new Promise(() => undefined))).toEqual([]);
  });

  test('ends a process with a failure where it could not be stopped', async () => {
    expect(await ended(1, () => Promise.reject(new Error('no')))).toEqual([1]);
  });

  test('that comes while it stops ends it at once, and another does no more', async () => {
    expect(await ended(2, () => new Promise(() => undefined))).toEqual([130]);
    expect(await ended(3, () => new Promise(() => undefined))).toEqual([130, 130]);
  });
});
