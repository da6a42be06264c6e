/** Table J as it can be seen: what each statement leaves on the record, in any order, and what is refused, in its words. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instant, type Row, type Seen, Timetable } from './timetable.ts';

// biome-ignore lint/suspicious/noExplicitAny: a scenario reads what it expects, and fails where it is not there
type Body = any;

const at = instant;
const asks = { subject: '場所を知りたい', category: 'question', differsFromExpected: 'no', ongoing: 'no' };
const shown = { method: 'logs', evidenceUrl: 'https://logs.example/1' };
const fields = (wanted: Record<string, unknown>): Row['is'] => ({ fields: wanted });

/** All are filed at 10:00 about 09:50, and looked at when everything has been stated. */
const rows: Record<string, Row> = {
  // Any statement is a response; the earliest is the first.
  responded: {
    says: [['10:04', { type: 'responded' }]],
    at: '10:04',
    is: fields({ firstResponseAt: at('10:04'), responders: ['local'] }),
  },
  'responded, stated later for earlier': {
    says: [['10:20', { type: 'responded' }, { type: 'responded', at: '10:03' }]],
    at: '10:20',
    is: fields({ firstResponseAt: at('10:03'), responders: ['local'] }),
  },
  'responded, and again: the first stands': {
    says: [
      ['10:03', { type: 'responded' }],
      ['10:20', { type: 'responded' }],
    ],
    at: '10:20',
    is: fields({ firstResponseAt: at('10:03') }),
  },
  assigned: {
    says: [['10:04', { type: 'assigned', assignee: 'sato@example.jp' }]],
    at: '10:04',
    is: fields({ assignee: 'sato@example.jp', firstResponseAt: at('10:04'), responders: ['local', 'sato@example.jp'] }),
  },
  'assigned to another: the last has it, both responded': {
    says: [['10:04', { type: 'assigned', assignee: 'sato' }, { type: 'assigned', assignee: 'ito' }]],
    at: '10:04',
    is: fields({ assignee: 'ito', responders: ['local', 'sato', 'ito'] }),
  },
  'a comment is no response': {
    says: [['10:04', { type: 'commented', text: '見ています' }]],
    at: '10:04',
    is: fields({ firstResponseAt: undefined, responders: [] }),
  },
  'a correction is no response in time, but its author responded': {
    says: [['10:04', { type: 'corrected', field: 'title', value: '会計できない' }]],
    at: '10:04',
    is: fields({ firstResponseAt: undefined, title: '会計できない' }),
  },
  'an update, too, is a response': {
    says: [['10:04', { type: 'customer-updated', customers: 'all', channel: 'mail' }]],
    at: '10:04',
    is: fields({ firstResponseAt: at('10:04') }),
  },
  'and a recovery': {
    says: [['10:04', { type: 'recovered' }]],
    at: '10:04',
    is: { status: 'recovered', recovered: '10:04', fields: { firstResponseAt: at('10:04') } },
  },

  // Verified.
  'verified to go on': {
    ticket: { ongoing: undefined },
    says: [['10:04', { type: 'verified', happened: 'yes', ongoing: 'yes', method: 'reproduced' }]],
    at: '10:04',
    is: { status: 'open', ongoing: 'yes', fields: { verifiedAt: at('10:04'), firstResponseAt: at('10:04') } },
  },
  'verified twice: the first time stands, the last word on ongoing does': {
    says: [
      ['10:04', { type: 'verified', ongoing: 'yes' }],
      ['10:09', { type: 'verified', ongoing: 'no' }],
    ],
    at: '10:09',
    is: { ongoing: 'no', fields: { verifiedAt: at('10:04') } },
  },
  'verified without a word on ongoing leaves it': {
    says: [['10:04', { type: 'verified', happened: 'yes' }]],
    at: '10:04',
    is: { ongoing: 'yes', status: 'open' },
  },
  'not found to occur': {
    says: [['10:04', { type: 'verified', happened: 'no', ...shown }]],
    at: '10:04',
    is: { status: 'not-occurring', ongoing: 'no', recovered: '–' },
  },
  'recovered, and then not found to occur': {
    says: [['10:04', { type: 'recovered', at: '10:02' }, { type: 'verified', happened: 'no', ...shown }]],
    at: '10:04',
    is: { status: 'not-occurring' },
  },
  'not found, and ongoing unknown: it stays so': {
    says: [
      ['10:04', { type: 'verified', happened: 'no', ...shown }],
      ['10:08', { type: 'verified', happened: 'unconfirmed', ongoing: 'unknown' }],
    ],
    at: '10:08',
    is: { status: 'not-occurring' },
  },
  'not found, and then verified to go on': {
    says: [
      ['10:04', { type: 'verified', happened: 'no', ...shown }],
      ['10:08', { type: 'verified', ongoing: 'yes' }],
    ],
    at: '10:08',
    is: { status: 'open', ongoing: 'yes' },
  },
  'recovered, and only happened is confirmed: it stays recovered': {
    says: [
      ['10:04', { type: 'recovered' }],
      ['10:08', { type: 'verified', happened: 'yes' }],
    ],
    at: '10:08',
    is: { status: 'recovered', recovered: '10:04' },
  },

  // Scoped.
  'scoped: count, method, evidence and risk': {
    says: [['10:04', { type: 'scoped', affectedCustomerCount: 12, recurrenceRisk: 'yes', ...shown }]],
    at: '10:04',
    is: {
      count: 12,
      fields: {
        scopedAt: at('10:04'),
        impact: {
          affectedCustomerCount: 12,
          scopeMethod: 'logs',
          scopeEvidenceUrl: 'https://logs.example/1',
          recurrenceRisk: 'yes',
        },
      },
    },
  },
  'the count is never lower than those who are named': {
    says: [['10:04', { type: 'scoped', affectedCustomerCount: 1, affectedCustomers: [{ id: 'b' }, { id: 'c' }] }]],
    at: '10:04',
    is: { count: 3, due: 'a 10:15, b 10:19, c 10:19' },
  },
  'named again: once': {
    says: [
      [
        '10:04',
        { type: 'scoped', affectedCustomers: [{ id: 'a' }, { id: 'b' }] },
        { type: 'scoped', affectedCustomers: [{ id: 'b' }] },
      ],
    ],
    at: '10:04',
    is: { count: 2, due: 'a 10:15, b 10:19' },
  },
  'scoped twice: the first time stands, the last count does': {
    says: [
      ['10:04', { type: 'scoped', affectedCustomerCount: 12, ...shown }],
      ['10:09', { type: 'scoped', affectedCustomerCount: 5 }],
    ],
    at: '10:09',
    is: { count: 5, fields: { scopedAt: at('10:04'), impact: { scopeMethod: 'logs' } } },
  },
  'the score follows the count': {
    ticket: { businessImpact: 'degraded' },
    says: [['10:04', { type: 'scoped', affectedCustomerCount: 10 }]],
    at: '10:04',
    is: { score: 6 },
  },

  // Mitigated, cause, fix.
  mitigated: {
    says: [['10:04', { type: 'mitigated', kind: 'workaround', note: '手書き' }]],
    at: '10:04',
    is: { status: 'open', fields: { mitigatedAt: at('10:04'), mitigation: { kind: 'workaround', summary: '手書き' } } },
  },
  'mitigated again: the first time stands, the last way does': {
    says: [
      ['10:04', { type: 'mitigated', kind: 'workaround' }],
      ['10:09', { type: 'mitigated', kind: 'revert', lighterWayTried: '設定変更' }],
    ],
    at: '10:09',
    is: fields({ mitigatedAt: at('10:04'), mitigation: { kind: 'revert', lighterWayTried: '設定変更' } }),
  },
  caused: {
    says: [['10:04', { type: 'caused', category: 'release', summary: 'v2', releaseId: 'b-1' }]],
    at: '10:04',
    is: fields({ cause: { category: 'release', summary: 'v2', releaseId: 'b-1' } }),
  },
  'fixed, and what will keep it from happening again': {
    says: [['10:04', { type: 'fixed', permanentFix: '検証を足す' }, { type: 'prevention', text: '監視を足す' }]],
    at: '10:04',
    is: fields({ permanentFix: '検証を足す', prevention: '監視を足す' }),
  },

  // Corrected.
  'when it occurred: judged again, against the same receipt': {
    says: [['11:30', { type: 'corrected', field: 'occurredAt', value: '2026-11-24T08:59:00+09:00' }]],
    at: '11:30',
    is: {
      urgency: 'low occurred-earlier',
      fields: { occurredAt: at('08:59'), urgency: { inputs: { receivedAt: at('10:00'), ageMinutes: 61 } } },
    },
  },
  'and high again': {
    ticket: { occurredAt: '2026-11-23' },
    says: [['11:30', { type: 'corrected', field: 'occurredAt', value: '2026-11-24T09:00:00+09:00' }]],
    at: '11:30',
    is: {
      urgency: 'high occurred-within-one-hour',
      fields: { occurredAt: at('09:00'), isOccurredAtApproximate: undefined },
    },
  },
  'a short name for what lies deeper': {
    ticket: { affectedCustomerCount: 10 },
    says: [['10:04', { type: 'corrected', field: 'businessImpact', value: 'stopped' }]],
    at: '10:04',
    is: { score: 12, fields: { impact: { businessImpact: 'stopped', affectedCustomerCount: 10 } } },
  },
  'the count: the others are due from then': {
    says: [['10:04', { type: 'corrected', field: 'affectedCustomerCount', value: 3 }]],
    at: '10:04',
    is: { count: 3, due: 'a 10:15, others 10:19' },
  },
  'a time': {
    says: [
      ['10:04', { type: 'responded' }],
      ['10:09', { type: 'corrected', field: 'firstResponseAt', value: at('10:01') }],
    ],
    at: '10:09',
    is: fields({ firstResponseAt: at('10:01') }),
  },
  'a later word of the ticket fills what was unknown, against the first receipt': {
    ticket: { occurredAt: undefined, ongoing: undefined, businessImpact: undefined },
    says: [['13:00', { word: { occurredAt: '2026-11-24T09:10:00+09:00', ongoing: 'no', businessImpact: 'stopped' } }]],
    at: '13:00',
    is: {
      ongoing: 'no',
      score: 4,
      urgency: 'high occurred-within-one-hour',
      fields: { urgency: { inputs: { receivedAt: at('10:00'), ageMinutes: 50 } } },
    },
  },
  'and leaves what is known': {
    ticket: { description: 'はじめ', businessImpact: 'degraded' },
    says: [
      [
        '10:09',
        {
          word: {
            subject: '別件',
            description: 'あと',
            occurredAt: at('08:00'),
            ongoing: 'no',
            businessImpact: 'stopped',
          },
        },
      ],
    ],
    at: '10:09',
    is: {
      ongoing: 'yes',
      urgency: 'high occurred-within-one-hour',
      score: 2,
      fields: { title: '注文が通らない', description: 'はじめ' },
    },
  },
  'a later word names one more: they are due from then': {
    says: [['10:09', { word: { affectedCustomers: [{ id: 'b' }] } }]],
    at: '10:09',
    is: { count: 2, due: 'a 10:15, b 10:24' },
  },
};

