/**
 * Under-reporting, table H of the design. Falling counts are questioned, never celebrated: in the practice's own story
 * they fell four months in a row because a new "question" workflow had swallowed the incidents. Pure.
 */
import { Temporal } from 'temporal-polyfill';
import type { Policy } from '../policy.ts';
import { type Door, doors, type WeekSummary } from './trends.ts';
import { readWeek, type Week, weekAfter } from './week.ts';

/** Four complete weeks on a grid that no bundle shifts. */
export interface Block {
  index: number;
  firstWeek: string;
  lastWeek: string;
  incidents: number;
  reports: number | null;
  doors: Record<Door, number>;
}

export type FindingLevel = 'question' | 'warning' | 'alarm';
export type FindingRule =
  | 'three-falls'
  | 'three-falls-beyond-chance'
  | 'four-falls-beyond-chance'
  | 'absorbed-by-another-door';

export interface Finding {
  level: FindingLevel;
  rule: FindingRule;
  /** The block at whose end this was judged. */
  block: { firstWeek: string; lastWeek: string };
  /** The blocks that it compares, oldest first. */
  blocks: { firstWeek: string; lastWeek: string; incidents: number; reports: number | null; otherDoors: number }[];
  first: number;
  last: number;
  fall: number;
  /** What chance alone explains. */
  threshold: number;
  /** How much what left by other doors rose meanwhile, and by which most; null where none rose. */
  otherDoorsRose: number;
  door: Door | null;
  doorRose: number;
}

export interface UnderReporting {
  blocks: Block[];
  /** The last complete block, and whether it ended with this bundle's week. */
  judged: { firstWeek: string; lastWeek: string; endsWithThisWeek: boolean } | null;
  findings: Finding[];
}

/** Judged at the end of the last block that was complete with `week`; a bundle in between repeats what was found then. */
export function findUnderReporting(summaries: readonly WeekSummary[], week: Week, policy: Policy): UnderReporting {
  const blocks = listBlocks(summaries, week, policy);
  const last = blocks.at(-1);
  const lastIndex = lastCompleteBlock(week, policy);
  const isJudged = last !== undefined && last.index === lastIndex;
  return {
    blocks,
    judged: isJudged
      ? { firstWeek: last.firstWeek, lastWeek: last.lastWeek, endsWithThisWeek: last.lastWeek === week.id }
      : null,
    findings: isJudged ? judgeBlocks(blocks, policy) : [],
  };
}

/** Blocks of which every week is known and over, up to and with `week`, oldest first. */
export function listBlocks(summaries: readonly WeekSummary[], week: Week, policy: Policy): Block[] {
  const known = new Map(summaries.filter((each) => each.isComplete).map((each) => [each.week, each]));
  const { blockWeeks, trendWeeks } = policy.underReporting;
  const lastIndex = lastCompleteBlock(week, policy);
  const weeksBack = weekNumber(week, policy) - ((lastIndex + 1) * blockWeeks - 1);
  const blocks: Block[] = [];
  for (let back = Math.floor(trendWeeks / blockWeeks) - 1; back >= 0; back -= 1) {
    const lastWeek = weekAfter(week, -weeksBack - back * blockWeeks, policy.zone);
    const ids = Array.from({ length: blockWeeks }, (_, i) => weekAfter(lastWeek, i - blockWeeks + 1, policy.zone).id);
    const members = ids.flatMap((id) => known.get(id) ?? []);
    if (members.length === blockWeeks) blocks.push(sumBlock(lastIndex - back, ids, members));
  }
  return blocks;
}

function sumBlock(index: number, weeks: string[], members: WeekSummary[]): Block {
  const reports = members.map((each) => each.reports);
  return {
    index,
    firstWeek: weeks[0] ?? '',
    lastWeek: weeks.at(-1) ?? '',
    incidents: members.reduce((sum, each) => sum + each.incidents, 0),
    reports: reports.includes(null) ? null : reports.reduce<number>((sum, each) => sum + (each ?? 0), 0),
    doors: Object.fromEntries(
      doors.map((door) => [door, members.reduce((sum, each) => sum + each.doors[door], 0)]),
    ) as Record<Door, number>,
  };
}

