/**
 * Composes messages to customers from the parts of `texts/drafts.ts`. A message says only what is recorded, promises no time
 * for a fix, and says when the customer hears from us again or that it is the last one. It never mentions an earlier deadline:
 * deadlines are ours, and few customers were given theirs. Pure.
 */
import { given } from '../platform/defined.ts';
import { type Both, fillIn, type Language, languages } from './language.ts';
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
  /** The subject of the recipient's own ticket. */
  title?: string | undefined;
  /** What the trouble is, as somebody has described it for all customers. */
  described?: string | undefined;
  now: string;
  occurredAt?: string | undefined;
  /** Replaces `occurredAt` if that is later than the first report: the trouble had begun by then. */
  reportedAt?: string | undefined;
  /** Somebody has taken it or has looked at it. */
  isTaken: boolean;
  /** A cause is being looked for and is not known yet. */
  isCauseSought: boolean;
  /** A person has seen that it happens. */
  isConfirmed: boolean;
  impact?: 'stopped' | 'degraded' | 'inconvenient' | undefined;
  /** Whether it is known, from anybody, that they cannot work. */
  isStopped: boolean;
  workaround?: string | undefined;
  /** What has been recorded since the customer's last message. */
  progress: readonly DraftPart[];
  wasTold: boolean;
  /** Whether the customer has had the last message. */
  isToldOver: boolean;
  recoveredAt?: string | undefined;
  /** Only the recovery's time of day, if it is the day of the occurrence. */
  recoveredUntil?: string | undefined;
  /** When the customer hears from us again; nothing after the last message. */
  nextUpdateAt: string;
}

/** A part; several, of which the first with all values is used; or a heading with items, left out if it has none. */
type Line = '' | DraftPart | readonly DraftPart[] | { heading: DraftPart; items: readonly DraftPart[] };

const opening: Line[] = [['toName', 'toAll'], ['introduction', 'introductionPlain'], ''];
const signature: Line = ['signature', 'signaturePlain'];
const closing: Line[] = ['', 'next', 'urgent', 'regards', signature];
const lastClosing: Line[] = ['', 'urgent', 'regards', signature];

/** The message would not say what it is about. */
export const lacksSubject = (f: Pick<DraftFacts, 'title' | 'functionName' | 'described'>): boolean =>
  !f.title && !f.functionName && !f.described;

/** At most one of the two has a value. */
const began: DraftPart[] = ['occurred', 'occurredBefore'];

const first = (f: DraftFacts): Line[] => [
  'first',
  ...part(f.isConfirmed && !f.occurredAt && !f.reportedAt, 'confirmedByUs'),
  ...part(f.isTaken, 'investigating'),
  {
    heading: f.title ? 'reported' : 'reportedByOthers',
    items: [...(f.isConfirmed ? [] : began), ...part(f.functionName, f.title ? 'subject' : 'subjectDescribed')],
  },
  ...part(lacksSubject(f), 'fillIn'),
  { heading: 'confirmed', items: f.isConfirmed ? began : [] },
  { heading: 'workaround', items: ['way'] },
];

const progress = (f: DraftFacts): Line[] => [
  'progress',
  { heading: 'since', items: f.progress },
  { heading: 'state', items: [...part(f.impact, impactPart(f)), 'wayInState'] },
  ...part(f.isCauseSought, 'cause'),
];

const noProgress = (f: DraftFacts): Line[] => [
  f.isTaken ? 'noProgress' : 'noProgressUntaken',
  ...part(f.isCauseSought, 'cause'),
];

const layouts = {
  first: (f) => [...opening, ...part(f.title, 'thanks'), ...first(f), ...closing],
  progress: (f) => [...opening, ...progress(f), ...closing],
  'no-progress': (f) => [...opening, ...noProgress(f), ...closing],
  late: (f) => [
    ...opening,
    ...(f.wasTold
      ? ['late' as const, ...(f.progress.length > 0 ? progress(f) : noProgress(f))]
      : [...part(f.title, 'thanks'), 'lateFirst' as const, ...first(f)]),
    ...closing,
  ],
  recovery: (f) => [
    ...opening,
    ['recoveredFunction', 'recovered'],
    'sorry',
    'check',
    ['checkRecords', 'checkRecordsPlain'],
    ...part(f.isCauseSought, 'causeAfterwards'),
    'last',
    ['ifContinues', 'ifContinuesPlain'],
    '',
    'regardsAfterLast',
    signature,
  ],
  'recovery-questioned': (f) => [...opening, f.isToldOver ? 'continuesAfterLast' : 'continues', 'ask', ...lastClosing],
  'not-occurring': () => [
    ...opening,
    'patience',
    ['notConfirmed', 'notConfirmedPlain'],
    'ifAgain',
    'last',
    ...lastClosing,
  ],
} satisfies Record<string, (f: DraftFacts) => Line[]>;

export type DraftKind = keyof typeof layouts;
export const draftKinds = Object.keys(layouts) as DraftKind[];

/** @param own wording of the team, which counts where it has the part in that language */
export function writeDraftLines(kind: DraftKind, facts: DraftFacts, language: Language, own: OwnDrafts): string[] {
  const called = given(facts, [
    'company',
    'telephone',
    'records',
    'title',
    'described',
    'now',
    'occurredAt',
    'reportedAt',
    'workaround',
  ]);
  const places: Record<string, string | undefined> = {
    ...called,
    name: facts.customerName,
    function: facts.functionName,
    recoveredAt: facts.recoveredAt ?? facts.now,
    from: facts.recoveredAt && (facts.occurredAt ?? facts.reportedAt),
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
    const written = fillIn(text, known);
    // `{about}` may begin a sentence.
    return text.startsWith('{about}') ? withCapital(written) : written;
  };
  const oneOf = (parts: readonly DraftPart[]) => parts.map(write).find((each) => each !== undefined);
  places.about = oneOf(['aboutFunction', 'aboutTitle', 'aboutDescribed', 'aboutPlain']);
  places.trouble = write(facts.isStopped ? 'trouble' : 'inconvenience');
  places.fault = (facts.isConfirmed ? write('faultFunction') : undefined) ?? places.about;
  places.feature = facts.functionName ?? write('feature');
  const item = (text: string): string =>
    fillIn(own.item?.[language] ?? draftTexts.item[language], { text: withCapital(text) });
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

/** Whether a text still has what the draft left to its sender. */
export const isUnfilled = (text: string): boolean => /【要記入|\[FILL IN/.test(text);

/** A draft in either language whose placeholder is replaced, as if the trouble had been described. */
export const fillDraft = (text: string, described: string): string =>
  languages.reduce(
    (filled, language) =>
      filled.replaceAll(draftTexts.fillIn[language], () =>
        fillIn(draftTexts.subjectDescribed[language], { described }),
      ),
    text,
  );

const withCapital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const part = (isSaid: unknown, name: DraftPart): DraftPart[] => (isSaid ? [name] : []);

const impactPart = ({ impact = 'stopped', workaround }: DraftFacts): DraftPart =>
  impact === 'degraded' && workaround ? 'degradedWithWay' : impact;

export const placesOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
