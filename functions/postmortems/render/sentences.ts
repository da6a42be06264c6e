/** Why a checkpoint was judged so, and what a falling count asks, as sentences in both languages. Pure. */
import type { Checkpoint, CheckpointReason } from '../checkpoints.ts';
import type { Finding } from '../under-reporting.ts';
import { span } from './format.ts';
import type { Speech } from './words.ts';

type Fill = (facts: Checkpoint['facts'], speech: Speech) => [ja: string, en: string];

const list = (value: unknown, speech: Speech): string =>
  Array.isArray(value) && value.length > 0 ? value.join(speech.locale === 'ja' ? '、' : ', ') : speech.word('none');
/** What of a release was not as the standard flow has it. */
const parts = (value: unknown, speech: Speech): string =>
  list(Array.isArray(value) ? value.map((each) => speech.value('flowPart', String(each))) : value, speech);
/** A limit that is Metronome's own default carries a †. */
const limit = (value: unknown, speech: Speech): string => `${minutes(value, speech)}†`;
const minutes = (value: unknown, speech: Speech): string =>
  typeof value === 'number' ? span(value, speech.locale) : speech.word('unknown');

/** Customers by name; those whom nobody has named are nameless in bundles of before, too. */
const whom = (value: unknown, speech: Speech): string =>
  list(
    Array.isArray(value)
      ? value.map((each) => (each === '' || each === 'others' ? speech.word('others') : String(each)))
      : value,
    speech,
  );

const reasons: Record<CheckpointReason, Fill> = {
  'release-ruled-out': () => ['リリースが原因ではないと確認済み。', 'A release was ruled out as the cause.'],
  'cause-without-release': () => [
    'どのリリースが原因か、またはリリースではないことが、記録されていない。',
    'Nobody has recorded which release caused it, or that none did.',
  ],
  'build-unknown': (f) => [
    `リリース ${f.releaseId} のビルドの記録がない。`,
    `No build of release ${f.releaseId} is known.`,
  ],
  'build-unfinished': (f) => [
    `リリース ${f.releaseId} のビルドの結果がまだない。`,
    `The build of release ${f.releaseId} has not ended.`,
  ],
  'standard-flow': (f) => [
    `トリガー ${f.trigger}、ブランチ ${f.branch}、${f.status}。`,
    `Trigger ${f.trigger}, branch ${f.branch}, ${f.status}.`,
  ],
  'not-standard-flow': (f, s) => [
    `トリガー ${f.trigger ?? s.word('none')}、ブランチ ${f.branch ?? s.word('none')}、${f.status}(標準と違う点: ${parts(f.wrong, s)})。`,
    `Trigger ${f.trigger ?? 'none'}, branch ${f.branch ?? 'none'}, ${f.status} (not standard: ${parts(f.wrong, s)}).`,
  ],
  'tests-succeeded': (f, s) => [`${list(f.steps, s)} が成功。`, `${list(f.steps, s)} succeeded.`],
  'no-test-step': (f, s) => [`テストのステップがない(${list(f.steps, s)})。`, `No test step (${list(f.steps, s)}).`],
  'test-step-failed': (f, s) => [`${list(f.steps, s)} が成功していない。`, `${list(f.steps, s)} did not succeed.`],
  'test-step-may-fail': (f, s) => [
    `${list(f.steps, s)} は失敗しても先へ進む設定。`,
    `${list(f.steps, s)} may fail without stopping the build.`,
  ],
  'in-time': (f, s) => [
    `${minutes(f.minutes, s)}で初動(基準 ${limit(f.limitMinutes, s)})。`,
    `After ${minutes(f.minutes, s)} (limit ${limit(f.limitMinutes, s)}).`,
  ],
  'too-late': (f, s) => [
    `初動まで ${minutes(f.minutes, s)}(基準 ${limit(f.limitMinutes, s)})。`,
    `After ${minutes(f.minutes, s)} (limit ${limit(f.limitMinutes, s)}).`,
  ],
  'no-response': (f, s) => [
    `初動の記録がない(基準 ${limit(f.limitMinutes, s)})。`,
    `No response is recorded (limit ${limit(f.limitMinutes, s)}).`,
  ],
  'still-in-time': (f, s) => [
    `まだ基準の ${limit(f.limitMinutes, s)}以内。`,
    `Still within the limit of ${limit(f.limitMinutes, s)}.`,
  ],
  'scope-recorded': (f, s) => [
    `${f.affectedCustomerCount}${s.customer}。確認方法: ${f.scopeMethod}`,
    `${f.affectedCustomerCount} ${s.customer}${f.affectedCustomerCount === 1 ? '' : 's'}. Confirmed by: ${f.scopeMethod}`,
  ],
  'scope-incomplete': (f, s) => {
    const lacks = list(
      (f.lacks as string[]).map((field) => s.value('field', field)),
      s,
    );
    return [`記録がない: ${lacks}。`, `Not recorded: ${lacks}.`];
  },
  contradiction: () => [
    '発生日時より前の時刻が記録されている。どちらかの訂正が必要。',
    'A time from before the occurrence is recorded: one of the two has to be corrected.',
  ],
  'no-slots': () => ['期限の来た連絡がまだない。', 'No update has fallen due yet.'],
  'slots-met': (f, s) => {
    const late = Number(f.late) > 0;
    return [
      `予定どおり${f.met}回${late ? `、遅れ${f.late}回(${whom(f.lateFor, s)})` : ''}。`,
      `${f.met} on time${late ? `, ${f.late} late (${whom(f.lateFor, s)})` : ''}.`,
    ];
  },
  'slots-missed': (f, s) => [
    `連絡漏れ${f.missed}回(${whom(f.missedFor, s)})、遅れ${f.late}回。`,
    `${f.missed} missed (${whom(f.missedFor, s)}), ${f.late} late.`,
  ],
  'not-reminded': (f, s) => [
    `Metronomeの停止により未通知の回が${f.notReminded}回あり(${whom(f.notRemindedFor, s)})、連絡もなかった。Metronome 側の問題。`,
    `Metronome itself failed to remind ${f.notReminded === 1 ? 'once' : `${f.notReminded} times`} (${whom(f.notRemindedFor, s)}), and no update was sent.`,
  ],
};

