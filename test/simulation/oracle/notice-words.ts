/**
 * What a notice says is what was recorded as it was written: how bad and whose it is, who waits since when and what they heard
 * last, what has been recorded since, which message is drafted, and when that promises the next.
 */
import { dayMs, hourMs, minuteMs, startOfDay } from '../calendar.ts';
import type { Delivered, Stage } from '../stage.ts';
import { type Account, accountsOf } from './accounts.ts';
import { sentTo } from './contacts.ts';
import { isUnchanged, readClock } from './deadlines.ts';
import { checkDraftWords } from './draft-words.ts';
import { groupOf, hadMembers, isLinked } from './groups.ts';
import { type Doc, foldUntil, type Records } from './records.ts';
import { isToldAgain } from './retold.ts';
import { dueAfter } from './scope-asked.ts';
import { commitMs, isExplained, toleranceMs } from './windows.ts';

/** What each kind of notice is written together with. */
const causes: Record<string, (event: Doc) => boolean> = {
  'update-due': ({ type, detail }) => type === 'reminded' && detail.slots !== undefined,
  'scope-due': ({ type, detail }) => type === 'reminded' && detail.scopeDueAt !== undefined,
  escalation: ({ type }) => type === 'escalated',
};
const impacts: Record<string, string> = {
  stopped: '業務停止',
  degraded: '一部支障',
  inconvenient: '軽微',
  none: '影響なし',
  undefined: '影響度不明',
};
const goingOn: Record<string, string> = { yes: '継続中', no: '収まっている', unknown: '継続しているか不明' };

/** `11月24日(火) 10:15` in Japan. */
function clock(at: number): string {
  const there = new Date(at + 9 * hourMs);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = '日月火水木金土'[there.getUTCDay()];
  return `${there.getUTCMonth() + 1}月${there.getUTCDate()}日(${day}) ${two(there.getUTCHours())}:${two(there.getUTCMinutes())}`;
}
/** The time alone, of the same day. */
const shortClock = (at: number, now: number): string =>
  startOfDay(at) === startOfDay(now) ? clock(at).slice(-5) : clock(at);
