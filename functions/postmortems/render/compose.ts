/** The page of a bundle: next actions first, then what asks for an answer, then the week. Pure. */

import { codeOf } from '../../incidents/code.ts';
import type { BundleEmergency } from '../emergencies.ts';
import type { Entry } from '../entry.ts';
import { chairChecklist, newcomerGuide } from '../guide.ts';
import type { BundleSlice } from '../store.ts';
import { type Block, badge, type Inline, link, list, muted, type PageContent, tableOf, text } from './blocks.ts';
import { composeEntry, resultBadge, titleOf } from './compose-entry.ts';
import { actionTable, answersToChange, lastMeeting, thisMeeting } from './compose-meeting.ts';
import { composeNumbers } from './compose-numbers.ts';
import { composeTrends } from './compose-trends.ts';
import { duration, period, span } from './format.ts';
import { measureLost, measureMedian, sayMedian } from './measures.ts';
import { type Composing, type Page, pageOf } from './page.ts';
import { sayFinding } from './sentences.ts';
import type { TextKey } from './words.ts';

export function composePage(slice: BundleSlice, by: Composing): PageContent {
  const { document, head } = slice;
  const page = pageOf(by, head.period);
  const { word, language } = page;
  const { zone } = head.period;
  const blocks: Block[] = [
    figures(slice, page),
    ...actions(slice, page),
    ...lastMeeting(slice, page),
    ...changedCounts(slice, page),
    ...missing(slice, page),
    page.heading(2, 'week'),
    ...composeNumbers(head, page),
    ...composeEmergencies(head.emergencies, page),
    ...incidents(slice, page),
    ...thisMeeting(slice, page),
    ...composeTrends(head, page),
    ...questions(slice, page),
    ...drills(slice, page),
    ...laterChanges(slice, page),
    page.heading(2, 'guide'),
    list(
      'plain',
      newcomerGuide[language].map((each) => [each]),
    ),
    page.heading(2, 'checklist'),
    list(
      'check',
      chairChecklist[language].map((each) => [each]),
    ),
  ];
  const isHeld = document.state === 'held';
  const assembledAt = word(isHeld ? 'assembledAt' : 'asOf', { at: page.time(document.assembledAt.toISOString()) });
  const subtitle: Inline[] = [
    period(head.period.start, head.period.end, zone, language),
    ' ',
    badge(word(`bundle.${document.state}`), isHeld ? 'good' : 'warn'),
    ` ${assembledAt}`,
    ...(head.isComplete ? [] : [` ${word('unfinishedWeek')}`]),
  ];
  const footer = word('made', { policy: head.policyVersion, zone });
  const number = document.number === undefined ? '' : word('numbered', { n: document.number });
  return { language, title: `${number}${word('title')} ${head.id}`, subtitle, blocks, footer };
}

/** A part of the page under its heading; where there is nothing, it says so. */
const part = (page: Page, heading: TextKey, none: TextKey, blocks: Block[]): Block[] => [
  page.heading(2, heading),
  ...(blocks.length > 0 ? blocks : [text(page.word(none))]),
];

const listed = (style: 'plain' | 'check', items: Inline[][]): Block[] =>
  items.length === 0 ? [] : [list(style, items)];

function figures({ document, head }: BundleSlice, page: Page): Block {
  const { word } = page;
  const { total, lostTime } = head.aggregates;
  const overdue = head.carriedActions.filter((each) => each.isOverdue).length;
  const of = (n: number, all: number): string => word('trends.known', { n, total: all });
  const score = (name: 'confirmed' | 'reference') => {
    const { known, unknown, sum } = total.score[name];
    return { label: word(`${name}Score`), value: known === 0 ? '–' : String(sum), note: of(known, known + unknown) };
  };
  const reports = page.sentences([
    word('reports'),
    typeof head.reports === 'number' ? word('responses', { n: head.reports }) : word('unknown'),
  ]);
  const late = `${word('action.overdue')} ${word('responses', { n: overdue })}`;
  const lacking = head.missingData.total;
  const items = [
    { label: word('trends.column.incidents'), value: String(total.incidents), note: reports },
    { label: word('carriedTimes'), value: String(document.carriedCount), note: '' },
    score('confirmed'),
    score('reference'),
    { label: word('lostTime'), ...measureLost(lostTime, page) },
    { label: `${word('firstResponse')} (${word('median')})`, ...measureMedian(total.firstResponse, page) },
    { label: word('actionsFigure'), value: String(head.carriedActionCount), note: late },
    { label: word('missing'), value: String(lacking), note: of(lacking, document.entryCount + document.carriedCount) },
  ];
  return { kind: 'figures', items };
}

