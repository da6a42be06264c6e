/** A week's bundle (`docs/reference/rules/e-reviewed.md`): the same facts in any order give the same bytes. Pure. */
import { createHash } from 'node:crypto';
import type { Calendar } from '../duty/shift.ts';
import type { NextDrill } from '../incidents/drills/next-drill.ts';
import type { ReleaseFacts } from '../incidents/facts/release-facts.ts';
import { type Incident, isReal } from '../incidents/incident.ts';
import type { Author } from '../incidents/signals/signal.ts';
import { defined } from '../platform/defined.ts';
import { cut } from '../platform/one-line.ts';
import { type Policy, policyVersion } from '../policy.ts';
import type { NextAction } from './actions-rules.ts';
import { aggregate, durationStatistics, isCounted, scoreStatistics } from './aggregates.ts';
import { listActions, mostListed } from './bundle-actions.ts';
import { type ChangedCounts, type Finding, findChangedCounts, listAudit, sample } from './changed-counts.ts';
import type { UnmetSlot } from './checkpoints.ts';
import { buildEntry, byFiling, type Entry, isSettledBy, listEmergencies } from './entry.ts';
import { chairChecklist, newcomerGuide } from './guide.ts';
import { answersToFall, listAgenda, type Meeting, presentPast } from './meeting.ts';
import { lookOverWeeks } from './over-weeks.ts';
import { findRecurrences, type Prevented } from './recurrences.ts';
import { sampleSize } from './statistics.ts';
import { listTrend, summarizeNumbers, type WeekSummary, weeksSinceDrill } from './trends.ts';
import { type Week, weekAfter } from './week.ts';
import { compare, written } from './written.ts';

/** Who holds the bundles of imported weeks. */
export const importer = 'import';

export interface BundleInputs {
  week: Week;
  /** All that was filed in the week: incidents, drills, questions and outside tickets. */
  filed: readonly Incident[];
  /** Earlier incidents that may still be unsettled. */
  earlier: readonly Incident[];
  slots: ReadonlyMap<string, UnmetSlot[]>;
  releases: ReadonlyMap<string, ReleaseFacts>;
  actions: readonly NextAction[];
  /** The incidents of completed action items, and the primaries of merged incidents. */
  named: ReadonlyMap<string, Prevented & Pick<Incident, 'title'>>;
  past: readonly WeekSummary[];
  /** The changed counts that the bundle before showed as unanswered. */
  standing: readonly Finding[];
  /** Reports received during the week, on any incident; null if they were not counted. */
  reports: number | null;
  /** Quarantined bodies that were dismissed during the week. */
  dismissed: number;
  laterChanges: readonly LaterChange[];
  /** What the meetings of the weeks before said. */
  meetings: readonly Meeting[];
  /** Who was on duty, as far as calendars are kept. */
  duty: readonly Calendar[];
  /** Its state at the week's end. */
  nextDrill: NextDrill | null;
  policy: Policy;
  now: Date;
}

/** A change in this week to an incident that is neither among the week's entries nor carried over. */
export interface LaterChange extends Author {
  incidentId: string;
  eventId: string;
  type: string;
  at: Date;
  field: string | null;
  old: string | null;
  new: string | null;
}

export type RecordLine = ReturnType<typeof lineOf>;
export type Bundle = ReturnType<typeof assembleBundle>['bundle'];

