/** Of the oracle: what it expects of reports that come later or are sent again, on records of a few lines. */

import { describe, expect, test } from 'vitest';
import { minuteMs } from './calendar.ts';
import { checkLaterReports } from './oracle/later-reports.ts';
import { type Doc, sortRecords } from './oracle/records.ts';
import { checkReports, readSent } from './oracle/reports.ts';
import type { Call, Stage } from './stage.ts';

const at = (minutes: number): number => Date.parse('2026-11-24T01:00:00Z') + minutes * minuteMs;
const first = { id: 'T-1', subject: '止まった', customer: { id: 'a' }, ongoing: 'yes', businessImpact: 'degraded' };
const signalOf = (id: string, body: object, minutes: number, more: Doc = {}): [string, Doc] => [
  `signals/${id}`,
  {
    tool: 'generic',
    incidentId: 'inc_1',
    raw: Buffer.from(JSON.stringify(body)),
    receivedAt: at(minutes),
    filedAt: at(minutes),
    affectedCustomers: [],
    ...more,
  },
];

/** One incident and its later events and signals, the first of which filed it. */
function recordsOf(events: Doc[], signals: [string, Doc][], now: Doc = {}) {
  const begun = {
    kind: 'incident',
    status: 'open',
    ongoing: 'yes',
    title: first.subject,
    impact: { businessImpact: 'degraded', affectedCustomerCount: 1 },
    affectedCustomers: [{ id: 'a' }],
    origin: { tool: 'generic', id: 'T-1' },
    receivedAt: at(0),
    filedAt: at(0),
  };
  const filed = { type: 'filed', detail: { signalId: 'sig_1' }, changes: begun, recordedAt: at(0), occurredAt: at(0) };
  const timeline = [filed, ...events].map((each, index): [string, Doc] => {
    const id = String(index + 1).padStart(8, '0');
    return [`incidents/inc_1/timeline/${id}`, { actor: 'rule', detail: {}, occurredAt: each.recordedAt, ...each, id }];
  });
  const incident: [string, Doc] = ['incidents/inc_1', { ...begun, id: 'inc_1', ...now }];
  return sortRecords(new Map([incident, ...timeline, signalOf('sig_1', first, 0), ...signals]));
}

const recovered = {
  type: 'recovered',
  recordedAt: at(20),
  occurredAt: at(20),
  changes: { status: 'recovered', ongoing: 'no', recoveredAt: at(20) },
};
const by = (type: string, minutes: number, detail: object = {}): Doc => ({
  type,
  recordedAt: at(minutes),
  occurredAt: at(minutes),
  detail: { signalId: 'sig_2', ...detail },
});

describe('a later report', () => {
  const worse = { ...first, businessImpact: 'stopped' };
  const again = { ...first, subject: 'また止まった' };
  test.each<[what: string, body: object, minutes: number, events: Doc[], found: RegExp[]]>([
    ['that is worse and is taken', worse, 10, [by('corrected', 10, { field: 'impact.businessImpact' })], []],
    ['that is worse than stated', worse, 10, [by('reported-otherwise', 10, { field: 'impact.businessImpact' })], []],
    ['that is worse and is passed over', worse, 10, [], [/says worse of impact.businessImpact/]],
    ['that counts more and is passed over', { ...first, affectedCustomerCount: 9 }, 10, [], [/says worse of .*Count/]],
    ['that says less', { ...first, businessImpact: 'none' }, 10, [], []],
    ['that opens it again', again, 40, [recovered, by('reopened', 40, { rule: 'reported-after-recovery' })], []],
    ['that does not open it again', again, 40, [recovered], [/reopened should be there 1 times/]],
    ['fifteen days later', again, 15 * 24 * 60, [recovered], []],
    ['that says no more', { ...first, tags: ['vip'] }, 40, [recovered], []],
    [
      'that says no more and opens it',
      first,
      40,
      [recovered, by('reopened', 40, { rule: 'reported-after-recovery' })],
      [/reopened should be there 0 times/],
    ],
    ['that says that it is over', { ...again, ongoing: 'no' }, 40, [recovered], []],
  ])('%s', (_, body, minutes, events, found) => {
    const said = checkLaterReports(recordsOf(events, [signalOf('sig_2', body, minutes)]));
    expect(said).toEqual(found.map((each) => expect.stringMatching(each)));
  });
});

describe('the same content', () => {
  const stage = { now: () => at(100), outages: () => [], documents: () => new Map() } as unknown as Stage;
  const answered = (status: number) => ({ status, headers: {}, body: {} });
  const call = (body: object, headers: Record<string, string> = {}): Call => ({
    kind: 'http',
    method: 'POST',
    path: '/tickets',
    headers,
    body: JSON.stringify(body),
  });
  const webhookId = { 'webhook-id': 'msg_1' };
  test.each<[what: string, sentAt: number[], keptAt: number[], isFound: boolean, body?: object, headers?: object]>([
    ['within ten minutes, kept once', [0, 9.9], [0], false],
    ['within ten minutes, kept twice', [0, 9.9], [0, 9.9], true],
    ['a second apart on either side of an edge, kept twice', [9.99, 10.01], [9.99, 10.01], true],
    ['after that, kept twice', [0, 11], [0, 11], false],
    ['after that, kept once', [0, 11], [0], true],
    ['after that, kept once by what says when it was', [0, 60], [0], false, { ...first, updatedAt: '2026-11-24' }],
    ['after that, kept twice by what says when it was', [0, 60], [0, 60], true, { ...first, updatedAt: '2026-11-24' }],
    ['after that, kept once by its id', [0, 60], [0], false, first, webhookId],
    ['never kept', [0], [], true],
  ])('sent %s', (_, sentAt, keptAt, isFound, body = first, headers = {}) => {
    const sent = sentAt.flatMap((minutes) => {
      const each = readSent(call(body, headers as Record<string, string>), answered(200), at(minutes));
      return each ? [each] : [];
    });
    const kept = keptAt.map((minutes, index) => signalOf(`sig_${index}`, body, minutes));
    const records = sortRecords(new Map(kept));
    const found = checkReports(sent, records, stage).filter((each) => each.includes('should be a signal once'));
    expect(found).toHaveLength(isFound ? 1 : 0);
  });
});
