/** The cost of a month, computed from tested operation counts and Google's list prices. Arithmetic only. */
import { subscriptions } from '../../functions/topology.ts';
import { backupsKept } from '../provision/backup-schedules.ts';
import { burns } from '../provision/objectives.ts';
import { watches } from '../provision/watch.ts';
import { schedules, secretNames } from '../topology.ts';
import { readsOf } from './figures.ts';
import { type Operations, promised } from './operations.ts';
import { priceIn, prices, type Region, yenADollar } from './prices.ts';

export const daysAMonth = 30;
const minutesAMonth = daysAMonth * 24 * 60;
export const kibAGib = 1_024 * 1_024;

/** A trouble ticket of one customer over its life. */
const life: readonly [of: Operations, times: number][] = [
  [promised.newTicket, 1],
  [promised.laterWord, 2],
  [promised.event, 3],
  [promised.reminder, 4],
];
const notices = 4;
/** One line by Cloud Run and two of ours. */
export const logKiBARequest = 1.5;
const perTicket = {
  reads: sumOf('reads'),
  writes: sumOf('writes'),
  /** Signals after 400 days, deliveries after 90. */
  expiries: 3 + notices,
  /** Three times the tool, three times a person, and each notice is pushed. */
  requests: 3 + 3 + notices,
  /** One such ticket in the local cloud: 27 KiB of documents by Google's rules for sizes, 37 KiB of index entries. */
  storedKiB: 64,
  /** The stored data that never expires: incident, contact and timeline. */
  keptKiB: 32,
  logKiB: (3 + 3 + notices) * logKiBARequest,
  /** One notice of 2 KiB, published and delivered. */
  messageKiB: notices * 2 * 2,
};
const ticksAMonth = minutesAMonth + minutesAMonth / 5;
/** Counts from the bench, so that the bill stays current: each minute asks for due timers, and every fifth writes the gauges. */
const readsAMinute = readsOf('growth.quietMinute.1000');
const readsOfGauges = readsOf('growth.minuteOfGauges.1000') - readsAMinute;
const tickReadsAMonth = minutesAMonth * readsAMinute + (minutesAMonth / 5) * readsOfGauges;
/** Google bills 100 ms at least, and few requests take longer. */
const secondsARequest = 0.1;
/** Five people have the board open through eight hours of twenty days. */
const boardHoursAMonth = 5 * 8 * 20;
/** An open board asks every 15 s for changes, and is read in full every five minutes and after a change. */
const asksAnHour = 240;
/** The maximum for a full board. */
const readsAnAsk = readsOf('growth.boardUnchanged.100000');
const readsWhole = readsOf('growth.board.100000');
const wholeAnHour = 12;
const changesATicket = 6;
const signalsKeptDays = 400;

function sumOf(kind: 'reads' | 'writes'): number {
  return life.reduce((sum, [of, times]) => sum + of[kind] * times, 0);
}

/** @returns what people read a month who have the board open */
export function boardReads(ticketsADay: number): number {
  const whole = Math.min(asksAnHour, wholeAnHour + (ticketsADay * changesATicket) / 24);
  return boardHoursAMonth * (asksAnHour * readsAnAsk + whole * readsWhole);
}

export interface Cost {
  item: string;
  dollars: number;
  /** A price that Google has announced and not begun to bill. */
  isAnnounced?: true;
}

/**
 * @param ticketsADay all of them trouble tickets of one customer, with two later words, three events, four notices
 * @param hasFree whether nothing else of the billing account, or of the project, uses up what is free
 */
