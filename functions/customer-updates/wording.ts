/**
 * The catalogue of what notices say, in Japanese and in English. Drafts for customers are made from recorded facts
 * alone: they promise no time to fix, and always give the time of the next update. Pure.
 */

import type { MitigationKind } from '../incidents/incident.ts';
import type { BusinessImpact } from '../incidents/signal/signal.ts';
import type { Both } from '../words/headings.ts';

export type DraftKind = 'first' | 'progress' | 'late' | 'recovery' | 'not-occurring';

export const drillMark: Both<string> = { ja: '【訓練】', en: '[DRILL] ' };

export const labels: Record<
  | 'urgency'
  | 'high'
  | 'low'
  | 'ongoing'
  | 'over'
  | 'ongoingUnknown'
  | 'occurred'
  | 'reported'
  | 'waiting'
  | 'since'
  | 'due'
  | 'lastTold'
  | 'neverTold'
  | 'happened'
  | 'nothingYet'
  | 'draft'
  | 'to'
  | 'record'
  | 'others'
  | 'unknown'
  | 'ticket',
  Both<string>
> = {
  urgency: { ja: '緊急性', en: 'Urgency' },
  high: { ja: '高', en: 'high' },
  low: { ja: '低', en: 'low' },
  ongoing: { ja: '継続中', en: 'still going on' },
  over: { ja: '継続していない', en: 'not going on' },
  ongoingUnknown: { ja: '継続中かどうか不明', en: 'not known whether it goes on' },
  occurred: { ja: '発生', en: 'Occurred' },
  reported: { ja: '第一報', en: 'First report' },
  waiting: { ja: 'お待ちのお客様', en: 'Waiting' },
  since: { ja: 'から', en: 'since' },
  due: { ja: '連絡期限', en: 'due' },
  lastTold: { ja: '前回の連絡', en: 'last told' },
  neverTold: { ja: 'まだ一度も連絡していません', en: 'not told anything yet' },
  happened: { ja: '前回の連絡以降の記録', en: 'Recorded since' },
  nothingYet: { ja: '新しい記録はありません', en: 'nothing new is recorded' },
  draft: { ja: '文面案', en: 'Draft' },
  to: { ja: '宛先', en: 'to' },
  record: { ja: '送信後の記録', en: 'Record it as sent' },
  others: { ja: '名前の分からないお客様', en: 'customers not yet named' },
  unknown: { ja: '不明', en: 'unknown' },
  ticket: { ja: 'チケット', en: 'ticket' },
};

export const draftNames: Record<DraftKind, Both<string>> = {
  first: { ja: '初回', en: 'first message' },
  progress: { ja: '経過', en: 'progress' },
  late: { ja: '遅延', en: 'late' },
  recovery: { ja: '復旧', en: 'recovery' },
  'not-occurring': { ja: '発生を確認できず', en: 'not found to occur' },
};

export const impacts: Record<BusinessImpact, Both<string>> = {
  stopped: { ja: '業務を行えない状態', en: 'work that cannot be done' },
  degraded: { ja: '代わりの手順でのみ業務を行える状態', en: 'work that is possible only by a workaround' },
  inconvenient: { ja: '業務に支障はないもののご不便のある状態', en: 'an inconvenience that does not stop work' },
  none: { ja: '業務への影響がない状態', en: 'no effect on work' },
};

export const mitigations: Record<MitigationKind, Both<string>> = {
  setting: { ja: '設定の変更', en: 'a change of settings' },
  workaround: { ja: '代替手順のご案内', en: 'a workaround' },
  'data-repair': { ja: 'データの修復', en: 'a repair of data' },
  isolated: { ja: '影響箇所の切り離し', en: 'isolating the affected part' },
  vendor: { ja: '提供元による対応', en: 'work by our supplier' },
  revert: { ja: '変更前の状態への切り戻し', en: 'going back to the state before a change' },
  'fix-release': { ja: '修正の適用', en: 'applying a correction' },
  'self-healed': { ja: '自然復旧の確認', en: 'seeing that it had recovered by itself' },
};

/** What a draft may say: recorded facts. Times are already written out. */
export interface DraftFacts {
  /** The words of the report, quoted to nobody but whoever reported it. */
  title?: string;
  occurredAt?: string;
  impact?: Both<string>;
  mitigation?: Both<string>;
  isVerified: boolean;
  isScoped: boolean;
  recoveredAt?: string;
  /** When the last update had been due, for an apology. */
  wasDueAt?: string;
  /** When the customer hears from us again. */
  nextUpdateAt: string;
}

type Draft = (facts: DraftFacts) => string[];

const ja = {
  about: (f: DraftFacts) => (f.title ? `お知らせいただきました「${f.title}」の件` : '現在お客様に影響が生じている事象'),
  was: (f: DraftFacts) => (f.title ? `お知らせいただきました「${f.title}」の件` : 'お客様に影響が生じておりました事象'),
  state: (f: DraftFacts): string[] => {
    const known = [
      ...(f.occurredAt ? [`・発生日時:${f.occurredAt}`] : []),
      ...(f.impact ? [`・影響:${f.impact.ja}`] : []),
      ...(f.isVerified ? ['・事象の発生を弊社でも確認いたしました。'] : []),
      ...(f.isScoped ? ['・影響の範囲を確認いたしました。'] : []),
      ...(f.mitigation ? [`・${f.mitigation.ja}を実施いたしました。`] : []),
    ];
    return known.length > 0 ? ['', '現在までに確認できております内容は、次のとおりでございます。', ...known] : [];
  },
  next: (f: DraftFacts) => ['', `次回は${f.nextUpdateAt}までに、状況に変化がない場合もあらためてご連絡申し上げます。`],
  close: ['何卒よろしくお願い申し上げます。'],
};

