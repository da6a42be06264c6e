/** What the weekly postmortem's page says, in both languages; values have their names in `words/`. Pure. */
import { fillIn, nameOf } from '../../words/language.ts';
import type { Locale } from '../guide.ts';

const words = {
  title: ['週次ポストモーテム', 'Weekly postmortem'],
  draft: ['準備中', 'draft'],
  held: ['実施済み', 'held'],
  unfinishedWeek: ['この週はまだ終わっていません。', 'This week is not over yet.'],
  assembledAt: ['{at} 作成', 'assembled {at}'],
  asOf: ['{at} 時点', 'as of {at}'],
  contents: ['目次', 'Contents'],
  none: ['なし', 'none'],
  unknown: ['不明', 'unknown'],
  pending: ['未完了', 'pending'],
  notYet: ['未記入', 'not yet'],
  total: ['全体', 'All'],
  more: ['ほか{n}件', 'and {n} more'],
  someOf: ['全{total}件のうち{from}〜{to}件目です。', '{from} to {to} of {total}.'],
  noneHere: ['全{total}件。前のページに表示しています。', 'All {total} are on earlier pages.'],

  actions: ['前回からのネクストアクション', 'Next actions'],
  noActions: ['未完了のネクストアクションはありません。', 'No next action is open.'],
  action: ['内容', 'Action'],
  owner: ['担当', 'Owner'],
  due: ['期限', 'Due'],
  age: ['経過', 'Age'],
  days: ['{n}日', '{n} d'],
  carriedTimes: ['持ち越し', 'Carried over'],
  times: ['{n}回', '{n}×'],
  state: ['状態', 'State'],
  doneWhen: ['完了条件', 'Done when'],
  overdue: ['期限超過', 'overdue'],
  choiceRequired: ['要判断', 'decide'],
  replanned: ['再計画', 'planned anew'],
  lacks: ['不足: {fields}', 'lacks {fields}'],
  evidence: ['証跡', 'evidence'],
  ticket: ['チケット', 'ticket'],

  alarms: ['件数の変化を確かめる', 'Why did counts change?'],
  noAlarms: [
    'この{weeks}週に、確かめるべき件数の変化はありません。',
    'In these {weeks} weeks no change of counts asks for an answer.',
  ],
  notJudged: [
    '直近{after}週と、その前の{before}週以上の記録がそろっていないため、判定していません。',
    'Not judged: this takes the last {after} weeks and at least {before} weeks before them.',
  ],
  whichWorkflow: [
    '件数が減っています。減った分の報告は、どのワークフローに流れていますか?',
    'Counts fell. Where are these reports going instead?',
  ],
  whatBegan: ['件数が増えています。何が、どこで増えていますか?', 'Counts rose. What happens more often, and where?'],
  answeredIn: ['{week} のポストモーテムで回答済み', 'Answered in the meeting of {week}'],

  answered: ['ポストモーテムでの答え:', 'Answered in the meeting:'],
  numbered: ['第{n}回 ', 'No. {n}: '],
  lastMeeting: ['前回のポストモーテム({week})', 'Last meeting ({week})'],
  meeting: ['このポストモーテムの記録', 'Record of this meeting'],
  notYetHeld: ['まだ記録はありません。', 'Nothing is recorded yet.'],
  newActions: ['このポストモーテムで決めたネクストアクション', 'Next actions made in this meeting'],
  noNewActions: ['まだありません。', 'None yet.'],
  chair: ['進行役', 'Chair'],
  present: ['参加者', 'Present'],
  people: ['{n}人', '{n}'],
  skipped: ['扱わなかったもの', 'Skipped'],

  missing: ['足りないデータ', 'Missing data'],
  noMissing: ['足りないデータはありません。', 'Nothing is missing.'],

  week: ['今週の集計', 'The week in numbers'],
  incidents: ['インシデント', 'Incidents'],
  incident: ['インシデント', 'Incident'],
  reports: ['報告', 'Reports'],
  of: ['{total}件中{n}件', '{n} of {total}'],
  tooFew: ['件数不足†', 'too few to tell†'],
  confirmedScore: ['スコア確定値', 'Confirmed score'],
  referenceScore: ['スコア参考値', 'Reference score'],
  mixedScore: ['スコアの合計(確定値、なければ参考値)', 'Sum of scores (confirmed, else reference)'],
  causeCategory: ['原因カテゴリ', 'Cause category'],
  byArea: ['製品領域別', 'By product area'],
  byHour: ['発生した曜日と時刻', 'When they occurred'],
  weekday: ['曜日', 'Day'],
  reference: ['参考値', 'reference'],
  confirmed: ['確定値', 'confirmed'],
  group: ['区分', 'Group'],
  reviewed: ['振り返り済み', 'Reviewed'],
  recovered: ['業務回復', 'Recovered'],
  impact: ['業務影響度', 'Business impact'],
  affected: ['影響{customer}数', 'Affected {customer}s'],
  firstResponse: ['初動まで', 'To first response'],
  mitigation: ['一次対応まで', 'To mitigation'],
  recovery: ['業務回復まで', 'To recovery'],
  median: ['中央値', 'median'],
  p90: ['90パーセンタイル', '90th percentile'],
  known: ['計測済み', 'Measured'],
  distribution: ['分布', 'Distribution'],
  upTo: ['{span}以内', '≤ {span}'],
  beyond: ['それ以上', 'longer'],
  slots: ['定期連絡', 'Updates'],
  checkpoints: ['チェックポイント', 'Checkpoints'],
  load: ['負荷の偏り', 'Workload balance'],
  loadLine: [
    '対応者の記録がある{incidents}件(全{total}件)のうち、最も多い人が{share}に対応しました({people}人)。',
    'Of the {incidents} with a responder on record ({total} in all), the most loaded person responded to {share} ({people} {people|person|people}).',
  ],
  dutyLoad: ['当番の負荷', 'Load of those on duty'],
  dutyLine: [
    '当番がいた間の起票{incidents}件(うち夜間{atNight}件)。',
    '{incidents} reported while somebody was on duty, {atNight} of them at night.',
  ],
  dutyPerson: [
    '{name}: {incidents}件(うち夜間{atNight}件)・当番{hours}時間・夜間{nights}回',
    '{name}: {incidents} ({atNight} at night), on duty {hours} h, {nights} {nights|night|nights}',
  ],
  dutyUnknown: ['当番が不明な起票{n}件', '{n} reported while it is not known who was on duty'],
  dutyUnknownHours: [
    'カレンダーで確認できない時間{hours}時間',
    '{hours} h of the week are not known from the calendars',
  ],
  dutyUncovered: ['当番がいない間の起票{n}件', '{n} reported while nobody was on duty'],
  noLoad: ['対応者の記録がありません。', 'No responders are recorded.'],
  bySource: ['起票元別', 'By source'],
  byTool: ['ツール別', 'By tool'],
  byCause: ['原因カテゴリ別', 'By cause'],
  byUrgency: ['緊急性別', 'By urgency'],
  doors: ['インシデント以外', 'Not filed as incidents'],

  entries: ['今週のインシデント', 'This week’s incidents'],
  noEntries: [
    '今週起票されたインシデントはありません。振り返りは行います。報告が止まっていないかを確かめてください。',
    'No incident was filed this week. The review is held all the same: ask whether reports still come in.',
  ],
  carried: ['持ち越しのインシデント', 'Carried over'],
  carriedFigure: ['持ち越し', 'Carried over'],
  actionsFigure: ['未完了アクション', 'Open actions'],
  score: ['スコア', 'Score'],
  noCarried: ['持ち越しはありません。', 'Nothing is carried over.'],
  occurredAt: ['発生日時', 'Occurred'],
  reportedAt: ['第一報', 'First report'],
  filedAt: ['起票', 'Filed'],
  responded: ['初動', 'First response'],
  mitigatedAt: ['一次対応', 'Mitigated'],
  recoveredAt: ['業務回復', 'Recovered'],
  cause: ['原因', 'Cause'],
  fix: ['恒久対応', 'Permanent fix'],
  prevention: ['再発防止', 'Prevention'],
  recurrence: ['再発の可能性', 'Could recur'],
  tickets: ['対応チケット', 'Tickets'],
  responders: ['対応者', 'Responders'],
  customers: ['影響{customer}', 'Affected {customer}s'],
  rhythm: ['{customer}への連絡', 'Updates to {customer}s'],
  lighterWay: ['先に試した軽い方法', 'lighter way tried first'],
  release: ['リリース', 'release'],
  urgency: ['緊急性', 'Urgency'],
  responses: ['{n}件', '{n}'],
  approximately: ['頃', 'about'],
  linkedTo: ['{id} に統合しました。', 'Linked to {id}.'],
  drillMark: ['【訓練】', '[Drill] '],
  untitled: ['(件名なし)', '(no subject)'],
  openItem: ['開く', 'open'],

  trends: ['26週の推移', 'Trend over 26 weeks'],
  chartCounts: ['インシデント件数(起票元別)', 'Incidents by source'],
  chartImpact: ['業務影響度別の件数', 'Incidents by business impact'],
  chartScore: ['スコアの合計(分かっている分)', 'Sum of the known scores'],
  chartTimes: ['所要時間の中央値(分)', 'Median times (minutes)'],
  chartQuestions: ['インシデントと質問', 'Incidents against questions'],
  chartLoad: ['最も多い人の割合(%)', 'Top person’s share (%)'],
  weekColumn: ['週', 'Week'],
  noBundle: ['なし', 'none'],

  questions: ['質問と対象外', 'Questions and outside tickets'],
  questionsLine: [
    '仕様質問{questions}件(回答済み{answered}件)、対象外{outside}件。',
    '{questions} {questions|question|questions} ({answered} answered), {outside} outside {outside|ticket|tickets}.',
  ],
  sample: ['抜き取り確認', 'Sample to read again'],
  sampleWhy: [
    '人が選んだものではありません。本当にインシデントではなかったかを、振り返りの場で読み直します。',
    'Nobody chose these. Read them again in the meeting: were they really no incidents?',
  ],
  audit: ['確認事項', 'To be checked'],
  noAudit: ['確認事項はありません。', 'Nothing to check.'],

  others: ['特定できていない{customer}', '{customer}s not yet named'],
  drills: ['訓練', 'Drills'],
  emergencies: ['緊急事態', 'Emergencies'],
  emergencyWhy: ['判定', 'By rule'],
  emergencyTime: ['期間', 'Time'],
  emergencyGoesOn: ['継続中', 'goes on'],
  emergencyRoles: ['役割が決まるまで', 'Roles taken after'],
  emergencyCheckpoints: ['チェックポイント', 'Checkpoints'],
  emergencyRecord: ['記録', 'Record'],
  roleTaken: ['{span}', '{span}'],
  roleNotTaken: ['未定のまま', 'never taken'],
  drillNext: ['次の訓練の期限は{date}です。', 'The next is due on {date}.'],
  drillsLine: ['訓練{n}件。件数には含めません。', '{n} {n|drill|drills}, counted nowhere else.'],
  drillSince: ['前回の訓練から{n}週。', '{n} {n|week|weeks} since the last drill.'],
  drillNever: ['この26週に訓練はありません。', 'No drill in these 26 weeks.'],

  later: ['以前の週への変更', 'Changes to earlier weeks'],
  noLater: ['ありません。', 'None.'],
  guide: ['ニューカマー向け説明', 'Newcomer’s guide'],
  checklist: ['進行役のチェックリスト', 'Chair’s checklist'],
  made: [
    'ルールの版 {policy} により自動で作成。時刻は {zone}。† は Metronome の初期値で、ルール表で変えられます。',
    'Generated automatically under policy {policy}. Times are in {zone}. † marks Metronome’s own defaults, which the policy can change.',
  ],
} satisfies Record<string, readonly [ja: string, en: string]>;

export type Word = keyof typeof words;

export interface Speech {
  locale: Locale;
  /** What a customer is called. */
  customer: string;
  word(word: Word, fill?: Record<string, string | number>): string;
  /** The name of a value of a kind, or the value itself. */
  value(kind: string, value: string): string;
}

/** @param customer what a customer is called */
export function speak(locale: Locale, customer: string): Speech {
  const at = locale === 'ja' ? 0 : 1;
  const fill = (text: string, given: Record<string, string | number>): string => fillIn(text, { customer, ...given });
  return {
    locale,
    customer,
    word: (word, given = {}) => fill(words[word][at], given),
    value: (kind, value) => nameOf(kind, value, locale, customer),
  };
}
