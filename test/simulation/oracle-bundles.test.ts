/** Of the oracle: what it reads of a bundle's entries and agenda, and of what people state, on records of a few lines. */
import { describe, expect, test } from 'vitest';
import { checkParts } from './oracle/bundle-parts.ts';
import { checkDetails, checkListed } from './oracle/entry-details.ts';
import { type Doc, sortRecords } from './oracle/records.ts';
import { checkStated, readStated } from './oracle/statements.ts';

const minuteMs = 60_000;
const at = (minutes: number): number => Date.parse('2026-11-24T01:00:00Z') + minutes * minuteMs;
const iso = (minutes: number): string => new Date(at(minutes)).toISOString();
const evidence = 'https://evidence.example/1';

const state = {
  id: 'inc_1',
  status: 'open',
  ongoing: 'yes',
  description: '追記',
  origin: { url: 'https://tickets.example/1' },
  ticketUrls: ['https://tickets.example/1'],
  reportedAt: at(0),
  firstResponseAt: at(4),
  urgency: { level: 'high', rule: 'occurrence-unknown' },
  score: { reference: { value: 8, rule: 'impact-by-customers', inputs: {} }, confirmed: null },
  impact: { affectedCustomerCount: 3, recurrenceRisk: 'yes', scopeMethod: 'ログ', scopeEvidenceUrl: evidence },
  cause: { category: 'release', releaseId: 'none', summary: '設定' },
  mitigation: { kind: 'workaround', summary: '回避策' },
  emergency: {
    rule: 'several-reports-of-one-area',
    since: at(6),
    endedAt: at(30),
    inputs: { area: 'order', reports: [{ customerId: 'a' }, { customerId: 'b' }] },
  },
  roles: { lead: { who: 'sato', at: at(9) }, record: { who: 'sato', at: at(2) } },
};
const slot = { contactId: 'con_1', dueAt: at(15), endAt: at(45), outcome: 'missed' };
const events = [
  { id: '00000001', type: 'filed', changes: { id: 'inc_1' } },
  { id: '00000002', type: 'slot-closed', detail: slot },
];
const records = sortRecords(
  new Map<string, Doc>([
    ['incidents/inc_1/contacts/con_1', { id: 'con_1', customers: [{ id: 'store-1' }], isTheOthers: false }],
  ]),
);
const point = (id: string, result: string, reason: string, facts: Doc, shown: string[] = []): Doc => ({
  id,
  result,
  reason,
  facts,
  evidence: shown,
  heading: /^(release|tests)/.test(id) ? 'prevention' : 'response',
});
const entryOf = (): Doc => ({
  id: 'inc_1',
  status: 'open',
  ongoing: 'yes',
  description: '追記',
  url: 'https://tickets.example/1',
  ticketUrls: ['https://tickets.example/1'],
  firstResponseAt: iso(4),
  urgency: { level: 'high', rule: 'occurrence-unknown' },
  score: structuredClone(state.score),
  impact: { ...state.impact },
  cause: { ...state.cause },
  mitigation: { ...state.mitigation },
  missing: [{ field: 'prevention', why: 'No prevention is stated.' }],
  checkpoints: [
    point('release-flow', 'not-applicable', 'release-ruled-out', { releaseId: 'none' }),
    point('tests-run', 'not-applicable', 'release-ruled-out', { releaseId: 'none' }),
    point('first-response', 'pass', 'in-time', { reportedAt: iso(0), firstResponseAt: iso(4) }),
    point('scope-confirmed', 'pass', 'scope-recorded', { affectedCustomerCount: 3, scopeMethod: 'ログ', lacks: [] }, [
      evidence,
    ]),
    point('customers-updated', 'fail', 'slots-missed', {
      met: 0,
      late: 0,
      missed: 1,
      notReminded: 0,
      lateFor: [],
      missedFor: ['store-1'],
      notRemindedFor: [],
    }),
  ],
  rhythm: {
    met: 0,
    late: 0,
    missed: 1,
    notReminded: 0,
    slots: [{ customer: 'store-1', dueAt: iso(15), outcome: 'missed' }],
  },
  emergency: {
    rule: 'several-reports-of-one-area',
    customers: 2,
    area: 'order',
    since: iso(6),
    endedAt: iso(30),
    minutes: { minutes: 24 },
    roles: [
      { role: 'lead', takenAt: iso(9), minutes: 3 },
      { role: 'customers', takenAt: null, minutes: null },
      { role: 'record', takenAt: iso(2), minutes: 0 },
    ],
  },
});

