/** What internal notes on the reporter's ticket say, in Japanese and English. Pure. */
import type { Texts } from '../text.ts';

export const noteTexts = {
  filed: { ja: 'Metronomeにインシデント {code} として起票しました。', en: 'Metronome has filed this as incident {code}.' },
  reclassified: { ja: '質問として受け付けた本件を、インシデント {code} に変更しました。', en: 'What was taken for a question is incident {code} now.' },
  recovered: { ja: 'インシデント {code} は業務回復と記録されました。', en: 'Incident {code} is recorded as recovered: the customers can work again.' },
  'not-occurring': { ja: 'インシデント {code} は、確認の結果、発生していないと記録されました。', en: 'Incident {code} was looked at and is recorded as not occurring.' },
} as const satisfies Texts;

export const noteLabels = {
  urgency: { ja: '緊急性: {level}({why})', en: 'Urgency: {level} ({why})' },
  why: { ja: '理由: {why}', en: 'Why: {why}' },
} as const satisfies Texts;
