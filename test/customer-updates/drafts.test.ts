/** No draft claims what the record does not hold. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unansweredQuestions } from '../../functions/customer-updates/decide-notices.ts';
import { draftGroups, draftKindOf, writeDraft } from '../../functions/customer-updates/draft.ts';
import type { NoticeRecipient } from '../../functions/customer-updates/look-events.ts';
import type { TimelineEvent } from '../../functions/incidents/facts/events.ts';
import { type Incident, mitigationKinds } from '../../functions/incidents/incident.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import { businessImpacts } from '../../functions/incidents/signals/signal.ts';
import { policy } from '../../functions/policy.ts';
import { type DraftFacts, draftKinds, writeDraftLines } from '../../functions/words/drafts.ts';
import { at, contactOf, incidentAt } from '../incidents/rhythm/rhythm.ts';

const now = at('24 11:00');
const title = '印刷が二度出る';
const workaround = '手書きの伝票をお使いください';

/** A moment before `now`, or none. */
const moment = fc.option(
  fc.integer({ min: 1, max: 55 }).map((minute) => at(`24 10:${String(minute).padStart(2, '0')}`)),
  { nil: undefined },
);

const whether = { isReporter: fc.boolean(), isClosing: fc.boolean(), isLate: fc.boolean() };
const states = fc.record({
  status: fc.constantFrom('open' as const, 'recovered' as const, 'not-occurring' as const),
  happened: fc.constantFrom('yes' as const, 'no' as const, 'unconfirmed' as const, undefined),
  title: fc.constantFrom(title, ''),
  occurredAt: moment,
  reportedAt: fc.constantFrom(at('24 10:01'), at('24 10:20')),
  assignee: fc.constantFrom(undefined, 'local'),
  verifiedAt: moment,
  scopedAt: moment,
  mitigatedAt: moment,
  mitigation: fc.constantFrom(undefined, ...mitigationKinds),
  note: fc.constantFrom(undefined, workaround),
  businessImpact: fc.constantFrom(undefined, ...businessImpacts),
  contacts: fc.array(fc.record({ ...whether, lastUpdateAt: moment, recoveredAt: moment }), {
    minLength: 1,
    maxLength: 4,
  }),
});
type State = typeof states extends fc.Arbitrary<infer T> ? T : never;

