/** What a month costs, from counted operations and list prices (us-central1, US dollars). Data and arithmetic only. */
import { schedules, secretNames } from '../../functions/topology.ts';
import { watches } from '../provision/watch.ts';

/** What one ticket brings about over its life, by the operations that tests hold (section “What it costs”). */
const perTicket = {
  reads: 2 * 2 + 3 * 3 + 3 * 2,
  writes: 5 + 2 * 3 + 3 * 4 + 3 * 5,
  /** Signals and notices, when they expire. */
  deletes: 6,
  requests: 3 + 3 + 3,
  storedKiB: 40,
  logKiB: 4,
};
const daysAMonth = 30;
const minutesAMonth = daysAMonth * 24 * 60;
/** Counts cost a read at least, and there are eight. */
const readsAGaugeTick = 8;
const gaugeTicksAMonth = minutesAMonth / 5;
const secondsARequest = 0.1;
const keptDays = 400;

const price = {
  reads: 0.03 / 100_000,
  writes: 0.09 / 100_000,
  deletes: 0.01 / 100_000,
  storedGiB: 0.15,
  requests: 0.4 / 1_000_000,
  vcpuSeconds: 0.000024,
  gibSeconds: 0.0000025,
  logGiB: 0.5,
  messageGiB: 40 / 1_024,
  schedule: 0.1,
  secretVersion: 0.06,
  condition: 1.5,
  millionSeries: 0.35,
};
const freeADay = { reads: 50_000, writes: 20_000, deletes: 20_000 };
const freeAMonth = {
  storedGiB: 1,
  requests: 2_000_000,
  vcpuSeconds: 180_000,
  gibSeconds: 360_000,
  logGiB: 50,
  messageGiB: 10,
  schedules: 3,
  secretVersions: 6,
};

export interface Cost {
  item: string;
  dollars: number;
}

/** @param ticketsADay all of them trouble tickets of one customer, each with two later words and three recorded events */
export function costOf(ticketsADay: number): Cost[] {
  const tickets = ticketsADay * daysAMonth;
  const beyond = (used: number, free: number): number => Math.max(0, used - free);
  const daily = (name: 'reads' | 'writes' | 'deletes', used: number): number =>
    beyond(used, freeADay[name] * daysAMonth) * price[name];
  const reads = tickets * perTicket.reads + minutesAMonth + gaugeTicksAMonth * readsAGaugeTick;
  const requests = tickets * perTicket.requests + minutesAMonth + gaugeTicksAMonth;
  const seconds = requests * secondsARequest;
  const gib = (kib: number): number => kib / 1_024 / 1_024;
  const conditions = watches.filter((each) => each.watched.kind !== 'log').length;
  // Google looks every 30 seconds, and the backlog policy gets a series for each subscription.
  const series = (2 * minutesAMonth * (conditions + 8)) / 1_000_000;
  return [
    { item: 'Firestore reads', dollars: daily('reads', reads) },
    { item: 'Firestore writes', dollars: daily('writes', tickets * perTicket.writes) },
    { item: 'Firestore deletes (TTL)', dollars: daily('deletes', tickets * perTicket.deletes) },
    {
      item: `Firestore storage after ${keptDays} days, twice with point-in-time recovery`,
      dollars: beyond(gib(ticketsADay * keptDays * perTicket.storedKiB), freeAMonth.storedGiB) * 2 * price.storedGiB,
    },
    { item: 'Cloud Run requests', dollars: beyond(requests, freeAMonth.requests) * price.requests },
    {
      item: 'Cloud Run CPU and memory',
      dollars:
        beyond(seconds, freeAMonth.vcpuSeconds) * price.vcpuSeconds +
        beyond(seconds / 2, freeAMonth.gibSeconds) * price.gibSeconds,
    },
    { item: 'Pub/Sub', dollars: beyond(gib(requests * 2), freeAMonth.messageGiB) * price.messageGiB },
    {
      item: 'Logs',
      dollars: beyond(gib(tickets * perTicket.logKiB + minutesAMonth), freeAMonth.logGiB) * price.logGiB,
    },
    { item: 'Schedules', dollars: beyond(schedules.length, freeAMonth.schedules) * price.schedule },
    { item: 'Secrets', dollars: beyond(secretNames.length, freeAMonth.secretVersions) * price.secretVersion },
    {
      item: `Alert policies (${conditions} metric conditions)`,
      dollars: conditions * price.condition + series * price.millionSeries,
    },
  ];
}

export function costTable(loads: readonly number[] = [10, 1_000, 100_000]): string {
  const columns = loads.map(costOf);
  const shown = (dollars: number): string => (dollars === 0 ? '–' : dollars < 0.005 ? '< 0.01' : dollars.toFixed(2));
  const rows = (columns[0] ?? []).map(
    ({ item }, index) => `| ${item} | ${columns.map((each) => shown(each[index]?.dollars ?? 0)).join(' | ')} |`,
  );
  const totals = columns.map((each) => each.reduce((sum, { dollars }) => sum + dollars, 0).toFixed(2));
  return [
    `| US dollars a month | ${loads.map((each) => `${each.toLocaleString('en-US')} tickets a day`).join(' | ')} |`,
    `| --- | ${loads.map(() => '---:').join(' | ')} |`,
    ...rows,
    `| **Together** | ${totals.map((each) => `**${each}**`).join(' | ')} |`,
  ].join('\n');
}