export function assembleBundle(inputs: BundleInputs) {
  const { week, policy, now, releases, named } = inputs;
  const entryOf = (incident: Incident): Entry =>
    buildEntry({ incident, releases, named, slots: inputs.slots.get(incident.id) ?? [] }, week, policy, now);
  const entriesOf = (of: readonly Incident[]): Entry[] => of.map(entryOf).sort(byFiling);
  const filed = inputs.filed.filter((each) => each.filedAt >= week.start && each.filedAt < week.end);
  const all = entriesOf(filed.filter((each) => each.kind === 'incident'));
  const entries = all.filter(isReal);
  const real = filed.filter(isReal);
  const drills = all.filter((entry) => entry.isDrill);
  const isCarried = (each: Incident): boolean => each.filedAt < week.start && !isSettledBy(each, week.end);
  const carriedIncidents = entriesOf(inputs.earlier.filter(isCarried));
  const aggregates = aggregate(entries, policy, inputs);
  const linesOf = (kind: Incident['kind']): RecordLine[] =>
    real.flatMap((each) => (each.kind === kind ? [lineOf(each)] : [])).sort(byFiling);
  const [questions, outside] = [linesOf('question'), linesOf('outside')];
  const past = inputs.past.filter((each) => each.week < week.id).sort((a, b) => compare(a.week, b.week));

  const scores = entries.filter(isCounted).map(({ score }) => score.confirmed?.value ?? score.reference.value);
  const countOf = (status: Entry['status']): number => entries.filter((entry) => entry.status === status).length;
  const distinct = (of: (incident: Incident) => string | undefined): string[] =>
    [...new Set(real.flatMap((each) => of(each)?.slice(0, 100) ?? []))].sort(compare).slice(0, 500);
  const drillResponses = drills.map((entry) => entry.durations.firstResponse);
  const summary: WeekSummary = {
    week: week.id,
    isComplete: now >= week.end,
    ...summarizeNumbers(aggregates, entries),
    reports: inputs.reports,
    doors: {
      questions: questions.length,
      outside: outside.length,
      notOccurring: countOf('not-occurring'),
      linked: countOf('linked'),
      dismissed: inputs.dismissed,
      drills: drills.length,
    },
    score: scoreStatistics(scores, policy.review),
    forms: distinct((each) => each.origin.form),
    channels: distinct((each) => each.origin.channel),
  };
  const trends = listTrend(summary, past, week, policy);
  const underReporting = findChangedCounts([...past, summary], inputs);
  const missing = [...carriedIncidents, ...entries].filter((entry) => entry.missing.length > 0);
  const recurrences = findRecurrences(inputs, [...carriedIncidents, ...entries]);
  const actions = listActions(inputs, recurrences);
  const drawn = (lines: RecordLine[]): RecordLine[] => {
    const { share, found } = policy.underReporting.sample;
    return sample(lines, week.id, sampleSize(lines.length, share, found));
  };
  const [outsideSample, questionSample] = [drawn(outside), drawn(questions)];
  const audit = listAudit(real, summary, past);
  const before = weekAfter(week, -1, policy.zone).id;
  const lastMeeting = inputs.meetings.find((each) => each.id === before);
  const shown = new Set(all.concat(carriedIncidents).map((entry) => entry.id));
  const bundle = {
    id: week.id,
    period: { week: week.id, ...written({ start: week.start, end: week.end }), zone: policy.zone },
    policyVersion: policyVersion(policy),
    isComplete: summary.isComplete,
    ...actions,
    aggregates,
    entries,
    carriedIncidents,
    emergencies: listEmergencies(entries).slice(0, mostListed),
    missingData: counted(missing, ({ id, title, missing: fields }) => ({ incidentId: id, title, fields })),
    trends,
    overWeeks: lookOverWeeks(trends, policy),
    underReporting,
    /** The unanswered ones among them. */
    alarms: underReporting.findings.filter((finding) => finding.answeredIn === null),
    /** What earlier meetings answered since the first of them was noticed, the latest first. */
    fallingCountsAnswers: answersToChange(inputs.meetings, underReporting, week),
    lastMeeting: lastMeeting ? presentPast(lastMeeting) : null,
    /** What this meeting goes through, and what of it can be answered. */
    agenda: listAgenda({
      actions: [...actions.returnedActions, ...actions.carriedActions, ...actions.newActions],
      questions: questionSample,
      outside: outsideSample,
      audit,
    }),
    questions: {
      ...counted(questions, (line) => line),
      answered: questions.filter((line) => line.status === 'answered').length,
      sample: questionSample,
    },
    outside: { total: outside.length, sample: outsideSample },
    drills: {
      entries: drills.slice(0, mostListed),
      firstResponse: durationStatistics(drillResponses, policy.review),
      weeksSinceLast: weeksSinceDrill(trends),
      nextDueAt: inputs.nextDrill?.dueAt.toISOString() ?? null,
    },
    audit,
    laterChanges: counted(
      inputs.laterChanges
        .filter((change) => !shown.has(change.incidentId))
        .sort((a, b) => a.at.getTime() - b.at.getTime() || compare(a.incidentId + a.eventId, b.incidentId + b.eventId)),
      (change) => written(change),
    ),
    doors: summary.doors,
    reports: inputs.reports,
    newcomerGuide,
    chairChecklist,
  };
  return { bundle, summary };
}

/** The incidents that are unsettled at the week's end: the next bundle looks at them again. */
export const unsettledIds = (inputs: Pick<BundleInputs, 'week' | 'filed' | 'earlier'>): string[] =>
  [...inputs.filed, ...inputs.earlier]
    .filter((each) => each.filedAt < inputs.week.end && !isSettledBy(each, inputs.week.end))
    .map((each) => each.id)
    .sort(compare);

export const hashOf = (bundle: Bundle): string =>
  createHash('sha256').update(JSON.stringify(bundle)).digest('hex').slice(0, 24);

/** A change appears in several bundles with its answers; without a change, the answers of these weeks' meetings. */
const answersToChange = (meetings: readonly Meeting[], { findings }: ChangedCounts, week: Week) =>
  meetings
    .filter((each) => each.id < week.id && each.id >= (findings[0]?.week ?? ''))
    .toSorted((a, b) => compare(b.id, a.id))
    .flatMap(answersToFall);

function lineOf(incident: Incident) {
  const { id, title, status, filedAt, routing, answer } = incident;
  const { url, form } = incident.origin;
  return written({
    id,
    title: cut(title, 300),
    ...defined({ url, form, answer: answer?.kind }),
    status,
    filedAt,
    rule: routing.rule,
  });
}

/** A list that is long in a bad week: its head, and how many there are. */
const counted = <T, R>(all: readonly T[], present: (each: T) => R) => ({
  total: all.length,
  items: all.slice(0, mostListed).map(present),
});