describe('what a bundle says of an incident', () => {
  const judge = (entry: Doc): string[] => checkDetails(entry, state, events, records);
  test('is what was recorded', () => expect(judge(entryOf())).toEqual([]));
  const pointOf = ({ checkpoints }: Doc, id: string): Doc => checkpoints.find((each: Doc) => each.id === id);
  test.each(
    Object.entries<(entry: Doc) => unknown>({
      'its recurrence': ({ impact }) => Object.assign(impact, { recurrenceRisk: 'no' }),
      'where its scope': ({ impact }) => Object.assign(impact, { scopeEvidenceUrl: 'x' }),
      'its cause': ({ cause }) => Object.assign(cause, { summary: 'x' }),
      'what helped': ({ mitigation }) => Object.assign(mitigation, { summary: 'x' }),
      'its description': (entry) => Object.assign(entry, { description: 'x' }),
      'its address': (entry) => Object.assign(entry, { url: 'x' }),
      'its tickets': ({ ticketUrls }) => ticketUrls.pop(),
      'its urgency': ({ urgency }) => Object.assign(urgency, { rule: 'x' }),
      'its reference score': ({ score }) => Object.assign(score.reference, { rule: 'x' }),
      'its confirmed score': ({ score }) => Object.assign(score, { confirmed: { value: 1 } }),
      'what is said of prevention': ({ missing }) => Object.assign(missing[0], { why: 'x' }),
      'emergency ended': ({ emergency }) => Object.assign(emergency, { endedAt: null }),
      'how long its emergency': ({ emergency }) => Object.assign(emergency.minutes, { minutes: 25 }),
      'whom its emergency counts': ({ emergency }) => Object.assign(emergency, { customers: 3 }),
      'where its emergency is': ({ emergency }) => Object.assign(emergency, { area: 'x' }),
      'somebody took record': ({ emergency }) => Object.assign(emergency.roles[2], { minutes: -4 }),
      'why first-response': (entry) => Object.assign(pointOf(entry, 'first-response'), { reason: 'x' }),
      'the part of tests-run': (entry) => Object.assign(pointOf(entry, 'tests-run'), { heading: 'x' }),
      'the release of': (entry) => Object.assign(pointOf(entry, 'tests-run').facts, { releaseId: null }),
      'what the scope lacks': (entry) => pointOf(entry, 'scope-confirmed').facts.lacks.push('scopeMethod'),
      'what shows the scope': (entry) => pointOf(entry, 'scope-confirmed').evidence.pop(),
      'whom the scope': (entry) => Object.assign(pointOf(entry, 'scope-confirmed').facts, { affectedCustomerCount: 2 }),
      'the response that is judged': (entry) =>
        Object.assign(pointOf(entry, 'first-response').facts, { firstResponseAt: iso(5) }),
      'whose slots were missed': (entry) => pointOf(entry, 'customers-updated').facts.missedFor.pop(),
      'how many slots were missed': (entry) => Object.assign(pointOf(entry, 'customers-updated').facts, { missed: 2 }),
      'whose slots did not go well': ({ rhythm }) => Object.assign(rhythm.slots[0], { customer: 'store-2' }),
    }),
  )('otherwise is noticed: %s', (expected, spoil) => {
    const entry = entryOf();
    spoil(entry);
    expect(judge(entry)).toContainEqual(expect.stringMatching(expected));
  });
  test('its head says the same of an emergency as its entry', () => {
    const entry = { ...entryOf(), title: '全店' };
    const { emergency, title, checkpoints } = entry;
    const results = checkpoints.map(({ id, result }: Doc) => ({ id, result }));
    const head = { incidentId: 'inc_1', title, ...emergency, checkpoints: results };
    expect(checkListed({ id: '2026-W48', entries: [entry], emergencies: [head] })).toEqual([]);
    expect(checkListed({ id: '2026-W48', entries: [entry], emergencies: [{ ...head, customers: 3 }] })).toHaveLength(1);
  });
});

