/** What notices to responders say, in Japanese and English; `{customer}` is what the policy calls one. Pure. */
import type { NoticeKind } from '../../platform/notice-schemas.ts';
import type { Both, Texts } from '../text.ts';

export const headings: Record<NoticeKind, Both> = {
  'emergency-begun': { ja: '緊急事態', en: 'Emergency' },
  'role-due': { ja: '緊急事態の役割が決まっていません', en: 'Emergency roles are still open' },
  'incident-filed': { ja: 'インシデントを起票しました', en: 'Incident filed' },
  'update-due': { ja: 'まもなく{customer}への連絡期限です', en: '{customer} update due soon' },
  'scope-due': { ja: '影響{customer}の確認をお願いします', en: 'Confirm which {customer}s are affected' },
  escalation: { ja: '連絡漏れが続いています', en: 'Updates missed in a row' },
  'update-failed': { ja: '{customer}への連絡を送信できませんでした', en: '{customer} update not sent' },
  'recovery-questioned': { ja: '業務回復後に{customer}から連絡がありました', en: '{customer} reports a problem after recovery' },
  reopened: { ja: '収束後に再び報告があり、再開しました', en: 'Reported again and reopened' },
  'reported-worse': { ja: 'より深刻な状況が報告されました', en: 'A report says it’s worse' },
  'customer-wrote': { ja: '{customer}から連絡がありました', en: 'Message from the {customer}' },
  'quarantine-growing': { ja: '読み取れない報告が残っています', en: 'Unreadable reports are waiting' },
  'delivery-failed': { ja: '通知を届けられませんでした', en: 'Notice could not be delivered' },
  'bundle-ready': { ja: 'ポストモーテムを作成しました', en: 'Weekly postmortem ready' },
  'bundle-not-held': { ja: 'ポストモーテムがまだ実施されていません', en: 'Weekly postmortem not closed' },
  'missing-data': { ja: '記録のない項目があります', en: 'Missing data' },
  'action-due': { ja: 'ネクストアクションの期限が近づいています', en: 'Action item due soon' },
  'action-overdue': { ja: 'ネクストアクションの期限を過ぎています', en: 'Action item overdue' },
  'drill-overdue': { ja: '訓練の期限を過ぎています', en: 'Drill overdue' },
  'token-ends': { ja: 'APIトークンの有効期限', en: 'API token expires' },
  'connection-test': { ja: '【テスト】通知の接続確認', en: '[TEST] Connection check' },
};

/** The heading of an escalation while no customer is known. */
export const unscopedHeading: Both = { ja: '影響{customer}が分からないままです', en: 'Affected {customer}s still unknown' };

export const drillMark: Both = { ja: '【訓練】', en: '[DRILL] ' };

export const labels = {
  occurred: { ja: '発生', en: 'Occurred' },
  ticket: { ja: 'チケット', en: 'Ticket' },
  /** For a whole notice: the first deadline. */
  due: { ja: '期限 {due}', en: 'due {due}' },
  moreDrafts: { ja: 'ほかの文面案({n}件)は上のリンク先にあります。', en: '{n} more {n|draft|drafts}: follow the link above.' },
  waiting: { ja: '連絡待ち({n}{customer})', en: 'Waiting for an update ({n})' },
  /** For one waiting customer: the deadline, and since when they wait. */
  dueSince: { ja: '連絡期限 {due}({since}から連絡待ち)', en: 'due {due} (waiting since {since})' },
  waitsSince: { ja: '{since}から連絡待ち', en: 'waiting since {since}' },
  lastTold: { ja: '前回の連絡 {at}', en: 'last update {at}' },
  same: { ja: '{code} と同じトラブルの可能性があります。同じであれば統合してください', en: 'May be the same trouble as {code}: merge the two if it is' },
  missed: { ja: '最初の期限 {at} から{n}回連続で連絡漏れ', en: '{n} missed in a row since {at}' },
  lastToldSaying: { ja: '前回の連絡 {at}「{text}」', en: 'last update {at} “{text}”' },
  neverTold: { ja: '未連絡', en: 'no update yet' },
  happenedSoFar: { ja: 'これまでの記録', en: 'Activity so far' },
  happened: { ja: '前回の連絡以降の記録', en: 'Activity since the last update' },
  nothingYet: { ja: '新しい記録はありません', en: 'no new activity' },
  /** A field's recorded value and a later report's value. */
  worse: { ja: '{field}: {known} → {reported}', en: '{field}: {known} → {reported}' },
  kept: { ja: '{field}: 報告では「{reported}」、記録は「{known}」のままです', en: '{field}: reported as {reported}; the record still says {known}' },
  quoted: { ja: '「{text}」', en: '“{text}”' },
  noText: { ja: '本文なし', en: 'no text' },
  moreMessages: { ja: 'ほかにも連絡があります', en: 'and more messages' },
  ringsOn: { ja: 'PagerDuty の呼び出しが止まっていない可能性があります。PagerDuty で止めてください。', en: 'PagerDuty may still be ringing for it. Acknowledge or resolve it in PagerDuty.' },
  tokenEnds: {
    ja: '失効すると、Jira のチケットに連絡を送信できません。新しいトークンを発行し、シークレット JIRA_API_TOKEN と JIRA_TOKEN_EXPIRES を更新してデプロイしてください。',
    en: 'Without a valid token, no update can be sent to Jira tickets. Create a token, set JIRA_API_TOKEN and JIRA_TOKEN_EXPIRES, and deploy.',
  },
  notSent: { ja: '送信できなかった連絡', en: 'Updates not sent' },
  draft: { ja: '文面案({kind}) 宛先: {to}', en: 'Draft ({kind}) to: {to}' },
  emergency: { ja: '緊急事態と判定: {why}', en: 'Emergency: {why}' },
  oneReport: { ja: '影響の規模は1件の報告によるもので、まだ確認されていません。', en: 'The scale comes from a single report and hasn’t been confirmed.' },
  roles: { ja: '未定の役割: {roles}', en: 'Open roles: {roles}' },
} as const satisfies Texts;

