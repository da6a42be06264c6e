/** What is refused, and what the timeline holds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Refusal } from '../../../functions/incidents/facts/decision.ts';
import type { Fact } from '../../../functions/incidents/facts/timeline.ts';
import { evolveAll } from '../../../functions/incidents/fold/evolve.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { corrected, correctionChoices } from '../../../functions/incidents/statements/corrections.ts';
import { decideStatement, reduceStatement } from '../../../functions/incidents/statements/decide-statement.ts';
import { type OwnStatement, statementSchema } from '../../../functions/incidents/statements/statement-schemas.ts';
import { policy } from '../../../functions/policy.ts';
import { refuse } from '../../../functions/words/refusals/refuse.ts';
import { runs } from '../../fuzz/runs.ts';
import { clockTime, instant, ticketOf } from '../../scenarios/rows.ts';
import { lookAt, OfTicket } from '../record.ts';

const filed = new Date(instant('10:00'));
const record = (fields: Record<string, unknown> = {}, until = '10:04'): OfTicket =>
  new OfTicket(ticketOf('T-1', fields), filed).until(new Date(instant(until)));
/** Said of one that is by other facts what no statement alone makes it. */
function saidOf(facts: Partial<Incident>, statement: object): { refusal?: Refusal; incident: Incident } {
  const { incident, contacts, now } = record();
  const before = { ...incident, ...facts };
  const said = statementSchema.parse(statement) as OwnStatement;
  const decided = decideStatement(before, said, { actor: 'local', now, policy });
  if ('refused' in decided) return { refusal: decided, incident: before };
  return evolveAll({ incident: before, contacts }, decided.facts, now, policy);
}
const shown = { method: 'logs', evidenceUrl: 'https://x.example/1' };
const correct = (field: string, value: unknown) => ({ type: 'corrected', field, value });

