/** Table J as it can be seen: what is still missing as things are stated, and what is refused, in its words. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instant } from './rows.ts';
import { Timetable } from './timetable.ts';

// biome-ignore lint/suspicious/noExplicitAny: a scenario reads what it expects, and fails where it is not there
type Body = any;

const at = instant;
const asks = { subject: '場所を知りたい', category: 'question', differsFromExpected: 'no', ongoing: 'no' };
const shown = { method: 'logs', evidenceUrl: 'https://logs.example/1' };

let timetable: Timetable;
beforeAll(async () => {
  timetable = await Timetable.open('13:00');
});
afterAll(() => timetable?.stop());

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
      /The correction is invalid\..*It has to be one of title, description, ongoing/,
    ],
    ['an id', [], { type: 'corrected', field: 'id', value: 'x' }, 422, /It has to be one of/],
    ['a wrong value', [], { type: 'corrected', field: 'ongoing', value: 'maybe' }, 422, /The correction is invalid\./],
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
    [
      'a time ahead',
      [],
      { type: 'corrected', field: 'verifiedAt', value: at('23:00') },
      422,
      /This time is in the future\./,
    ],
    [
      'a fact ahead',
      [],
      { type: 'responded', at: '23:00' },
      422,
      /The time is in the future\..*The time is in the future\. Enter a past time\./,
    ],
    ['an unknown type', [], { type: 'reviewed' }, 422, /This type can’t be recorded by people\./],
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
    [
      'a link to itself',
      [],
      { type: 'linked', to: 'self', basis: 'x' },
      422,
      /It has to be an incident’s id, code or address\./,
    ],
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
        `It was merged into ${to.id}. Record it there, or unmerge this one first.`,
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
    const why = 'It’s a question. Answer it first: a question that needed a change becomes an incident.';
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
      becomes === 'incident' ? 'It isn’t a question, or no longer one.' : 'It was already answered.',
    ]);
    const events = (await timetable.events(id)).map((each: Body) => each.type);
    expect(events).toEqual(['filed', 'answered', ...(becomes === 'incident' ? ['reclassified'] : [])]);
  });
});
