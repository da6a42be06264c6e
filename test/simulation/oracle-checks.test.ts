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

  const filed = {
    type: 'filed',
    actor: 'generic',
    detail: {},
    changes: { kind: 'incident', status: 'open', reportedAt: at(0) },
    ...on(0),
  };
  type Failing = [from: number, to: number][];

  /** On record until 120. */
  function judge(events: Doc[], pages: [minutes: number, action: string][], failing: Failing = []): string[] {
    const status = events.findLast((each) => each.changes?.status)?.changes.status;
    const incident = {
      id: 'inc_1',
      kind: 'incident',
      status,
      ongoing: 'yes',
      isDrill: false,
      reportedAt: at(0),
      origin: { tool: 'generic', id: 'T-1' },
      urgency: { level: 'high' },
    };
    const timeline = [filed, ...events].map((event, index): [string, Doc] => {
      const id = String(index + 1).padStart(8, '0');
      return [`incidents/inc_1/timeline/${id}`, { ...event, id }];
    });
    const stage = {
      now: () => at(120),
      outages: () => failing.map(([from, to]) => ({ what: 'firestore', from: at(from), to: at(to) })),
      documents: () => new Map(),
      remote: () => ({
        pages: () => pages.map(([minutes, action]) => ({ incidentId: 'inc_1', action, at: at(minutes) })),
      }),
    } as unknown as Stage;
    const records = sortRecords(new Map<string, Doc>([['incidents/inc_1', incident], ...timeline]));
    return checkPaging(records, stage).filter((each) => /rang until|it had been answered/.test(each));
  }

  /** Called at 6, and seen to at 9. */
  const rings = (seenTo: Doc, until: number | undefined, failing?: Failing): string[] =>
    judge(
      [paged(6, 'trigger'), seenTo],
      [
        [6, 'trigger'],
        ...(until === undefined
          ? []
          : [[until, 'acknowledge'] as [number, string], [110, 'resolve'] as [number, string]]),
      ],
      failing,
    );

  test.each([
    ['answered', responded],
    ['over', over],
  ])('is called on for hours though it is %s, and that is noticed', (_, seenTo) => {
    expect(rings(seenTo, 10)).toEqual([]);
    expect(rings(seenTo, 70)).toEqual([
      expect.stringMatching(/^inc_1 was paged at .*T01:06.*, seen to at .*T01:09.*, and rang until .*T02:10/),
    ]);
    expect(rings(seenTo, undefined)).toHaveLength(1);
  });
  test('is called on for as long as something fails, and not for hours after that', () => {
    expect(rings(responded, 40, [[12, 28]])).toEqual([]);
    expect(rings(responded, 70, [[12, 28]])).toHaveLength(1);
  });
  test('is called hours after it was open again only where nobody could look at it', () => {
    const answered = { ...responded, changes: { firstResponseAt: at(3) }, ...on(3) };
    const openAgain = { type: 'unlinked', actor: 'sato', detail: {}, changes: { status: 'open' }, ...on(20) };
    const events = [answered, over, openAgain, paged(70, 'trigger')];
    expect(judge(events, [[70, 'trigger']], [[21, 68]])).toEqual([]);
    expect(judge(events, [[70, 'trigger']])).toEqual([expect.stringMatching(/it had been answered at .*T01:03/)]);
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
