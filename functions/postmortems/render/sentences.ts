/** Why a checkpoint was judged so, and what a changed count asks, as sentences in both languages. Pure. */
import type { Finding } from '../changed-counts.ts';
import type { Checkpoint, CheckpointReason } from '../checkpoints.ts';
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

const build = (f: Checkpoint['facts'], speech: Speech): string => speech.value('build', String(f.status));

/** Customers by name. Bundles of earlier versions lack the name of unidentified ones. */
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
    '原因のリリース(リリースが原因でない場合はその旨)の記録がない。',
    'It isn’t recorded which release caused it, or that none did.',
  ],
  'build-unknown': (f) => [
    `リリース ${f.releaseId} のビルドの記録がない。`,
    `Release ${f.releaseId} has no recorded build.`,
  ],
  'build-unfinished': (f) => [
    `リリース ${f.releaseId} のビルドの結果がまだない。`,
    `The build of release ${f.releaseId} hasn’t finished.`,
  ],
  'standard-flow': (f, s) => [
    `トリガー ${f.trigger}、ブランチ ${f.branch}、ビルド${build(f, s)}。`,
    `Trigger ${f.trigger}, branch ${f.branch}, build ${build(f, s)}.`,
  ],
  'not-standard-flow': (f, s) => [
    `トリガー ${f.trigger ?? s.word('none')}、ブランチ ${f.branch ?? s.word('none')}、ビルド${build(f, s)}(標準と違う点: ${parts(f.wrong, s)})。`,
    `Trigger ${f.trigger ?? 'none'}, branch ${f.branch ?? 'none'}, build ${build(f, s)} (not standard: ${parts(f.wrong, s)}).`,
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
    `No response recorded (limit ${limit(f.limitMinutes, s)}).`,
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
    'A recorded time precedes the occurrence. Correct one of them.',
  ],
  'no-slots': () => ['期限の来た連絡がまだない。', 'No update was due yet.'],
  'slots-met': (f, s) => {
    const late = Number(f.late) > 0;
    return [
      `連絡漏れなし。予定どおり${f.met}回${late ? `、遅れ${f.late}回(${whom(f.lateFor, s)})` : ''}。`,
      `None missed: ${f.met} on time${late ? `, ${f.late} late (${whom(f.lateFor, s)})` : ''}.`,
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

/** `5.0`, `0.25`: two digits that count. */
const twoDigits = (value: number): string => (value >= 1 ? value.toFixed(1) : String(Number(value.toPrecision(2))));

/** Below a thousandth of a percent, a number would only look exact. */
export function chanceText(p: number, { locale }: Speech): string {
  const isTiny = p < 0.000_01;
  const percent = isTiny ? '0.001' : twoDigits(p * 100);
  return locale === 'ja' ? `${percent}%${isTiny ? '未満' : ''}` : `${isTiny ? 'less than ' : ''}${percent} %`;
}

/** Never a congratulation: what changed, how little chance explains it, and what rose meanwhile. */
export function sayFinding(finding: Finding, speech: Speech): string[] {
  const { week, kind, weeksBefore, p } = finding;
  const [before, after] = [twoDigits(finding.before), twoDigits(finding.after)];
  const isJapanese = speech.locale === 'ja';
  const chance = chanceText(p, speech);
  const changed = isJapanese
    ? `${week} までの4週は週平均${after}件、その前の${weeksBefore}週は週平均${before}件です。偶然にこれほど${kind === 'fall' ? '減る' : '増える'}確率は${chance}です。`
    : `The four weeks up to ${week} averaged ${after} incidents a week; the ${weeksBefore} weeks before, ${before}. The probability of so large a ${kind} by chance is ${chance}.`;
  const rates = finding.doors.slice(0, 3).map((each) => {
    const name = speech.value('door', each.door);
    return isJapanese
      ? `「${name}」(週平均${twoDigits(each.before)}→${twoDigits(each.after)}件)`
      : `${name} (${twoDigits(each.before)} → ${twoDigits(each.after)} a week)`;
  });
  if (kind === 'rise') return [changed];
  if (rates.length > 0) {
    return [
      changed,
      isJapanese
        ? `同じ時期に増えた扱い: ${rates.join('、')}。`
        : `In the same weeks, these rose: ${rates.join(', ')}.`,
    ];
  }
  return [
    changed,
    isJapanese
      ? 'インシデント以外の扱いは増えていません。報告そのものが届いているかを確かめてください。'
      : 'Reports handled elsewhere did not rise. Check that reports still arrive.',
  ];
}
