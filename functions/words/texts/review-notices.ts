/** Notices of the weekly review. Pure. */
import type { Texts } from '../text.ts';

export const reviewNoticeTexts = {
  weekName: { ja: '{days}のポストモーテム(第{number}回・{week})', en: 'weekly postmortem no. {number}, {days} ({week})' },
  actionDue: { ja: 'ネクストアクションの期限は{due}です: {what}', en: 'Action item due on {due}: {what}' },
  actionOverdue: { ja: 'ネクストアクションが期限({due})を過ぎています: {what}', en: 'Action item overdue since {due}: {what}' },
  ready: { ja: '{name}を作成しました', en: 'The {name} is ready' },
  readyText: { ja: '{subject}。インシデント{n}件、持ち越し{carried}件、警告{alarms}件。', en: '{subject}: {n} {n|incident|incidents}, {carried} carried over, {alarms} {alarms|alarm|alarms}.' },
  notHeld: { ja: '{name}がまだ実施されていません', en: 'The {name} is not closed' },
  notHeldText: { ja: '{subject}。期限は{by}でした。インシデントがなかった週も実施してください。', en: '{subject}. It was due by {by}. Hold it even after a quiet week.' },
  missing: { ja: '{name}: {n}件のインシデントに記録のない項目があります', en: 'The {name}: {n} {n|incident is|incidents are} missing data' },
} as const satisfies Texts;