function build(state: State): { incident: Incident; told: NoticeRecipient[] } {
  const {
    status,
    happened,
    occurredAt,
    reportedAt,
    assignee,
    verifiedAt,
    scopedAt,
    mitigatedAt,
    mitigation,
    note,
    businessImpact,
  } = state;
  const known = (fields: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const { occurredAt: _, ...base } = incidentAt(at('24 10:00'), { title: state.title, status });
  const incident = {
    ...base,
    ...known({
      occurredAt,
      reportedAt,
      assignee,
      verifiedAt,
      scopedAt,
      happened,
      mitigatedAt: mitigation && mitigatedAt,
    }),
    ...(mitigation ? { mitigation: { kind: mitigation, ...known({ summary: note }) } } : {}),
    impact: { ...base.impact, ...known({ businessImpact }) },
  } as Incident;
  const told = state.contacts.map((each, index): NoticeRecipient => {
    const dueAt = at(each.isLate ? '24 10:58' : '24 11:10');
    const contact = {
      ...contactOf(incident, each.isReporter ? (incident.reporter?.id ?? 'store-12') : `store-9${index}`),
      nextUpdateDueAt: dueAt,
      ...known({ lastUpdateAt: each.lastUpdateAt, recoveredAt: each.recoveredAt }),
      ...(each.isClosing ? { endsWith: 'not-occurring' } : {}),
    } as Contact;
    return { contact, dueAt };
  });
  return { incident, told };
}

/** An incident of some state, of which no customer has been told. */
const untold = (stated: Partial<State> = {}): Incident =>
  build({ ...fc.sample(states, { numRuns: 1, seed: 1 })[0]!, contacts: [], ...stated }).incident;

const isTakenUp = ({ assignee, firstResponseAt, verifiedAt }: Incident): boolean =>
  (assignee ?? firstResponseAt ?? verifiedAt) !== undefined;

/** A claim, as it is worded, and what the record has to hold for it. */
const claims: [claim: RegExp, holds: (incident: Incident, told: NoticeRecipient['contact'][]) => unknown][] = [
  [
    /同じ事象を確認(?:いた)?し|確認できた内容|の不具合について|confirmed the problem on our side|What we have confirmed/,
    ({ happened, status }) => happened === 'yes' && status !== 'not-occurring',
  ],
  [/影響のある範囲の確認|finished checking who/, ({ scopedAt }) => scopedAt !== undefined],
  [/をご利用いただけない状態|is unavailable/, ({ impact }) => impact.businessImpact === 'stopped'],
  [
    /の方法で(?:は|したら)ご利用|in the usual way|with the workaround below/,
    ({ impact }) => impact.businessImpact === 'degraded',
  ],
  [/一部の操作に支障|some operations are affected/, ({ impact }) => impact.businessImpact === 'inconvenient'],
  [
    /設定を変更いたしました|changed a setting/,
    ({ mitigation, mitigatedAt }) => mitigation?.kind === 'setting' && mitigatedAt !== undefined,
  ],
  [/データを修復|corrected the affected data/, ({ mitigation }) => mitigation?.kind === 'data-repair'],
  [/修正を適用|deployed a fix/, ({ mitigation }) => mitigation?.kind === 'fix-release'],
  [/前の状態に戻しました|rolled back a change/, ({ mitigation }) => mitigation?.kind === 'revert'],
  [/現在は正常に動作|without a change from us/, ({ mitigation }) => mitigation?.kind === 'self-healed'],
  [/手書きの伝票/, ({ mitigation }) => mitigation?.kind === 'workaround'],
  [
    /ご利用いただけるようになりました|に復旧し、|no longer affects you|again as of/,
    (_, told) => told.every(({ recoveredAt }) => recoveredAt !== undefined),
  ],
  [/終了とさせて|last scheduled update/, (_, told) => told.every((each) => each.recoveredAt ?? each.endsWith)],
  [/前回のご連絡|前回からの|since our last message/i, (_, told) => told.every(({ lastUpdateAt }) => lastUpdateAt)],
  [
    /遅れました|遅くなり|update is late|contact you sooner/,
    (_, told) => told.every(({ nextUpdateDueAt }) => nextUpdateDueAt! < now),
  ],
  [/影響のある箇所を切り離す|isolated the affected/, ({ mitigation }) => mitigation?.kind === 'isolated'],
  [/提供元で対応|provider made/, ({ mitigation }) => mitigation?.kind === 'vendor'],
  [
    /確認できておりません|been able to reproduce/,
    (_, told) => told.every(({ endsWith }) => endsWith === 'not-occurring'),
  ],
  [/状況を確認しております|investigating it now|現在も対応を|still working on/, isTakenUp],
  [
    /原因は(?:現在|引き続き)調査|looking into the cause/,
    (incident) => isTakenUp(incident) && incident.cause === undefined,
  ],
  [/ご迷惑をおかけ|for the disruption/, ({ impact }) => impact.businessImpact === 'stopped'],
  [/以前$|at the latest/m, ({ occurredAt, reportedAt }) => occurredAt !== undefined && occurredAt > reportedAt],
  [/ごろ$|Started: around/m, ({ occurredAt, reportedAt }) => occurredAt !== undefined && occurredAt <= reportedAt],
  [
    /印刷が二度出る/,
    ({ reporter }, told) => told.every(({ customers }) => customers.some(({ id }) => id === reporter?.id)),
  ],
];

describe('a draft', () => {
  it('claims nothing that the record does not hold, whatever state it is in', () => {
    const seen = new Set<RegExp>();
    const judge = (state: State): void => {
      const { incident, told } = build(state);
      for (const group of draftGroups(incident, told, { policy, now })) {
        for (const language of ['ja', 'en'] as const) {
          const text = writeDraft(incident, group, { policy, now }, language);
          for (const [claim, holds] of claims) {
            if (!claim.test(text)) continue;
            seen.add(claim);
            const told = group.told.map(({ contact }) => contact);
            expect([text, claim, Boolean(holds(incident, told))]).toEqual([text, claim, true]);
          }
          expect(text).not.toMatch(/undefined|\{\w+\}|NaN/);
        }
      }
    };
    fc.assert(fc.property(states, judge), { numRuns: 200 });
    // Every claim is made in some state: of these, which are the same each time, so that no lot decides it.
    for (const state of fc.sample(states, { numRuns: 1_200, seed: 21 })) judge(state);
    expect(claims.filter(([claim]) => !seen.has(claim))).toEqual([]);
  });

  it('of a recovery that is questioned answers only who wrote since they last heard, and claims no message that was not sent', () => {
    const minute = fc.integer({ min: 31, max: 59 });
    const words = fc.record({ minute, isToldOver: fc.boolean(), lastUpdateAt: moment });
    const incident = untold({ status: 'recovered' });
    const seen = new Set<boolean>();
    const judge = (word: { minute: number; isToldOver: boolean; lastUpdateAt: Date | undefined }[]): void => {
      const contacts = word.map((each, index) => {
        const { lastUpdateAt: _, ...contact } = contactOf(incident, `store-${index}`);
        const told = each.isToldOver ? { stoppedAt: at('24 10:30') } : { endsWith: 'recovery' };
        const last = each.lastUpdateAt ? { lastUpdateAt: each.lastUpdateAt } : {};
        return { ...contact, ...told, ...last, recoveredAt: at('24 10:20') } as Contact;
      });
      const wrote = word.map(({ minute }) => at(`24 10:${minute}`));
      const events = contacts.map(({ customers: [customer] }, index) => {
        const when = { occurredAt: wrote[index]!, recordedAt: wrote[index]! };
        const by = { rule: 'x', why: 'x', ticket: { tool: 'generic', id: 'x' }, signalId: 'sig_1' };
        const event = { id: `${index}`.padStart(8, '0'), type: 'recovery-questioned', actor: 'rule', ...when };
        return { ...event, detail: { ...by, customers: [customer!.id] } } as unknown as TimelineEvent;
      });
      const asking = unansweredQuestions(incident, contacts, events);
      const expected = contacts.filter((each, index) => !each.lastUpdateAt || each.lastUpdateAt <= wrote[index]!);
      expect(new Set(asking.map(({ contact }) => contact.id))).toEqual(new Set(expected.map(({ id }) => id)));
      expect(unansweredQuestions({ status: 'open' }, contacts, events)).toEqual([]);
      for (const { contact } of asking) {
        const group = { kind: 'recovery-questioned' as const, told: [{ contact, dueAt: now }] };
        for (const language of ['ja', 'en'] as const) {
          const text = writeDraft(incident, group, { policy, now }, language);
          expect(/復旧のご連絡後も|after our recovery message/.test(text)).toBe(contact.stoppedAt !== null);
          expect(text).not.toMatch(/ご利用いただけるように|終了とさせて|last scheduled update|again as of/);
          seen.add(contact.stoppedAt !== null);
        }
      }
    };
    fc.assert(fc.property(fc.array(words, { minLength: 1, maxLength: 4 }), judge), { numRuns: 300 });
    for (const each of fc.sample(fc.array(words, { minLength: 1, maxLength: 4 }), { numRuns: 20, seed: 21 }))
      judge(each);
    expect(seen.size).toBe(2);
  });

  it('of what nobody has confirmed says so, and confirms once somebody has', () => {
    const incident = untold({ title, status: 'open' });
    const contact = { ...contactOf(incident), nextUpdateDueAt: at('24 11:10') };
    const write = (happened: 'yes' | 'unconfirmed'): string => {
      const of = { ...incident, happened, verifiedAt: at('24 10:30'), occurredAt: at('24 09:50') };
      const [group] = draftGroups(of, [{ contact, dueAt: at('24 11:10') }], { policy, now });
      return writeDraft(of, group!, { policy, now }, 'ja');
    };
    expect(write('unconfirmed')).toContain('■お知らせいただいた内容\n・発生：11月24日(火) 09:50ごろ');
    expect(write('yes')).toContain('■確認できた内容\n・発生：11月24日(火) 09:50ごろ');
  });
});

const facts: DraftFacts = {
  customerName: '渋谷店',
  company: '株式会社例',
  telephone: '03-0000-0000',
  functionName: '会計機能',
  title: '注文が通らない',
  now: '10:20',
  occurredAt: '09:50',
  isConfirmed: true,
  isTaken: true,
  isCauseSought: true,
  isStopped: true,
  progress: ['setting'],
  wasTold: true,
  isToldOver: true,
  nextUpdateAt: '10:40',
};

it.each(draftKinds)('%s names no deadline and promises no updates that the customer may never have heard', (kind) => {
  const incident = untold();
  const dueAt = at('24 10:44');
  const group = { kind, told: [{ contact: { ...contactOf(incident), nextUpdateDueAt: dueAt }, dueAt }] };
  for (const language of ['ja', 'en'] as const) {
    const text = writeDraft(incident, group, { policy, now }, language);
    expect(text).not.toMatch(/10:44|予定のご連絡|定期のご連絡|should have heard|regular updates/);
  }
});

describe('each message', () => {
  it.each(draftKinds)('%s promises no time to fix, and says when the next comes or that it is the last', (kind) => {
    for (const language of ['ja', 'en'] as const) {
      const text = writeDraftLines(kind, facts, language, {}).join('\n');
      const times = text.match(/\d\d:\d\d/g) ?? [];
      expect(times.every((each) => ['09:50', '10:20', '10:40'].includes(each))).toBe(true);
      // Also of a recovery of which nobody knows when it was.
      expect(text).not.toContain('undefined');
      expect(text).not.toMatch(/復旧予定|復旧見込|までに復旧|までに解消|再開いたします|will be fixed|fixed by|resume/);
      expect(text).toMatch(/10:40|終了とさせて|last scheduled update|確認でき次第|as soon as we know more/);
      expect(text).toContain(
        language === 'ja'
          ? '渋谷店 ご担当者様\nお世話になっております。株式会社例サポート窓口です。'
          : 'Hello 渋谷店 team,',
      );
      expect(text).toContain('03-0000-0000');
    }
  });
});

it('which message is due follows from the record', () => {
  const incident = untold();
  const nothing = { scopedAt: undefined, mitigatedAt: undefined, verifiedAt: undefined };
  const quiet = { ...incident, ...nothing } as unknown as Incident;
  const dueAt = at('24 11:10');
  const contact: Contact = { ...contactOf(incident), nextUpdateDueAt: dueAt };
  const kindOf = (changes: Partial<Contact>, of = quiet): string =>
    draftKindOf(of, { contact: { ...contact, ...changes }, dueAt }, now);
  expect(kindOf({})).toBe('first');
  expect(kindOf({ lastUpdateAt: at('24 10:30') })).toBe('no-progress');
  expect(kindOf({ lastUpdateAt: at('24 10:30') }, { ...quiet, scopedAt: at('24 10:40') })).toBe('progress');
  expect(kindOf({ nextUpdateDueAt: at('24 10:59') })).toBe('late');
  expect(kindOf({ recoveredAt: at('24 10:40') })).toBe('recovery');
  expect(kindOf({ endsWith: 'not-occurring' })).toBe('not-occurring');
});

it('a recovery from before the occurrence is not told as a time between the two', () => {
  const incident = untold();
  const textFor = (occurredAt: Date, reportedAt = at('24 10:55')): string => {
    const contact: Contact = { ...contactOf(incident), recoveredAt: at('24 10:40'), endsWith: 'recovery' };
    const told = [{ contact, dueAt: at('24 11:10') }];
    return writeDraft({ ...incident, occurredAt, reportedAt }, { kind: 'recovery', told }, { policy, now }, 'en');
  };
  expect(textFor(at('24 10:10'))).toContain('10:10');
  expect(textFor(at('24 10:50'))).not.toContain('10:50');
  expect(textFor(at('24 10:50'))).toContain('10:40');
  // An alert lags: what had been reported by then had begun by then.
  expect(textFor(at('24 10:30'), at('24 10:07'))).toContain('between Tue, Nov 24, 10:07 AM and 10:40 AM');
});
