/** What internal notes on the reporter's ticket say, in Japanese and English. Pure. */
import type { Texts } from '../text.ts';

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
