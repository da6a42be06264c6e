/** The tables of what was measured, from the figures that `npm run bench` left in `test/bench/results.json`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bars, isHeld, readsAtMost, textOf } from './bars.ts';
import { type Operations, promised } from './operations.ts';
import { table } from './table.ts';

const measured = JSON.parse(readFileSync(join(import.meta.dirname, '../../test/bench/results.json'), 'utf8')) as {
  /** The measurements. */
  commit: string;
  figures: Record<string, number | Operations | undefined>;
};

const figures: Record<string, string> = {
  'coldStart.ratio':
    'From the start of a process to its first stored ticket, against a bare function with one Firestore create',
  'intake.ratio': 'Tickets stored a second, against a bare function that commits the same five documents',
  'tick.ratio100kOver1k': 'The minute tick with 100 due among 100,000 open incidents, against among 1,000',
  'bundle.seconds10k': 'Seconds for the bundle of a week of 10,000 incidents, four years of history behind it',
  'bundle.readsPerIncident': 'What it reads, an incident',
  'console.ttfbRatio': 'First byte of the board with 1,000 open incidents, against a bare page that lists them',
  'link.among2000AgainstFirst':
    'Reads and writes of a link to an incident that has 2,000 linked, against of its first link',
  'house.perSecond16': 'Tickets stored a second by `npm start`, from 16 connections',
  'house.tail16': 'How many times the median the slowest hundredth of them takes',
  'house.perSecond256': 'Tickets stored a second by `npm start`, from 256 connections',
  'house.tail256': 'How many times the median the slowest hundredth of them takes',
};

export function figureTable(): string {
  return `${table(
    ['What', 'Goal', 'Measured', 'State'],
    Object.entries(figures).map(([key, what]) => [
      what,
      textOf(bars[key] ?? {}),
      numberOr(key),
      stateOf(isHeld(key, measured.figures[key])),
    ]),
  )}

Measured at commit ${measured.commit}.`;
}

const grows = {
  newTicket: ['A new ticket of one customer', 'its customers'],
  duplicateTicket: ['The same again', '–'],
  laterWord: ['A follow-up to it', '–'],
  question: ['A question', '–'],
  firstAlert: ['The first alert of a policy', '–'],
  stormAlert: ['Another alert of its group', '–'],
  event: ['A fact that a responder states', 'the customers that it is about'],
  reminder: ['A reminder, its delivery included', 'the customers of that incident'],
  quietMinute: ['A minute in which nobody is due', '–'],
  minuteOfGauges: ['The same with the gauges, each fifth minute', 'open incidents: one read for each thousand'],
  board: ['The board', 'its rows, and one read for each thousand that it counts'],
  boardUnchanged: ['The same again, where nothing has changed', '–'],
  boardChangedRow: ['The same again, where one row has changed', '–'],
  boardScrolled: ['The same, scrolled to 200 rows', 'as the board'],
  incidentPage: ["An incident's page", 'what happened to it'],
  incidentList: ['A page of the list that the API gives', '–'],
  search: ['A search for a word that few incidents have', '–'],
  searchOfAll: ['A search for a word that all of them have', '–'],
  candidates: ['What may be the same trouble as an incident', 'incidents with its words: one read for each thousand'],
} as const;
const sizes = [1_000, 10_000, 100_000] as const;

const acts = {
  updateSent: ["An update sent to a customer's ticket, until the tool has it and says so", 'its customers'],
  slackPress: ['A press in Slack, until its answer is there and the card says it', '–'],
  retraction: ['A fact taken back', 'what happened to that incident'],
  linkFirst: ['A link to an incident that has none yet', '–'],
  linkAmong2000: ['The same where 2,000 are linked already', 'the contacts there'],
  pageAmong2000: [
    'The page of an incident to which 2,000 are linked',
    'what it shows: 300 events, 200 contacts, 100 signals',
  ],
  retractionAmong2000: ['A fact taken back on an incident to which 2,000 are linked', 'what happened to that incident'],
  notionWeek: ['A week of 40 incidents, until Notion has it', 'its records'],
} as const;

export function growthTable(): string {
  return table(
    ['Reads + writes', ...sizes.map((size) => `${size.toLocaleString('en-US')} open`), 'Goal', 'State', 'Grows with'],
    Object.entries(grows).map(([name, [what, by]]) => [
      what,
      ...sizes.map((size) => costOr(`growth.${name}.${size}`)),
      ...goalOf(name),
      by,
    ]),
  );
}

export function actTable(): string {
  return table(
    ['What a person does', 'Reads + writes', 'Grows with'],
    Object.entries(acts).map(([name, [what, by]]) => [what, costOr(`operations.${name}`), by]),
  );
}

const stateOf = (isHeld: boolean | undefined): string => (isHeld === undefined ? '–' : isHeld ? 'kept' : '**missed**');

/** Goals for pages that people look at; intake and background work are held to their own promises. */
function goalOf(name: string): [goal: string, state: string] {
  const most = readsAtMost[name];
  const { reads, writes } = (promised as Partial<Record<string, Operations>>)[name] ?? {};
  const keeps = sizes.map((size) => {
    const figure = measured.figures[`growth.${name}.${size}`] as Operations | undefined;
    return figure && figure.reads <= (most ?? reads ?? Number.NaN) && figure.writes <= (writes ?? 0);
  });
  if (most === undefined && reads === undefined) return ['–', '–'];
  const state = keeps.includes(undefined) ? undefined : keeps.every(Boolean);
  return [most === undefined ? `${reads} + ${writes}` : `${most} + 0`, stateOf(state)];
}

function costOr(key: string): string {
  const figure = measured.figures[key] as Operations | undefined;
  return figure ? `${figure.reads} + ${figure.writes}` : '–';
}

/** A figure that was added after the last complete run has no value yet. */
function numberOr(key: string): string {
  const figure = measured.figures[key];
  return typeof figure === 'number' ? String(figure) : '–';
}

export const readsOf = (key: string): number => figureOf<Operations>(key).reads;

function figureOf<Figure extends number | Operations>(key: string): Figure {
  const figure = measured.figures[key] as Figure | undefined;
  if (figure === undefined) throw new Error(`test/bench/results.json has no ${key}: run npm run bench.`);
  return figure;
}
