/** What notices to responders say, in Japanese and English; `{customer}` is what the policy calls one. Pure. */
import type { NoticeKind } from '../../platform/notice-schemas.ts';
import type { Both, Texts } from '../text.ts';

export const headings: Record<NoticeKind, Both> = {
  'emergency-begun': { ja: '緊急事態', en: 'Emergency' },
  'role-due': { ja: '緊急事態の役割がまだ決まっていません', en: 'Roles in the emergency are not taken yet' },
  'incident-filed': { ja: '起票', en: 'Incident filed' },
  'update-due': { ja: '{customer}への連絡の時刻です', en: '{customer}s are due an update' },
  'scope-due': { ja: '影響{customer}の確認をお願いします', en: 'Please confirm which {customer}s are affected' },
  escalation: { ja: '連絡漏れが続いています', en: 'Updates have been missed in a row' },
  'update-failed': { ja: '{customer}への連絡を送信できませんでした', en: 'An update to a {customer} was not sent' },
  'recovery-questioned': { ja: '業務回復後に{customer}から連絡がありました', en: 'A {customer} wrote after the recovery' },
  'quarantine-growing': { ja: '読み取れない報告があります', en: 'Reports that could not be read are waiting' },
  'delivery-failed': { ja: '通知を届けられませんでした', en: 'A notice could not be delivered' },
  'bundle-ready': { ja: 'ポストモーテムの準備ができました', en: 'The weekly postmortem is ready' },
  'bundle-not-held': { ja: 'ポストモーテムがまだ実施されていません', en: 'The weekly postmortem has not been held' },
  'missing-data': { ja: '未入力の項目があります', en: 'Facts are missing' },
  'action-due': { ja: 'ネクストアクションの期限が近づいています', en: 'A next action is due soon' },
  'action-overdue': { ja: 'ネクストアクションの期限を過ぎています', en: 'A next action is overdue' },
  'drill-overdue': { ja: '訓練の期限を過ぎています', en: 'A drill is overdue' },
  'connection-test': { ja: '【テスト】通知の接続確認', en: '[TEST] Checking the connection' },
};

export const drillMark: Both = { ja: '【訓練】', en: '[DRILL] ' };

export const labels = {
  occurred: { ja: '発生', en: 'Occurred' },
  reported: { ja: '第一報', en: 'First report' },
  owner: { ja: '担当', en: 'Assignee' },
  nobody: { ja: '担当未定', en: 'Unassigned' },
  ticket: { ja: 'チケット', en: 'Ticket' },
  unknown: { ja: '不明', en: 'unknown' },
  /** Of a whole notice: until when the first has to hear. */
  due: { ja: '期限 {due}', en: 'due {due}' },
  moreDrafts: { ja: 'ほかの文面案({n}件)は上のリンク先にあります。', en: '{n} more {n|draft is|drafts are} behind the link above.' },
  waiting: { ja: '連絡待ち({n})', en: 'Waiting ({n})' },
  /** Of one who waits: until when, and since when. */
  dueSince: { ja: '連絡期限 {due}({since}から待機)', en: 'due {due} (waiting since {since})' },
  waitsSince: { ja: '{since}から待機', en: 'waiting since {since}' },
  lastTold: { ja: '前回の連絡 {at}', en: 'last told {at}' },
  same: { ja: '{code} と同じトラブルの可能性があります。同じであれば統合してください', en: 'May be the same trouble as {code}: merge the two if it is' },
  missed: { ja: '最初の期限 {at} から{n}回連続で連絡漏れ', en: '{n} missed in a row since {at}' },
  neverTold: { ja: '未連絡', en: 'not told anything yet' },
  others: { ja: '特定できていない{customer}', en: '{customer}s not yet named' },
  more: { ja: 'ほか{n}{customer}', en: 'and {n} more {customer}{n||s}' },
  andMore: { ja: '{name} ほか{n}{customer}', en: '{name} +{n}' },
  happened: { ja: '前回の連絡以降の記録', en: 'Recorded since' },
  nothingYet: { ja: '新しい記録はありません', en: 'nothing new is recorded' },
  wrote: { ja: '{customer}からの連絡', en: 'What the {customer} wrote' },
  quoted: { ja: '「{text}」', en: '“{text}”' },
  noText: { ja: '本文なし', en: 'no text' },
  moreMessages: { ja: 'ほかにも連絡があります', en: 'and more messages' },
  notSent: { ja: '送信できなかった連絡', en: 'Not sent' },
  draft: { ja: '文面案({kind}) 宛先: {to}', en: 'Draft ({kind}) to: {to}' },
  emergency: { ja: '緊急事態と判定: {why}', en: 'An emergency by rule: {why}' },
  oneReport: { ja: '規模は 1 件の報告だけによるもので、まだ確認されていません。', en: 'Its size is what one report states; nobody has confirmed it yet.' },
  roles: { ja: '未定の役割: {roles}', en: 'Nobody has taken: {roles}' },
} as const satisfies Texts;

