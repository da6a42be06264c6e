/** What a report makes of itself, and what it leaves to be asked. */

import { describe, expect, test } from 'vitest';
import { listMissing } from '../../functions/incidents/facts/missing.ts';
import { openIncident } from '../../functions/incidents/fold/beginning.ts';
import {
  affectedOf,
  countAffected,
  earliest,
  goesOn,
  type Incident,
  isOver,
  isReal,
  latest,
  mayHold,
  unnamedIn,
  withCodes,
} from '../../functions/incidents/incident.ts';
import type { RoutingDecision } from '../../functions/incidents/signals/routing.ts';
import type { Signal } from '../../functions/incidents/signals/signal.ts';
import { policy } from '../../functions/policy.ts';
import { rowsOf } from '../in-a-line.ts';
import { at } from './rhythm/rhythm.ts';
import { signalWith } from './signals.ts';

const receivedAt = at('24 10:00');
const signalOf = (facts: Partial<Signal> = {}): Signal =>
  signalWith({ tool: 'zendesk', sourceId: '7', receivedAt, ...facts });
const open = (facts: Partial<Signal> = {}, kind: Incident['kind'] = 'incident'): Incident =>
  openIncident('inc_1', 2, signalOf(facts), { kind } as RoutingDecision, policy, at('24 10:01'));

const asked = {
  title: 'The report has no subject.',
  occurredAt: 'Nobody has said when it occurred.',
  ongoing: 'Nobody has said whether it still goes on.',
  'impact.businessImpact': 'Nobody has said what it does to the business.',
  'impact.affectedCustomerCount': 'Nobody has counted who is affected.',
};
const askedOfIncidents = {
  'impact.scopeMethod': 'Nobody has said how the scope was confirmed.',
  'impact.scopeEvidenceUrl': 'No evidence of the scope is linked.',
  'impact.recurrenceRisk': 'Nobody has said whether it could recur.',
  firstResponseAt: 'Nobody has responded yet.',
  verifiedAt: 'Nobody has confirmed that it is happening.',
};
const askedOfWhatOccurs = {
  mitigation: 'Nobody has said what helped the customer.',
  recoveredAt: 'Nobody has recorded that the affected customers can work again.',
  cause: 'The cause is not known.',
  permanentFix: 'No permanent fix is stated.',
  prevention: 'No prevention is stated.',
};
const missing = (incident: Incident) => Object.fromEntries(listMissing(incident).map(({ field, why }) => [field, why]));

describe('what nobody has said yet', () => {
  test('of a report that says nothing is everything, and why', () => {
    expect(missing(open())).toEqual({ ...asked, ...askedOfIncidents, ...askedOfWhatOccurs });
    expect(open().missing).toEqual(listMissing(open()));
  });
  test('of a question is what it would need to be an incident', () => {
    expect(missing(open({}, 'question'))).toEqual(asked);
  });
  test('of what is neither is only what could not be read', () => {
    const problems = [{ path: 'subject', message: 'too long' }];
    expect(missing(open({ problems }, 'outside'))).toEqual({ title: 'too long' });
  });
  test('of what was found not to occur is nothing that helped against it', () => {
    expect(missing({ ...open(), status: 'not-occurring' })).toEqual({ ...asked, ...askedOfIncidents });
  });

  const time = at('24 10:05');
  const known: [field: string, facts: Partial<Incident>][] = [
    ['title', { title: 'x' }],
    ['occurredAt', { occurredAt: time }],
    ['ongoing', { ongoing: 'no' }],
    ['impact.businessImpact', { impact: { businessImpact: 'none' } }],
    ['impact.affectedCustomerCount', { impact: { affectedCustomerCount: 0 } }],
    ['impact.scopeMethod', { impact: { scopeMethod: 'logs' } }],
    ['impact.scopeEvidenceUrl', { impact: { scopeEvidenceUrl: 'https://x.example' } }],
    ['impact.recurrenceRisk', { impact: { recurrenceRisk: 'unknown' } }],
    ['firstResponseAt', { firstResponseAt: time }],
    ['verifiedAt', { verifiedAt: time }],
    ['mitigation', { mitigation: { kind: 'workaround' } }],
    ['recoveredAt', { recoveredAt: time }],
    ['cause', { cause: { category: 'data' } }],
    ['permanentFix', { permanentFix: 'x' }],
    ['prevention', { prevention: 'x' }],
  ];
  test.each(known)('is no longer %s, once it is known', (field, facts) => {
    const before = missing(open());
    delete before[field];
    expect(missing({ ...open(), ...facts })).toEqual(before);
  });

  const tried = (mitigation: Incident['mitigation']) =>
    missing({ ...open(), ...(mitigation ? { mitigation } : {}) })['mitigation.lighterWayTried'];
  test.each(['revert', 'fix-release'] as const)('is which lighter way was tried before a %s', (kind) => {
    expect(tried({ kind })).toBe('Nobody has said which lighter way was tried before the revert or the release.');
    expect(tried({ kind, lighterWayTried: '設定' })).toBeUndefined();
  });
  test('and before nothing lighter', () => {
    expect(tried({ kind: 'workaround' })).toBeUndefined();
    expect(tried(undefined)).toBeUndefined();
  });

  test('is asked for with what was wrong about it, until it is known', () => {
    const problems = ['subject', 'businessImpact', 'affectedCustomerCount', 'occurredAt'].map((path) => ({
      path,
      message: `wrong ${path}`,
    }));
    const wrong = {
      title: 'wrong subject',
      'impact.businessImpact': 'wrong businessImpact',
      'impact.affectedCustomerCount': 'wrong affectedCustomerCount',
      occurredAt: 'wrong occurredAt',
    };
    expect(missing(open({ problems }))).toEqual({ ...asked, ...askedOfIncidents, ...askedOfWhatOccurs, ...wrong });
    expect(listMissing(open({ problems })).filter(({ field }) => field === 'title')).toHaveLength(1);
    expect(missing({ ...open({ problems }), title: 'x' })).not.toHaveProperty('title');
  });
  test('is what was wrong in a field that nothing asks for', () => {
    expect(missing(open({ problems: [{ path: 'url', message: 'no address' }] })).url).toBe('no address');
  });
});