export function sayReason({ reason, facts }: Checkpoint, speech: Speech): string {
  return reasons[reason](facts, speech)[speech.locale === 'ja' ? 0 : 1];
}

/** Never a congratulation: what fell, by how much more than chance explains, and what rose meanwhile. */
export function sayFinding(finding: Finding, speech: Speech): string {
  const counts = finding.blocks.map((each) => each.incidents).join(' → ');
  const from = finding.blocks[0]?.firstWeek ?? '';
  const to = finding.block.lastWeek;
  const door = finding.door ? speech.value('door', finding.door) : speech.word('none');
  const isJapanese = speech.locale === 'ja';
  const falls = finding.blocks.length - 1;
  const absorbed = finding.rule === 'absorbed-by-another-door';
  const fell = isJapanese
    ? absorbed
      ? `4週ごとの件数が2回で${finding.first}件から${finding.last}件になりました(${from}〜${to})。`
      : `4週ごとの件数が${falls}回続けて減りました: ${counts}(${from}〜${to})。`
    : absorbed
      ? `Incidents went from ${finding.first} to ${finding.last} within two four-week blocks (${from} to ${to}).`
      : `Incidents fell ${falls} four-week blocks in a row: ${counts} (${from} to ${to}).`;
  const chance = isJapanese
    ? `減少は${finding.fall}件、偶然のばらつきで説明できるのは${Math.floor(finding.threshold)}件†までです。`
    : `The fall is ${finding.fall}; normal variation explains up to ${Math.floor(finding.threshold)}†.`;
  const rose =
    finding.otherDoorsRose > 0 || finding.door
      ? isJapanese
        ? `同じ間にインシデント以外の扱いは${Math.abs(finding.otherDoorsRose)}件${finding.otherDoorsRose < 0 ? '減り' : '増え'}、最も増えたのは「${door}」(${finding.doorRose}件)です。`
        : `Meanwhile reports handled elsewhere ${finding.otherDoorsRose < 0 ? 'fell' : 'rose'} by ${Math.abs(finding.otherDoorsRose)}, most of all “${door}” (${finding.doorRose}).`
      : isJapanese
        ? 'インシデント以外の扱いは増えていません。報告そのものが届いているかを確かめてください。'
        : 'Reports handled elsewhere did not rise: ask whether reports reach us at all.';
  return [fell, chance, rose].join(isJapanese ? '' : ' ');
}
