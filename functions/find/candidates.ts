/**
 * Which other incidents may be the same trouble, and why. Time only bounds what is looked at: that two things happened
 * at once is no reason, but for an alert and the tickets of its minutes. Nothing is linked by this: a person reads the reasons and taps. Pure.
 */
import { type Incident, mitigationKinds } from '../incidents/incident.ts';
import { isUnspaced, readingForm } from '../incidents/search/reading-form.ts';
import { milliseconds, type Policy } from '../policy.ts';

type Compared = Pick<
  Incident,
  | 'id'
  | 'title'
  | 'description'
  | 'origin'
  | 'status'
  | 'kind'
  | 'isDrill'
  | 'unlinkedFrom'
  | 'emergency'
  | 'source'
  | 'filedAt'
>;

export type CandidateReason =
  | { kind: 'area'; area: string }
  | { kind: 'form'; form: string }
  /** One is an alert, the other a ticket filed within minutes of it. */
  | { kind: 'alert' }
  /** They have nothing else in common than that both were filed within these minutes. */
  | { kind: 'minutes'; minutes: number }
  /** `words`: the words that both titles share, as the other title has them. */
  | { kind: 'words'; words: string[] };

export interface Candidate<T> {
  incident: T;
  /** The strongest first. */
  reasons: CandidateReason[];
}

/** Candidates whose reasons weigh at least `enough`, strongest first; equal ones keep the given order. */
export function judgeCandidates<T extends Compared>(
  incident: Compared,
  others: readonly T[],
  policy: Policy,
  enough: number = policy.find.candidates.enough,
): Candidate<T>[] {
  const { weights } = policy.find.candidates;
  return others
    .filter((other) => mayBeJoined(incident, other))
    .map((other) => {
      const alike = likenessOf(incident, other, policy);
      const weighed = (
        [
          [weights.words * alike.share, alike.words.length > 0 && { kind: 'words', words: alike.words }],
          [weights.area, same(incident, other, 'area') && { kind: 'area', area: other.origin.area ?? '' }],
          [weights.form, same(incident, other, 'form') && { kind: 'form', form: other.origin.form ?? '' }],
          [weights.alert, isAlertOf(incident, other, policy) && { kind: 'alert' }],
        ] satisfies [number, CandidateReason | boolean][]
      ).flatMap(([weight, reason]) => (reason ? [{ weight, reason }] : []));
      const reasons = weighed.toSorted((one, another) => another.weight - one.weight).map(({ reason }) => reason);
      // The reports of one emergency are candidates of each other.
      const known = isOneEmergency(incident, other) ? enough : 0;
      return { incident: other, reasons, weight: weighed.reduce((sum, each) => sum + each.weight, known) };
    })
    .filter((each) => each.weight >= enough)
    .sort((one, another) => another.weight - one.weight)
    .map(({ incident: other, reasons }) => ({ incident: other, reasons }));
}

/** Open incidents of the same minutes, the newest first: nothing says that they are the same, or that they are not. */
export function besides<T extends Compared>(incident: Compared, others: readonly T[], policy: Policy): Candidate<T>[] {
  const most = milliseconds(policy.find.candidates.besides);
  const apartMs = (other: T): number => Math.abs(other.filedAt.getTime() - incident.filedAt.getTime());
  return others
    .filter((other) => mayBeJoined(incident, other) && other.status === 'open' && apartMs(other) <= most)
    .sort((one, other) => other.filedAt.getTime() - one.filedAt.getTime())
    .map((other) => ({
      incident: other,
      reasons: [{ kind: 'minutes', minutes: Math.round(apartMs(other) / 60_000) }],
    }));
}

/** Incidents that somebody marked as different are never joined, and a drill is never joined with a real incident. */
const mayBeJoined = (incident: Compared, other: Compared): boolean =>
  other.id !== incident.id &&
  other.kind === 'incident' &&
  other.status !== 'linked' &&
  other.isDrill === incident.isDrill &&
  !incident.unlinkedFrom?.includes(other.id) &&
  !other.unlinkedFrom?.includes(incident.id);

function isAlertOf(one: Compared, other: Compared, policy: Policy): boolean {
  const apartMs = Math.abs(one.filedAt.getTime() - other.filedAt.getTime());
  return one.source !== other.source && apartMs <= milliseconds(policy.find.candidates.alertWithin);
}

/** Whether both support the emergency that one of them is. */
export function isOneEmergency(one: Compared, other: Compared): boolean {
  const reports = [one, other].map((each) => each.emergency?.inputs.reports?.map(({ incidentId }) => incidentId) ?? []);
  return reports.some((each) => each.includes(one.id) && each.includes(other.id));
}