/** What a notice of an incident asks for; its link leads to where that is done. */
export const asked: Partial<Record<NoticeKind, Both>> = {
  'emergency-begun': { ja: '役割を引き受ける', en: 'Take a role' },
  'role-due': { ja: '役割を引き受ける', en: 'Take a role' },
  'incident-filed': { ja: '対応を開始する', en: 'Take it up' },
  'update-due': { ja: '連絡する', en: 'Update them' },
  'scope-due': { ja: '影響{customer}を記録する', en: 'State which {customer}s are affected' },
  escalation: { ja: '連絡する', en: 'Update them' },
  'update-failed': { ja: '連絡し直す', en: 'Send it again' },
  'recovery-questioned': { ja: '確認して返信する', en: 'Look into it and answer' },
};

/** What has been recorded, as responders say it. */
export const recorded = {
  responded: { ja: '対応を開始', en: 'a responder took it up' },
  confirmed: { ja: '発生を確認', en: 'it was confirmed to happen' },
  looked: { ja: '発生は未確認', en: 'it was looked at and not confirmed yet' },
  scoped: { ja: '影響範囲を確認', en: 'the scope was confirmed' },
  mitigated: { ja: '一次対応', en: 'mitigation' },
  recovered: { ja: '業務が回復', en: 'the customers can work again' },
  cause: { ja: '原因', en: 'cause' },
} as const satisfies Texts;

/** Why a notice came to a channel that does not receive everything. */
export const whyToldWords: Partial<Record<string, Both>> = {
  escalation: { ja: '(エスカレーションの通知先に設定されているため届いています)', en: '(Sent here because this channel receives escalations.)' },
  fits: { ja: '(この通知先の受信条件に合うため届いています)', en: '(Sent here because it fits what this channel is for.)' },
};

/** Who is on duty. */
export const dutyTexts = {
  duty: { ja: '当番: {who}', en: 'On duty: {who}' },
  until: { ja: '{name}({until}まで)', en: '{name} (until {until})' },
  nobody: { ja: '該当者なし', en: 'nobody' },
  uncertain: { ja: '不明(カレンダーの一部を読み込めません)', en: 'not known: part of the calendar cannot be read' },
  unknown: { ja: 'カレンダーを確認できません({since}から)', en: 'the calendar cannot be read since {since}' },
} as const satisfies Texts;

/** Of a product area. */
export const areaTexts = {
  owner: { ja: '担当チーム', en: 'Owner' },
  runbook: { ja: '手順書', en: 'Runbook' },
} as const satisfies Texts;

/** An incident at a glance. */
export const glanceTexts = {
  over: { ja: '{span}超過', en: 'overdue by {span}' },
  count: { ja: '{n}{customer}', en: '{n} {customer}{n||s}' },
  wasOver: { ja: '{status}({impact})', en: '{status} ({impact})' },
  noCount: { ja: '影響{customer}数不明', en: 'number of {customer}s unknown' },
  noImpact: { ja: '影響度不明', en: 'impact unknown' },
} as const satisfies Texts;
