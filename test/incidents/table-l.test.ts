/** Table L: what a later report makes of a record, row by row, and its notices. `docs/reference/rules/l-later-reports.md` has it in words. */
import { describe, expect, test } from 'vitest';
import type { Pending } from '../../functions/incidents/facts/decision.ts';
import type { EventOf, FactOf } from '../../functions/incidents/facts/events.ts';
import { isFact } from '../../functions/incidents/facts/timeline.ts';
import { beginContacts } from '../../functions/incidents/fold/beginning.ts';
import { evolveAll } from '../../functions/incidents/fold/evolve.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { readClocks, type State } from '../../functions/incidents/rhythm/contact.ts';
import { decideSignal } from '../../functions/incidents/signals/hear.ts';
import type { Signal } from '../../functions/incidents/signals/signal.ts';
import { decideStatement } from '../../functions/incidents/statements/decide-statement.ts';
import type { OwnStatement } from '../../functions/incidents/statements/statement-schemas.ts';
import { policy } from '../../functions/policy.ts';
import { InMemory } from './record.ts';
import { at, incidentAt, signalAt, told } from './rhythm/rhythm.ts';

const filed = at('24 10:00');
const first = signalAt(filed, { businessImpact: 'inconvenient', affectedCustomerCount: 1, ongoing: 'no' });

/** A record in memory: what is stated and reported of it, and what is to be told. */
class Reported {
  state: State = (() => {
    const incident = incidentAt(filed, {}, first);
    const stamp = { id: '00000001', at: filed, recordedAt: filed };
    return { incident, contacts: readClocks(beginContacts(incident, incident, stamp), incident, filed, policy) };
  })();
  /** What rules concluded from the reports. */
  concluded: EventOf[] = [];
  outbox: Pending[] = [];

  says(time: string, ...statements: OwnStatement[]): this {
    for (const statement of statements) {
      const decided = decideStatement(this.state.incident, statement, {
        actor: 'sato@example.jp',
        now: at(time),
        policy,
      });
      if ('refused' in decided) throw new Error(decided.refused.text);
      this.#take(time, decided.facts);
    }
    return this;
  }

  reports(time: string, signal: Partial<Signal>): this {
    const whole = signalAt(at(time), { ...first, id: `sig_${time}`, receivedAt: at(time), ...signal });
    return this.#hear(whole, time);
  }

  joins(time: string, signal: Partial<Signal>): this {
    const whole = signalAt(at(time), { id: `sig_${time}`, kind: 'alert-opened', source: 'alert', ...signal });
    return this.#hear(whole, time, { joins: true });
  }

  #hear(signal: Signal, time: string, way: { joins?: true } = {}): this {
    const { facts, outbox } = decideSignal(this.state.incident, signal, { policy, now: at(time) }, way);
    this.outbox.push(...outbox);
    return this.#take(time, facts);
  }

  #take(time: string, facts: readonly FactOf[]): this {
    const { incident, contacts, events } = evolveAll(this.state, facts, at(time), policy);
    this.state = { incident, contacts };
    this.concluded.push(...events.filter((each) => each.detail.signalId && !isFact(each)));
    return this;
  }

  get types(): string[] {
    return this.concluded.map(({ type, detail }) => ('field' in detail ? `${type} ${detail.field}` : type));
  }
  get told(): string[] {
    return this.outbox.map(({ kind }) => kind);
  }
  get is(): Incident {
    return this.state.incident;
  }
}
const recovered: OwnStatement = {
  type: 'customer-updated',
  customers: 'all',
  message: '復旧しました',
  channel: 'phone',
  recovery: true,
};
const wasRecovered = (time = '24 11:00') => new Reported().says(time, recovered);
const again = { title: 'また止まった', ongoing: 'yes' } as const;

