/**
 * Messages to customers, put together from the parts of `texts/drafts.ts`: what is not in the record is not said, no time
 * to fix is promised, and each says when the customer hears from us again or that this is the last message. No draft
 * mentions a time that was promised before: deadlines are ours, and few customers were given theirs. Pure.
 */
import { given } from '../platform/defined.ts';
import { type Both, fillIn, type Language } from './language.ts';
import { draftTexts } from './texts/drafts.ts';

export type DraftPart = keyof typeof draftTexts;
/** A team's own wording, by part. */
export type OwnDrafts = Readonly<Record<string, Partial<Both>>>;

/** What a draft may say. Times are already written out; texts are cut to a line. */
export interface DraftFacts {
  /** The recipient's, if there is only one. */
  customerName?: string | undefined;
  company?: string | undefined;
  telephone?: string | undefined;
  /** What a customer should check after a recovery: 「注文・会計」. */
  records?: string | undefined;
  /** The public name of what does not work. */
  functionName?: string | undefined;
  /** The words of the report, for the customer who reported it alone. */
  title?: string | undefined;
  now: string;
  occurredAt?: string | undefined;
  /** A person has seen that it happens. */
  isConfirmed: boolean;
  impact?: 'stopped' | 'degraded' | 'inconvenient' | undefined;
  workaround?: string | undefined;
  /** What has been recorded since the customer's last message. */
  progress: readonly DraftPart[];
  wasTold: boolean;
  /** Whether the customer has had the last message. */
  isToldOver: boolean;
  recoveredAt?: string | undefined;
  /** The recovery's time of day alone, where it is of the day of the occurrence. */
  recoveredUntil?: string | undefined;
  /** When the customer hears from us again; nothing after the last message. */
  nextUpdateAt: string;
}

/** A part; of several the first whose places all have a value; a heading with its items, left out where it has none. */
type Line = '' | DraftPart | readonly DraftPart[] | { heading: DraftPart; items: readonly DraftPart[] };

const opening: Line[] = [['toName', 'toAll'], ['introduction', 'introductionPlain'], ''];
const signature: Line = ['signature', 'signaturePlain'];
const closing: Line[] = ['', 'next', 'urgent', 'regards', signature];
const lastClosing: Line[] = ['', 'urgent', 'regards', signature];

const first = (f: DraftFacts): Line[] => [
  'first',
  {
    heading: f.title ? 'reported' : 'reportedByOthers',
    items: [...part(!f.isConfirmed, 'occurred'), ...part(f.functionName, 'subject')],
  },
  // It would not say what it is about.
  ...part(!f.title && !f.functionName, 'fillIn'),
  { heading: 'confirmed', items: part(f.isConfirmed, 'occurred') },
  { heading: 'workaround', items: ['way'] },
];

const progress = (f: DraftFacts): Line[] => [
  'progress',
  { heading: 'since', items: f.progress },
  { heading: 'state', items: [...part(f.impact, impactPart(f)), 'wayInState'] },
];

const layouts = {
  first: (f) => [...opening, ...part(f.title, 'thanks'), ...first(f), ...closing],
  progress: (f) => [...opening, ...progress(f), ...closing],
  'no-progress': () => [...opening, 'noProgress', ...closing],
  late: (f) => [
    ...opening,
    ...(f.wasTold
      ? ['late' as const, ...(f.progress.length > 0 ? progress(f) : ['noProgress' as const])]
      : [...part(f.title, 'thanks'), 'lateFirst' as const, ...first(f)]),
    ...closing,
  ],
  recovery: () => [
    ...opening,
    ['recoveredFunction', 'recovered'],
    'sorry',
    'check',
    ['checkRecords', 'checkRecordsPlain'],
    'last',
    ['ifContinues', 'ifContinuesPlain'],
    '',
    'regardsAfterLast',
    signature,
  ],
  'recovery-questioned': (f) => [...opening, f.isToldOver ? 'continuesAfterLast' : 'continues', 'ask', ...lastClosing],
  'not-occurring': () => [...opening, ['notConfirmed', 'notConfirmedPlain'], 'ifAgain', 'last', ...lastClosing],
} satisfies Record<string, (f: DraftFacts) => Line[]>;