let timetable: Timetable;
let seen: Map<string, Seen>;
beforeAll(async () => {
  timetable = await Timetable.open();
  seen = await timetable.play(rows);
}, 600_000);
afterAll(() => timetable?.stop());

describe('what is stated stands on the record', () => {
  test.each(Object.entries(rows))('%s', (name, { is }) => {
    const { fields: wanted = {}, ...rest } = is;
    expect(seen.get(name)).toMatchObject(rest);
    const found = Object.keys(wanted).map((field) => [field, seen.get(name)?.fields[field]]);
    expect({ found: Object.fromEntries(found) }).toMatchObject({ found: wanted });
  });
});

describe('what is missing goes as it is stated', () => {
  const all = [
    'occurredAt',
    'ongoing',
    'impact.businessImpact',
    'impact.affectedCustomerCount',
    'impact.scopeMethod',
    'impact.scopeEvidenceUrl',
    'impact.recurrenceRisk',
    'firstResponseAt',
    'verifiedAt',
    'mitigation',
    'recoveredAt',
    'cause',
    'permanentFix',
    'prevention',
  ];
  const missingOf = async (id: string): Promise<string[]> =>
    (await timetable.incident(id)).missing.map((each: Body) => each.field);
  const bare = { occurredAt: undefined, ongoing: undefined, customer: undefined };

  test('one statement at a time, until nothing is', async () => {
    const { id } = await timetable.file('M-1', bare);
    let left = all;
    expect(await missingOf(id)).toEqual(left);
    const steps: [Record<string, unknown>, string[]][] = [
      [{ type: 'commented', text: 'x' }, []],
      [{ type: 'responded' }, ['firstResponseAt']],
      [{ type: 'verified', ongoing: 'yes' }, ['verifiedAt', 'ongoing']],
      [{ type: 'scoped', affectedCustomerCount: 3 }, ['impact.affectedCustomerCount']],
      [{ type: 'scoped', method: 'logs' }, ['impact.scopeMethod']],
      [{ type: 'scoped', evidenceUrl: 'https://x.example' }, ['impact.scopeEvidenceUrl']],
      [{ type: 'scoped', recurrenceRisk: 'unknown' }, ['impact.recurrenceRisk']],
      [{ type: 'corrected', field: 'occurredAt', value: at('09:50') }, ['occurredAt']],
      [{ type: 'corrected', field: 'businessImpact', value: 'none' }, ['impact.businessImpact']],
      [{ type: 'mitigated', kind: 'vendor' }, ['mitigation']],
      [{ type: 'caused', category: 'unknown' }, ['cause']],
      [{ type: 'fixed', permanentFix: 'x' }, ['permanentFix']],
      [{ type: 'prevention', text: 'x' }, ['prevention']],
      [{ type: 'recovered' }, ['recoveredAt']],
    ];
    for (const [statement, gone] of steps) {
      expect((await timetable.state(id, statement)).status).toBe(201);
      left = left.filter((each) => !gone.includes(each));
      expect(await missingOf(id)).toEqual(left);
    }
    expect(left).toEqual([]);
  });

  test('of what was not found to occur, no mitigation, recovery or cause is asked for', async () => {
    const { id } = await timetable.file('M-2', bare);
    await timetable.state(id, { type: 'verified', happened: 'no', ...shown });
    expect(await missingOf(id)).toEqual(all.slice(0, 7).filter((each) => each !== 'ongoing'));
  });
});

