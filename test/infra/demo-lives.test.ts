/** What the demo tells of happens: through the doors, by whom it names; and at its meetings what a meeting agrees on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tellEmergency } from '../../infra/demo/emergency.ts';
import { type Life, liveAt } from '../../infra/demo/live.ts';
import { type Call, meet } from '../../infra/demo/meeting.ts';
import type { Step } from '../../infra/demo/story.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';

let scenario: Scenario;
let life: Life;
beforeAll(async () => {
  // Two are valid while they are rotated: the first is the one to send.
  const tokens = { TICKETS_TOKEN: 'new,old', ALERTS_TOKEN: 'newer,older', FRESHDESK_TOKEN: 'desk' };
  scenario = await openScenario('2026-11-16T01:00:00Z', { environment: { ...process.env, ...tokens } });
  life = liveAt(scenario.url, scenario.house.environment);
  const shop = { id: 'store-0', name: '渋谷店' };
  const incident = { incident_id: 'a-1', state: 'open', started_at: 1_794_790_740, scoping_project_id: 'shop-prod' };
  const url = 'https://support.example.jp/tickets/';
  const told: Step['do'][] = [
    { kind: 'build', body: { id: 'b-1', status: 'SUCCESS', startTime: '2026-11-16T00:50:00Z' } },
    { kind: 'ticket', id: 'T-1', body: { id: 'T-1', subject: '会計できない', url: `${url}T-1`, customer: shop } },
    {
      kind: 'ticket',
      id: 'T-2',
      desk: 'freshdesk',
      body: {
        id: 'T-2',
        subject: '印刷できない',
        description: '紙が出ない',
        url: `${url}T-2`,
        customer: shop,
        ongoing: 'yes',
        businessImpact: 'degraded',
      },
    },
    {
      kind: 'ticket',
      id: 'T-3',
      desk: 'freshdesk',
      body: { id: 'T-3', subject: '予約できない', url: `${url}T-3`, customer: shop },
    },
    {
      kind: 'ticket',
      id: 'T-4',
      body: { id: 'T-4', subject: '並び替えについて', category: 'question', differsFromExpected: 'no', customer: shop },
    },
    { kind: 'alert', body: { version: '1.2', incident: { ...incident, policy_name: 'キューの滞留' } } },
    { kind: 'measured', value: 4.2 },
    { kind: 'nonsense' },
    { kind: 'say', id: 'T-1', who: 'aoki@example.jp', statement: { type: 'assigned', assignee: 'sato@example.jp' } },
    { kind: 'say', id: 'a-1', who: 'ueda@example.jp', statement: { type: 'responded' } },
    { kind: 'update', id: 'T-2', who: 'mori@example.jp', message: '確認しております。' },
    { kind: 'update', id: 'T-3', who: 'sato@example.jp', message: '復旧いたしました。', recovery: true },
    { kind: 'answer', id: 'T-4', who: 'sato@example.jp', answer: { kind: 'explained' } },
  ];
  for (const what of told) await life.happen({ at: 0, do: what });
  // The emergency as it is in its first quarter of an hour: reported, and its roles taken.
  const evening = tellEmergency(scenario.house.cloud.clock.now());
  for (const step of evening) {
    if (step.do.kind === 'ticket' || step.do.statement.type === 'role-taken') await life.happen(step);
  }
  await scenario.advance('PT1M');
});
afterAll(() => scenario.stop());

describe('what is told', () => {
  const incidents = async () => (await scenario.get('/api/incidents')).body.incidents;
  const find = async (title: string) => (await incidents()).find((each: { title: string }) => each.title === title);

  test('comes in by the door of its tool, with all that it says', async () => {
    expect(await incidents()).toHaveLength(5);
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
    expect(await find('キューの滞留')).toMatchObject({
      origin: { id: 'shop-prod/a-1' },
      responders: ['ueda@example.jp'],
    });
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
    expect(releases).toMatchObject([{ id: 'b-1' }]);
    const { series } = (await scenario.get('/_local/metrics')).body;
    const measured = series.find((each: { project: string }) => each.project === 'projects/shop-prod');
    expect(measured.points).toMatchObject([{ value: { doubleValue: 4.2 } }]);
    const { quarantine } = (await scenario.get('/api/quarantine')).body;
    expect(quarantine).toMatchObject([{ source: 'generic' }]);
    expect(life.refused()).toBe(1);
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
    await meet(call, week);
    return told;
  }
  const quiet = { underReporting: { findings: [] }, entries: [] };
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

  test('answers for falling counts where they were found', async () => {
    const [answered, ...rest] = await meetingOf({ ...quiet, underReporting: { findings: [{}] } });
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
    expect(told.slice(0, -2)).toEqual([
      {
        call: 'POST /api/incidents/inc_1/review',
        body: { businessImpact: 'inconvenient', affectedCustomerCount: 1 },
        by,
      },
      { call: 'POST /api/incidents/inc_2/review', body: { businessImpact: 'stopped', affectedCustomerCount: 7 }, by },
    ]);
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

  test('settles older actions: most are done, and what is carried is planned anew once, then dropped', async () => {
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
    const done = (id: string) => ({
      call: `PATCH /api/actions/${id}`,
      body: { status: 'done', evidenceUrl: `https://dev.example.jp/${id}#done` },
      by,
    });
    expect(told).toEqual([
      done('replanned'),
      done('third'),
      // Two weeks on, by the clock of the house.
      { call: 'PATCH /api/actions/carried', body: { dueAt: expect.stringMatching(/^2026-11-30T01:/) }, by },
      {
        call: 'PATCH /api/actions/carried-again',
        body: { status: 'dropped', droppedReason: expect.stringMatching(/./) },
        by,
      },
      attended,
      held,
    ]);
  });
});