describe('what is refused', () => {
  const wentOn = [
    { type: 'recovered', occurredAt: instant('10:01') },
    { type: 'verified', ongoing: 'yes', occurredAt: instant('10:03') },
    { type: 'recovered' },
  ];
  const cases: [string, Record<string, unknown>[], Record<string, unknown>, number, string][] = [
    ['an urgency', [], correct('urgency', 'low'), 409, 'urgency'],
    ['a part of a score', [], correct('score.confirmed', 1), 409, 'score.confirmed'],
    ['a drill', [], correct('isDrill', true), 409, 'isDrill'],
    ['an unknown field', [], correct('urgencyLevel', 1), 422, 'field: It has to be one of title, description,'],
    ['what every object has', [], correct('constructor', 1), 422, 'field: It has to be one of title'],
    ['a wrong value', [], correct('ongoing', 'maybe'), 422, 'value: Invalid option'],
    ['a blank title', [], correct('title', '  '), 422, 'value: It may not be blank.'],
    ['no address', [], correct('scopeEvidenceUrl', 'x https://a.example'), 422, 'value: It has to be an http or https'],
    ['a count that is none', [], correct('affectedCustomerCount', 1.5), 422, 'value: '],
    [
      'a count below the named',
      [],
      correct('affectedCustomerCount', 0),
      422,
      '1 customer is named; the count cannot be lower.',
    ],
    ['a recovery’s time before it', [], correct('recoveredAt', instant('09:55')), 422, 'It has not recovered; state'],
    [
      'a recovery’s time from before it was seen to go on',
      wentOn,
      correct('recoveredAt', instant('10:02:59.999')),
      422,
      `value: It was confirmed as ongoing at ${instant('10:03')}. Recovery can’t be earlier.`,
    ],
    ['a cause’s summary without it', [], correct('cause.summary', 'x'), 422, 'state it with caused.'],
    ['a mitigation’s note without it', [], correct('mitigation.summary', 'x'), 422, 'state it with mitigated.'],
    [
      'a time that lies ahead',
      [],
      correct('verifiedAt', instant('10:09:00.001')),
      422,
      'value: This time is in the future.',
    ],
    [
      'a fact that lies ahead',
      [],
      { type: 'responded', occurredAt: instant('10:09:00.001') },
      422,
      'The time is in the future. Enter a past time.',
    ],
    ['nobody’s recovery', [], { type: 'recovered', customers: ['z'] }, 422, 'z is not recorded as affected.'],
    [
      'a recovery of nothing',
      [{ type: 'verified', happened: 'no', ...shown }],
      { type: 'recovered' },
      409,
      'not found',
    ],
  ];
  test.each(cases)('%s', (_, before, statement, status, why) => {
    const one = record();
    for (const each of before) expect(one.state(each)).toBeUndefined();
    const { incident, contacts } = one;
    const refusal = one.state(statement);
    expect(refusal?.status).toBe(status);
    const errors = (refusal?.errors ?? []).map(({ path, message }) => `${path}: ${message}`);
    expect([refusal?.refused.text, ...errors].join(' ')).toContain(why);
    // What is refused leaves no trace.
    expect([one.incident, one.contacts]).toEqual([incident, contacts]);
  });

  const taken: [string, Record<string, unknown>[], Record<string, unknown>][] = [
    ['a fact five minutes ahead: a clock’s error', [], { type: 'responded', occurredAt: instant('10:09') }],
    ['a time five minutes ahead', [], correct('verifiedAt', instant('10:09'))],
    ['an occurrence that lies ahead, which rules judge', [], correct('occurredAt', instant('12:00'))],
    ['a count of just those who are named', [], correct('affectedCustomerCount', 1)],
    ['a cause’s category before a cause', [], correct('cause.category', 'data')],
    ['a mitigation’s kind before it', [], correct('mitigation.kind', 'vendor')],
    ['a cause’s summary after it', [{ type: 'caused', category: 'data' }], correct('cause.summary', 'x')],
    ['a recovery’s time after it', [{ type: 'recovered' }], correct('recoveredAt', instant('10:01'))],
    ['another time from before it was seen to go on', wentOn, correct('firstResponseAt', instant('10:02'))],
    ['a recovery’s time as it was last seen to go on', wentOn, correct('recoveredAt', instant('10:03'))],
    ['the scope’s method before a scope', [], correct('scopeMethod', 'logs')],
  ];
  test.each(taken)('and not: %s', (_, before, statement) => {
    const one = record();
    for (const each of before) one.state(each);
    expect(one.state(statement)).toBeUndefined();
  });

  test('of a question all that makes it no incident is', () => {
    const asked = (statement: Record<string, unknown>) =>
      record({ category: 'question', differsFromExpected: 'no', subject: '場所を知りたい' }).state(statement)?.status;
    expect(asked({ type: 'responded' })).toBeUndefined();
    expect(asked({ type: 'assigned', assignee: 'ito' })).toBeUndefined();
    expect(asked({ type: 'commented', text: 'x' })).toBeUndefined();
    expect(asked(correct('title', 'x'))).toBeUndefined();
    for (const type of ['verified', 'scoped', 'recovered']) expect(asked({ type })).toBe(409);
  });

  test.each<[Record<string, unknown>, boolean]>([
    [{ type: 'recovered', customers: 'all' }, true],
    [{ type: 'recovered', customers: [7] }, true],
    [{ type: 'recovered', customers: [] }, false],
    [{ type: 'recovered', customers: 'some' }, false],
    [{ type: 'scoped', affectedCustomerCount: 0 }, true],
    [{ type: 'scoped', affectedCustomerCount: -1 }, false],
    [{ type: 'scoped', affectedCustomerCount: 1.5 }, false],
    [{ type: 'scoped', affectedCustomers: [{ id: 'a', contactId: 3, name: 'A' }] }, true],
    [{ type: 'scoped', affectedCustomers: [{ name: 'A' }] }, false],
    [{ type: 'customer-updated', channel: 'mail' }, false],
    [{ type: 'mitigated', kind: 'luck' }, false],
    [{ type: 'verified', reportDiffers: true }, true],
    [{ type: 'verified', reportDiffers: '別の店' }, true],
    [{ type: 'verified', happened: 'maybe' }, false],
    [{ type: 'responded', evidenceUrl: 'HTTP://a.example/1' }, true],
    [{ type: 'responded', evidenceUrl: 'javascript:alert(1)//https://a.example' }, false],
    [{ type: 'responded', occurredAt: '2026-11-24T09:50:00' }, false],
    [{ type: 'responded', occurredAt: '0026-11-24T09:50:00Z' }, false],
    [{ type: 'linked', to: `inc_${'a'.repeat(24)}`, basis: 'x' }, true],
    [{ type: 'linked', to: `inc_${'a'.repeat(24)}` }, false],
    [{ type: 'linked', to: 'M-7K2QXB', basis: 'x' }, true],
    [{ type: 'unlinked' }, true],
    [{ type: 'role-taken', role: 'lead' }, true],
    [{ type: 'role-taken', role: 'boss' }, false],
    [{ type: 'role-handed-over', role: 'record', to: 'ito' }, true],
    [{ type: 'role-handed-over', role: 'record' }, true],
    [{ type: 'retracted', eventId: '00000002', why: 'x' }, true],
    [{ type: 'retracted', eventId: '123456789', why: 'x' }, true],
    [{ type: 'retracted', eventId: '0000002', why: 'x' }, false],
    [{ type: 'retracted', eventId: 'abcdefgh', why: 'x' }, false],
    [{ type: 'retracted', eventId: `sig_${'0f'.repeat(12)}`, why: 'x' }, true],
    [{ type: 'retracted', eventId: `sig_${'0f'.repeat(11)}`, why: 'x' }, false],
    [{ type: 'retracted', eventId: `sig_${'g'.repeat(24)}`, why: 'x' }, false],
    [{ type: 'retracted', eventId: `xsig_${'0f'.repeat(12)}`, why: 'x' }, false],
    [{ type: 'retracted', eventId: `sig_${'0f'.repeat(12)}x`, why: 'x' }, false],
    [{ type: 'retracted', eventId: '00000002' }, false],
    [{ type: 'responded', urgency: 'low' }, false],
    [{ type: 'reviewed' }, false],
  ])('%j is taken: %s', (statement, isTaken) => {
    expect(statementSchema.safeParse(statement).success).toBe(isTaken);
  });
});