function actions({ head }: BundleSlice, page: Page): Block[] {
  const { carriedActions: carried, returnedActions: returned } = head;
  // What was done and did not hold, with what came again.
  const again = returned.map(({ description, recurredAs }): Inline[] => [
    `${description}: `,
    ...recurredAs.flatMap((each, index) => [
      index > 0 ? ' · ' : '',
      page.incident(each.incidentId, titleOf(each, page)),
    ]),
  ]);
  return [
    page.heading(2, 'actions'),
    ...(again.length > 0 ? [text({ strong: page.word('returned') }), list('check', again)] : []),
    carried.length > 0 ? actionTable(carried, page) : text(page.word('noActions')),
    ...page.more(carried.length > 0 ? head.carriedActionCount - carried.length : 0).map((each) => text(each)),
  ];
}

function changedCounts(slice: BundleSlice, page: Page): Block[] {
  const { word } = page;
  const { findings, isJudged } = slice.head.underReporting;
  const found = findings.map((finding): Block => {
    const content = sayFinding(finding, page);
    const isFall = finding.kind === 'fall';
    return finding.answeredIn === null
      ? {
          kind: 'callout',
          tone: isFall ? 'alarm' : 'warning',
          title: word(isFall ? 'whichWorkflow' : 'whatBegan'),
          content,
        }
      : { kind: 'callout', tone: 'question', title: word('answeredIn', { week: finding.answeredIn }), content };
  });
  const { weeksAfter: after, leastWeeksBefore: before, trendWeeks: weeks } = page.policy.underReporting;
  return [
    page.heading(2, 'alarms'),
    ...found,
    ...answersToChange(slice, page),
    ...(isJudged ? [] : [text(word('notJudged', { after, before }))]),
    ...(isJudged && findings.length === 0 ? [text(word('noAlarms', { weeks }))] : []),
  ];
}

const mostMissing = 50;

function missing({ head: { missingData } }: BundleSlice, page: Page): Block[] {
  const items = missingData.items
    .slice(0, mostMissing)
    .map((each): Inline[] => [
      page.incident(each.incidentId, titleOf(each, page)),
      `: ${page.row(each.fields.map(({ field }) => page.value('field', field)))}`,
    ]);
  const rest = page.more(missingData.total - items.length).map((each) => [each]);
  return part(
    page,
    'missing',
    'meeting.nothingMissing',
    missingData.total === 0 ? [] : [list('check', [...items, ...rest])],
  );
}

function incidents({ document, entries, carriedIncidents, page: shown }: BundleSlice, page: Page): Block[] {
  const { word } = page;
  const cards = (of: readonly Entry[], total: number, before: number): Block[] => {
    if (total === 0) return [];
    const [shown, from, to] = [of.length, before + 1, before + of.length];
    const rest = shown === 0 ? word('noneHere', { total }) : word('someOf', { from, to, total });
    const all = of.map((each) => composeEntry(each, page));
    return [entryTable(of, page), ...all, ...(total > shown ? [muted(rest)] : [])];
  };
  return [
    ...part(page, 'entries', 'noEntries', cards(entries, document.entryCount, shown.from)),
    ...part(page, 'carried', 'meeting.noCarried', cards(carriedIncidents, document.carriedCount, shown.carriedFrom)),
  ];
}

/** The minutes, the roles, the checkpoints. A week without any says nothing of them. */
function composeEmergencies(emergencies: readonly BundleEmergency[], page: Page): Block[] {
  if (emergencies.length === 0) return [];
  return [page.heading(2, 'emergencies'), ...emergencies.map((each) => emergencyCard(each, page))];
}