describe('what is refused, and why', () => {
  type Refusal = [
    what: string,
    before: Record<string, unknown>[],
    statement: Record<string, unknown>,
    status: number,
    text: RegExp,
  ];
  test.each<Refusal>([
    [
      'a recovery of what was not found',
      [{ type: 'verified', happened: 'no', ...shown }],
      { type: 'recovered' },
      409,
      /It was not found to occur, so there is nothing to recover from\. State verified if it does\./,
    ],
    [
      'an urgency',
      [],
      { type: 'corrected', field: 'urgency', value: 'low' },
      409,
      /Rules decide urgency; correct the facts that they judge, such as occurredAt\./,
    ],
    [
      'a part of it',
      [],
      { type: 'corrected', field: 'urgency.level', value: 'low' },
      409,
      /Rules decide urgency\.level/,
    ],
    ['a score', [], { type: 'corrected', field: 'score.confirmed', value: 1 }, 409, /Rules decide score\.confirmed/],
    ['a drill', [], { type: 'corrected', field: 'isDrill', value: true }, 409, /Rules decide isDrill/],
    [
      'a field that there is not',
      [],
      { type: 'corrected', field: 'urgencyLevel', value: 1 },
      422,
      /The correction cannot be understood\..*It has to be one of title, description, ongoing/,
    ],
    ['an id', [], { type: 'corrected', field: 'id', value: 'x' }, 422, /It has to be one of/],
    [
      'a wrong value',
      [],
      { type: 'corrected', field: 'ongoing', value: 'maybe' },
      422,
      /The correction cannot be understood\./,
    ],
    ['a blank title', [], { type: 'corrected', field: 'title', value: ' ' }, 422, /It may not be blank\./],
    [
      'a count below the named',
      [{ type: 'scoped', affectedCustomers: [{ id: 'b' }] }],
      { type: 'corrected', field: 'affectedCustomerCount', value: 1 },
      422,
      /2 customers are named; the count cannot be lower\./,
    ],
    [
      'a recovery time of what has not recovered',
      [],
      { type: 'corrected', field: 'recoveredAt', value: at('09:55') },
      422,
      /It has not recovered; state recovered\./,
    ],
    [
      'a cause’s summary before a cause',
      [],
      { type: 'corrected', field: 'cause.summary', value: 'x' },
      422,
      /Nothing is recorded there yet; state it with caused\./,
    ],
    [
      'a mitigation’s before it',
      [],
      { type: 'corrected', field: 'mitigation.summary', value: 'x' },
      422,
      /Nothing is recorded there yet; state it with mitigated\./,
    ],
    ['a time ahead', [], { type: 'corrected', field: 'verifiedAt', value: at('23:00') }, 422, /It lies ahead\./],
    [
      'a fact ahead',
      [],
      { type: 'responded', at: '23:00' },
      422,
      /The statement is about the future\..*It lies ahead; facts are stated once they have happened\./,
    ],
    ['an unknown type', [], { type: 'reviewed' }, 422, /It has to be one of the types that people record\./],
    ['a customer whom nobody named', [], { type: 'recovered', customers: ['z'] }, 422, /z/],
    ['nobody', [], { type: 'recovered', customers: [] }, 422, /customers/],
    [
      'an address that a page would run',
      [],
      { type: 'verified', evidenceUrl: 'javascript:alert(1)' },
      422,
      /It has to be an http or https address\./,
    ],
    ['a key that there is not', [], { type: 'responded', urgency: 'low' }, 422, /urgency/],
    ['a release that no mitigation is', [], { type: 'mitigated', kind: 'magic' }, 422, /kind/],
    ['a link to itself', [], { type: 'linked', to: 'self', basis: 'x' }, 422, /It has to be an incident’s id\./],
    ['an unlink of what is not linked', [], { type: 'unlinked' }, 409, /./],
  ])('%s', async (what, before, statement, status, text) => {
    const { id } = await timetable.file(`X-${what}`);
    for (const each of before) expect((await timetable.state(id, each)).status).toBe(201);
    const reply = await timetable.state(id, statement);
    expect(reply.status).toBe(status);
    expect(JSON.stringify(reply.body)).toMatch(text);
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    // What is refused leaves no trace.
    expect(await timetable.events(id)).toHaveLength(1 + before.length + (before[0]?.type === 'recovered' ? 1 : 0));
  });

  test('on a linked incident everything but a comment and its undoing', async () => {
    const [to, from] = [await timetable.file('L-to'), await timetable.file('L-from', { customer: { id: 'b' } })];
    expect((await timetable.state(from.id, { type: 'linked', to: to.id, basis: '同じ障害' })).status).toBe(201);
    for (const statement of [
      { type: 'responded' },
      { type: 'recovered' },
      { type: 'corrected', field: 'title', value: 'x' },
    ]) {
      const { status, body } = await timetable.state(from.id, statement);
      expect([status, body.detail ?? body.title]).toEqual([
        409,
        `It is linked to ${to.id}: record it there, or unlink this one first.`,
      ]);
    }
    expect((await timetable.state(from.id, { type: 'commented', text: 'x' })).status).toBe(201);
    expect((await timetable.state(from.id, { type: 'unlinked' })).status).toBe(201);
    expect((await timetable.state(from.id, { type: 'responded' })).status).toBe(201);
  });

  test('of a question, what only an incident has', async () => {
    const question = await timetable.file('Q-1', { ...asks });
    const refused = [];
    for (const statement of [
      { type: 'responded' },
      { type: 'assigned', assignee: 'x' },
      { type: 'commented', text: 'x' },
      { type: 'corrected', field: 'title', value: 'x' },
      { type: 'verified' },
      { type: 'scoped' },
      { type: 'recovered' },
      { type: 'mitigated', kind: 'setting' },
    ]) {
      const { status, body } = await timetable.state(question.id, statement);
      if (status !== 201) refused.push(`${status} ${statement.type}: ${body.detail ?? body.title}`);
    }
    const why = 'It is no incident. Answer the question first: what needed a change becomes an incident.';
    expect(refused).toEqual(['verified', 'scoped', 'recovered', 'mitigated'].map((type) => `409 ${type}: ${why}`));
  });

  test('a fact that is five minutes ahead is a clock’s error', async () => {
    const { id } = await timetable.file('F-1');
    expect((await timetable.state(id, { type: 'responded', at: '13:05' })).status).toBe(201);
    expect((await timetable.state(id, { type: 'responded', at: '13:05:00.001' })).status).toBe(422);
  });
});