test('what is no statement is told what one is, and what is no time is told that once', () => {
  const messages = (statement: object) =>
    statementSchema.safeParse(statement).error?.issues.map((each) => each.message);
  expect(messages({ type: 'reviewed' })).toEqual([refuse('not-a-statement').text]);
  expect(messages({ type: 'responded', occurredAt: 'yesterday' })).toEqual([refuse('not-a-time').text]);
});

test('blanks around a customer’s id are none of it', () => {
  expect(record().state({ type: 'recovered', customers: [' a '] })).toBeUndefined();
});

test.each<[Record<string, unknown>, string[] | undefined]>([
  [{ type: 'scoped' }, ['affectedCustomerCount', 'method']],
  [{ type: 'scoped', affectedCustomers: [] }, ['affectedCustomerCount', 'method']],
  [{ type: 'scoped', affectedCustomers: [{ id: 'b' }] }, undefined],
  [{ type: 'scoped', affectedCustomerCount: 0 }, undefined],
  [{ type: 'scoped', method: 'logs' }, undefined],
  [{ type: 'scoped', evidenceUrl: shown.evidenceUrl }, undefined],
  [{ type: 'scoped', recurrenceRisk: 'unknown' }, undefined],
  [{ type: 'verified' }, ['happened', 'ongoing']],
  [{ type: 'verified', method: 'logs' }, ['happened', 'ongoing']],
  [{ type: 'verified', happened: 'unconfirmed' }, undefined],
  [{ type: 'verified', ongoing: 'unknown' }, undefined],
  [{ type: 'verified', reportDiffers: false }, undefined],
  [{ type: 'verified', happened: 'yes' }, undefined],
  [{ type: 'verified', happened: 'no' }, ['method', 'evidenceUrl']],
  [{ type: 'verified', happened: 'no', method: 'logs' }, ['evidenceUrl']],
  [{ type: 'verified', happened: 'no', evidenceUrl: shown.evidenceUrl }, ['method']],
  [{ type: 'verified', happened: 'no', ...shown }, undefined],
  [{ type: 'responded' }, undefined],
])('what says too little is asked for what it lacks: %j lacks %j', (statement, lacks) => {
  const refusal = record().state(statement);
  expect(refusal?.status).toBe(lacks && 422);
  expect(refusal?.refused.code).toBe(lacks && 'says-too-little');
  expect(refusal?.errors?.map((each) => [each.path, each.said?.code])).toEqual(
    lacks?.map((path) => [path, 'needed-here']),
  );
});