const en = {
  about: (f: DraftFacts) => (f.title ? `“${f.title}”, as you reported it` : 'the trouble that affects you'),
  state: (f: DraftFacts): string[] => {
    const known = [
      ...(f.occurredAt ? [`- It occurred: ${f.occurredAt}`] : []),
      ...(f.impact ? [`- Its effect: ${f.impact.en}`] : []),
      ...(f.isVerified ? ['- We have confirmed on our side that it happens.'] : []),
      ...(f.isScoped ? ['- We have confirmed who is affected.'] : []),
      ...(f.mitigation ? [`- We have carried out ${f.mitigation.en}.`] : []),
    ];
    return known.length > 0 ? ['', 'What we have confirmed so far:', ...known] : [];
  },
  next: (f: DraftFacts) => [
    '',
    `You will hear from us again by ${f.nextUpdateAt}, even if there is nothing new to report.`,
  ],
};

export const drafts: Record<DraftKind, Both<Draft>> = {
  first: {
    ja: (f) => [
      '平素より大変お世話になっております。',
      `${ja.about(f)}につきまして、ご不便をおかけし、誠に申し訳ございません。`,
      '現在、状況の確認を進めております。',
      ...ja.state(f),
      ...ja.next(f),
      ...ja.close,
    ],
    en: (f) => [
      `${f.title ? 'Thank you for telling us. ' : ''}We are sorry for ${en.about(f)}.`,
      'We are looking into it now.',
      ...en.state(f),
      ...en.next(f),
    ],
  },
  progress: {
    ja: (f) => [
      'お世話になっております。',
      `${ja.about(f)}につきまして、引き続きご不便をおかけしており、誠に申し訳ございません。現在の状況をご報告申し上げます。`,
      ...ja.state(f),
      '',
      '引き続き対応を進めております。',
      ...ja.next(f),
      ...ja.close,
    ],
    en: (f) => [
      `This is an update on ${en.about(f)}. We are sorry that it still troubles you.`,
      ...en.state(f),
      '',
      'We continue to work on it.',
      ...en.next(f),
    ],
  },
  late: {
    ja: (f) => [
      'お世話になっております。',
      `${ja.about(f)}につきまして、${f.wasDueAt ? `${f.wasDueAt}までに差し上げるべき` : ''}ご連絡が遅くなり、誠に申し訳ございません。`,
      ...ja.state(f),
      '',
      '引き続き対応を進めております。',
      ...ja.next(f),
      ...ja.close,
    ],
    en: (f) => [
      `We are sorry that this update on ${en.about(f)} comes late${f.wasDueAt ? `; you should have had it by ${f.wasDueAt}` : ''}.`,
      ...en.state(f),
      '',
      'We continue to work on it.',
      ...en.next(f),
    ],
  },
  recovery: {
    ja: (f) => [
      'お世話になっております。',
      `${ja.was(f)}につきまして、ご不便をおかけし、誠に申し訳ございませんでした。`,
      `${f.recoveredAt ? `${f.recoveredAt}に、` : ''}業務を行っていただける状態に復旧したことを確認いたしました。`,
      ...(f.mitigation ? [`実施した対応:${f.mitigation.ja}`] : []),
      '',
      'お手数をおかけいたしますが、お手元でもご確認くださいますようお願い申し上げます。',
      '定期のご連絡は本連絡をもちまして終了とさせていただきます。なお問題がございましたら、本件へのご返信にてお知らせください。直ちに確認を再開し、定期のご連絡も再開いたします。',
      ...ja.close,
    ],
    en: (f) => [
      `We are sorry for ${f.title ? en.about(f) : 'the trouble that affected you'}.`,
      `We have confirmed that your work is possible again${f.recoveredAt ? ` since ${f.recoveredAt}` : ''}.`,
      ...(f.mitigation ? [`What we did: ${f.mitigation.en}.`] : []),
      '',
      'Please check on your side as well.',
      'Our regular updates end with this message. If anything is still wrong, reply here: we will look at once, and the updates resume.',
    ],
  },
  'not-occurring': {
    ja: (f) => [
      'お世話になっております。',
      `${f.title ? `「${f.title}」の件` : '本件'}につきまして、お知らせいただき誠にありがとうございました。`,
      '弊社にて調査いたしましたが、現時点では事象の発生を確認できておりません。ご不安をおかけしましたことをお詫び申し上げます。',
      '',
      '定期のご連絡は本連絡をもちまして終了とさせていただきます。再び同様の事象がございましたら、発生した日時と画面の内容を添えて、本件へのご返信にてお知らせください。直ちに調査を再開いたします。',
      ...ja.close,
    ],
    en: (f) => [
      `Thank you for telling us${f.title ? ` about “${f.title}”` : ''}.`,
      'We have looked into it and could not find it occurring at this time. We are sorry for the worry.',
      '',
      'Our regular updates end with this message. If you see it again, reply here with the time and what was on the screen: we will take it up again at once.',
    ],
  },
};
