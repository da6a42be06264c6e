/** The page of a bundle: next actions first, then what asks for an answer, then the week. Pure. */

import { codeOf } from '../../incidents/code.ts';
import type { Policy } from '../../policy.ts';
import type { ActionEntry } from '../bundle.ts';
import type { Entry } from '../entry.ts';
import { chairChecklist, type Locale, newcomerGuide } from '../guide.ts';
import type { BundleSlice } from '../store.ts';
import { type Block, type Inline, link, type PageContent } from './blocks.ts';
import { composeEmergencies } from './compose-emergencies.ts';
import { composeEntry, titleOf } from './compose-entry.ts';
import { actionTable, answersToChange, lastMeeting, thisMeeting } from './compose-meeting.ts';
import { composeNumbers } from './compose-numbers.ts';
import { composeTrends } from './compose-trends.ts';
import { date, dateTime, period } from './format.ts';
import { measureLost, measureMedian, sayMedian } from './measures.ts';
import { sayFinding } from './sentences.ts';
import { type Speech, speak, type TextKey } from './words.ts';

export interface Composing {
  locale: Locale;
  policy: Policy;
  /** Where an incident can be looked at; nothing where there is no console. */
  incidentUrl: (id: string) => string | undefined;
}

export function composePage(slice: BundleSlice, by: Composing): PageContent {
  const speech = speak(by.locale, by.policy.customerLabel[by.locale]);
  const { document, head } = slice;
  const { word, locale } = speech;
  const { zone } = head.period;
  const blocks: Block[] = [
    ...figures(slice, speech),
    ...actions(slice, speech, by),
    ...lastMeeting(slice, speech),
    ...changedCounts(slice, speech, by.policy),
    ...missing(slice, speech, by),
    heading(2, 'week', speech),
    ...composeNumbers(slice.head, speech, by.policy),
    ...composeEmergencies(head.emergencies ?? [], speech, head.period, by.incidentUrl),
    ...incidents(slice, speech, by),
    ...thisMeeting(slice, speech),
    ...composeTrends(head, speech, by.policy),
    ...questions(slice, speech, by),
    ...drillsAndChanges(slice, speech, by),
    heading(2, 'guide', speech),
    { kind: 'list', style: 'plain', items: newcomerGuide[locale].map((each) => [each]) },
    heading(2, 'checklist', speech),
    { kind: 'list', style: 'check', items: chairChecklist[locale].map((each) => [each]) },
  ];
  const assembledAt = word(document.state === 'held' ? 'assembledAt' : 'asOf', {
    at: dateTime(document.assembledAt.toISOString(), head.period, locale),
  });
  const subtitle: Inline[] = [
    period(head.period.start, head.period.end, zone, locale),
    ' ',
    { badge: word(document.state), tone: document.state === 'held' ? 'good' : 'warn' },
    ` ${assembledAt}`,
    ...(head.isComplete ? [] : [` ${word('unfinishedWeek')}`]),
  ];
  const footer = word('made', { policy: head.policyVersion, zone });
  const number = document.number === undefined ? '' : word('numbered', { n: document.number });
  return { locale, title: `${number}${word('title')} ${head.id}`, subtitle, blocks, footer };
}

function heading(level: 2 | 3, word: TextKey, speech: Speech): Block {
  return { kind: 'heading', level, text: speech.word(word), id: word };
}

const plain = (text: string): Block => ({ kind: 'text', content: [text] });

function figures({ document, head }: BundleSlice, speech: Speech): Block[] {
  const { word } = speech;
  const { total } = head.aggregates;
  const overdue = head.carriedActions.filter((each) => each.isOverdue).length;
  const of = (n: number, all: number): string => word('of', { n, total: all });
  const score = (name: 'confirmed' | 'reference') => {
    const { known, unknown, sum } = total.score[name];
    return { label: word(`${name}Score`), value: known === 0 ? '–' : String(sum), note: of(known, known + unknown) };
  };
  const items = [
    {
      label: word('incidents'),
      value: String(total.incidents),
      note: sayReports(head.reports, speech),
    },
    { label: word('carriedFigure'), value: String(document.carriedCount), note: '' },
    score('confirmed'),
    score('reference'),
    { label: word('lostTime'), ...measureLost(head.aggregates.lostTime, speech) },
    { label: `${word('firstResponse')} (${word('median')})`, ...measureMedian(total.firstResponse, speech) },
    {
      label: word('actionsFigure'),
      value: String(head.carriedActionCount),
      note: `${word('overdue')} ${word('responses', { n: overdue })}`,
    },
    {
      label: word('missing'),
      value: String(head.missingData.total),
      note: of(head.missingData.total, document.entryCount + document.carriedCount),
    },
  ];
  return [{ kind: 'figures', items }];
}