describe('what is seen now, where others’ clocks are ahead,', () => {
  const ahead = new Date(instant('10:05'));
  test('says how it is, though somebody is said to have seen it later', () => {
    const { incident } = saidOf({ ongoing: 'yes', lastSeenAt: ahead }, { type: 'verified', ongoing: 'no' });
    expect(incident.ongoing).toBe('no');
  });
  test('opens again what is said to have recovered later', () => {
    const { incident } = saidOf({ status: 'recovered', recoveredAt: ahead }, { type: 'verified', ongoing: 'yes' });
    expect(incident.status).toBe('open');
  });
});

test.each([
  ['unknown', false],
  ['yes', true],
] as const)('verified as ongoing: %s, it was seen then: %s', (ongoing, isSeen) => {
  expect('lastSeenAt' in saidOf({}, { type: 'verified', ongoing }).incident).toBe(isSeen);
});

test('a comment is on the timeline, and changes nothing else', () => {
  const one = record();
  const { lastSequence, statedSequence: _, ...before } = one.incident;
  one.state({ type: 'commented', text: '引き継ぎ済み' });
  expect(one.events.at(-1)).toMatchObject({ type: 'commented', detail: { text: '引き継ぎ済み' } });
  const next = lastSequence + 1;
  expect(one.incident).toMatchObject({ ...before, lastSequence: next, statedSequence: next });
});

describe('a fact from before it occurred', () => {
  const early = instant('09:49:59.999');
  test('is asked back, and at that instant is taken', () => {
    const refusal = record().state({ type: 'responded', occurredAt: early });
    expect([refusal?.status, refusal?.refused.code, refusal?.errors?.[0]]).toMatchObject([
      422,
      'before-occurrence',
      { path: 'occurredAt', message: refusal?.refused.text, said: { code: 'before-occurrence' } },
    ]);
    expect(record().state({ type: 'responded', occurredAt: instant('09:50') })).toBeUndefined();
  });
  test.each([
    { type: 'commented', text: 'x' },
    { type: 'corrected', field: 'title', value: 'x' },
  ])('is none where it is %j', (statement) => {
    expect(record().state({ ...statement, occurredAt: early })).toBeUndefined();
  });
  test.each([[undefined], ['2026-11-24']])('is none where nobody knows when, or only about: %s', (occurredAt) => {
    expect(record({ occurredAt }).state({ type: 'responded', occurredAt: early })).toBeUndefined();
  });
});

test('a fact in the future is asked for another time', () => {
  const refusal = record().state({ type: 'responded', occurredAt: instant('10:09:00.001') });
  expect(refusal?.errors?.map((each) => [each.path, each.said?.code])).toEqual([['occurredAt', 'fact-ahead']]);
});

test('of what is linked all but a comment is said where it is linked to', () => {
  const linked = { status: 'linked', linkedTo: 'inc_2' } as const;
  const { refusal } = saidOf(linked, { type: 'responded' });
  expect([refusal?.status, refusal?.refused.code]).toEqual([409, 'linked-record-there']);
  expect(refusal?.refused.text).toContain('inc_2');
  expect(saidOf(linked, { type: 'commented', text: 'x' }).refusal).toBeUndefined();
  expect(saidOf({ status: 'linked' }, { type: 'responded' }).refusal?.refused.given).toEqual({ id: '' });
});

