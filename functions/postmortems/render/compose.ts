/** The page of a bundle: next actions first, then what asks for an answer, then the week. Pure. */
import { codeOf } from '../../incidents/incident.ts';
import type { TextKey } from '../../words/speech.ts';
import { importer } from '../bundle.ts';
import type { BundleEmergency, Entry } from '../entry.ts';
import { chairChecklist, newcomerGuide } from '../guide.ts';
import type { BundleSlice } from '../store.ts';
import { type Block, badge, type Inline, link, list, muted, number, tableOf, text } from './blocks.ts';
import { composeEntry, resultBadge, titleOf } from './compose-entry.ts';
import { actionTable, answersToChange, lastMeeting, thisMeeting } from './compose-meeting.ts';
import { composeNumbers } from './compose-numbers.ts';
import { composeTrends } from './compose-trends.ts';
import { duration, period, span } from './format.ts';
import { measureLost, measureMedian, sayMedian } from './measures.ts';
import { type Composing, type Page, pageOf } from './page.ts';
import { sayFinding } from './sentences.ts';

export type PageContent = ReturnType<typeof composePage>;

export function composePage(slice: BundleSlice, by: Composing) {
  const { document, head } = slice;
  const page = pageOf(by, head.period);
  const { t, language } = page;
  const { zone } = head.period;
  const blocks: Block[] = [
    figures(slice, page),
    ...actions(slice, page),
    ...lastMeeting(slice, page),
    ...changedCounts(slice, page),
    ...missing(slice, page),
    page.heading(2, 'week'),
    ...composeNumbers(head, page),
    // A week without any says nothing of them.
    ...(head.emergencies.length > 0 ? [page.heading(2, 'emergencies')] : []),
    ...head.emergencies.map((each) => emergencyCard(each, page)),
    ...incidents(slice, page),
    ...thisMeeting(slice, page),
    ...composeTrends(head, page),
    ...questions(slice, page),
    ...drills(slice, page),
    ...laterChanges(slice, page),
    page.heading(2, 'guide'),
    list('plain', newcomerGuide[language].map(alone)),
    page.heading(2, 'checklist'),
    list('check', chairChecklist[language].map(alone)),
  ];
  const isHeld = document.state === 'held';
  const assembledAt = t(isHeld ? 'assembledAt' : 'asOf', { at: page.time(document.assembledAt.toISOString()) });
  const subtitle: Inline[] = [
    period(head.period.start, head.period.end, zone, language),
    ' ',
    badge(t(`bundle.${document.state}`), isHeld ? 'good' : 'warn'),
    ` ${assembledAt}`,
    ...(head.isComplete ? [] : [` ${t('unfinishedWeek')}`]),
  ];
  const footer = t('made', { policy: head.policyVersion, zone });
  const number = document.number === undefined ? '' : t('numbered', { n: document.number });
  return { language, title: `${number}${t('title')} ${head.id}`, subtitle, blocks, footer };
}

const alone = (line: string): Inline[] => [line];

/** A section of the page with its heading; an empty one says so. */
const part = (page: Page, heading: TextKey, none: TextKey, blocks: Block[]): Block[] => [
  page.heading(2, heading),
  ...(blocks.length > 0 ? blocks : [text(page.t(none))]),
];

const listed = (style: 'plain' | 'check', items: Inline[][]) => (items.length === 0 ? [] : [list(style, items)]);

/** Figures in two ranks: the week's numbers, and the open work. */
function figures({ document, head }: BundleSlice, page: Page): Block {
  const { t } = page;
  const { total, lostTime } = head.aggregates;
  const overdue = head.carriedActions.filter((each) => each.isOverdue).length;
  const of = (n: number, all: number): string => t('trends.known', { n, total: all });
  const score = (name: 'confirmed' | 'reference') => {
    const { known, unknown, sum } = total.score[name];
    return { label: t(`${name}Score`), value: known === 0 ? '–' : String(sum), note: of(known, known + unknown) };
  };
  const count = typeof head.reports === 'number' ? t('responses', { n: head.reports }) : t('unknown');
  const reports = page.sentences([t('reports'), count]);
  const late = `${t('action.overdue')} ${t('responses', { n: overdue })}`;
  const lacking = head.missingData.total;
  const items = [
    { label: t('trends.column.incidents'), value: String(total.incidents), note: reports },
    { label: t('lostTime'), ...measureLost(lostTime, page) },
    { label: `${t('firstResponse')} (${t('median')})`, ...measureMedian(total.firstResponse, page) },
    { label: t('actionsFigure'), value: String(head.carriedActionCount), note: late },
    { label: t('carriedTimes'), value: String(document.carriedCount), note: '' },
    score('confirmed'),
    score('reference'),
    {
      label: t('missingFigure'),
      value: String(lacking),
      note: of(lacking, document.entryCount + document.carriedCount),
    },
  ];
  return { kind: 'figures', items };
}