/** How many weeks before its own a bundle reads: the trend, and the whole of the trend's first block. */
export function weeksToRead(policy: Policy): number {
  return policy.underReporting.trendWeeks + policy.underReporting.blockWeeks - 2;
}

/** Weeks since the grid's start; the grid's first week is 0. */
function weekNumber(week: Week, policy: Policy): number {
  const start = Temporal.PlainDate.from(policy.underReporting.gridStart);
  const monday = Temporal.Instant.fromEpochMilliseconds(week.start.getTime())
    .toZonedDateTimeISO(policy.zone)
    .toPlainDate();
  return Math.floor(start.until(monday, { largestUnit: 'day' }).days / 7);
}

function lastCompleteBlock(week: Week, policy: Policy): number {
  return Math.floor((weekNumber(week, policy) + 1) / policy.underReporting.blockWeeks) - 1;
}

/** Whether a block of the grid ends with this week. */
export function endsBlock(weekId: string, policy: Policy): boolean {
  const week = readWeek(weekId, policy.zone);
  return week !== undefined && (weekNumber(week, policy) + 1) % policy.underReporting.blockWeeks === 0;
}

/** What table H says at the end of the last of these blocks. Blocks before a gap are not compared across it. */
export function judgeBlocks(all: readonly Block[], policy: Policy): Finding[] {
  let from = all.length - 1;
  while (from > 0 && all[from - 1]?.index === (all[from]?.index ?? 0) - 1) from -= 1;
  const blocks = all.slice(Math.max(0, from));
  const rules = policy.underReporting;
  const findings: Finding[] = [];

  let falls = 0;
  while (falls < blocks.length - 1 && incidentsAt(blocks, -falls - 2) > incidentsAt(blocks, -falls - 1)) falls += 1;
  const run = blocks.slice(-falls - 1);
  const [first, last] = [incidentsAt(run, 0), incidentsAt(run, -1)];
  const isBeyond = (sigmas: number): boolean => first - last > sigmas * Math.sqrt(first + last);
  if (falls >= rules.alarmFalls && isBeyond(rules.alarmSigmas)) {
    findings.push(describe('alarm', 'four-falls-beyond-chance', run, rules.alarmSigmas));
  } else if (falls >= rules.warningFalls && isBeyond(rules.warningSigmas)) {
    findings.push(describe('warning', 'three-falls-beyond-chance', run, rules.warningSigmas));
  } else if (falls >= rules.warningFalls) {
    findings.push(describe('question', 'three-falls', run, rules.warningSigmas));
  }

  const span = blocks.slice(-3);
  if (span.length === 3) {
    const finding = describe('alarm', 'absorbed-by-another-door', span, rules.doorSigmas);
    const isAbsorbed = finding.fall > finding.threshold && finding.otherDoorsRose >= finding.fall;
    if (isAbsorbed && finding.door !== null) findings.unshift(finding);
  }
  return findings;
}

function incidentsAt(blocks: readonly Block[], index: number): number {
  return blocks.at(index)?.incidents ?? 0;
}

function describe(level: FindingLevel, rule: FindingRule, blocks: readonly Block[], sigmas: number): Finding {
  const [from, to] = [blocks[0] as Block, blocks.at(-1) as Block];
  const [first, last] = [from.incidents, to.incidents];
  const rises = doors.map((door) => ({ door, rose: to.doors[door] - from.doors[door] }));
  const largest = rises.reduce((most, each) => (each.rose > most.rose ? each : most));
  return {
    level,
    rule,
    block: { firstWeek: to.firstWeek, lastWeek: to.lastWeek },
    blocks: blocks.map(({ firstWeek, lastWeek, incidents, reports, doors: left }) => ({
      firstWeek,
      lastWeek,
      incidents,
      reports,
      otherDoors: sumDoors(left),
    })),
    first,
    last,
    fall: first - last,
    threshold: Math.round(sigmas * Math.sqrt(first + last) * 100) / 100,
    otherDoorsRose: sumDoors(to.doors) - sumDoors(from.doors),
    door: largest.rose > 0 ? largest.door : null,
    doorRose: Math.max(0, largest.rose),
  };
}

function sumDoors(left: Record<Door, number>): number {
  return doors.reduce((sum, door) => sum + left[door], 0);
}