describe('an open record', () => {
  test('that is reported in the same words is as it was, and nobody is told', () => {
    const same = new Reported().reports('24 10:20', {}).reports('24 10:40', { tags: ['vip'] });
    expect([same.types, same.told]).toEqual([[], []]);
  });

  test('that is reported to be worse takes what reports had said, with its urgency and emergency', () => {
    const worse = new Reported().reports('24 10:20', {
      businessImpact: 'stopped',
      affectedCustomerCount: 60,
      ongoing: 'yes',
    });
    expect(worse.types).toEqual([
      'corrected ongoing',
      'corrected impact.businessImpact',
      'corrected impact.affectedCustomerCount',
    ]);
    expect(worse.is).toMatchObject({
      ongoing: 'yes',
      impact: { businessImpact: 'stopped', affectedCustomerCount: 60 },
      emergency: { rule: 'many-customers-stopped', endedAt: null },
    });
    expect(worse.outbox).toMatchObject([
      {
        kind: 'reported-worse',
        key: 'sig_24 10:20',
        worse: [
          { field: 'ongoing', known: 'no', reported: 'yes', isTaken: true },
          { field: 'impact.businessImpact', known: 'inconvenient', reported: 'stopped', isTaken: true },
          { field: 'impact.affectedCustomerCount', known: 1, reported: 60, isTaken: true },
        ],
      },
    ]);
  });

  const stating: [what: string, statement: OwnStatement, report: Partial<Signal>, otherwise: object][] = [
    [
      'the impact',
      { type: 'corrected', field: 'impact.businessImpact', value: 'inconvenient' },
      { businessImpact: 'stopped' },
      { field: 'impact.businessImpact', known: 'inconvenient', reported: 'stopped' },
    ],
    [
      'the impact, by its short name',
      { type: 'corrected', field: 'businessImpact', value: 'none' },
      { businessImpact: 'degraded' },
      { field: 'impact.businessImpact', known: 'none', reported: 'degraded' },
    ],
    [
      'the count',
      { type: 'scoped', affectedCustomerCount: 2 },
      { affectedCustomerCount: 9 },
      { field: 'impact.affectedCustomerCount', known: 2, reported: 9 },
    ],
    [
      'that it does not go on',
      { type: 'verified', happened: 'yes', ongoing: 'no' },
      { ongoing: 'yes' },
      { field: 'ongoing', known: 'no', reported: 'yes' },
    ],
  ];
  test.each(stating)(
    'of which a person has stated %s keeps that, and tells once that a report says worse',
    (...row) => {
      const [, statement, report, otherwise] = row;
      // What reports had said before is no news; only `ongoing` had been reported as it is stated.
      const record = new Reported().says('24 10:10', statement);
      const before = structuredClone(record.is.impact);
      record.reports('24 10:20', report).reports('24 10:30', { ...report, tags: ['vip'] });
      expect(record.concluded.map(({ type, detail }) => ({ type, ...detail }))).toEqual([
        { type: 'reported-otherwise', ...otherwise, signalId: 'sig_24 10:20' },
      ]);
      expect(record.is.impact).toEqual(before);
      expect(record.outbox).toMatchObject([{ kind: 'reported-worse', worse: [{ ...otherwise, isTaken: false }] }]);
    },
  );

  test('whose reports had said so before a person stated less does not tell again for a change of tags', () => {
    const record = new Reported()
      .reports('24 10:05', { businessImpact: 'stopped' })
      .says('24 10:10', { type: 'corrected', field: 'businessImpact', value: 'degraded' })
      .reports('24 10:20', { businessImpact: 'stopped', tags: ['vip'] });
    expect(record.types).toEqual(['corrected impact.businessImpact']);
  });

  test.each<[string, OwnStatement]>([
    ['its scope by risk alone', { type: 'scoped', recurrenceRisk: 'no' }],
    ['that it happens, and no more', { type: 'verified', happened: 'yes' }],
    ['another field', { type: 'corrected', field: 'title', value: 'x' }],
  ])('of which a person has stated %s still takes what is worse', (_, statement) => {
    const record = new Reported().says('24 10:10', statement);
    record.reports('24 10:20', { businessImpact: 'stopped', affectedCustomerCount: 3, ongoing: 'yes' });
    expect(record.types).toHaveLength(3);
    expect(record.types).not.toContain('reported-otherwise ongoing');
  });

  test('on which a customer writes is marked until somebody updates that customer', () => {
    const wrote = { kind: 'customer-wrote', message: 'まだ使えません' } as const;
    const record = new Reported().reports('24 10:20', wrote);
    expect(record.types).toEqual(['customer-wrote']);
    expect(record.outbox).toEqual([
      {
        kind: 'customer-wrote',
        key: 'sig_24 10:20',
        since: at('24 10:20'),
        word: { customers: ['store-12'], ticket: { tool: 'generic', id: 'T-1001' }, message: 'まだ使えません' },
      },
    ]);
    expect(record.is.unanswered).toMatchObject([{ customers: ['store-12'], at: at('24 10:20') }]);
    record.says('24 10:21', {
      type: 'customer-updated',
      customers: ['store-12'],
      message: 'x',
      channel: 'phone',
      occurredAt: at('24 10:15').toISOString(),
    });
    expect(record.is.unanswered).toHaveLength(1);
    record.says('24 10:30', { type: 'customer-updated', customers: 'all', message: 'x', channel: 'phone' });
    expect(record.is).not.toHaveProperty('unanswered');
  });

  test('of several who wrote still shows the one who has had no answer', () => {
    const wrote = (id: string): Partial<Signal> => ({ kind: 'customer-wrote', sourceId: id, customer: { id } });
    const record = new Reported()
      .says('24 10:10', { type: 'scoped', affectedCustomers: [{ id: 'a' }, { id: 'b' }] })
      .reports('24 10:20', wrote('a'))
      .reports('24 10:21', wrote('b'))
      .reports('24 10:22', wrote('b'));
    record.says('24 10:30', { type: 'customer-updated', customers: ['a'], message: 'x', channel: 'phone' });
    expect(record.is.unanswered).toMatchObject([{ customers: ['b'], at: at('24 10:22') }]);
    record.reports('24 10:40', { kind: 'agent-replied', sourceId: 'b', customer: { id: 'b' }, message: '確認中です' });
    expect(record.is).not.toHaveProperty('unanswered');
  });
});