describe('answers to questions', () => {
  test.each([
    ['works-as-designed', 'question', 'answered'],
    ['explained', 'question', 'answered'],
    ['setting-changed', 'incident', 'open'],
    ['data-repaired', 'incident', 'open'],
    ['code-ticket', 'incident', 'open'],
  ])('%s: %s, %s', async (kind, becomes, status) => {
    const { id } = await timetable.file(`A-${kind}`, {
      ...asks,
    });
    const reply = await timetable.scenario.post(`/api/questions/${id}/answer`, { kind, note: '右上です' });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({
      kind: becomes,
      status,
      answer: { kind, note: '右上です', at: at('13:00') },
      firstResponseAt: at('13:00'),
      reportedAt: at('13:00'),
    });
    expect((await timetable.contacts(id)).length).toBe(becomes === 'incident' ? 1 : 0);
    const again = await timetable.scenario.post(`/api/questions/${id}/answer`, { kind });
    expect([again.status, again.body.detail ?? again.body.title]).toEqual([
      409,
      becomes === 'incident' ? 'It is no question, or no longer one.' : 'It has been answered.',
    ]);
    const events = (await timetable.events(id)).map((each: Body) => each.type);
    expect(events).toEqual(['filed', 'answered', ...(becomes === 'incident' ? ['reclassified'] : [])]);
  });
});