describe('a correction', () => {
  test.each<[string, string[]]>([
    ['ongoing', ['yes', 'no', 'unknown']],
    ['businessImpact', ['stopped', 'degraded', 'inconvenient', 'none']],
    ['recurrenceRisk', ['yes', 'no', 'unknown']],
  ])('of %s takes %j', (field, values) => {
    for (const value of values) expect(record().state(correct(field, value))).toBeUndefined();
    const [, choices] = Object.entries(correctionChoices).find(([name]) => name.split('.').at(-1) === field) ?? [];
    expect(choices).toEqual(values);
  });
  test('has no list to choose from where anything may be said', () => {
    expect(correctionChoices).not.toHaveProperty('title');
  });
  test('of the tickets takes up to fifty', () => {
    const links = (count: number) => Array.from({ length: count }, (_, n) => `https://tickets.example/${n}`);
    const one = record();
    expect(one.state(correct('ticketUrls', links(50)))).toBeUndefined();
    expect(one.incident.ticketUrls).toHaveLength(50);
    expect(one.state(correct('ticketUrls', links(1)))).toBeUndefined();
    expect(one.state(correct('ticketUrls', links(51)))?.status).toBe(422);
  });
  test.each([
    ['drill.id', 409],
    ['isDrill', 409],
    ['myurgency', 422],
    ['urgency2', 422],
  ])('of %s is a %d', (field, status) => {
    expect(record().state(correct(field, 1))?.status).toBe(status);
  });
  test('of what has not been recorded says which field', () => {
    expect(record().state(correct('cause.summary', 'x'))?.errors?.[0]?.path).toBe('field');
  });

  const [before, at] = [instant('09:49:59.999'), instant('09:50')];
  test('to before it occurred is asked back with both times, and at that instant is taken', () => {
    const refusal = record().state(correct('verifiedAt', before));
    expect([refusal?.status, refusal?.errors?.[0]?.path]).toEqual([422, 'value']);
    expect(refusal?.errors?.[0]?.said?.given).toEqual({ at: new Date(before), occurredAt: new Date(at) });
    expect(record().state(correct('verifiedAt', at))).toBeUndefined();
  });
  test('of when it occurred to after what was found is asked back', () => {
    const one = record();
    one.state({ type: 'responded', occurredAt: instant('09:55') });
    expect(one.state(correct('occurredAt', instant('09:55:00.001')))?.status).toBe(422);
    expect(one.state(correct('occurredAt', instant('09:55')))).toBeUndefined();
  });
  test('of when about it occurred makes it exact, and what was found before that cannot have been', () => {
    const one = record({ occurredAt: '2026-11-24' });
    expect(one.state({ type: 'responded', occurredAt: instant('09:40') })).toBeUndefined();
    expect(one.state(correct('verifiedAt', instant('09:41')))).toBeUndefined();
    expect(one.state(correct('occurredAt', instant('09:45')))?.status).toBe(422);
    expect(one.state(correct('occurredAt', instant('09:40')))).toBeUndefined();
  });
  test('is not refused for what cannot have been and was there before, unless it is that', () => {
    const one = record({ occurredAt: undefined });
    one.state({ type: 'responded', occurredAt: instant('09:40') });
    one.word({ occurredAt: instant('09:50') });
    expect(one.incident.occurredAt).toEqual(new Date(at));
    expect(one.state(correct('verifiedAt', instant('09:55')))).toBeUndefined();
    expect(one.state(correct('firstResponseAt', instant('09:45')))?.status).toBe(422);
    expect(one.state(correct('firstResponseAt', instant('09:51')))).toBeUndefined();
  });
});

