/** What a meeting says: answers, who was there, what was skipped. Pure. */
import { given } from '../platform/defined.ts';
import { cut } from '../platform/one-line.ts';
import { byFiling, type Entry } from './entry.ts';
import { written } from './written.ts';

/** The parts of a meeting, in the order of the chair's checklist. */
export const meetingParts = [
  'guide',
  'actions',
  'falling-counts',
  'questions',
  'missing-data',
  'incidents',
  'carried',
  'end',
] as const;
export type MeetingPart = (typeof meetingParts)[number];

/** What can be answered: a part of the meeting, or one thing that it looks at. Incidents can be answered as well. */
export interface AgendaItem {
  id: string;
  kind: MeetingPart | 'action' | 'question' | 'outside' | 'audit' | 'incident';
  /** Of one thing: what it is called. */
  title?: string;
}

export interface Answer {
  item: string;
  title?: string;
  text: string;
  by: string;
  at: Date;
  /** What was answered before, the latest first: of two people at one item, both stay. */
  before: { text: string; by: string; at: Date }[];
}

export interface Attendance {
  present: string[];
  chair: string;
  by: string;
  at: Date;
}

/** What the meeting ended without: an incident that is not reviewed, a fall that nobody explained. */
export interface Skipped extends Omit<AgendaItem, 'id'> {
  item: string;
}

export interface Meeting {
  /** Its week. */
  id: string;
  schemaVersion: 1;
  answers: Answer[];
  attendance?: Attendance;
  /** The order of the incidents, by their ids with commas between, and what is read again: as it was when it began. */
  begun?: { at: Date; by: string; order: string; sample: Plan['sample'] };
  /** The step that it is at. */
  step?: string;
  /** Steps that were gone through. */
  passed?: string[];
  /** Incidents that were confirmed in this meeting, and those that were left for later. */
  reviewed?: string[];
  later?: string[];
  /** Since it was held: the head of the list, and how many there are. */
  skipped?: { total: number; items: Skipped[] };
}

/** What a meeting goes through. */
export interface Plan {
  order: string[];
  sample: { id: string; kind: 'question' | 'outside' }[];
}

export type PastMeeting = ReturnType<typeof presentPast>;

export const noMeeting = (week: string): Meeting => ({ id: week, schemaVersion: 1, answers: [] });

const mostBefore = 20;
const mostSkipped = 300;
const mostOfTitle = 300;
/** A document holds 1 MiB. */
const mostBytes = 800_000;

/** @returns undefined where the record has no room for it */
export function withAnswer(
  meeting: Meeting,
  { id, title }: Pick<AgendaItem, 'id' | 'title'>,
  text: string,
  by: { actor: string; now: Date },
): Meeting | undefined {
  const known = meeting.answers.find((each) => each.item === id);
  if (known?.text === text) return meeting;
  const earlier = known ? [{ text: known.text, by: known.by, at: known.at }, ...known.before] : [];
  const answer: Answer = {
    item: id,
    ...(title ? { title: cut(title, mostOfTitle) } : {}),
    text,
    by: by.actor,
    at: by.now,
    before: earlier.slice(0, mostBefore),
  };
  const answers = known
    ? meeting.answers.map((each) => (each === known ? answer : each))
    : [...meeting.answers, answer];
  const next = { ...meeting, answers };
  return JSON.stringify(answers).length * 3 > mostBytes ? undefined : next;
}

/** Names once each, in the order in which they were said. */
export function withAttendance(
  meeting: Meeting,
  said: { present: readonly string[]; chair: string },
  by: { actor: string; now: Date },
): Meeting {
  const present = [...new Set(said.present.map((each) => each.trim()))];
  return { ...meeting, attendance: { present, chair: said.chair, by: by.actor, at: by.now } };
}

interface Line {
  id: string;
  title: string;
}

/**
 * As it was when the meeting began; what has come since follows. This week's incidents come before the carried ones,
 * by reference score, highest first. Unknown scores come first of all: they may be the worst.
 */