function sayReports(reports: number | null | undefined, { word, locale }: Speech): string {
  const gap = locale === 'ja' ? '' : ' ';
  return `${word('reports')}${gap}${reports === null || reports === undefined ? word('unknown') : word('responses', { n: reports })}`;
}

function actions({ head }: BundleSlice, speech: Speech, by: Composing): Block[] {
  const { word } = speech;
  const top = [heading(2, 'actions', speech), ...returned(head.returnedActions, speech, by)];
  if (head.carriedActions.length === 0) return [...top, plain(word('noActions'))];
  const rest = head.carriedActionCount - head.carriedActions.length;
  return [
    ...top,
    actionTable(head.carriedActions, head.period, speech),
    ...(rest > 0 ? [plain(word('more', { n: rest }))] : []),
  ];
}

/** What was done and did not hold, with what came again. */
function returned(actions: readonly ActionEntry[], speech: Speech, by: Composing): Block[] {
  if (actions.length === 0) return [];
  return [
    { kind: 'text', content: [{ strong: speech.word('returned') }] },
    {
      kind: 'list',
      style: 'check',
      items: actions.map(({ description, recurredAs = [] }): Inline[] => [
        `${description}: `,
        ...recurredAs.flatMap((each, index): Inline[] => [
          index > 0 ? ' · ' : '',
          link(titleOf(each, speech), by.incidentUrl(each.incidentId)),
        ]),
      ]),
    },
  ];
}

function changedCounts(slice: BundleSlice, speech: Speech, { underReporting: rules }: Policy): Block[] {
  const { word } = speech;
  const { findings, isJudged } = slice.head.underReporting;
  const found = findings.map((finding): Block => {
    const asks = word(finding.kind === 'fall' ? 'whichWorkflow' : 'whatBegan');
    const { answeredIn } = finding;
    return answeredIn === null
      ? {
          kind: 'callout',
          tone: finding.kind === 'fall' ? 'alarm' : 'warning',
          title: asks,
          content: sayFinding(finding, speech),
        }
      : {
          kind: 'callout',
          tone: 'question',
          title: word('answeredIn', { week: answeredIn }),
          content: sayFinding(finding, speech),
        };
  });
  const { weeksAfter: after, leastWeeksBefore: before, trendWeeks: weeks } = rules;
  const rest = [
    ...(isJudged ? [] : [plain(word('notJudged', { after, before }))]),
    ...(isJudged && findings.length === 0 ? [plain(word('noAlarms', { weeks }))] : []),
  ];
  return [heading(2, 'alarms', speech), ...found, ...answersToChange(slice, speech), ...rest];
}

function missing({ head }: BundleSlice, speech: Speech, by: Composing): Block[] {
  const { word, value } = speech;
  const { items, total } = head.missingData;
  const shown = items.slice(0, 50);
  const fields = (names: { field: string }[]): string =>
    names.map((each) => value('field', each.field)).join(speech.locale === 'ja' ? '、' : ', ');
  return [
    heading(2, 'missing', speech),
    ...(total === 0
      ? [plain(word('noMissing'))]
      : [
          {
            kind: 'list' as const,
            style: 'check' as const,
            items: [
              ...shown.map((each): Inline[] => [
                link(titleOf(each, speech), by.incidentUrl(each.incidentId)),
                `: ${fields(each.fields)}`,
              ]),
              ...(total > shown.length ? [[word('more', { n: total - shown.length })]] : []),
            ],
          },
        ]),
  ];
}

function incidents(slice: BundleSlice, speech: Speech, by: Composing): Block[] {
  const { document, head, entries, carriedIncidents, range } = slice;
  const { word } = speech;
  const card = (entry: (typeof entries)[number]): Block => composeEntry(entry, speech, head.period, by.incidentUrl);
  const rest = (shown: number, total: number, before: number): Block[] => {
    if (total <= shown) return [];
    const some =
      shown === 0 ? word('noneHere', { total }) : word('someOf', { from: before + 1, to: before + shown, total });
    return [{ kind: 'text', content: [some], isMuted: true }];
  };
  return [
    heading(2, 'entries', speech),
    ...(document.entryCount === 0 ? [plain(word('noEntries'))] : [tableOf(entries, speech, by), ...entries.map(card)]),
    ...rest(entries.length, document.entryCount, range.entries.from),
    heading(2, 'carried', speech),
    ...(document.carriedCount === 0
      ? [plain(word('noCarried'))]
      : [tableOf(carriedIncidents, speech, by), ...carriedIncidents.map(card)]),
    ...rest(carriedIncidents.length, document.carriedCount, range.carried.from),
  ];
}

