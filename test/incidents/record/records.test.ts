/** What a signal is kept as, and what it leaves on the timeline. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { releaseOf, type TimelineEvent } from '../../../functions/incidents/facts/events.ts';
import { readIfMatch, refuseUnseen, versionOf } from '../../../functions/incidents/facts/version.ts';
import { fold } from '../../../functions/incidents/fold/fold.ts';
import { derivedFrom } from '../../../functions/incidents/record/form.ts';
import { signalEvent, signalRecord } from '../../../functions/incidents/record/records.ts';
import type { Signal } from '../../../functions/incidents/signals/signal.ts';
import { presentFiling, presentIncident } from '../../../functions/incidents/views/present.ts';
import { policy } from '../../../functions/policy.ts';
import { at, incidentAt } from '../rhythm/rhythm.ts';
import { signalWith } from '../signals.ts';

const receivedAt = at('24 10:00');
const now = at('24 10:03');
const signal = signalWith({ tool: 'zendesk', sourceId: '9120', kind: 'agent-replied', receivedAt });
const recordOf = (of: Signal, bytes = Buffer.from('{"a":1}')) =>
  signalRecord(
    { signal: of, raw: { bytes, contentType: 'application/x', receivedAt: at('24 09:59') }, attempt: 'att_1' },
    'inc_1',
    { actor: 'zendesk', now, policy },
  );

describe('a signal', () => {
  test('is kept with its body, where it was filed, by which attempt and until when', () => {
    expect(recordOf(signal)).toEqual({
      ...signal,
      incidentId: 'inc_1',
      attemptId: 'att_1',
      filedAt: now,
      raw: Buffer.from('{"a":1}'),
      contentType: 'application/x',
      // 400 days from its filing.
      expireAt: new Date('2027-12-29T01:03:00Z'),
    });
  });

  test('whose body is long is zipped, and is still whole', () => {
    const bytes = Buffer.alloc(2_000_000, 'a');
    const { raw, rawEncoding, isRawCut } = recordOf(signal, bytes);
    expect([rawEncoding, isRawCut, gunzipSync(raw).equals(bytes)]).toEqual(['gzip', undefined, true]);
  });

  test('of many customers with long names keeps the beginning of each, and a hundred of what was wrong', () => {
    const long = 'あ'.repeat(150);
    const customer = { id: `1${long}`, name: `2${long}`, contactId: `3${long}` };
    const problems = Array.from({ length: 101 }, (_, index) => ({ path: String(index), message: 'x' }));
    const many = { ...signal, affectedCustomers: Array.from({ length: 500 }, () => customer), problems };
    const { affectedCustomers, problems: kept } = recordOf(many);
    expect(affectedCustomers).toHaveLength(500);
    const { id, name, contactId } = affectedCustomers[0] ?? {};
    for (const text of [id, name, contactId]) {
      expect(Buffer.byteLength(text ?? '')).toBeLessThanOrEqual(200);
      expect(Buffer.byteLength(text ?? '')).toBeGreaterThan(190);
      // Between characters: half of one would be none.
      expect(text).toMatch(/^\d[あ]+…$/);
    }
    expect([id?.[0], name?.[0], contactId?.[0], kept.length]).toEqual(['1', '2', '3', 100]);
    const unnamed = { ...many, affectedCustomers: Array.from({ length: 1_000 }, () => ({ id: `1${long}` })) };
    expect(Object.keys(recordOf(unnamed).affectedCustomers[0] ?? {})).toEqual(['id']);
    // What fits is kept as it is.
    const few = { ...signal, affectedCustomers: [customer], problems };
    expect(recordOf(few)).toMatchObject({ affectedCustomers: [customer], problems });
  });

  test('leaves on the timeline who stated it, when it happened, and what it says', () => {
    const happenedAt = at('24 09:58');
    const said = { ...signal, happenedAt, agent: '鈴木', title: '題', message: '確認中' };
    expect(signalEvent(said, 1, now, 'pol_1')).toEqual({
      policyVersion: 'pol_1',
      id: 'sig_1',
      isFact: true,
      type: 'signal-received',
      occurredAt: happenedAt,
      recordedAt: now,
      actor: '鈴木',
      detail: {
        signalId: 'sig_1',
        kind: 'agent-replied',
        tool: 'zendesk',
        sourceId: '9120',
        title: '題',
        message: '確認中',
        after: 1,
      },
    });
    const { occurredAt, actor, detail } = signalEvent(signal, 1, now, 'pol_1');
    expect([occurredAt, actor, Object.keys(detail)]).toEqual([
      receivedAt,
      'zendesk',
      ['signalId', 'kind', 'tool', 'sourceId', 'after'],
    ]);
  });
});

test('a timeline without its beginning is none, is in any order, and what signals leave on it changes nothing', () => {
  const said = (id: string, type: string, detail: object) =>
    ({ id, type, detail, actor: 'sato', occurredAt: receivedAt, recordedAt: now }) as unknown as TimelineEvent;
  const filed = said('00000001', 'filed', { rule: 'imported', why: '', imported: incidentAt(receivedAt) });
  const assigned = (id: string, assignee: string) => said(id, 'assigned', { assignee });
  const events = [
    assigned('00000010', 'ito'),
    signalEvent(signal, 2, now, 'pol_1'),
    assigned('00000002', 'sato'),
    filed,
  ];
  expect(fold('inc_1', events, () => policy).incident).toMatchObject({ assignee: 'ito', lastSequence: 10 });
  expect(() => fold('inc_1', events.slice(0, 3), () => policy)).toThrow(/begins/);
});

describe('outside', () => {
  const stored = {
    ...incidentAt(receivedAt),
    changedAt: now,
    customerIds: ['a'],
    board: null,
    search: ['x'],
    statedSequence: 3,
    beside: {},
  };

  test('nothing is shown that is only kept for the store', () => {
    const shown = presentIncident(stored as never, 3);
    const hidden = ['schemaVersion', 'changedAt', 'customerIds', 'board', 'search', 'statedSequence', 'beside'];
    expect(hidden.filter((field) => field in shown)).toEqual([]);
    expect(shown).toMatchObject({ code: 'M-NGWGM4', emergency: null, reportCount: 3 });
    expect(presentIncident(stored as never)).not.toHaveProperty('reportCount');
    expect(Object.keys(shown).slice(0, 8)).toEqual([
      'id',
      'code',
      'kind',
      'title',
      'status',
      'ongoing',
      'urgency',
      'emergency',
    ]);
  });

  test.each([true, false])(
    'a filing is told by its kind; only one that was made now has one report for sure: %s',
    (created) => {
      const answer = presentFiling({ created, incident: { ...incidentAt(receivedAt), kind: 'question' } }, ['s']);
      expect(Object.keys(answer)).toEqual(['created', 'question']);
      expect(answer).toMatchObject({ created, question: { id: 'inc_1' } });
      expect((answer.question as { reportCount?: number }).reportCount).toBe(created ? 1 : undefined);
    },
  );
});

test('the reporter is found as a customer too, where nobody counts them as affected', () => {
  const stored = incidentAt(receivedAt, { affectedCustomers: [{ id: 'b' }, { id: 'a' }], reporter: { id: 'r' } });
  expect(derivedFrom(stored, now).customerIds).toEqual(['a', 'b', 'r']);
  expect(derivedFrom({ ...stored, reporter: { id: 'a' } }, now).customerIds).toEqual(['a', 'b']);
});

test.each<[releaseId: string | undefined, document: string | undefined]>([
  ['build-1', 'build-1'],
  [undefined, undefined],
  ['none', undefined],
  ['a/b', undefined],
  ['.', undefined],
  ['..', undefined],
  ['...', '...'],
  ['x'.repeat(500), 'x'.repeat(500)],
  ['x'.repeat(501), undefined],
])('of the release %s as the cause the document is %s', (releaseId, document) => {
  expect(releaseOf({ cause: { category: 'release', ...(releaseId ? { releaseId } : {}) } })).toBe(document);
  expect(releaseOf({})).toBeUndefined();
});

describe('the version of a record', () => {
  test('is that of the last statement', () => {
    expect(versionOf({ statedSequence: 12 })).toBe('00000012');
  });

  test.each<[header: string | undefined, seen: readonly string[] | undefined]>([
    [undefined, undefined],
    [' * ', undefined],
    ['"00000001"', ['00000001']],
    ['W/"00000001"', ['00000001']],
    ['"00000001", W/"00000002"', ['00000001', '00000002']],
  ])('is named by an If-Match of %s as %j', (header, seen) => {
    expect(readIfMatch(header)).toEqual(seen);
  });

  test.each(['', '00000001', '"1', '"1" "2"', '*, "1"'])('is not named by “%s”, which is refused', (header) => {
    expect(() => readIfMatch(header)).toThrow(expect.objectContaining({ status: 422 }));
  });

  test('has to be one of those that were seen', () => {
    expect(() => refuseUnseen(['00000001', '00000002'], '00000002')).not.toThrow();
    expect(() => refuseUnseen(['00000001'], '00000002')).toThrow(
      expect.objectContaining({ status: 412, headers: { etag: '"00000002"' } }),
    );
  });
});