export function planMeeting(
  of: {
    entries: readonly Entry[];
    carriedIncidents: readonly Entry[];
    head: { questions: { sample: readonly Line[] }; outside: { sample: readonly Line[] } };
  },
  begun: Meeting['begun'],
): Plan {
  const score = (entry: Entry): number => entry.score.reference.value ?? Number.POSITIVE_INFINITY;
  const byScore = (a: Entry, b: Entry): number =>
    score(a) === score(b) ? byFiling(a, b) : score(a) < score(b) ? 1 : -1;
  const ids = [of.entries, of.carriedIncidents].flatMap((entries) =>
    entries
      .filter((each) => each.status !== 'linked')
      .toSorted(byScore)
      .map((each) => each.id),
  );
  if (!begun) {
    const { questions, outside } = of.head;
    const drawn = (kind: 'question' | 'outside', lines: readonly Line[]): Plan['sample'] =>
      lines.map(({ id }) => ({ id, kind }));
    return { order: ids, sample: [...drawn('question', questions.sample), ...drawn('outside', outside.sample)] };
  }
  const fixed = begun.order.split(',').filter((each) => each !== '');
  const known = new Set(fixed);
  return { order: [...fixed, ...ids.filter((each) => !known.has(each))], sample: begun.sample };
}

/** The first step begins the meeting. */
export function withStep(
  meeting: Meeting,
  { step, to, how }: { step: string; to: string; how?: 'reviewed' | 'later' | undefined },
  plan: Plan,
  by: { actor: string; now: Date },
): Meeting {
  const among = (ids: string[] = [], isIn: boolean): string[] => {
    const others = ids.filter((each) => each !== step);
    return isIn ? [...others, step] : others;
  };
  return {
    ...meeting,
    begun: meeting.begun ?? { at: by.now, by: by.actor, order: plan.order.join(','), sample: plan.sample },
    step: to,
    passed: among(meeting.passed, true),
    ...(how === undefined
      ? {}
      : { reviewed: among(meeting.reviewed, how === 'reviewed'), later: among(meeting.later, how === 'later') }),
  };
}

export function listAgenda(of: {
  carriedActions: readonly { id: string; description: string }[];
  newActions: readonly { id: string; description: string }[];
  questions: { sample: readonly Line[] };
  outside: { sample: readonly Line[] };
  audit: readonly { kind: string; name: string }[];
}): AgendaItem[] {
  const actions = [...of.carriedActions, ...of.newActions].map(
    ({ id, description }): AgendaItem => ({ id, kind: 'action', title: cut(description, mostOfTitle) }),
  );
  const line =
    (kind: 'question' | 'outside') =>
    ({ id, title }: Line): AgendaItem => ({ id, kind, title });
  const within: Partial<Record<MeetingPart, AgendaItem[]>> = {
    actions,
    questions: [
      ...of.questions.sample.map(line('question')),
      ...of.outside.sample.map(line('outside')),
      ...of.audit.map(({ kind, name }): AgendaItem => ({ id: `${kind}:${name}`, kind: 'audit', title: name })),
    ],
  };
  return meetingParts.flatMap((part) => [{ id: part, kind: part }, ...(within[part] ?? [])]);
}

/** What the meeting ends without, the incidents in the order of their filing. */
export function listSkipped(
  bundle: {
    /** Changed counts that no earlier meeting has answered. */
    alarms: readonly unknown[];
    entries: readonly Entry[];
    actions: readonly { id: string; description: string; choiceRequired: boolean }[];
  },
  meeting: Meeting,
): { total: number; items: Skipped[] } {
  const isAnswered = (item: string): boolean => meeting.answers.some((each) => each.item === item);
  const isAsked = bundle.alarms.length > 0 && !isAnswered('falling-counts');
  const skipped: Skipped[] = [
    ...bundle.actions
      .filter((each) => each.choiceRequired)
      .map(({ id, description }): Skipped => ({ item: id, kind: 'action', title: cut(description, mostOfTitle) })),
    ...(isAsked ? [{ item: 'falling-counts', kind: 'falling-counts' as const }] : []),
    ...bundle.entries
      .filter((each) => each.reviewedAt === undefined && each.status !== 'linked')
      .toSorted(byFiling)
      .map(({ id, title }): Skipped => ({ item: id, kind: 'incident', title: cut(title, mostOfTitle) })),
  ];
  return { total: skipped.length, items: skipped.slice(0, mostSkipped) };
}

/** The record of a meeting before this one, as a bundle shows it. */
export function presentPast(meeting: Meeting) {
  const { attendance, skipped } = meeting;
  return {
    week: meeting.id,
    answers: meeting.answers.map((each) => written(given(each, ['item', 'title', 'text', 'by', 'at']))),
    attendance: attendance ? given(attendance, ['present', 'chair']) : null,
    skipped: (skipped?.items ?? []).slice(0, 50).map((each) => written(each)),
    skippedCount: skipped?.total ?? 0,
  };
}