function actions({ head }: BundleSlice, page: Page): Block[] {
  const { carriedActions: carried, returnedActions: returned } = head;
  // What was done and did not hold, with what came again.
  const again = returned.map(({ description, recurredAs }): Inline[] => [
    `${description}: `,
    ...recurredAs.flatMap((each, at) => [at > 0 ? ' · ' : '', page.incident(each.incidentId, titleOf(each, page))]),
  ]);
  return [
    page.heading(2, 'actions'),
    ...(again.length > 0 ? [text({ strong: page.t('returned') }), list('check', again)] : []),
    carried.length > 0 ? actionTable(carried, page) : text(page.t('noActions')),
    ...page.more(carried.length > 0 ? head.carriedActionCount - carried.length : 0).map((each) => text(each)),
  ];
}

function changedCounts(slice: BundleSlice, page: Page): Block[] {
  const { t } = page;
  const { findings, isJudged } = slice.head.underReporting;
  const found = findings.map((finding): Block => {
    const content = sayFinding(finding, page);
    if (finding.answeredIn !== null) {
      return { kind: 'callout', tone: 'question', title: t('answeredIn', { week: finding.answeredIn }), content };
    }
    return finding.kind === 'fall'
      ? { kind: 'callout', tone: 'alarm', title: t('whichWorkflow'), content }
      : { kind: 'callout', tone: 'warning', title: t('whatBegan'), content };
  });
  const { weeksAfter: after, leastWeeksBefore: before, trendWeeks: weeks } = page.policy.underReporting;
  return [
    page.heading(2, 'alarms'),
    ...found,
    ...answersToChange(slice, page),
    ...(isJudged ? [] : [text(t('notJudged', { after, before }))]),
    ...(isJudged && findings.length === 0 ? [text(t('noAlarms', { weeks }))] : []),
  ];
}

const mostMissing = 50;

function missing({ document, head: { missingData } }: BundleSlice, page: Page): Block[] {
  const items = missingData.items.slice(0, mostMissing).map((each): Inline[] => {
    const fields = page.row(each.fields.map(({ field }) => page.name('field', field)));
    return [page.incident(each.incidentId, titleOf(each, page)), `: ${fields}`];
  });
  const rest = page.more(missingData.total - items.length).map(alone);
  const none = document.heldBy === importer ? 'missing.imported' : 'meeting.nothingMissing';
  return part(page, 'missing', none, listed('check', [...items, ...rest]));
}

function incidents({ document, entries, carriedIncidents, page: shown }: BundleSlice, page: Page): Block[] {
  const cards = (of: readonly Entry[], total: number, before: number): Block[] => {
    if (total === 0) return [];
    const [shown, from, to] = [of.length, before + 1, before + of.length];
    const rest = shown === 0 ? page.t('noneHere', { total }) : page.t('someOf', { from, to, total });
    const all = of.map((each) => composeEntry(each, page));
    return [entryTable(of, page), ...all, ...(total > shown ? [muted(rest)] : [])];
  };
  return [
    ...part(page, 'entries', 'noEntries', cards(entries, document.entryCount, shown.from)),
    ...part(page, 'carried', 'meeting.noCarried', cards(carriedIncidents, document.carriedCount, shown.carriedFrom)),
  ];
}

