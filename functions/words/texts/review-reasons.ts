/** Why a checkpoint was judged so, and what a changed count asks. Pure. */
import type { Texts } from '../text.ts';

export const checkpointTexts = {
  'release-ruled-out': { ja: 'リリースが原因ではないと確認済み。', en: 'A release was ruled out as the cause.' },
  'cause-without-release': { ja: '原因のリリース(リリースが原因でない場合はその旨)の記録がない。', en: 'It isn’t recorded which release caused it, or that none did.' },
  'build-unknown': { ja: 'リリース {releaseId} のビルドの記録がない。', en: 'Release {releaseId} has no recorded build.' },
  'build-unfinished': { ja: 'リリース {releaseId} のビルドの結果がまだない。', en: 'The build of release {releaseId} hasn’t finished.' },
  'standard-flow': { ja: 'トリガー {trigger}、ブランチ {branch}、ビルド{status}。', en: 'Trigger {trigger}, branch {branch}, build {status}.' },
  'not-standard-flow': { ja: 'トリガー {trigger}、ブランチ {branch}、ビルド{status}(標準と違う点: {wrong})。', en: 'Trigger {trigger}, branch {branch}, build {status} (not standard: {wrong}).' },
  'tests-succeeded': { ja: '{steps} が成功。', en: '{steps} succeeded.' },
  'no-test-step': { ja: 'テストのステップがない({steps})。', en: 'No test step ({steps}).' },
  'test-step-failed': { ja: '{steps} が成功していない。', en: '{steps} did not succeed.' },
  'test-step-may-fail': { ja: '{steps} は失敗しても先へ進む設定。', en: '{steps} may fail without stopping the build.' },
  'in-time': { ja: '{minutes}で初動(基準 {limitMinutes})。', en: 'After {minutes} (limit {limitMinutes}).' },
  'too-late': { ja: '初動まで {minutes}(基準 {limitMinutes})。', en: 'After {minutes} (limit {limitMinutes}).' },
  'no-response': { ja: '初動の記録がない(基準 {limitMinutes})。', en: 'No response recorded (limit {limitMinutes}).' },
  'still-in-time': { ja: 'まだ基準の {limitMinutes}以内。', en: 'Still within the limit of {limitMinutes}.' },
  'scope-recorded': { ja: '{affectedCustomerCount}{customer}。確認方法: {scopeMethod}', en: '{affectedCustomerCount} {customer}{affectedCustomerCount||s}. Confirmed by: {scopeMethod}' },
  'scope-incomplete': { ja: '記録がない: {lacks}。', en: 'Not recorded: {lacks}.' },
  contradiction: { ja: '発生日時より前の時刻が記録されている。どちらかの訂正が必要。', en: 'A recorded time precedes the occurrence. Correct one of them.' },
  'no-slots': { ja: '期限の来た連絡がまだない。', en: 'No update was due yet.' },
  'scope-unknown': { ja: '影響を受けた{customer}の記録がないまま、最初の連絡期限を過ぎた。', en: 'The first update was due, and nobody had recorded who was affected.' },
  'slots-met': { ja: '連絡漏れなし。予定どおり{met}回。', en: 'None missed: {met} on time.' },
  'slots-met-late': { ja: '連絡漏れなし。予定どおり{met}回、遅れ{late}回({lateFor})。遅れても次の期限までに届いた連絡は、連絡漏れではない。', en: 'None missed: {met} on time, {late} late ({lateFor}). A late update before the next deadline is not a missed one.' },
  'slots-missed': { ja: '連絡漏れ{missed}回({missedFor})、遅れ{late}回。', en: '{missed} missed ({missedFor}), {late} late.' },
  'not-reminded': { ja: 'Metronomeの停止により未通知の回が{notReminded}回あり({notRemindedFor})、連絡もなかった。Metronome 側の問題。', en: 'Metronome itself failed to remind {notReminded} times ({notRemindedFor}), and no update was sent.' },
  'not-reminded-once': { ja: 'Metronomeの停止により未通知の回が1回あり({notRemindedFor})、連絡もなかった。Metronome 側の問題。', en: 'Metronome itself failed to remind once ({notRemindedFor}), and no update was sent.' },
} as const satisfies Texts;

export const findingTexts = {
  fall: {
    ja: '{week} までの4週は週平均{after}件、その前の{weeksBefore}週は週平均{before}件です。偶然にこれほど減る確率は{chance}です。',
    en: 'The four weeks up to {week} averaged {after} incidents a week; the {weeksBefore} weeks before, {before}. The probability of so large a fall by chance is {chance}.',
  },
  rise: {
    ja: '{week} までの4週は週平均{after}件、その前の{weeksBefore}週は週平均{before}件です。偶然にこれほど増える確率は{chance}です。',
    en: 'The four weeks up to {week} averaged {after} incidents a week; the {weeksBefore} weeks before, {before}. The probability of so large a rise by chance is {chance}.',
  },
  door: { ja: '「{name}」(週平均{before}→{after}件)', en: '{name} ({before} → {after} a week)' },
  doorsRose: { ja: '同じ時期に増えた扱い: {doors}。', en: 'In the same weeks, these rose: {doors}.' },
  noDoorRose: { ja: 'インシデント以外の扱いは増えていません。報告そのものが届いているかを確かめてください。', en: 'Reports handled elsewhere did not rise. Check that reports still arrive.' },
  chance: { ja: '{percent}%', en: '{percent} %' },
  tinyChance: { ja: '{percent}%未満', en: 'less than {percent} %' },
} as const satisfies Texts;