describe('the timeline says', () => {
  const said = (statement: Record<string, unknown>, fields: Record<string, unknown> = {}) => {
    const one = record(fields);
    const before = one.events.length;
    expect(one.state(statement)).toBeUndefined();
    return one.events
      .slice(before)
      .map(({ type, actor, occurredAt, detail }) => [type, actor, clockTime(occurredAt.toISOString()), detail]);
  };

  test('what was stated, who stated it, and when it happened', () => {
    const occurredAt = instant('10:02');
    expect(said({ type: 'mitigated', kind: 'revert', lighterWayTried: '設定', occurredAt })).toEqual([
      ['mitigated', 'local', '10:02', { kind: 'revert', lighterWayTried: '設定' }],
    ]);
  });

  test('the old value of what was corrected, and the new', () => {
    expect(said(correct('title', '会計できない'))[0]?.[3]).toEqual({
      field: 'title',
      old: '注文が通らない',
      new: '会計できない',
    });
    expect(said(correct('recurrenceRisk', 'no'))[0]?.[3]).toEqual({
      field: 'impact.recurrenceRisk',
      old: null,
      new: 'no',
    });
  });

  test('that the urgency was judged again, and why', () => {
    expect(said(correct('occurredAt', instant('08:00')))[1]).toEqual([
      'urgency-changed',
      'rule',
      '10:04',
      { old: 'high', new: 'low', rule: 'occurred-earlier', why: 'The time of occurrence was corrected.' },
    ]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['a customer is known', {}, 'The business of every affected customer works again.'],
    ['none is', { customer: undefined }, 'No customer is known; it was stated for all.'],
  ])('by what it has recovered, where %s', (_, fields, why) => {
    const detail = { rule: 'all-recovered', why, recoveredAt: new Date(instant('10:04')) };
    expect(said({ type: 'recovered' }, fields)[1]).toEqual(['recovered', 'rule', '10:04', detail]);
  });

  test('of a recovery that is stated again only that', () => {
    const one = record();
    for (const _ of [1, 2]) one.state({ type: 'recovered', occurredAt: instant('10:02') });
    expect(one.events.slice(1).map((each) => `${each.type} ${each.actor}`)).toEqual([
      'recovered local',
      'recovered rule',
      'recovered local',
    ]);
  });

  test('and the customer’s record what they were told', () => {
    const one = record();
    one.state({ type: 'customer-updated', customers: 'all', channel: 'mail', message: '確認中です' });
    expect([...one.contacts.values()].map((each) => each.lastMessage)).toEqual(['確認中です']);
  });

  test('nothing of it where it was open all along, and not twice that it does not occur', () => {
    expect(said({ type: 'verified', ongoing: 'yes' })).toHaveLength(1);
    const one = record();
    const reasons = [1, 2].map(() => {
      one.state({ type: 'verified', happened: 'no', ...shown });
      return [...one.contacts.values()].map((each) => each.dueReason);
    });
    expect(reasons[1]).toEqual(reasons[0]);
  });

  test('that it is open again', () => {
    const one = record();
    one.state({ type: 'recovered' });
    one.state({ type: 'verified', ongoing: 'yes' });
    expect(one.events.at(-1)).toMatchObject({
      type: 'reopened',
      actor: 'rule',
      detail: { rule: 'verified-again', why: 'It was verified to go on.' },
    });
  });
});

/** Facts of which none takes another's place: what they say does not hang on which was recorded first. */
const customers = ['a', 'b', 'c'];
const pastMinute = fc.integer({ min: 0, max: 40 }).map((minute) => instant(`10:${String(minute).padStart(2, '0')}`));
const facts = fc.uniqueArray(
  fc.oneof(
    fc.record({ type: fc.constant('responded'), occurredAt: pastMinute }),
    fc.record({
      type: fc.constant('recovered'),
      customers: fc.subarray(customers, { minLength: 1 }),
      occurredAt: pastMinute,
    }),
    fc.record({ type: fc.constant('caused'), category: fc.constant('data'), occurredAt: pastMinute }),
    fc.record({ type: fc.constant('fixed'), permanentFix: fc.constant('x'), occurredAt: pastMinute }),
    fc.record({ type: fc.constant('commented'), text: fc.constant('x'), occurredAt: pastMinute }),
  ),
  { minLength: 2, maxLength: 8, selector: (each) => JSON.stringify(each) },
);

describe('in any order', () => {
  const abc = { affectedCustomers: [{ id: 'b' }, { id: 'c' }] };
  test('the same facts give the same record', () => {
    fc.assert(
      fc.property(
        facts.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const [one, other] = [all, shuffled].map((each) => {
            const told = record(abc, '10:41');
            for (const statement of each) expect(told.state(statement)).toBeUndefined();
            const { fields, ...seen } = lookAt(told);
            return { ...seen, first: fields.firstResponseAt, cause: fields.cause, fix: fields.permanentFix };
          });
          expect(other).toEqual(one);
        },
      ),
    );
  });

  const steps = (mostAgo: number) =>
    fc.array(
      fc.record({
        minutes: fc.integer({ min: 0, max: 90 }),
        whom: fc.constantFrom(['a'], ['b'], ['a', 'c'], 'all'),
        recovery: fc.boolean(),
        ago: fc.integer({ min: 0, max: mostAgo }),
      }),
      { maxLength: 8 },
    );

  /** Updates, each some minutes after the one before and stated for so long ago, and then three hours of quiet. */
  const lived = (all: readonly { minutes: number; whom: string | string[]; recovery: boolean; ago: number }[]) => {
    const one = record(abc, '10:00');
    for (const { minutes, whom, recovery, ago } of all) {
      one.until(new Date(one.now.getTime() + minutes * 60_000));
      const occurredAt = new Date(Math.max(filed.getTime(), one.now.getTime() - ago * 60_000)).toISOString();
      one.state({ type: 'customer-updated', customers: whom, channel: 'phone', recovery, occurredAt });
    }
    return one.until(new Date(one.now.getTime() + 3 * 3_600_000));
  };

  test('nothing is told twice, and it is announced', () => {
    fc.assert(
      fc.property(steps(45), (all) => {
        const { told } = lived(all);
        const parts = told.flatMap(({ idParts }) => idParts);
        expect(parts).toEqual([...new Set(parts)]);
        expect(told[0]?.idParts).toEqual(['incident-filed:filed']);
      }),
      runs(12),
    );
  });

  test('of every slot somebody was told, where updates are stated as they are sent', () => {
    const each = fc.property(steps(0), (all) => {
      expect(lived(all).incident.slots.notReminded).toBe(0);
    });
    fc.assert(each, runs(12));
  });
});