describe('the parts of a bundle', () => {
  const action = {
    id: 'act_1',
    description: '直す',
    bundleId: '2026-W47',
    timesCarried: 1,
    status: 'agreed',
    isOverdue: false,
  };
  const span = { known: 0, pending: 0, unknown: 0, n: 0, medianMinutes: null, p90Minutes: null, distribution: [] };
  const bundleOf = (of: { action?: Doc; agenda?: Doc[]; count?: number }): Doc => ({
    id: '2026-W48',
    period: { end: '2026-11-29T15:00:00.000Z' },
    aggregates: { total: {}, bySource: [] },
    doors: {},
    drills: { entries: [], firstResponse: span },
    entries: [],
    carriedIncidents: [],
    questions: { items: [] },
    outside: { sample: [] },
    missingData: { total: 0 },
    trends: [
      {
        week: '2026-W48',
        summary: {
          impact: {},
          customers: {},
          firstResponse: {},
          mitigation: {},
          recovery: {},
          slots: {},
          lostTime: {},
          score: { known: 0, sum: 0 },
        },
      },
    ],
    carriedActionCount: of.count ?? 1,
    carriedActions: [
      { ...action, dueAt: iso(20_000), owner: 'sato', ticketUrl: 'x', lacks: ['doneWhen'], ...of.action },
    ],
    newActions: [],
    agenda: of.agenda ?? [{ id: 'act_1', kind: 'action', title: '直す' }],
  });
  const judge = (of: Parameters<typeof bundleOf>[0]): string[] => {
    const usual = new Set(checkParts(bundleOf({})));
    return checkParts(bundleOf(of)).filter((each) => !usual.has(each));
  };
  test('are as they should be', () =>
    expect(checkParts(bundleOf({})).filter((each) => /act_1|agenda|carries/.test(each))).toEqual([]));
  test.each<[string, Parameters<typeof bundleOf>[0], RegExp]>([
    [
      'an action that was carried as often as nobody did',
      { action: { timesCarried: 2 } },
      /carried 2 times since 2026-W47/,
    ],
    ['an action of the year before', { action: { bundleId: '2025-W52' } }, /carried 1 times since 2025-W52/],
    ['an action that lacks something else', { action: { lacks: [] } }, /it lacks/],
    ['another number of actions', { count: 2 }, /2 for the actions that it carries, and it is 1/],
    ['an agenda without an action', { agenda: [] }, /does not go through act_1/],
    ['an agenda by another title', { agenda: [{ id: 'act_1', kind: 'action', title: 'x' }] }, /the action act_1 “x”/],
  ])('%s is noticed', (_, of, expected) => {
    expect(judge(of)).toContainEqual(expect.stringMatching(expected));
  });
});

describe('what somebody stated', () => {
  const kept = {
    id: '00000002',
    type: 'scoped',
    actor: 'sato',
    occurredAt: at(3),
    recordedAt: at(5),
    evidenceUrl: evidence,
    detail: { affectedCustomerCount: 3, method: 'ログ' },
  };
  const body = { type: 'scoped', occurredAt: iso(3), evidenceUrl: evidence, affectedCustomerCount: 3, method: 'ログ' };
  function judge(is: Doc = {}, answered: Doc = {}, said: Doc = {}): string[] {
    const call = {
      kind: 'http',
      method: 'POST',
      path: '/api/incidents/inc_1/events',
      headers: {},
      body: JSON.stringify({ ...body, ...said }),
    } as const;
    const answer = { ...kept, occurredAt: iso(3), events: [], incident: {}, ...answered };
    const stated = readStated(call, { status: 201, headers: {}, body: answer }, at(5));
    const documents = new Map<string, Doc>([['incidents/inc_1/timeline/00000002', { ...kept, ...is }]]);
    return checkStated(stated ? [stated] : [], sortRecords(documents));
  }
  test('is kept so, and answered so', () => expect(judge()).toEqual([]));
  test.each<[string, Doc, RegExp]>([
    ['of another time', { occurredAt: at(5) }, /is of .*01:05.*, and was of .*01:03/],
    ['shown by something else', { evidenceUrl: undefined }, /is shown by undefined/],
    ['of another kind', { type: 'verified' }, /is kept as verified/],
    [
      'with another value',
      { detail: { affectedCustomerCount: 4, method: 'ログ' } },
      /has 4 as its affectedCustomerCount/,
    ],
    ['without a value', { detail: { affectedCustomerCount: 3 } }, /as its method/],
  ])('and is kept %s is noticed', (_, is, expected) => {
    expect(judge(is)).toContainEqual(expect.stringMatching(expected));
  });
  test('and was answered otherwise is noticed', () =>
    expect(judge({}, { detail: { affectedCustomerCount: 3 } })).toContainEqual(
      expect.stringMatching(/was answered as/),
    ));
  test('and is not there is noticed', () => expect(judge({}, { id: '00000009' })).toHaveLength(1));
  test('as a correction is of that field, to that value', () => {
    const correcting = {
      type: 'corrected',
      field: 'ongoing',
      value: 'no',
      affectedCustomerCount: undefined,
      method: undefined,
    };
    const corrected = (detail: Doc): string[] =>
      judge({ type: 'corrected', detail }, { type: 'corrected', detail }, correcting);
    expect(corrected({ field: 'ongoing', old: 'yes', new: 'no' })).toEqual([]);
    expect(corrected({ field: 'ongoing', old: 'yes', new: 'yes' })).toHaveLength(1);
    expect(corrected({ field: 'title', old: 'yes', new: 'no' })).toHaveLength(1);
  });
});