describe('a record that has recovered', () => {
  test('is open again, and its clocks start, where a later report says more and that it is ongoing', () => {
    const record = wasRecovered().reports('24 11:20', again);
    expect(record.concluded[0]).toMatchObject({
      type: 'reopened',
      actor: 'rule',
      occurredAt: at('24 11:20'),
      detail: { rule: 'reported-after-recovery', signalId: 'sig_24 11:20', ongoing: 'yes' },
    });
    expect(record.is).toMatchObject({ status: 'open', ongoing: 'yes', reopenedAt: at('24 11:20') });
    expect(record.is).not.toHaveProperty('recoveredAt');
    expect([...record.state.contacts.values()].map((each) => told(each.nextUpdateDueAt))).toEqual(['24 11:35']);
    expect(record.outbox).toEqual([{ kind: 'reopened', key: 'sig_24 11:20', since: at('24 11:20') }]);
  });

  test.each<[string, Partial<Signal>]>([
    ['another description', { description: '赤い画面' }],
    ['another time', { occurredAt: { at: at('24 11:15'), isApproximate: false } }],
    ['a worse impact', { businessImpact: 'stopped' }],
    ['more customers', { affectedCustomerCount: 2 }],
    ['another customer', { affectedCustomers: [{ id: 'store-13' }] }],
  ])('is open again by %s', (_, more) => {
    expect(wasRecovered().reports('24 11:20', { ongoing: 'yes', ...more }).is.status).toBe('open');
  });

  test.each<[string, string, Partial<Signal>]>([
    ['it does not say that it goes on', '24 11:20', { title: 'また止まった' }],
    ['it says that it is over', '24 11:20', { title: 'また止まった', ongoing: 'no' }],
    ['its tags alone have changed', '24 11:20', { ongoing: 'yes', tags: ['vip'] }],
    ['it says less', '24 11:20', { ongoing: 'yes', businessImpact: 'none' }],
    ['it arrived as the business worked again', '24 11:00', again],
  ])('stays recovered where %s', (_, time, more) => {
    const record = wasRecovered('24 11:00').reports(time, more);
    expect([record.is.status, record.told]).toEqual(['recovered', []]);
  });

  test('stays recovered by a report that had arrived before the recovery and is filed late', () => {
    const record = wasRecovered().reports('24 11:20', { ...again, receivedAt: at('24 10:59') });
    expect(record.is.status).toBe('recovered');
  });

  test('stays recovered once it is taken back that it had recovered before the report', () => {
    const record = new InMemory(first, filed);
    const stateAt = (time: string, statement: Record<string, unknown>): unknown =>
      record.until(at(time)).state(statement);
    stateAt('24 11:00', recovered);
    stateAt('24 11:10', { type: 'corrected', field: 'recoveredAt', value: at('24 10:30').toISOString() });
    const eventId = record.events.at(-1)?.id ?? '';
    const late = signalAt(at('24 10:45'), { ...first, ...again, id: 'sig_late', receivedAt: at('24 10:45') });
    record.until(at('24 11:20')).hear(late);
    expect(record.incident.status).toBe('open');
    record.until(at('24 11:30')).retract({ type: 'retracted', eventId, why: '誤り' });
    expect(record.incident).toMatchObject({ status: 'recovered', recoveredAt: at('24 11:00') });
  });

  test('is open again until 14 days after it recovered', () => {
    const within = new Reported().says('10 11:00');
    within.state.incident = { ...within.is, status: 'recovered', recoveredAt: at('10 11:00') };
    expect(structuredClone(within).state && reopensAt(within, '24 11:00')).toBe(true);
    expect(reopensAt(within, '24 11:01')).toBe(false);
  });

  test.each<[string, boolean]>([
    ['24 11:59', true],
    ['24 12:00', false],
  ])('is open again by an alert of the same policy within an hour: %s', (time, isOpen) => {
    const record = wasRecovered().joins(time, { occurredAt: { at: at('24 10:59'), isApproximate: false } });
    expect(record.is.status === 'open').toBe(isOpen);
    expect(record.told).toEqual(isOpen ? ['reopened'] : []);
    const renotified = wasRecovered().reports(time, { kind: 'alert-opened', source: 'alert', ongoing: 'yes' });
    expect(renotified.is.status === 'open').toBe(isOpen);
  });

  test.each(['customer-wrote', 'reopened'] as const)('is questioned, and marked, by %s', (kind) => {
    const record = wasRecovered().reports('24 11:20', { kind, message: 'まだ' });
    expect([record.types, record.told, record.is.status]).toEqual([
      ['recovery-questioned'],
      ['recovery-questioned'],
      'recovered',
    ]);
    expect(record.is.unanswered).toMatchObject([{ customers: ['store-12'] }]);
  });
});

