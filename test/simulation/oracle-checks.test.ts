/** Of the oracle: what the ledger of `oracle.long.test.ts` has nothing of, on records of a few lines. */
import { describe, expect, test } from 'vitest';
import { checkCloses } from './oracle/later-words.ts';
import { checkPaging } from './oracle/paging.ts';
import { type Doc, sortRecords } from './oracle/records.ts';
import type { Stage } from './stage.ts';

const minuteMs = 60_000;
const at = (minutes: number): number => Date.parse('2026-11-24T01:00:00Z') + minutes * minuteMs;

describe('who was called', () => {
  const paged = (minutes: number, action: string): Doc => ({
    type: 'paged',
    actor: 'rule',
    detail: { action },
    ...on(minutes),
  });
  const on = (minutes: number) => ({ recordedAt: at(minutes), occurredAt: at(minutes) });
  const responded = { type: 'responded', actor: 'sato', detail: {}, ...on(9) };
  const over = { type: 'recovered', actor: 'rule', detail: {}, changes: { status: 'recovered' }, ...on(9) };

  /** Reported at 0, called at 6, seen to at 9, and on record until 120. */
  function judge(
    seenTo: Doc,
    acknowledgedAt: number | undefined,
    failing: [from: number, to: number][] = [],
  ): string[] {
    const filed = { type: 'filed', actor: 'generic', detail: {}, changes: {}, ...on(0) };
    const incident = {
      id: 'inc_1',
      kind: 'incident',
      status: seenTo.changes?.status ?? 'open',
      ongoing: 'yes',
      origin: { tool: 'generic', id: 'T-1' },
      urgency: { level: 'high' },
      reportedAt: at(0),
      isDrill: false,
    };
    const timeline = [filed, paged(6, 'trigger'), seenTo].map((event, index): [string, Doc] => {
      const id = String(index + 1).padStart(8, '0');
      return [`incidents/inc_1/timeline/${id}`, { ...event, id }];
    });
    const pages = [
      { incidentId: 'inc_1', action: 'trigger', at: at(6) },
      ...(acknowledgedAt === undefined
        ? []
        : [
            { incidentId: 'inc_1', action: 'acknowledge', at: at(acknowledgedAt) },
            { incidentId: 'inc_1', action: 'resolve', at: at(110) },
          ]),
    ];
    const stage = {
      now: () => at(120),
      outages: () => failing.map(([from, to]) => ({ what: 'firestore', from: at(from), to: at(to) })),
      documents: () => new Map(),
      remote: () => ({ pages: () => pages }),
    } as unknown as Stage;
    const records = sortRecords(new Map<string, Doc>([['incidents/inc_1', incident], ...timeline]));
    return checkPaging(records, stage).filter((each) => each.includes('rang until'));
  }

  test.each([
    ['answered', responded],
    ['over', over],
  ])('is called on for hours though it is %s, and that is noticed', (_, seenTo) => {
    expect(judge(seenTo, 10)).toEqual([]);
    expect(judge(seenTo, 70)).toEqual([
      expect.stringMatching(/^inc_1 was paged at .*T01:06.*, seen to at .*T01:09.*, and rang until .*T02:10/),
    ]);
    expect(judge(seenTo, undefined)).toHaveLength(1);
  });
  test('is called on for as long as something fails, and not for hours after that', () => {
    expect(judge(responded, 40, [[12, 28]])).toEqual([]);
    expect(judge(responded, 70, [[12, 28]])).toHaveLength(1);
  });
});

test('an alert that is known to have closed at another time than it ended is noticed', () => {
  const body = {
    scoping_project_id: 'shop',
    incident_id: '0.1',
    state: 'closed',
    started_at: at(0) / 1_000,
    ended_at: at(30) / 1_000,
  };
  const judge = (more: Doc): string[] => {
    const raw = JSON.stringify({ version: '1.2', incident: { condition: { name: 'c' }, policy_name: 'p', ...body } });
    const signal = { tool: 'monitoring', kind: 'alert-closed', raw: Buffer.from(raw), happenedAt: at(30), ...more };
    return checkCloses(sortRecords(new Map<string, Doc>([['signals/sig_1', signal]])));
  };
  expect(judge({})).toEqual([]);
  expect(judge({ happenedAt: at(0) })).toEqual([
    expect.stringMatching(/^That shop\/0\.1 closed .*T01:30.*, and stands at .*T01:00/),
  ]);
});
