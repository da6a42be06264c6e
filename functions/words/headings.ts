/** What each kind of notice is called, in Japanese and in English. Pure. */
import type { NoticeKind } from '../platform/notice-schemas.ts';

export type Language = 'ja' | 'en';
export type Both<T> = Record<Language, T>;

export const headings: Record<NoticeKind, Both<string>> = {
  'incident-filed': { ja: '起票', en: 'Incident filed' },
  'update-due': { ja: 'お客様への連絡の時刻です', en: 'Customers are due an update' },
  'scope-due': { ja: '影響範囲の確認をお願いします', en: 'Please confirm who is affected' },
  escalation: { ja: '連絡が続けて行われていません', en: 'Updates have been missed in a row' },
  'recovery-questioned': { ja: '復旧後にお客様から連絡がありました', en: 'A customer wrote after the recovery' },
  'quarantine-growing': { ja: '読み取れない通知が隔離されています', en: 'Reports that could not be read are waiting' },
  'delivery-failed': { ja: '通知を届けられませんでした', en: 'A notice could not be delivered' },
  'bundle-ready': { ja: 'ポストモーテムの準備ができました', en: 'The postmortem bundle is ready' },
  'bundle-not-held': { ja: 'ポストモーテムが開催されていません', en: 'The postmortem has not been held' },
  'missing-data': { ja: '未入力の項目があります', en: 'Facts are missing' },
  'action-due': { ja: 'ネクストアクションの期限が近づいています', en: 'A next action is due soon' },
  'action-overdue': { ja: 'ネクストアクションの期限を過ぎています', en: 'A next action is overdue' },
  'connection-test': { ja: '【テスト】通知の接続確認', en: '[TEST] Checking the connection' },
};