const inOneLine = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200).toWellFormed()}…` : line;
};

export function checkNoticeWords(records: Records, stage: Pick<Stage, 'outages' | 'delivered'>): string[] {
  const seen = new Set<string>();
  return stage.delivered().flatMap((notice) => {
    const { id, incidentId, kind, deliveredAt } = notice;
    const events = records.timelines.get(incidentId ?? '');
    if (seen.has(id) || !events || incidentId === null) return [];
    seen.add(id);
    const at = Date.parse(deliveredAt);
    const causing = events.filter((each) => causes[kind]?.(each) && each.recordedAt <= at + toleranceMs);
    const judge = (cause: Doc): string[] => checkOne(notice, { incidentId, cause, events, records });
    const near = causing.filter(({ recordedAt }) => recordedAt >= at - minuteMs);
    if (near.length !== 1) return [];
    const found = near.flatMap(judge);
    // It may have been written long before, and come late since something failed.
    const isLate = (each: Doc): boolean =>
      !near.includes(each) && each.recordedAt > at - dayMs && isExplained(stage, each.recordedAt, at);
    if (found.length === 0 || causing.some((each) => isLate(each) && judge(each).length === 0)) return [];
    return found.map((what) => `The notice ${kind} of ${incidentId} at ${clock(at)} ${what}.`);
  });
}

/** What was known as it was written. */
interface Writing {
  now: number;
  id: string;
  cause: Doc;
  before: readonly Doc[];
  /** What was recorded with it. */
  look: readonly Doc[];
  records: Records;
}

/** @returns nothing where something else was being recorded as it was written: that may be in it or not */
function checkOne(
  { kind, text }: Delivered,
  {
    incidentId: id,
    cause,
    events,
    records,
  }: { incidentId: string; cause: Doc; events: readonly Doc[]; records: Records },
): string[] {
  const now: number = cause.occurredAt;
  const isAtOnce = (each: Doc): boolean => each.actor === 'rule' && each.occurredAt === now;
  // An emergency that rests on other reports ends before the look that finds it so.
  const isOfLook = (each: Doc): boolean =>
    isAtOnce(each) && !(each.type === 'emergency-ended' && each.id < cause.id && cause.type !== 'emergency-ended');
  if (events.some((each) => !isAtOnce(each) && Math.abs(each.recordedAt - now) <= commitMs)) return [];
  const before = events.filter((each) => each.id < cause.id && !isOfLook(each));
  const writing: Writing = { now, id, cause, before, look: events.filter(isOfLook), records };
  const state = foldUntil(before, Number.POSITIVE_INFINITY);
  const [subject = '', glance = '', ...rest] = text.split('\n');
  const { emergency, impact: own } = state;
  // Of an emergency, the customers of every report that supports it.
  const counted: number[] = [
    own.affectedCustomerCount,
    emergency?.endedAt === null ? emergency.customers : undefined,
  ].filter((each) => each !== undefined);
  const count = counted.length === 0 ? undefined : Math.max(...counted);
  const impact = `${impacts[state.impact.businessImpact]}・${count === undefined ? '影響店舗数不明' : `${count}店舗`}`;
  // What is over is told as over first, and is urgent no more.
  const over = { recovered: '業務回復', 'not-occurring': '発生を確認できず' }[state.status as string];
  // What an outage shows is a sum, which its timeline does not tell.
  const isOfSum = hadMembers(events, cause.id);
  const parts = [
    ...(isOfSum
      ? []
      : over
        ? [`${over}(${impact})`]
        : [impact, `緊急性 ${state.urgency.level === 'high' ? '高' : '低'}`]),
    state.assignee ? `担当: ${state.assignee === 'local' ? 'ローカルの利用者' : state.assignee}` : '担当未定',
    ...(state.status === 'open' && !isOfSum ? [goingOn[state.ongoing]] : []),
  ];
  const said = glance.split(' | ');
  const place = rest.find((each) => /^M-\w+ \|/.test(each))?.split(' | ') ?? [];
  const known = isOfSum
    ? []
    : [
        `発生: ${state.occurredAt === undefined ? '不明' : clock(state.occurredAt)}`,
        `第一報: ${clock(state.reportedAt)}`,
      ];
  // Of what a linked incident knew, it says which one did.
  const codes = groupOf(records, id).map((each) => records.incidents.get(each)?.code);
  const isSaid = (each: string): boolean =>
    place.includes(each) || codes.some((code) => place.includes(`${each} (${code} より)`));
  const found = [
    ...parts.filter((each) => !said.includes(each ?? '')).map((each) => `should say “${each}”, and says “${glance}”`),
    ...known.filter((each) => !isSaid(each)).map((each) => `should say “${each}”, and says “${place.join(' | ')}”`),
  ];
  if (!subject.endsWith(inOneLine(state.title) || id))
    found.push(`should be about “${state.title}”, and is “${subject}”`);
  if (subject.startsWith('【訓練】') !== state.isDrill)
    found.push(`is “${subject}”, and its incident is no such drill`);
  // What links have brought is not told from one timeline.
  if (kind === 'scope-due' || isLinked(records, id)) return found;
  return [...found, ...checkWhoWaits(cause, rest, state, writing), ...checkDraft(cause, rest, state, writing)];
}

/** What a customer had heard last by then. */
const heardBy = (contact: Doc, { before, records, id }: Writing): ReturnType<typeof sentTo>[number] | undefined =>
  sentTo(records, id, contact, before).at(-1);

const partBetween = (lines: readonly string[], from: RegExp, ends: RegExp): string[] => {
  const first = lines.findIndex((each) => from.test(each));
  if (first < 0) return [];
  const rest = lines.slice(first + 1);
  const last = rest.findIndex((each) => ends.test(each));
  return last < 0 ? rest : rest.slice(0, last);
};

/** Each of its customers, until when and since when they wait, what they heard last; and what was recorded since then. */
function checkWhoWaits(cause: Doc, lines: readonly string[], state: Doc, writing: Writing): string[] {
  const { now, records, id } = writing;
  const contacts = records.contacts.get(id) ?? [];
  const told: Doc[] = (cause.detail.slots ?? []).flatMap(({ contactId, dueAt }: Doc) => {
    const contact = contacts.find((each) => each.id === contactId);
    return contact ? [{ contact, dueAt, heard: heardBy(contact, writing) }] : [];
  });
  if (told.length === 0 || told.length > 15 || told.length < cause.detail.slots.length) return [];
  const short = (at: number): string => shortClock(at, now);
  const waiting = partBetween(lines, /^連絡待ち\(/, /^$/);
  // What has been taken back since may have made them known at another time.
  const isUnclear = isToldAgain(records.timelines.get(id) ?? []);
  const found = told.flatMap(({ contact, dueAt, heard }) => {
    if (!heard && isUnclear) return [];
    const until = `連絡期限 ${short(dueAt)}(${short(heard?.at ?? contact.affectedKnownAt)}から連絡待ち)、`;
    const words = heard?.message ? `「${inOneLine(heard.message)}」` : '';
    const expected = `${until}${heard ? `前回の連絡 ${short(heard.at)}${words}` : '未連絡'}`;
    return waiting.some((each) => each.endsWith(`: ${expected}`))
      ? []
      : [`should say of ${contact.id} “${expected}”, and says “${waiting.join('”, “')}”`];
  });
  if (isUnclear && told.some(({ heard }) => !heard)) return found;
  const since = Math.min(...told.map(({ heard }) => heard?.at ?? 0));
  const facts: [at: number | undefined, what: string][] = [
    [state.firstResponseAt, '対応を開始'],
    [state.verifiedAt, state.happened === 'yes' && state.status !== 'not-occurring' ? '発生を確認' : '発生は未確認'],
    [state.scopedAt, '影響範囲を確認'],
    [state.mitigatedAt, '一次対応'],
    [state.recoveredAt, '業務回復'],
  ];
  const recorded = partBetween(lines, /^(?:前回の連絡以降|これまで)の記録$/, /^$/).filter(
    (each) => !each.startsWith('- 原因'),
  );
  for (const [at, what] of facts) {
    const line = at !== undefined && at > since ? `- ${short(at)} ${what}` : undefined;
    const said = recorded.filter((each) => each.includes(what));
    if (line === undefined ? said.length === 0 : said.some((each) => each.startsWith(line))) continue;
    const expected = line === undefined ? `nothing of “${what}”` : `“${line}”`;
    found.push(`should have ${expected} among what was recorded since ${clock(since)}, and has “${said.join('”, “')}”`);
  }
  return found;
}

/** Which message is drafted first, by its recipients; and by when it promises the next. */
function checkDraft(cause: Doc, lines: readonly string[], state: Doc, writing: Writing): string[] {
  const { now, before, records, id } = writing;
  const found: string[] = [];
  const kind = lines.map((each) => /^文面案\((.+?)\)/.exec(each)?.[1]).find((each) => each !== undefined);
  const promise = lines.map((each) => /^> 次回は(.+)までに/.exec(each)?.[1]).find((each) => each !== undefined);
  const account = accountsOf(records, id)[before.length - 1] as Account;
  // What follows an update that is sent as the draft is read.
  const next = clock(dueAfter({ at: now, what: 'update' }, account));
  if (promise !== undefined && promise !== next)
    found.push(`promises the next word by ${promise}, and that is ${next}`);
  const contacts = records.contacts.get(id) ?? [];
  const slots: Doc[] = cause.detail.slots ?? [];
  const told = slots.flatMap(({ contactId, dueAt }) => {
    const contact = contacts.find((each) => each.id === contactId);
    return contact ? [{ contact, dueAt, heardAt: heardBy(contact, writing)?.at }] : [];
  });
  // What was closed as it was written is said of with it.
  const isUnclear = isToldAgain(records.timelines.get(id) ?? []) && told.some(({ heardAt }) => heardAt === undefined);
  if (!isUnclear)
    found.push(
      ...checkDraftWords(lines, {
        now,
        state,
        before: [...before, ...writing.look],
        told,
        signals: records.signals,
        clock,
      }),
    );
  if (cause.type !== 'reminded' || slots.length === 0 || kind === '回復後の申告への返信') return found;
  const first = Math.min(...slots.map((each) => each.dueAt));
  const kinds = slots
    .filter((each) => each.dueAt === first)
    .map(({ contactId, dueAt }) => {
      const contact = contacts.find((each) => each.id === contactId);
      return contact && kindFor(contact, dueAt, state, writing);
    });
  if (kind === undefined || kinds.includes(undefined) || kinds.includes(kind)) return found;
  return [...found, `should draft “${kinds.join('” or “')}”, and drafts “${kind}”`];
}

/** @returns undefined where the record does not tell it for sure */
function kindFor(contact: Doc, dueAt: number, state: Doc, writing: Writing): string | undefined {
  const { before, now } = writing;
  if (state.status !== 'open' || before.some((each) => each.type === 'recovered' || each.type === 'retracted'))
    return undefined;
  if (before.some((each) => each.detail?.recovery === true)) return undefined;
  const heard = heardBy(contact, writing);
  const { id, cause, records } = writing;
  const events = records.timelines.get(id) ?? [];
  if (!isUnchanged({ events }, cause.id)) return undefined;
  const { due } = readClock({ id, incident: records.incidents.get(id) as Doc, contact, events }, now, cause.id);
  if ((due ?? dueAt) < now) return '遅延';
  if (!heard) return '初回';
  const isSeen = state.happened === 'yes';
  const facts = [
    isSeen ? state.verifiedAt : undefined,
    state.scopedAt,
    state.mitigation ? state.mitigatedAt : undefined,
  ];
  return facts.some((each) => each > heard.at) ? '経過' : '進展なし';
}