function reopensAt({ is }: Reported, time: string): boolean {
  const record = new Reported();
  record.state = { ...record.state, incident: is };
  return record.reports(time, again).is.status === 'open';
}

test.each(['stated', 'customer-wrote', 'reopened'] as const)(
  'what was found not to occur is open again by %s',
  (kind) => {
    const record = new Reported().says('24 10:10', {
      type: 'verified',
      happened: 'no',
      method: 'ログ',
      evidenceUrl: 'https://x.example',
    });
    expect(record.is.status).toBe('not-occurring');
    record.reports('24 10:20', { kind });
    expect(record.is.status).toBe('open');
    expect(record.told).toContain('reopened');
  },
);

describe('an alert group that is open', () => {
  const of = (resourceName?: string): Partial<Signal> => ({
    alert: { project: 'p', policy: '1', policyName: 'x', ...(resourceName ? { resourceName } : {}) },
  });
  const group = () => {
    const record = new Reported();
    record.state.incident = { ...record.is, ...of('db-1') } as Incident;
    return record;
  };

  test('names each further resource once', () => {
    const record = group();
    for (const [index, name] of ['db-1', 'db-2', 'db-2', undefined, 'db-3'].entries())
      record.joins(`24 10:1${index}`, of(name));
    expect(record.concluded.map(({ type, detail }) => [type, 'resource' in detail && detail.resource])).toEqual([
      ['alert-joined', 'db-2'],
      ['alert-joined', 'db-3'],
    ]);
    expect(record.told).toEqual([]);
  });

  test('names fifty of them', () => {
    const record = group();
    for (let n = 0; n < 60; n += 1) record.joins('24 10:10', of(`web-${n}`));
    expect(record.concluded).toHaveLength(policy.routing.mostAlertResources);
  });

  test('that had recovered is open again before it names another', () => {
    const record = group().says('24 11:00', recovered).joins('24 11:20', of('db-2'));
    expect(record.types).toEqual(['reopened', 'alert-joined']);
    expect(group().says('24 11:00', recovered).joins('24 13:00', of('db-2')).types).toEqual([]);
  });

  test('is as it was by a close', () => {
    expect(group().joins('24 10:10', { kind: 'alert-closed', ...of('db-2') }).types).toEqual([]);
  });
});