describe('the affected', () => {
  const [a, b] = [{ id: 'a', name: 'A' }, { id: 'b' }];
  test.each<[string, Partial<Signal>, object[]]>([
    ['are whoever reports', { customer: a }, [a]],
    ['and whoever is named besides', { customer: a, affectedCustomers: [b] }, [a, b]],
    ['each once, as first named', { customer: a, affectedCustomers: [{ id: 'a' }, b, b] }, [a, b]],
    ['not whoever reports for others', { customer: a, isReporterAffected: false, affectedCustomers: [b] }, [b]],
    ['those who are named where nobody reports', { affectedCustomers: [a] }, [{ ...a, isNamedByOthers: true }]],
    ['nobody, where nobody is named', {}, []],
  ])('%s', (_, facts, customers) => {
    expect(affectedOf(signalOf(facts))).toEqual(customers);
  });
  test.each([
    [undefined, 0, undefined],
    [undefined, 2, 2],
    [0, 0, 0],
    [5, 2, 5],
    [1, 2, 2],
  ])('counted %s and named %s are %s', (counted, named, count) => {
    expect(countAffected(counted, named)).toBe(count);
  });
});

test.each<[Incident['status'], boolean, boolean]>([
  ['open', true, false],
  ['linked', true, false],
  ['recovered', false, true],
  ['not-occurring', false, true],
  ['answered', false, false],
  ['kept', false, false],
])('what is %s is ongoing: %s, and over: %s', (status, isOngoing, over) => {
  expect([goesOn({ status }), isOver({ status })]).toEqual([isOngoing, over]);
});

test('of a drill and what is real, the latter is real', () => {
  expect([isReal({ isDrill: true }), isReal({ isDrill: false })]).toEqual([false, true]);
});

test('a text for people has the code for each id, and keeps what only looks like one', () => {
  const id = 'inc_0123456789abcdef01234567';
  const code = withCodes(id);
  expect(code).toMatch(/^M-[0-9A-Z]{6}$/);
  const [short, other, longer] = ['inc_0123456789', 'inc_ghijklmnopqrstuvwxyzghij', `${id}8`];
  expect(withCodes(`${id}, ${short}, ${other}, ${longer} and ${id}`)).toBe(
    `${code}, ${short}, ${other}, ${longer} and ${code}`,
  );
});

