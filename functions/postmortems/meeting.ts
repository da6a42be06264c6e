/** The record of a meeting: answers, attendees and skipped items. Pure. */
import type { Context } from '../incidents/facts/decision.ts';
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
  /** The title of an item that is about one thing. */
  title?: string;
}

export interface Answer {
  item: string;
  title?: string;
  text: string;
  by: string;
  at: Date;
  /** Earlier answers, latest first: if two people answer one item, both answers stay. */
  before: { text: string; by: string; at: Date }[];
}

export interface Attendance {
  present: readonly string[];
  chair: string;
  by: string;
  at: Date;
}

/** What was open when the meeting ended: unreviewed incidents, unexplained falls. */
export interface Skipped extends Omit<AgendaItem, 'id'> {
  item: string;
}

export interface Meeting {
  /** Its week. */
  id: string;
  schemaVersion: 1;
  answers: Answer[];
  attendance?: Attendance;
  /** The order of the incidents (IDs with commas) and the sample to read again, both fixed when the meeting began. */
  begun?: { at: Date; by: string; order: string; sample: Plan['sample'] };
  step?: string;
  passed?: string[];
  /** Incidents that were confirmed in this meeting, and those that were left for later. */
  reviewed?: string[];
  later?: string[];
  /** Since it was held: the head of the list, and how many there are. */
  skipped?: { total: number; items: Skipped[] };
}

type By = Pick<Context, 'actor' | 'now'>;

export interface Plan {
  order: string[];
  sample: { id: string; kind: 'question' | 'outside' }[];
}

export const noMeeting = (week: string): Meeting => ({ id: week, schemaVersion: 1, answers: [] });

const mostBefore = 20;
const mostSkipped = 300;
const mostOfTitle = 300;
/** A document holds 1 MiB. */
const mostBytes = 800_000;

/** @returns undefined if the record has no room for it */
export function withAnswer(meeting: Meeting, item: Pick<AgendaItem, 'id' | 'title'>, text: string, by: By) {
  const { id, title } = item;
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
  return JSON.stringify(answers).length * 3 > mostBytes ? undefined : { ...meeting, answers };
}

/** Each name once, in the given order. */
export function withAttendance(meeting: Meeting, said: Pick<Attendance, 'present' | 'chair'>, by: By) {
  const present = [...new Set(said.present.map((each) => each.trim()))];
  return { ...meeting, attendance: { present, chair: said.chair, by: by.actor, at: by.now } };
}

type Line = Pick<Entry, 'id' | 'title'>;
type Planned = Record<'entries' | 'carriedIncidents', readonly Entry[]> & {
  head: Record<'questions' | 'outside', { sample: readonly Line[] }>;
};

/** The order fixed when the meeting began, then later incidents. Unknown scores come first, since they may be the worst. */
export function planMeeting(of: Planned, begun: Meeting['begun']): Plan {
  const score = (entry: Entry): number => entry.score.reference.value ?? Number.POSITIVE_INFINITY;
  const byScore = (a: Entry, b: Entry) => (score(a) === score(b) ? byFiling(a, b) : score(a) < score(b) ? 1 : -1);
  const ordered = [...of.entries.toSorted(byScore), ...of.carriedIncidents.toSorted(byScore)];
  const ids = ordered.flatMap(({ id, status }) => (status === 'linked' ? [] : [id]));
  if (!begun) {
    const questions = of.head.questions.sample.map(({ id }) => ({ id, kind: 'question' as const }));
    const outside = of.head.outside.sample.map(({ id }) => ({ id, kind: 'outside' as const }));
    return { order: ids, sample: [...questions, ...outside] };
  }
  const fixed = begun.order.split(',').filter((each) => each !== '');
  const known = new Set(fixed);
  return { order: [...fixed, ...ids.filter((each) => !known.has(each))], sample: begun.sample };
}

/** A completed step: where it led, and what happened to its incident. */
export interface Passed {
  step: string;
  to: string;
  how?: 'reviewed' | 'later' | undefined;
}

/** The first step begins the meeting. */
export function withStep(meeting: Meeting, { step, to, how }: Passed, plan: Plan, by: By): Meeting {
  const among = (ids: string[] = [], isIn: boolean): string[] => {
    const others = ids.filter((each) => each !== step);
    return isIn ? [...others, step] : others;
  };
  return {
    ...meeting,
    begun: meeting.begun ?? { at: by.now, by: by.actor, order: plan.order.join(','), sample: plan.sample },
    step: to,
    passed: among(meeting.passed, true),
    ...(how && { reviewed: among(meeting.reviewed, how === 'reviewed'), later: among(meeting.later, how === 'later') }),
  };
}

export function listAgenda(of: {
  actions: readonly { id: string; description: string }[];
  questions: readonly Line[];
  outside: readonly Line[];
  audit: readonly { kind: string; name: string }[];
}): AgendaItem[] {
  const within: Partial<Record<MeetingPart, AgendaItem[]>> = {
    actions: of.actions.map(({ id, description }) => ({ id, kind: 'action', title: cut(description, mostOfTitle) })),
    questions: [
      ...of.questions.map(({ id, title }): AgendaItem => ({ id, kind: 'question', title })),
      ...of.outside.map(({ id, title }): AgendaItem => ({ id, kind: 'outside', title })),
      ...of.audit.map(({ kind, name }): AgendaItem => ({ id: `${kind}:${name}`, kind: 'audit', title: name })),
    ],
  };
  return meetingParts.flatMap((part) => [{ id: part, kind: part }, ...(within[part] ?? [])]);
}

interface Asking {
  /** Changed counts that no earlier meeting has answered. */
  alarms: readonly unknown[];
  entries: readonly Entry[];
  actions: readonly { id: string; description: string; choiceRequired: boolean }[];
}

/** What the meeting skipped; incidents in the order of filing. */
export function listSkipped({ alarms, entries, actions }: Asking, { answers }: Meeting) {
  const isAsked = alarms.length > 0 && !answers.some(({ item }) => item === 'falling-counts');
  const skipped: Skipped[] = [
    ...actions
      .filter((each) => each.choiceRequired)
      .map(({ id, description }): Skipped => ({ item: id, kind: 'action', title: cut(description, mostOfTitle) })),
    ...(isAsked ? [{ item: 'falling-counts', kind: 'falling-counts' as const }] : []),
    ...entries
      .filter((each) => each.reviewedAt === undefined && each.status !== 'linked')
      .toSorted(byFiling)
      .map(({ id, title }): Skipped => ({ item: id, kind: 'incident', title: cut(title, mostOfTitle) })),
  ];
  return { total: skipped.length, items: skipped.slice(0, mostSkipped) };
}

export const answersToFall = ({ id, answers }: Meeting) =>
  answers.flatMap(({ item, text, by, at }) => (item === 'falling-counts' ? [written({ week: id, text, by, at })] : []));

export type PastMeeting = ReturnType<typeof presentPast>;

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
