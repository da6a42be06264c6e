/**
 * Google's list prices, in US dollars, of us-central1, and what is free of each in a month. Data only: whoever finds one
 * changed changes it here, and `npm run docs` writes the tables anew.
 */

/** When the pages were read. Prices change, and other regions cost up to a third more. */
export const readOn = '2026-11';

export interface Price {
  /** For one `unit`. */
  dollars: number;
  unit: string;
  /** How many units a month cost nothing. */
  free: number;
  source: string;
}

const firestore = 'https://cloud.google.com/firestore/pricing';
const run = 'https://cloud.google.com/run/pricing';
const observability = 'https://cloud.google.com/stackdriver/pricing';
const daysAMonth = 30;
const million = 1_000_000;

export const prices = {
  reads: { dollars: 0.03 / 100_000, unit: 'document read', free: 50_000 * daysAMonth, source: firestore },
  writes: { dollars: 0.09 / 100_000, unit: 'document written', free: 20_000 * daysAMonth, source: firestore },
  // What a TTL deletes, point-in-time recovery and backups have no free amount.
  expiries: { dollars: 0.01 / 100_000, unit: 'document that expires', free: 0, source: firestore },
  stored: { dollars: 0.15, unit: 'GiB stored', free: 1, source: firestore },
  recovery: { dollars: 0.15, unit: 'GiB that can be recovered', free: 0, source: firestore },
  backups: { dollars: 0.03, unit: 'GiB of a backup', free: 0, source: firestore },
  requests: { dollars: 0.4 / million, unit: 'request', free: 2 * million, source: run },
  processor: { dollars: 0.000024, unit: 'vCPU-second', free: 180_000, source: run },
  memory: { dollars: 0.0000025, unit: 'GiB-second', free: 360_000, source: run },
  messages: {
    dollars: 40 / 1_024,
    unit: 'GiB of messages',
    free: 10,
    source: 'https://cloud.google.com/pubsub/pricing',
  },
  logs: { dollars: 0.5, unit: 'GiB of logs', free: 50, source: observability },
  schedules: { dollars: 0.1, unit: 'schedule', free: 3, source: 'https://cloud.google.com/scheduler/pricing' },
  secrets: {
    dollars: 0.06,
    unit: 'secret version',
    free: 6,
    source: 'https://cloud.google.com/secret-manager/pricing',
  },
  // Announced for “no sooner than April 2025”, put off since: the higher of the prices that were named.
  conditions: { dollars: 1.5, unit: 'alert condition', free: 0, source: observability },
  series: { dollars: 0.35 / million, unit: 'series that a condition reads', free: 0, source: observability },
} as const satisfies Record<string, Price>;