describe('a report becomes', () => {
  test('a record of all that it says', async () => {
    const incident = open({
      title: '注文が通らない',
      description: '画面が止まる',
      url: 'https://tickets.example/7',
      form: 'pos',
      channel: 'phone',
      area: 'order',
      tags: ['pos'],
      occurredAt: { at: at('24 09:50'), isApproximate: true },
      ongoing: 'yes',
      customer: { id: 'a' },
      affectedCustomerCount: 2,
      businessImpact: 'stopped',
      drill: { id: 'drill_1', from: 'inc_9' },
      isDrill: true,
    });
    await expect(rowsOf({ 'a record of all that a report says': incident })).toMatchFileSnapshot('record-whole.txt');
  });
  test('a record without what it does not say', () => {
    const incident = open();
    expect(incident.title).toBe('');
    expect(incident.origin).toEqual({ tool: 'zendesk', id: '7' });
    expect([incident.ticketUrls, incident.impact, incident.affectedCustomers]).toStrictEqual([[], {}, []]);
    const unsaid = ['description', 'drill', 'occurredAt', 'isOccurredAtApproximate', 'reporter', 'alert'];
    expect(unsaid.filter((field) => field in incident)).toEqual([]);
    expect(open({ occurredAt: { at: at('24 09:50'), isApproximate: false } })).not.toHaveProperty(
      'isOccurredAtApproximate',
    );
  });
  test.each<[Incident['kind'], Incident['status']]>([
    ['incident', 'open'],
    ['question', 'open'],
    ['outside', 'kept'],
  ])('%s, which is %s', (kind, status) => {
    expect(open({}, kind)).toMatchObject({ kind, status });
  });
  test.each([
    ['as it says', '24 09:58', '24 09:58'],
    ['no later than it was received', '24 10:02', '24 10:00'],
  ])('one that was reported %s', (_, reported, expected) => {
    expect(open({ reportedAt: at(reported) })).toMatchObject({ reportedAt: at(expected), detectedAt: at(expected) });
  });
  const alert = (service?: string) => ({ projectId: 'p', policyName: 'x', ...(service ? { service } : {}) }) as never;
  test('one of which an alert’s address is no ticket', () => {
    expect(open({ source: 'alert', url: 'https://x.example' }).ticketUrls).toEqual([]);
    expect(open({ source: 'alert', alert: alert('order') }).alert).toEqual(alert('order'));
  });

  test.each<[string, boolean, Partial<Signal>]>([
    ['an alert of our own service', true, { source: 'alert', alert: alert('Metronome') }],
    ['an alert of another service', false, { source: 'alert', alert: alert('order') }],
    ['an alert of no service', false, { source: 'alert', alert: alert() }],
    ['an alert without facts', false, { source: 'alert' }],
    ['a ticket, whatever it says', false, { alert: alert('metronome') }],
  ])('one about Metronome itself from %s: %s', (_, isAbout, facts) => {
    expect(open(facts).isAboutMetronome).toBe(isAbout);
  });
});

test.each([
  [5, 2, 3],
  [2, 2, 0],
  [1, 2, 0],
  [undefined, 0, 0],
])('of %s who are counted, and %i named, %i are not named', (affectedCustomerCount, named, unnamed) => {
  const impact = affectedCustomerCount === undefined ? {} : { affectedCustomerCount };
  const affectedCustomers = Array.from({ length: named }, (_, n) => ({ id: `store-${n}` }));
  expect(unnamedIn({ impact, affectedCustomers })).toBe(unnamed);
});

test('of two times the earlier and the later are told apart, and of one it is both', () => {
  const [early, late] = [at('24 10:00'), at('24 10:01')];
  expect([earliest(early, late), earliest(late, early), earliest(undefined, late)]).toEqual([early, early, late]);
  expect([latest(early, late), latest(late, early), latest(undefined, early)]).toEqual([late, late, early]);
  const same = new Date(early);
  expect(earliest(early, same)).toBe(early);
  expect(latest(early, same)).toBe(same);
});

test.each([
  [undefined, true],
  [{}, false],
  [{ actions: true as const }, false],
  [{ updates: true as const }, true],
])('beside a record that says %o, updates may be held: %s', (beside, may) => {
  expect(mayHold('updates', beside ? { beside } : {})).toBe(may);
});

test.each([
  ['a customer', undefined, true],
  ['an account of a tool', 'zendesk:7', true],
  ['a colleague', 'sato@example.com', false],
])('a name that %s (%s) gives to another customer is marked so: %s', (_, agent, isNamedByOthers) => {
  const named = [{ id: 'a', name: 'A' }, { id: 'b', name: 'B' }, { id: 'c' }];
  const customers = affectedOf(
    signalOf({
      customer: { id: 'a' },
      isReporterAffected: false,
      affectedCustomers: named,
      ...(agent ? { agent } : {}),
    }),
  );
  const others = isNamedByOthers ? { isNamedByOthers } : {};
  expect(customers).toEqual([{ id: 'a', name: 'A' }, { id: 'b', name: 'B', ...others }, { id: 'c' }]);
});
