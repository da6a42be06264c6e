/**
 * A drafted message tells a customer what the record holds and nothing else: what was reported or seen, by when, what has happened since
 * they heard last, what they can do meanwhile, and when their business worked again.
 */
import { aheadOf } from './deadlines.ts';
import type { Doc } from './records.ts';

/** What a draft is written from. */
export interface Drafted {
  now: number;
  /** The incident as it was. */
  state: Doc;
  /** What had been recorded before it. */
  before: readonly Doc[];
  /** The notice's customers, with their last update. */
  told: readonly { contact: Doc; dueAt: number; heardAt: number | undefined }[];
  /** All that was signalled, by which each customer is quoted. */
  signals: readonly Doc[];
  clock: (at: number) => string;
}

const impacts: Record<string, string> = {
  stopped: 'をご利用いただけない状態です',
  degraded: '方法で',
  inconvenient: '一部の操作に支障が出ております',
};
const helped: Record<string, string> = {
  setting: '設定を変更いたしました',
  workaround: '復旧までの対処方法をご案内いたします',
  'data-repair': 'データを修復いたしました',
  isolated: '影響のある箇所を切り離す処置をいたしました',
  vendor: '外部サービスの提供元で対応が行われました',
  revert: '変更を取り消し、以前の状態に戻しました',
  'fix-release': '修正を適用いたしました',
  'self-healed': '現在は正常に動作していることを確認いたしました',
};

/** @param lines of a notice @returns what is wrong with its first draft */
export function checkDraftWords(lines: readonly string[], drafted: Drafted): string[] {
  const from = lines.findIndex((each) => each.startsWith('文面案('));
  const [, kind, names = ''] = /^文面案\((.+?)\) 宛先: (.+)$/.exec(lines[from] ?? '') ?? [];
  if (kind === undefined) return [];
  const rest = lines.slice(from + 1);
  const end = rest.findIndex((each) => !each.startsWith('>'));
  const words = (end < 0 ? rest : rest.slice(0, end)).map((each) => each.replace(/^> ?/, ''));
  const addressed = drafted.told.filter(({ contact }) => names.split('、').includes(nameOf(contact)));
  if (addressed.length !== names.split('、').length) return [];
  return [
    ...checkGreeting(words, addressed),
    ...checkHappened(words, addressed, drafted),
    ...checkSince(words, kind, addressed, drafted),
    ...checkTimes(words, drafted),
    ...checkDue(addressed, drafted),
  ].map((what) => `drafts to ${names} what is not so: ${what}`);
}

const nameOf = ({ isTheOthers, name, customers: [first] }: Doc): string =>
  isTheOthers ? '特定できていない店舗' : (name ?? first?.name ?? first?.id);

