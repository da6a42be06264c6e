/**
 * Messages to customers, drafted from recorded facts alone: what is not in the record is not said, a line without its
 * value is left out, no time to fix is promised, and each says when the customer hears from us again or that this is
 * the last message. No draft mentions what was promised before: deadlines are ours, and few customers were told theirs. Pure.
 */
import type { Both } from './language.ts';

export type DraftKind =
  | 'first'
  | 'progress'
  | 'no-progress'
  | 'late'
  | 'recovery'
  | 'recovery-questioned'
  | 'not-occurring';

export const draftKinds: readonly DraftKind[] = [
  'first',
  'progress',
  'no-progress',
  'late',
  'recovery',
  'recovery-questioned',
  'not-occurring',
];

/** What a draft may say. Times are already written out; texts are cut to a line. */
export interface DraftFacts {
  /** Whom it is addressed to, where that is one customer. */
  customerName?: string | undefined;
  company?: string | undefined;
  telephone?: string | undefined;
  /** The public name of what does not work. */
  functionName?: string | undefined;
  /** The words of the report, quoted to nobody but whoever reported it. */
  title?: string | undefined;
  now: string;
  occurredAt?: string | undefined;
  /** Somebody has seen that it happens. */
  isConfirmed: boolean;
  /** How work is affected, in the customer's terms. */
  impact?: string | undefined;
  workaround?: string | undefined;
  /** What has been recorded since the customer was last told, in the customer's terms. */
  progress: readonly string[];
  /** Whether the customer has been told anything before. */
  wasTold: boolean;
  /** Whether the customer has been told that it is over. */
  isToldOver: boolean;
  recoveredAt?: string | undefined;
  /** When the customer hears from us again; nothing after the last message. */
  nextUpdateAt: string;
}

type Draft = (facts: DraftFacts) => string[];