function same(one: Compared, other: Compared, field: 'area' | 'form'): boolean {
  const value = readingForm(one.origin[field] ?? '');
  return value !== '' && value === readingForm(other.origin[field] ?? '');
}

/** Compares titles, otherwise descriptions: a match in a title weighs more than the same words in a long text. */
function likenessOf(one: Compared, other: Compared, policy: Policy) {
  const byTitles = likeness(one.title, other.title, policy);
  const textOf = ({ title, description = '' }: Compared): string => `${title} ${description.slice(0, mostDescribed)}`;
  const byTexts = likeness(textOf(one), textOf(other), policy);
  return byTexts.share > byTitles.share ? byTexts : byTitles;
}

/** The first sentences say what it is about. */
const mostDescribed = 300;

/**
 * The likeness of two titles, from 0 to 1: half of it is the share of the shorter title that the other contains, the other half
 * the share of both. Words without meaning (`policy.find.candidates.commonWords`) are ignored.
 */
function likeness(one: string, other: string, policy: Policy): { share: number; words: string[] } {
  const [left, right] = [tellingWords(one, policy), tellingWords(other, policy)];
  const [leftSize, rightSize] = [sizeOf(left), sizeOf(right)];
  if (leftSize === 0 || rightSize === 0) return { share: 0, words: [] };
  const common = [...new Set(left.flatMap((word) => commonWith(word, right, policy)))];
  const words = common.filter((word) => !common.some((longer) => longer !== word && longer.includes(word)));
  const shared = Math.min(sizeOf(words), leftSize, rightSize);
  const share = (shared / Math.min(leftSize, rightSize) + (2 * shared) / (leftSize + rightSize)) / 2;
  return { share, words };
}

function commonWith(word: string, others: readonly string[], policy: Policy): string[] {
  const parts = others.flatMap((each) => commonPart(word, each) ?? []);
  return parts.length > 0 ? parts : others.filter((each) => alsoCalled(word, policy).includes(each));
}

const sizeOf = (words: readonly string[]): number => words.reduce((sum, each) => sum + Array.from(each).length, 0);

/** Runs of kanji, of katakana, and of letters and digits. Hiragana is skipped: it is mostly grammar. */
export function tellingWords(title: string, policy: Policy): string[] {
  const runs = title
    .normalize('NFKC')
    // `Wi-Fi` is one word.
    .replace(/(?<=[\p{L}\p{N}])[-‐_](?=[\p{L}\p{N}])/gu, '')
    .match(
      /[\p{Script=Han}々〆ヶ]+|[\p{Script=Katakana}ー]+|[^\p{P}\p{Z}\p{S}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}々〆ヶー]+/gu,
    );
  const common = new Set(policy.find.candidates.commonWords.map(readingForm));
  return [...new Set((runs ?? []).map(readingForm))].filter((word) => word !== '' && !common.has(word));
}

/** A word and what else it may be called: 注文 is オーダー. */
export const alsoCalled = (word: string, { find }: Policy): string[] =>
  find.candidates.synonyms.map((each) => each.map(readingForm)).find((each) => each.includes(word)) ?? [word];

function commonPart(one: string, other: string): string | undefined {
  if (one === other) return one;
  if (!isUnspaced(one[0] ?? '') || !isUnspaced(other[0] ?? '')) {
    const [shorter = '', longer = ''] = [one, other].sort((a, b) => a.length - b.length);
    return shorter.length >= leastStem && longer.startsWith(shorter) ? shorter : undefined;
  }
  let longest = '';
  for (let at = 0; at < one.length; at += 1) {
    let end = at + Math.max(longest.length + 1, leastRun);
    for (; end <= one.length && other.includes(one.slice(at, end)); end += 1) longest = one.slice(at, end);
  }
  return longest || undefined;
}

/** `print` matches `printer`; three letters match anything. */
const leastStem = 4;
const leastRun = 2;

const mostExamples = 3;

/**
 * What helped in incidents like this one, the lightest kind first: what touches no other customer comes before a release. What
 * healed by itself is left out, since nobody can do it again.
 */
export function listHelped<T extends Incident>(incident: Incident, others: readonly T[], policy: Policy) {
  const alike = judgeCandidates(incident, others, policy, policy.find.helped.enough);
  return mitigationKinds.flatMap((kind) => {
    const helped = alike.filter(({ incident: other }) => other.mitigation?.kind === kind);
    return kind === 'self-healed' || helped.length === 0
      ? []
      : [{ kind, count: helped.length, examples: helped.slice(0, mostExamples) }];
  });
}