/** Only one customer of a known name is called by it. */
function checkGreeting(words: readonly string[], addressed: Drafted['told']): string[] {
  const [only] = addressed.length === 1 ? addressed : [];
  const name: string | undefined = only?.contact.customers.length === 1 ? only?.contact.name : undefined;
  const is = words.map((each) => /^(.+) ご担当者様$/.exec(each)?.[1]).find((each) => each !== undefined);
  return is === name ? [] : [`it calls them ${is}`];
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** What had been reported had begun by then, whatever an alert says later. */
function startOf({ occurredAt, reportedAt }: Doc, clock: Drafted['clock']): string | undefined {
  if (occurredAt === undefined) return undefined;
  return occurredAt > reportedAt ? `${clock(reportedAt)}以前` : `${clock(occurredAt)}ごろ`;
}

/** Nobody is written to whose update is not near, unless a person chooses so. */
const checkDue = (addressed: Drafted['told'], { now }: Drafted): string[] =>
  addressed.every(({ dueAt }) => dueAt <= now + aheadOf(dueAt)) ? [] : ['it is for somebody who is not due'];

const isSeen = ({ happened, status }: Doc): boolean => happened === 'yes' && status !== 'not-occurring';

/** What they were told or asked about is what was said of it, and confirmed only where somebody has seen it. */
function checkHappened(
  words: readonly string[],
  addressed: Drafted['told'],
  { state, signals, clock }: Drafted,
): string[] {
  const found: string[] = [];
  const isReporter = ({ contact }: Drafted['told'][number]): boolean =>
    state.source === 'ticket' && contact.customers.some(({ id }: Doc) => id === state.reporter?.id);
  /** The subjects of the tickets that each of them has sent. */
  const subjectsOf = (each: Drafted['told'][number]): string[] => [
    ...signals.flatMap(({ source, title, customer }) =>
      source === 'ticket' && title && each.contact.customers.some(({ id }: Doc) => id === customer?.id) ? [title] : [],
    ),
    ...(isReporter(each) ? [state.title] : []),
  ];
  const isQuotable = (said: string): boolean =>
    addressed.every((each) =>
      [...subjectsOf(each), state.described ?? ''].some((title) => oneLine(title).startsWith(said.replace(/…$/, ''))),
    );
  const workaround = state.mitigation?.kind === 'workaround' ? state.mitigation.summary : undefined;
  const expected: [start: string, of: string | undefined][] = [
    ['・発生：', startOf(state, clock)],
    ['・対処方法：', workaround],
  ];
  for (const [start, of] of expected) {
    const said = words.find((each) => each.startsWith(start))?.slice(start.length);
    // What is long is cut, and some messages do not repeat it.
    const isSo = said === undefined || oneLine(of ?? '').startsWith(said.replace(/…$/, ''));
    if (!isSo) found.push(`“${start}${said}”, and it is ${of}`);
  }
  const quoted = words.map((each) => /「(.+)」の件/.exec(each)?.[1]).find((each) => each !== undefined);
  const subject = words.find((each) => each.startsWith('・状況：'))?.slice('・状況：'.length);
  for (const said of [quoted, subject])
    if (said !== undefined && !isQuotable(said)) found.push(`it quotes “${said}”, which they have not reported`);
  if (words.some((each) => each.includes('確認できた内容')) && !isSeen(state)) found.push('nobody has confirmed it');
  const impact = Object.entries(impacts).find(([, text]) => words.some((each) => each.includes(text)))?.[0];
  if (impact !== undefined && (impact !== state.impact.businessImpact || !isSeen(state)))
    found.push(`it is ${impact}, and ${state.impact.businessImpact} is known`);
  return found;
}

/** What has happened since the last update of any of them: all of it, and nothing from before. */
function checkSince(words: readonly string[], kind: string, addressed: Drafted['told'], { state }: Drafted): string[] {
  const since = Math.max(0, ...addressed.map(({ heardAt }) => heardAt ?? 0));
  const facts: [text: string, at: number | undefined][] = [
    ['弊社でも同じ事象を確認いたしました', isSeen(state) ? state.verifiedAt : undefined],
    ['影響のある範囲の確認が完了いたしました', state.scopedAt],
    ...Object.entries(helped).map(([each, text]): [string, number | undefined] => [
      text,
      // A workaround is announced where its description follows.
      state.mitigation?.kind === each && (each !== 'workaround' || state.mitigation.summary)
        ? state.mitigatedAt
        : undefined,
    ]),
  ];
  return facts.flatMap(([text, at]) => {
    const isSaid = words.includes(`・${text}`);
    const isNews = at !== undefined && at > since;
    // A first update reports no progress.
    return isSaid === isNews || (!isSaid && kind !== '経過') ? [] : [`“${text}” was ${isSaid ? 'not ' : ''}news`];
  });
}

/** Every time that it names is one that was recorded. */
function checkTimes(words: readonly string[], { now, state, before, clock }: Drafted): string[] {
  const found: string[] = [];
  const text = words.join('\n');
  const asOf = /について、([^、]+?)時点の状況を/.exec(text)?.[1];
  if (asOf !== undefined && asOf !== clock(now)) found.push(`it is of ${asOf}`);
  const recovered = /は、?([^、は]+?)(?:よりご利用|に復旧し、)/.exec(text)?.[1];
  const times = before.flatMap(({ type, occurredAt, recordedAt, detail }) =>
    type === 'recovered' || detail.recovery === true
      ? [detail.recoveredAt, occurredAt, Math.min(occurredAt, recordedAt)]
      : type === 'corrected' || type === 'retracted'
        ? [detail.new, state.recoveredAt]
        : [],
  );
  const known = new Set(times.filter((each) => typeof each === 'number').map(clock));
  if (recovered !== undefined && !known.has(recovered)) found.push(`it recovered at ${recovered}`);
  const [, start, end] = /あわせて、(.+?)から(.+?)までの注文/.exec(text) ?? [];
  if (
    start !== undefined &&
    (start !== startOf(state, clock)?.replace(/(?:ごろ|以前)$/, '') || !recovered?.endsWith(end ?? ''))
  )
    found.push(`it lasted from ${start} to ${end}`);
  const owed = /(.+?)までにお送りする予定の/m.exec(text)?.[1];
  if (owed !== undefined) found.push(`an update was promised by ${owed}`);
  return found;
}