export type DraftKind = keyof typeof layouts;
export const draftKinds = Object.keys(layouts) as DraftKind[];

/** @param own wording of the team, which counts where it has the part in that language */
export function writeDraftLines(kind: DraftKind, facts: DraftFacts, language: Language, own: OwnDrafts): string[] {
  const called = given(facts, ['company', 'telephone', 'records', 'title', 'now', 'occurredAt', 'workaround']);
  const places: Record<string, string | undefined> = {
    ...called,
    name: facts.customerName,
    function: facts.functionName,
    recoveredAt: facts.recoveredAt ?? facts.now,
    from: facts.recoveredAt && facts.occurredAt,
    until: facts.recoveredUntil ?? facts.recoveredAt,
    next: facts.nextUpdateAt,
  };
  const write = (part: DraftPart): string | undefined => {
    const text = own[part]?.[language] ?? draftTexts[part][language];
    const known: Record<string, string> = {};
    for (const place of placesOf(text)) {
      const value = places[place];
      if (!value) return undefined;
      known[place] = value;
    }
    return fillIn(text, known);
  };
  const oneOf = (parts: readonly DraftPart[]) => parts.map(write).find((each) => each !== undefined);
  places.about = oneOf(['aboutFunction', 'aboutTitle', 'aboutPlain']);
  places.fault = (facts.isConfirmed ? write('faultFunction') : undefined) ?? places.about;
  places.feature = facts.functionName ?? write('feature');
  const item = (text: string): string =>
    fillIn(own.item?.[language] ?? draftTexts.item[language], { text: text.slice(0, 1).toUpperCase() + text.slice(1) });
  const lines: Line[] = layouts[kind](facts);
  return lines.flatMap((line) => {
    if (line === '') return [''];
    if (typeof line === 'object' && 'heading' in line) {
      const items = line.items.flatMap((each) => write(each) ?? []);
      return items.length > 0 ? [write(line.heading) ?? [], items.map(item)].flat() : [];
    }
    return oneOf(typeof line === 'string' ? [line] : line) ?? [];
  });
}

/** What a team's own wording may not have: a part or a place that nothing fills, an empty text, or a place left to fill in. */
export function wrongDrafts(own: OwnDrafts): string[] {
  return Object.entries(own).flatMap(([name, texts]) => {
    const known = Object.hasOwn(draftTexts, name) ? draftTexts[name as DraftPart] : undefined;
    if (!known) return [`${name}: there is no such part`];
    return Object.entries(texts).flatMap(([language, text]) => {
      const [may, has] = [placesOf(known[language as Language]), placesOf(text)];
      return [
        ...has.filter((place) => !may.includes(place)).map((place) => `${name}.${language}: nothing fills {${place}}`),
        ...may.filter((place) => !has.includes(place)).map((place) => `${name}.${language}: lacks {${place}}`),
        ...(text.trim() === '' ? [`${name}.${language}: is empty`] : []),
        // Zendesk would take them for places of its own.
        ...(/\{\{|\{%/.test(text) ? [`${name}.${language}: has {{ or {%`] : []),
      ];
    });
  });
}

/** Whether a text still has what the draft left to its sender. */
export const isUnfilled = (text: string): boolean => /【要記入|\[FILL IN/.test(text);

const part = (isSaid: unknown, name: DraftPart): DraftPart[] => (isSaid ? [name] : []);

const impactPart = ({ impact = 'stopped', workaround }: DraftFacts): DraftPart =>
  impact === 'degraded' && workaround ? 'degradedWithWay' : impact;

const placesOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