function emergencyCard(emergency: BundleEmergency, page: Page): Block {
  const { t, name, language } = page;
  const { incidentId, title, since, endedAt, minutes, rule, checkpoints } = emergency;
  const roles = emergency.roles.map(({ role, minutes: after }) => {
    const taken = after === null ? t('roleNotTaken') : span(after, language);
    return `${name('role', role)}: ${taken}`;
  });
  const ended = endedAt === null ? name('ongoing', 'yes') : page.time(endedAt);
  const results = checkpoints.flatMap((each) => [
    `${name('checkpoint', each.id)} `,
    resultBadge(each.result, page),
    ' ',
  ]);
  return {
    kind: 'card',
    id: `emergency-${incidentId}`,
    title: title || t('untitled'),
    badges: [badge(codeOf(incidentId))],
    blocks: [
      {
        kind: 'facts',
        rows: [
          [t('emergencyWhy'), [name('emergencyRuleShort', rule)]],
          [t('emergencyTime'), [`${page.time(since)} – ${ended} (${duration(minutes, page)})`]],
          [t('emergencyRoles'), [page.row(roles)]],
          [t('checkpoints'), results],
          [t('emergencyRecord'), [page.incident(incidentId, codeOf(incidentId))]],
        ],
      },
    ],
  };
}

/** The incidents at a glance: each leads to its part of this page, and to its own. */
function entryTable(entries: readonly Entry[], page: Page): Block {
  const { t, name } = page;
  const score = ({ status }: Entry, of: { value: number | null } | null) =>
    status === 'linked' ? '–' : of ? (of.value ?? t('unknown')) : t('notYet');
  return tableOf(entries, [
    [
      t('incident'),
      (entry) => [{ text: codeOf(entry.id), to: entry.id }, ' ', page.incident(entry.id, titleOf(entry, page))],
    ],
    [name('field', 'businessImpact'), ({ impact }) => name('impact', impact.businessImpact ?? 'unknown')],
    number(name('field', 'affectedCustomerCount'), ({ impact }) => impact.affectedCustomerCount ?? t('unknown')),
    [t('causeCategory'), ({ cause }) => (cause ? name('cause', cause.category) : t('notYet'))],
    number(t('referenceScore'), (entry) => score(entry, entry.score.reference)),
    number(t('confirmedScore'), (entry) => score(entry, entry.score.confirmed)),
    [t('board.status'), ({ status }) => name('status', status)],
  ]);
}

function questions({ head }: BundleSlice, page: Page): Block[] {
  const { t, name } = page;
  const samples = [...head.questions.sample, ...head.outside.sample].map((each) => [
    link(titleOf(each, page), each.url),
    ` (${name('status', each.status)}${each.form ? `, ${each.form}` : ''}) `,
    page.incident(each.id),
  ]);
  const line = { questions: head.questions.total, answered: head.questions.answered, outside: head.outside.total };
  const again = [page.heading(3, 'sample'), muted(t('sampleWhy')), list('check', samples)];
  const audit = head.audit.map((each): Inline[] => [
    `${name('audit', each.kind)}: `,
    { strong: each.name },
    ` (${t('responses', { n: each.count })}, `,
    page.incident(each.example),
    ')',
  ]);
  return [
    page.heading(2, 'questions'),
    text(t('questionsLine', line)),
    ...(samples.length > 0 ? again : []),
    ...part(page, 'audit', 'noAudit', listed('check', audit)),
  ];
}

function drills({ head: { drills: held, doors } }: BundleSlice, page: Page): Block[] {
  const { t, language } = page;
  const { weeksSinceLast, nextDueAt, firstResponse, entries } = held;
  const median = `${t('firstResponse')}: ${t('median')} ${sayMedian(firstResponse, page)}`;
  const said = [
    t('drillsLine', { n: doors.drills }),
    weeksSinceLast === null ? t('drillNever') : t('drillSince', { n: weeksSinceLast }),
    ...(firstResponse.medianMinutes === null ? [] : [`${median}${language === 'ja' ? '。' : '.'}`]),
    ...(nextDueAt ? [t('drillNext', { date: page.day(nextDueAt) })] : []),
  ];
  return [page.heading(2, 'drills'), text(page.sentences(said)), ...entries.map((entry) => composeEntry(entry, page))];
}

function laterChanges({ head: { laterChanges: later } }: BundleSlice, page: Page): Block[] {
  const { t, name } = page;
  const items = later.items.map((each) => {
    const [from, to] = [each.old ?? t('none'), each.new ?? t('none')];
    return [
      `${page.time(each.at)} `,
      page.incident(each.incidentId),
      ` ${name('later', each.type)}`,
      ...(each.field ? [` ${name('field', each.field)}: ${from} → ${to}`] : []),
    ];
  });
  const rest = page.more(later.total - later.items.length).map((each) => text(each));
  return part(page, 'later', 'releases.none', [...listed('plain', items), ...rest]);
}