export function costOf(ticketsADay: number, region: Region = 'us-central1', hasFree = true): Cost[] {
  const tickets = ticketsADay * daysAMonth;
  const of = (name: keyof typeof prices, units: number): number =>
    Math.max(0, units - (hasFree ? prices[name].free : 0)) * priceIn(region, name);
  const requests = tickets * perTicket.requests + ticksAMonth + boardHoursAMonth * asksAnHour;
  const seconds = requests * secondsARequest;
  const storedGib = (ticketsADay * signalsKeptDays * perTicket.storedKiB) / kibAGib;
  const conditions =
    watches.filter((each) => each.watched.kind !== 'log').length +
    burns.reduce((sum, each) => sum + each.watched.lookbackSeconds.length, 0);
  // Google looks every 30 seconds; the backlog policy reads a series for each subscription.
  const series = 2 * minutesAMonth * (conditions + subscriptions.length);
  return [
    {
      item: 'Firestore reads, 5 open boards among them',
      dollars: of('reads', tickets * perTicket.reads + tickReadsAMonth + boardReads(ticketsADay)),
    },
    { item: 'Firestore writes', dollars: of('writes', tickets * perTicket.writes) },
    { item: 'Firestore: what expires', dollars: of('expiries', tickets * perTicket.expiries) },
    { item: `Firestore storage after ${signalsKeptDays} days`, dollars: of('stored', storedGib) },
    { item: 'Point-in-time recovery of it', dollars: of('recovery', storedGib) },
    { item: `${backupsKept} backups of it`, dollars: of('backups', storedGib * backupsKept) },
    { item: 'Cloud Run requests', dollars: of('requests', requests) },
    { item: 'Cloud Run processor and memory', dollars: of('processor', seconds) + of('memory', seconds / 2) },
    { item: 'Pub/Sub', dollars: of('messages', (tickets * perTicket.messageKiB + ticksAMonth * 2) / kibAGib) },
    { item: 'Logs', dollars: of('logs', (tickets * perTicket.logKiB + ticksAMonth * logKiBARequest) / kibAGib) },
    { item: `${schedules.length} schedules`, dollars: of('schedules', schedules.length) },
    { item: `${secretNames.length} secrets`, dollars: of('secrets', secretNames.length) },
    {
      item: `${conditions} alert conditions`,
      dollars: of('conditions', conditions) + of('series', series),
      isAnnounced: true,
    },
  ];
}

const total = (costs: readonly Cost[]): number => costs.reduce((sum, { dollars }) => sum + dollars, 0);
const billed = (costs: readonly Cost[]): number => total(costs.filter(({ isAnnounced }) => !isAnnounced));
const loads = [10, 1_000, 100_000] as const;

/** Only its last line. */
export function totalTable(): string {
  const rowOf = (what: string, of: (load: number) => string): string => `| ${what} | ${loads.map(of).join(' | ')} |`;
  const dollars = (of: number): string => Math.round(of).toLocaleString('en-US');
  return [
    `| Tickets a day | ${loads.map((each) => each.toLocaleString('en-US')).join(' | ')} |`,
    `| --- | ${loads.map(() => '---:').join(' | ')} |`,
    rowOf('US dollars a month, us-central1', (load) => dollars(billed(costOf(load)))),
    rowOf('… with the announced price of alerting', (load) => dollars(total(costOf(load)))),
    rowOf('… and without any free amount', (load) => dollars(total(costOf(load, 'us-central1', false)))),
    rowOf(`Yen a month, asia-northeast1 (¥${yenADollar} a dollar)`, (load) =>
      yen(billed(costOf(load, 'asia-northeast1'))),
    ),
    rowOf('… with the announced price of alerting', (load) => yen(total(costOf(load, 'asia-northeast1')))),
  ].join('\n');
}

const yen = (dollars: number): string => Math.round(dollars * yenADollar).toLocaleString('en-US');

export const costTable = (): string => costsIn('us-central1');
export const yenTable = (): string => costsIn('asia-northeast1');

function costsIn(region: Region): string {
  const columns = loads.map((load) => costOf(load, region));
  const inDollars = (dollars: number): string => (dollars < 0.005 ? '< 0.01' : dollars.toFixed(2));
  const inYen = (dollars: number): string => (dollars * yenADollar < 0.5 ? '< 1' : yen(dollars));
  const shownOf = region === 'us-central1' ? inDollars : inYen;
  const shown = (dollars: number): string => (dollars === 0 ? '–' : shownOf(dollars));
  const rows = (columns[0] ?? []).map(
    ({ item }, index) => `| ${item} | ${columns.map((each) => shown(each[index]?.dollars ?? 0)).join(' | ')} |`,
  );
  const grown = (load: number): number => Number(((load * 365 * perTicket.keptKiB) / kibAGib).toPrecision(2));
  const growth = loads.map((each) => `${grown(each).toLocaleString('en-US')} GiB`);
  return [
    `| ${region === 'us-central1' ? 'US dollars' : 'Yen'} a month, ${region} | ${loads.map((each) => `${each.toLocaleString('en-US')} tickets a day`).join(' | ')} |`,
    `| --- | ${loads.map(() => '---:').join(' | ')} |`,
    ...rows,
    `| **Together** | ${columns.map((each) => `**${shown(total(each))}**`).join(' | ')} |`,
    `| Together, without alert conditions, whose price is announced only | ${columns.map((each) => shown(billed(each))).join(' | ')} |`,
    `| Storage grows by, a year | ${growth.join(' | ')} |`,
  ].join('\n');
}