describe('what is retold once a time of occurrence is taken back', () => {
  const { incident } = record({ occurredAt: instant('09:50') });
  const early = { occurredAt: instant('09:40') };
  const retold = (statement: Record<string, unknown>, isRetold: boolean, of = incident): boolean => {
    const parsed = statementSchema.parse({ ...statement, ...early }) as OwnStatement;
    return !('refused' in decideStatement(of, parsed, { actor: 'a', now: filed, policy, isRetold }));
  };

  test.each<[string, Record<string, unknown>, boolean]>([
    ['a mitigation', { type: 'mitigated', kind: 'setting', note: 'x' }, true],
    ['that it was seen', { type: 'verified', happened: 'yes', method: 'logs' }, true],
    ['that it was not seen', { type: 'verified', happened: 'no', ...shown }, false],
    ['that it went on', { type: 'verified', ongoing: 'yes' }, true],
  ])('%s is kept or not', (_, statement, stands) => {
    expect([retold(statement, true), retold(statement, false)]).toEqual([stands, false]);
  });

  test('of no known time of occurrence nothing is from before it', () => {
    const { occurredAt: _, ...unknown } = incident;
    expect(retold({ type: 'responded' }, false, unknown)).toBe(true);
  });
});

describe('what a fact makes of a record that others have changed', () => {
  const { incident } = record();
  const factOf = (type: string, detail: object, more: object = {}): Fact =>
    ({ type, detail, actor: 'ann', occurredAt: filed, recordedAt: filed, ...more }) as Fact;
  const made = (fact: Fact, of: Partial<Incident> = {}) =>
    reduceStatement({ ...incident, ...of }, fact, policy).changes;

  test.each<[string, Fact, Partial<Incident>]>([
    ['of a linked one', factOf('responded', {}), { status: 'linked', linkedTo: 'inc_2' }],
    ['a recovery of what does not occur', factOf('recovered', { customers: 'all' }), { status: 'not-occurring' }],
    ['a correction to what cannot be', factOf('corrected', { field: 'urgency', old: 'high', new: 'low' }), {}],
  ])('nothing: %s', (_, fact, of) => {
    expect(made(fact, of)).toEqual({});
  });

  test('a mitigation from before what is now the occurrence stays', () => {
    const early = factOf('mitigated', { kind: 'setting' }, { occurredAt: new Date(instant('09:40')) });
    expect(made(early, { occurredAt: new Date(instant('09:50')) })).toMatchObject({ mitigation: { kind: 'setting' } });
  });

  test.each<[string, object, Incident['roles'], object | undefined]>([
    ['who has a role gives it up', { role: 'lead' }, { lead: { who: 'ann', at: filed } }, {}],
    ['who lacks it has only responded', { role: 'lead' }, { lead: { who: 'bob', at: filed } }, undefined],
    ['so where nobody has any', { role: 'lead' }, undefined, undefined],
    ['so where others have others', { role: 'lead' }, { record: { who: 'bob', at: filed } }, undefined],
    ['who names another gives it to them', { role: 'lead', to: 'eve' }, undefined, { lead: { who: 'eve', at: filed } }],
  ])('a role that is handed over: %s', (_, detail, roles, after) => {
    const changes = made(factOf('role-handed-over', detail), roles ? { roles } : {});
    expect(changes.roles).toEqual(after);
    expect(changes.responders).toContain('ann');
  });

  test('who takes no role over takes none', () => {
    const changes = made(factOf('role-taken', { role: 'lead' }), { roles: { lead: { who: 'bob', at: filed } } });
    expect(changes.roles).toEqual({ lead: { who: 'ann', at: filed } });
  });
});