function emergencyCard(emergency: BundleEmergency, page: Page): Block {
  const { word, value, language } = page;
  const { incidentId, title, since, endedAt, minutes, rule, checkpoints } = emergency;
  const roles = emergency.roles.map(({ role, minutes: after }) => {
    const taken = after === null ? word('roleNotTaken') : span(after, language);
    return `${value('role', role)}: ${taken}`;
  });
  const ended = endedAt === null ? value('ongoing', 'yes') : page.time(endedAt);
  const results = checkpoints.flatMap(({ id, result }) => [
    `${value('checkpoint', id)} `,
    resultBadge(result, page),
    ' ',
  ]);
  return {
    kind: 'card',
    id: `emergency-${incidentId}`,
    title: title || word('untitled'),
    badges: [badge(codeOf(incidentId))],
    blocks: [
      {
        kind: 'facts',
        rows: [
          [word('emergencyWhy'), [value('emergencyRuleShort', rule)]],
          [word('emergencyTime'), [`${page.time(since)} – ${ended} (${duration(minutes, page)})`]],
          [word('emergencyRoles'), [page.row(roles)]],
          [word('checkpoints'), results],
          [word('emergencyRecord'), [page.incident(incidentId, codeOf(incidentId))]],
        ],
      },
    ],
  };
}

/** The incidents at a glance: each leads to its part of this page, and to its own. */
function entryTable(entries: readonly Entry[], page: Page): Block {
  const { word, value } = page;
  const score = ({ status }: Entry, of: { value: number | null } | null): string => {
    if (status === 'linked') return '–';
    return of ? String(of.value ?? word('unknown')) : word('notYet');
  };
  return tableOf(entries, [
    [
      word('incident'),
      (entry) => [{ text: codeOf(entry.id), to: entry.id }, ' ', page.incident(entry.id, titleOf(entry, page))],
    ],
    [value('field', 'businessImpact'), ({ impact }) => value('impact', impact.businessImpact ?? 'unknown')],
    [
      value('field', 'affectedCustomerCount'),
      ({ impact }) => String(impact.affectedCustomerCount ?? word('unknown')),
      'number',
    ],
    [word('causeCategory'), ({ cause }) => (cause ? value('cause', cause.category) : word('notYet'))],
    [word('referenceScore'), (entry) => score(entry, entry.score.reference), 'number'],
    [word('confirmedScore'), (entry) => score(entry, entry.score.confirmed), 'number'],
    [word('board.status'), ({ status }) => value('status', status)],
  ]);
}

function questions({ head }: BundleSlice, page: Page): Block[] {
  const { word, value } = page;
  const samples = [...head.questions.sample, ...head.outside.sample].map((each) => [
    link(titleOf(each, page), each.url),
    ` (${value('status', each.status)}${each.form ? `, ${each.form}` : ''}) `,
    page.incident(each.id),
  ]);
  const line = { questions: head.questions.total, answered: head.questions.answered, outside: head.outside.total };
  const again = [page.heading(3, 'sample'), muted(word('sampleWhy')), list('check', samples)];
  const audit = head.audit.map((each): Inline[] => [
    `${value('audit', each.kind)}: `,
    { strong: each.name },
    ` (${word('responses', { n: each.count })}, `,
    page.incident(each.example),
    ')',
  ]);
  return [
    page.heading(2, 'questions'),
    text(word('questionsLine', line)),
    ...(samples.length > 0 ? again : []),
    ...part(page, 'audit', 'noAudit', listed('check', audit)),
  ];
}

function drills({ head: { drills: held, doors } }: BundleSlice, page: Page): Block[] {
  const { word, language } = page;
  const { weeksSinceLast, nextDueAt, firstResponse, entries } = held;
  const median = `${word('firstResponse')}: ${word('median')} ${sayMedian(firstResponse, page)}`;
  const said = [
    word('drillsLine', { n: doors.drills }),
    weeksSinceLast === null ? word('drillNever') : word('drillSince', { n: weeksSinceLast }),
    ...(firstResponse.medianMinutes === null ? [] : [`${median}${language === 'ja' ? '。' : '.'}`]),
    ...(nextDueAt ? [word('drillNext', { date: page.day(nextDueAt) })] : []),
  ];
  return [page.heading(2, 'drills'), text(page.sentences(said)), ...entries.map((entry) => composeEntry(entry, page))];
}

function laterChanges({ head: { laterChanges: later } }: BundleSlice, page: Page): Block[] {
  const { word, value } = page;
  const items = later.items.map((each) => {
    const [from, to] = [each.old ?? word('none'), each.new ?? word('none')];
    return [
      `${page.time(each.at)} `,
      page.incident(each.incidentId),
      ` ${value('later', each.type)}`,
      ...(each.field ? [` ${value('field', each.field)}: ${from} → ${to}`] : []),
    ];
  });
  const rest = page.more(later.total - later.items.length).map((each) => text(each));
  return part(page, 'later', 'releases.none', later.total === 0 ? [] : [list('plain', items), ...rest]);
}
