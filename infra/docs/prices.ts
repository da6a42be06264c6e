/**
 * Google's list prices, in US dollars, and what is free of each in a month. Data only: where one has changed, change it here, and
 * `npm run docs` writes the tables again.
 */

/** When the pages were read. */
export const readOn = '2026-11';

/** A dollar in yen, for a first look: Google bills a yen account by its own list in yen, at a rate of the month. */
export const yenADollar = 150;

export const regions = ['us-central1', 'asia-northeast1'] as const;
export type Region = (typeof regions)[number];

export interface Price {
  /** The price of one `unit` in us-central1. */
  dollars: number;
  /** The price in asia-northeast1, if it differs. Cloud Run's price is the same in both (tier 1). */
  inTokyo?: number;
  unit: string;
  /** How many units a month cost nothing. */
  free: number;
  /** What shares the free amount; absent: nothing is free. */
  freeOf?: 'billing account' | 'project' | 'one database of the project';
  source: string;
}

const firestore = 'https://cloud.google.com/firestore/pricing';
const run = 'https://cloud.google.com/run/pricing';
const observability = 'https://cloud.google.com/stackdriver/pricing';
const daysAMonth = 30;
const million = 1_000_000;

export const prices = {
  reads: {
    dollars: 0.03 / 100_000,
    inTokyo: 0.038 / 100_000,
    unit: 'document read',
    free: 50_000 * daysAMonth,
    freeOf: 'one database of the project',
    source: firestore,
  },
  writes: {
    dollars: 0.09 / 100_000,
    inTokyo: 0.115 / 100_000,
    unit: 'document written',
    free: 20_000 * daysAMonth,
    freeOf: 'one database of the project',
    source: firestore,
  },
  // Deletions by TTL, point-in-time recovery and backups have no free amount.
  expiries: {
    dollars: 0.01 / 100_000,
    inTokyo: 0.013 / 100_000,
    unit: 'document that expires',
    free: 0,
    source: firestore,
  },
  stored: {
    dollars: 0.15,
    inTokyo: 0.115,
    unit: 'GiB stored',
    free: 1,
    freeOf: 'one database of the project',
    source: firestore,
  },
  recovery: { dollars: 0.15, inTokyo: 0.115, unit: 'GiB that can be recovered', free: 0, source: firestore },
  backups: { dollars: 0.03, inTokyo: 0.038, unit: 'GiB of a backup', free: 0, source: firestore },
  requests: { dollars: 0.4 / million, unit: 'request', free: 2 * million, freeOf: 'billing account', source: run },
  processor: { dollars: 0.000024, unit: 'vCPU-second', free: 180_000, freeOf: 'billing account', source: run },
  memory: { dollars: 0.0000025, unit: 'GiB-second', free: 360_000, freeOf: 'billing account', source: run },
  messages: {
    dollars: 40 / 1_024,
    unit: 'GiB of messages',
    free: 10,
    freeOf: 'billing account',
    source: 'https://cloud.google.com/pubsub/pricing',
  },
  logs: { dollars: 0.5, unit: 'GiB of logs', free: 50, freeOf: 'project', source: observability },
  schedules: {
    dollars: 0.1,
    unit: 'schedule',
    free: 3,
    freeOf: 'billing account',
    source: 'https://cloud.google.com/scheduler/pricing',
  },
  secrets: {
    dollars: 0.06,
    unit: 'secret version',
    free: 6,
    freeOf: 'billing account',
    source: 'https://cloud.google.com/secret-manager/pricing',
  },
  // Alerting was announced for “no sooner than April 2025” and has been put off since; Google's guide to alerting costs
  // (docs.cloud.google.com/monitoring/alerts/cost-control) confirms a charge for each condition. The higher of the prices that were named.
  conditions: { dollars: 1.5, unit: 'alert condition', free: 0, source: observability },
  series: { dollars: 0.35 / million, unit: 'series that a condition reads', free: 0, source: observability },
} as const satisfies Record<string, Price>;

export const priceIn = (region: Region, name: keyof typeof prices): number => {
  const price: Price = prices[name];
  return region === 'us-central1' ? price.dollars : (price.inTokyo ?? price.dollars);
};