/** The incidents at a glance: each leads to its part of this page, and to its own. */
function tableOf(entries: readonly Entry[], speech: Speech, by: Composing): Block {
  const { word, value } = speech;
  const score = (of: { value: number | null } | null): string => String(of?.value ?? word('unknown'));
  return {
    kind: 'table',
    head: [
      word('incident'),
      word('impact'),
      word('affected'),
      word('causeCategory'),
      word('referenceScore'),
      word('confirmedScore'),
      word('state'),
    ],
    numeric: [2, 4, 5],
    rows: entries.map((entry) => [
      [{ text: codeOf(entry.id), to: entry.id }, ' ', link(titleOf(entry, speech), by.incidentUrl(entry.id))],
      [value('impact', entry.impact.businessImpact ?? 'unknown')],
      [String(entry.impact.affectedCustomerCount ?? word('unknown'))],
      [entry.cause ? value('cause', entry.cause.category) : word('notYet')],
      [entry.status === 'linked' ? '–' : score(entry.score.reference)],
      [entry.status === 'linked' ? '–' : entry.score.confirmed ? score(entry.score.confirmed) : word('notYet')],
      [value('status', entry.status)],
    ]),
  };
}

function questions({ head }: BundleSlice, speech: Speech, by: Composing): Block[] {
  const { word, value } = speech;
  const samples = [...head.questions.sample, ...head.outside.sample];
  const line = { questions: head.questions.total, answered: head.questions.answered, outside: head.outside.total };
  return [
    heading(2, 'questions', speech),
    plain(word('questionsLine', line)),
    ...(samples.length === 0
      ? []
      : ([
          heading(3, 'sample', speech),
          { kind: 'text', content: [word('sampleWhy')], isMuted: true },
          {
            kind: 'list',
            style: 'check',
            items: samples.map((each) => [
              link(titleOf(each, speech), each.url),
              ` (${value('status', each.status)}${each.form ? `, ${each.form}` : ''}) `,
              link(each.id, by.incidentUrl(each.id)),
            ]),
          },
        ] satisfies Block[])),
    heading(2, 'audit', speech),
    ...(head.audit.length === 0
      ? [plain(word('noAudit'))]
      : [
          {
            kind: 'list' as const,
            style: 'check' as const,
            items: head.audit.map((each): Inline[] => [
              `${value('audit', each.kind)}: `,
              { strong: each.name },
              ` (${word('responses', { n: each.count })}, `,
              link(each.example, by.incidentUrl(each.example)),
              ')',
            ]),
          },
        ]),
  ];
}

function drillsAndChanges({ head }: BundleSlice, speech: Speech, by: Composing): Block[] {
  const { word, value, locale } = speech;
  const { drills, laterChanges } = head;
  const gap = locale === 'ja' ? '' : ' ';
  const since = drills.weeksSinceLast === null ? word('drillNever') : word('drillSince', { n: drills.weeksSinceLast });
  const response = drills.firstResponse.medianMinutes;
  const took =
    response === null
      ? ''
      : `${gap}${word('firstResponse')}: ${word('median')} ${sayMedian(drills.firstResponse, speech)}${locale === 'ja' ? '。' : '.'}`;
  // Bundles that were held before drills had a rhythm say nothing of it.
  const { nextDueAt } = drills;
  const next = !nextDueAt ? '' : `${gap}${word('drillNext', { date: date(nextDueAt, head.period, locale) })}`;
  return [
    heading(2, 'drills', speech),
    plain(`${word('drillsLine', { n: head.doors.drills })}${gap}${since}${took}${next}`),
    ...drills.entries.map((entry) => composeEntry(entry, speech, head.period, by.incidentUrl)),
    heading(2, 'later', speech),
    ...(laterChanges.total === 0
      ? [plain(word('noLater'))]
      : [
          {
            kind: 'list' as const,
            style: 'plain' as const,
            items: laterChanges.items.map((each): Inline[] => [
              `${dateTime(each.at, head.period, locale)} `,
              link(each.incidentId, by.incidentUrl(each.incidentId)),
              ` ${value('later', each.type)}`,
              ...(each.field
                ? [` ${value('field', each.field)}: ${each.old ?? word('none')} → ${each.new ?? word('none')}`]
                : []),
            ]),
          },
          ...(laterChanges.total > laterChanges.items.length
            ? [plain(word('more', { n: laterChanges.total - laterChanges.items.length }))]
            : []),
        ]),
  ];
}