test('a refusal says which it is', () => {
  const later = { type: 'responded', occurredAt: new Date(filed.getTime() + 3_600_000).toISOString() };
  expect(saidOf({}, later).refusal?.refused.code).toBe('in-future');
  expect(saidOf({ kind: 'question' }, { type: 'recovered' }).refusal?.refused.code).toBe('no-incident-yet');
});

describe('what a correction does to customers', () => {
  const { incident, now } = record();
  const recoveredAt = new Date(instant('10:02'));
  const context = { actor: 'local', now, policy };
  const correctedAs = (facts: Partial<Incident>, field: string, value: unknown) =>
    corrected({
      incident: { ...incident, ...facts },
      statement: { type: 'corrected', field, value },
      at: now,
      context,
    });
  const over = { status: 'recovered', recoveredAt } as const;
  const to = instant('10:03');

  test.each<[string, Partial<Incident>, field: string, value: unknown, effects: object[]]>([
    ['of a title does nothing to customers', over, 'title', '印刷できない', []],
    ['of the occurrence does nothing to them', over, 'occurredAt', instant('09:50'), []],
    [
      'of a count may have more of them wait',
      {},
      'affectedCustomerCount',
      5,
      [{ kind: 'affected', customers: [], knownAt: now }],
    ],
    [
      'of a recovery’s time has them recover then',
      over,
      'recoveredAt',
      to,
      [{ kind: 'recovery-corrected', from: recoveredAt, to: new Date(to) }],
    ],
  ])('%s', (_, facts, field, value, effects) => {
    expect(correctedAs(facts, field, value)).toMatchObject({ effects });
  });

  test('that is not understood says so', () => {
    expect(correctedAs({}, 'title', '')).toMatchObject({ status: 422, refused: { code: 'correction-not-understood' } });
  });
});