/** What a notice of an incident asks for; its link leads to where that is done. */
export const asked: Partial<Record<NoticeKind, Both>> = {
  'emergency-begun': { ja: '役割を担当する', en: 'Take a role' },
  'role-due': { ja: '役割を担当する', en: 'Take a role' },
  'incident-filed': { ja: '担当する', en: 'Assign to me' },
  'update-due': { ja: '{customer}に連絡する', en: 'Send an update' },
  'scope-due': { ja: '影響範囲を記録する', en: 'Record the scope' },
  escalation: { ja: '{customer}に連絡する', en: 'Send an update' },
  'update-failed': { ja: '{customer}に連絡し直す', en: 'Send the update again' },
  'recovery-questioned': { ja: '確認して返信する', en: 'Investigate and reply' },
  reopened: { ja: '担当する', en: 'Assign to me' },
  'reported-worse': { ja: '状況を確認して記録する', en: 'Check and record the facts' },
  'customer-wrote': { ja: '{customer}に返信する', en: 'Reply to the {customer}' },
};

/** What has been recorded, as responders say it. */
export const recorded = {
  responded: { ja: '対応を開始', en: 'response started' },
  confirmed: { ja: '発生を確認', en: 'confirmed that it is happening' },
  looked: { ja: '発生は未確認', en: 'checked, not confirmed yet' },
  scoped: { ja: '影響範囲を確認', en: 'scope confirmed' },
  mitigated: { ja: '一次対応', en: 'mitigation' },
  recovered: { ja: '業務回復', en: 'customers can work again' },
  cause: { ja: '原因', en: 'cause' },
} as const satisfies Texts;

/** Why a notice came to a channel that does not receive everything. */
export const receiverReasonTexts: Partial<Record<string, Both>> = {
  escalation: { ja: '(エスカレーションの通知先に設定されているため届いています)', en: '(Sent here because this channel receives escalations.)' },
  fits: { ja: '(この通知先の受信条件に合うため届いています)', en: '(Sent here because it matches this channel’s filter.)' },
};

/** Who is on call. */
export const dutyTexts = {
  duty: { ja: '当番: {who}', en: 'On call: {who}' },
  until: { ja: '{name}({until}まで)', en: '{name} (until {until})' },
  nobody: { ja: '該当者なし', en: 'no one' },
  uncertain: { ja: '不明(カレンダーの一部を読み込めません)', en: 'unknown: part of the calendar can’t be read' },
  unknown: { ja: 'カレンダーを確認できません({since}から)', en: 'calendar unreadable since {since}' },
} as const satisfies Texts;

/** About a product area. */
export const areaTexts = {
  owner: { ja: '担当チーム', en: 'Owner' },
} as const satisfies Texts;

/** Customers by name and number. */
export const whomTexts = {
  andMore: { ja: '{names} ほか{n}{customer}', en: '{names} and {n} more' },
  withMore: { ja: '{name} ほか{n}{customer}', en: '{name} +{n}' },
  unnamed: { ja: '特定できていない{n}{customer}', en: '{n} unidentified {customer}s' },
  unnamedOne: { ja: '特定できていない{customer}', en: 'unidentified {customer}s' },
} as const satisfies Texts;

/** An incident at a glance. */
export const glanceTexts = {
  over: { ja: '{span}超過', en: 'overdue by {span}' },
  count: { ja: '{n}{customer}', en: '{n} {customer}{n||s}' },
  wasOver: { ja: '{status}({impact})', en: '{status} ({impact})' },
  noCount: { ja: '影響{customer}数不明', en: '{customer} count unknown' },
  noImpact: { ja: '影響度不明', en: 'impact unknown' },
  knownFrom: { ja: '({code} より)', en: '(from {code})' },
} as const satisfies Texts;

/** Notices of the weekly review. */
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

/** Notes on a ticket, about the incident that was made of it. */
export const noteTexts = {
  filed: { ja: 'インシデント {code} を起票しました。', en: 'Filed as incident {code}.' },
  reclassified: { ja: '仕様質問として受け付けた本件を、インシデント {code} に変更しました。', en: 'This question is now incident {code}.' },
  recovered: { ja: 'インシデント {code} の業務回復を記録しました。', en: 'Incident {code} has recovered: affected customers can work again.' },
  'not-occurring': { ja: 'インシデント {code} は、調査の結果、発生を確認できませんでした。', en: 'We investigated incident {code} and couldn’t confirm it.' },
} as const satisfies Texts;

export const noteLabels = {
  urgency: { ja: '緊急性: {level}({why})', en: 'Urgency: {level} ({why})' },
  why: { ja: '理由: {why}', en: 'Why: {why}' },
} as const satisfies Texts;