const line = (value: string | undefined, write: (value: string) => string): string[] => (value ? [write(value)] : []);
/** A part with a heading, and nothing where it has no lines. */
const part = (heading: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? [heading, ...lines.map((each) => `・${each}`)] : [];
const list = (heading: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? [heading, ...lines.map((each) => `- ${each}`)] : [];

const ja = {
  /** 「会計機能の件」, where it has no public name 「本件」. */
  matter: ({ functionName }: DraftFacts): string => (functionName ? `${functionName}の件` : '本件'),
  /** Called a fault once somebody has seen it. */
  fault: (f: DraftFacts): string => (f.isConfirmed && f.functionName ? `${f.functionName}の不具合` : ja.matter(f)),
  opening: (f: DraftFacts): string[] => [
    ...line(f.customerName, (name) => `${name} ご担当者様`),
    f.company ? `お世話になっております。${f.company}サポート窓口です。` : 'お世話になっております。',
    '',
  ],
  closing: (f: DraftFacts): string[] => [
    '',
    `次回は${f.nextUpdateAt}までに、進展がない場合もご連絡いたします。`,
    ...line(f.telephone, (number) => `お急ぎの場合は${number}までお電話ください。`),
    'よろしくお願いいたします。',
  ],
  reported: (f: DraftFacts): string[] =>
    part('■お伺いしている内容', [
      ...(f.isConfirmed ? [] : line(f.occurredAt, (at) => `発生:${at}ごろ`)),
      ...line(f.title, (title) => `状況:${title}`),
    ]),
  confirmed: (f: DraftFacts): string[] =>
    f.isConfirmed
      ? part(
          '■確認できた内容',
          line(f.occurredAt, (at) => `発生:${at}ごろ`),
        )
      : [],
  state: (f: DraftFacts): string[] =>
    part('■現在のご利用状況', [
      ...line(f.impact, (impact) => impact),
      ...line(f.workaround, (way) => `当面のご対応:${way}`),
    ]),
  first: (f: DraftFacts): string[] => [
    `${ja.matter(f)}でご不便をおかけしており、申し訳ございません。現在、状況を確認しております。`,
    ...ja.reported(f),
    ...ja.confirmed(f),
    ...part(
      '■当面のご対応',
      line(f.workaround, (way) => way),
    ),
  ],
  progress: (f: DraftFacts): string[] => [
    `${ja.fault(f)}について、${f.now}時点の状況をご報告いたします。復旧までお時間をいただき、申し訳ございません。`,
    ...part('■前回からの進展', f.progress),
    ...ja.state(f),
  ],
  noProgress: (f: DraftFacts): string[] => [
    `${ja.matter(f)}について、前回のご連絡以降、新たにお伝えできる進展はございません。引き続き対応しております。長くご不便をおかけし、申し訳ございません。`,
  ],
};

const en = {
  matter: ({ functionName }: DraftFacts): string => (functionName ? `the matter with ${functionName}` : 'this matter'),
  fault: (f: DraftFacts): string =>
    f.isConfirmed && f.functionName ? `the trouble with ${f.functionName}` : en.matter(f),
  opening: (f: DraftFacts): string[] => [
    f.customerName ? `Dear ${f.customerName},` : 'Hello,',
    ...line(f.company, (company) => `This is ${company} support.`),
    '',
  ],
  closing: (f: DraftFacts): string[] => [
    '',
    `You will hear from us again by ${f.nextUpdateAt}, even if there is nothing new.`,
    ...line(f.telephone, (number) => `If it is urgent, please call ${number}.`),
    'Kind regards',
  ],
  reported: (f: DraftFacts): string[] =>
    list('What we have been told:', [
      ...(f.isConfirmed ? [] : line(f.occurredAt, (at) => `Began: about ${at}`)),
      ...line(f.title, (title) => `What happens: ${title}`),
    ]),
  confirmed: (f: DraftFacts): string[] =>
    f.isConfirmed
      ? list(
          'What we have confirmed:',
          line(f.occurredAt, (at) => `Began: about ${at}`),
        )
      : [],
  state: (f: DraftFacts): string[] =>
    list('What you can use now:', [
      ...line(f.impact, (impact) => impact),
      ...line(f.workaround, (way) => `For now: ${way}`),
    ]),
  first: (f: DraftFacts): string[] => [
    `We are sorry for the inconvenience of ${en.matter(f)}. We are looking into it now.`,
    ...en.reported(f),
    ...en.confirmed(f),
    ...list(
      'What you can do for now:',
      line(f.workaround, (way) => way),
    ),
  ],
  progress: (f: DraftFacts): string[] => [
    `This is where ${en.fault(f)} stands at ${f.now}. We are sorry that it takes time.`,
    ...list('Since our last message:', f.progress),
    ...en.state(f),
  ],
  noProgress: (f: DraftFacts): string[] => [
    `On ${en.matter(f)} there is nothing new to tell since our last message. We continue to work on it, and are sorry that it troubles you so long.`,
  ],
};

const isNew = (f: DraftFacts): boolean => f.progress.length > 0;

export const drafts: Record<DraftKind, Both<Draft>> = {
  first: {
    ja: (f) => [...ja.opening(f), ...ja.first(f), ...ja.closing(f)],
    en: (f) => [...en.opening(f), ...en.first(f), ...en.closing(f)],
  },
  progress: {
    ja: (f) => [...ja.opening(f), ...ja.progress(f), ...ja.closing(f)],
    en: (f) => [...en.opening(f), ...en.progress(f), ...en.closing(f)],
  },
  'no-progress': {
    ja: (f) => [...ja.opening(f), ...ja.noProgress(f), ...ja.closing(f)],
    en: (f) => [...en.opening(f), ...en.noProgress(f), ...en.closing(f)],
  },
  late: {
    ja: (f) => [
      ...ja.opening(f),
      'ご連絡が遅れましたことを、お詫び申し上げます。',
      ...(!f.wasTold ? ja.first(f) : isNew(f) ? ja.progress(f) : ja.noProgress(f)),
      ...ja.closing(f),
    ],
    en: (f) => [
      ...en.opening(f),
      'We are sorry that this comes late.',
      ...(!f.wasTold ? en.first(f) : isNew(f) ? en.progress(f) : en.noProgress(f)),
      ...en.closing(f),
    ],
  },
  recovery: {
    ja: (f) => [
      ...ja.opening(f),
      `${ja.fault(f)}は、${f.recoveredAt ? `${f.recoveredAt}に` : ''}復旧いたしました。ご不便をおかけし、誠に申し訳ございませんでした。`,
      `お手数ですが、正常にご利用いただけるか、また${
        f.occurredAt && f.recoveredAt ? `${f.occurredAt}から${f.recoveredAt}までの` : 'ご不便のあった間の'
      }注文・会計に漏れや重複がないかをご確認ください。`,
      '本件に関するご連絡は、本連絡で終了いたします。',
      `不具合が続く場合は、本連絡へのご返信${f.telephone ? `または${f.telephone}` : ''}でお知らせください。直ちに確認いたします。`,
    ],
    en: (f) => [
      ...en.opening(f),
      `You can work again${f.recoveredAt ? ` since ${f.recoveredAt}` : ''}: ${en.fault(f)} is over. We are sorry for the inconvenience.`,
      `Please check that everything works, and that no order or payment ${
        f.occurredAt && f.recoveredAt ? `between ${f.occurredAt} and ${f.recoveredAt}` : 'of that time'
      } is missing or doubled.`,
      'Our messages about it end here.',
      `If anything is still wrong, reply here${f.telephone ? ` or call ${f.telephone}` : ''}: we will look at it at once.`,
    ],
  },
  'recovery-questioned': {
    ja: (f) => [
      ...ja.opening(f),
      `${f.isToldOver ? '復旧のご連絡後も' : ''}不具合が続いているとのこと、誠に申し訳ございません。ただいま再度確認しております。`,
      '差し支えなければ、発生時刻、画面の表示内容、ご利用の端末をお知らせください。',
      ...line(f.telephone, (number) => `お急ぎの場合は${number}までお電話ください。`),
      'よろしくお願いいたします。',
    ],
    en: (f) => [
      ...en.opening(f),
      `You tell us that it is still wrong${f.isToldOver ? ' after we said that it was over' : ''}. We are very sorry, and are looking at it again now.`,
      'If you can, tell us when it happens, what the screen shows, and which device you use.',
      ...line(f.telephone, (number) => `If it is urgent, please call ${number}.`),
      'Kind regards',
    ],
  },
  'not-occurring': {
    ja: (f) => [
      ...ja.opening(f),
      `お知らせいただいた${f.title ? `「${f.title}」` : '件'}について調査いたしましたが、現時点では不具合を確認できておりません。`,
      '再度発生した際は、時刻と画面の内容をお知らせください。改めて調査いたします。',
      '本件に関するご連絡は、本連絡で終了いたします。',
      ...line(f.telephone, (number) => `お急ぎの場合は${number}までお電話ください。`),
      'よろしくお願いいたします。',
    ],
    en: (f) => [
      ...en.opening(f),
      `We have looked into ${f.title ? `“${f.title}”` : 'what you told us'} and could not confirm any trouble at this time.`,
      'If it happens again, tell us the time and what the screen shows: we will look into it anew.',
      'Our messages about it end here.',
      ...line(f.telephone, (number) => `If it is urgent, please call ${number}.`),
      'Kind regards',
    ],
  },
};

/** How work is affected, in the customer's terms. */
export const impactsToCustomers: Record<'stopped' | 'degraded' | 'inconvenient', Both> = {
  stopped: { ja: '業務を行えない状態です', en: 'Your work is not possible at present' },
  degraded: { ja: '代わりの手順であれば業務を行える状態です', en: 'Your work is possible by another way only' },
  inconvenient: {
    ja: '業務は行えますが、一部にご不便のある状態です',
    en: 'Your work is possible, with some inconvenience',
  },
};

/** What was done, in the customer's terms. */
export const mitigationsToCustomers: Record<
  'setting' | 'workaround' | 'data-repair' | 'isolated' | 'vendor' | 'revert' | 'fix-release' | 'self-healed',
  Both
> = {
  setting: { ja: '設定を変更いたしました', en: 'We have changed a setting' },
  workaround: { ja: '当面のご対応方法をご用意いたしました', en: 'We have found a way to work for now' },
  'data-repair': { ja: 'データを修復いたしました', en: 'We have repaired data' },
  isolated: { ja: '影響のある箇所を切り離しました', en: 'We have isolated the affected part' },
  vendor: { ja: '提供元による対応が行われました', en: 'Our supplier has acted' },
  revert: { ja: '変更前の状態に戻しました', en: 'We have gone back to the state before a change' },
  'fix-release': { ja: '修正を適用いたしました', en: 'We have applied a correction' },
  'self-healed': { ja: '自然に復旧したことを確認いたしました', en: 'We have seen it recover by itself' },
};

export const progressToCustomers = {
  confirmed: { ja: '弊社でも発生を確認いたしました', en: 'We have confirmed on our side that it happens' },
  scoped: { ja: '影響の範囲を確認いたしました', en: 'We have confirmed who is affected' },
} satisfies Record<string, Both>;

export const draftNames: Record<DraftKind, Both> = {
  first: { ja: '初回', en: 'first message' },
  progress: { ja: '経過', en: 'progress' },
  'no-progress': { ja: '進展なし', en: 'no progress' },
  late: { ja: '遅延', en: 'late' },
  recovery: { ja: '復旧', en: 'recovery' },
  'recovery-questioned': { ja: '復旧後も不具合の申告', en: 'still wrong after the recovery' },
  'not-occurring': { ja: '発生を確認できず', en: 'could not be confirmed' },
};
