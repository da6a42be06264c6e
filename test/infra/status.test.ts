/** How a deployment is said to be, and what somebody is told to look at. What is read of Google is played in test/official-tools. */
import { describe, expect, test } from 'vitest';
import { subscriptions } from '../../functions/topology.ts';
import type { Revision, State } from '../../infra/deploy/state.ts';
import { configurationOf } from '../../infra/deployment-file.ts';
import { prices } from '../../infra/docs/prices.ts';
import { secretId } from '../../infra/provision/accounts.ts';
import { bring, create, leave, refuse } from '../../infra/provision/step.ts';
import { watches } from '../../infra/provision/watch.ts';
import { billOf, type Counted } from '../../infra/status/bill.ts';
import { type Looked, type Looking, look } from '../../infra/status/look.ts';
import { totals } from '../../infra/status/measures.ts';
import { reportOf } from '../../infra/status/report.ts';
import { functions, gauges, secretNames } from '../../infra/topology.ts';

const atMs = Date.parse('2026-11-24T09:00:00Z');
const minute = 60_000;
const day = 24 * 60 * minute;
const release = 'r20261124-080000';

const nothing: Counted = {
  reads: 0,
  writes: 0,
  expiries: 0,
  stored: 0,
  recovery: 0,
  backups: 0,
  requests: 0,
  processor: 0,
  memory: 0,
  messages: 0,
  logs: 0,
  schedules: 0,
  secrets: 0,
  conditions: 0,
};

/** What Cloud Run has, each service serving one revision. */
function servedBy(revisionOf: (service: string) => string | undefined): State {
  const served = functions.flatMap((spec) => {
    const revision = revisionOf(spec.service);
    return revision ? [{ ...spec, revision }] : [];
  });
  const services = served.map(({ service, revision }) => ({
    metadata: { name: service },
    status: { traffic: [{ revisionName: revision, percent: 100 }] },
  }));
  const revisions = served.map(
    ({ revision, secrets }): Revision => ({
      metadata: {
        name: revision,
        creationTimestamp: '2026-11-24T08:00:00Z',
        labels: { version: '0_1_0', commit: 'c0ffee' },
      },
      spec: {
        containers: [
          {
            image: `image@sha256:${'a'.repeat(64)}`,
            env: secrets.map((name) => ({ name, valueFrom: { secretKeyRef: { name: secretId(name), key: '1' } } })),
          },
        ],
      },
    }),
  );
  return {
    services: new Map(services.map((each) => [each.metadata.name, each])),
    revisions: new Map(revisions.map((each) => [each.metadata.name, each])),
  };
}

const secret = (id: string, ...states: string[]) => ({
  id,
  versions: states.map((state, index) => ({
    name: `projects/1/secrets/${id}/versions/${states.length - index}`,
    state,
    createTime: '2026-11-14T09:00:00Z',
  })),
});
const secrets = secretNames.map((name) => secret(secretId(name), 'ENABLED'));
const database = {
  name: 'projects/shop/databases/(default)',
  locationId: 'asia-northeast1',
  pointInTimeRecoveryEnablement: 'POINT_IN_TIME_RECOVERY_ENABLED',
  deleteProtectionState: 'DELETE_PROTECTION_ENABLED',
};
const publicDatabase = { ...database, name: 'projects/shop/databases/metronome-public' };
const gaugesAt = (own: Record<string, number> = {}) =>
  gauges.map(({ name }) => ({ name, of: undefined, value: own[name] ?? 0, atMs: atMs - 2 * minute }));
const queues = subscriptions.map(({ name }) => ({ subscription: name, waiting: 0, oldestSeconds: 0, deadLettered: 0 }));
const alerts = watches.map(({ key }) => ({ key, quiet: undefined, conditions: 1 }));
const done = async () => undefined;

const healthy: Looked = {
  atMs,
  project: 'shop',
  configuration: configurationOf({ region: 'asia-northeast1' }),
  region: 'asia-northeast1',
  database: '(default)',
  releases: { found: servedBy((service) => `${service}-${release}`) },
  databases: { found: [database, publicDatabase, { name: 'projects/shop/databases/theirs', locationId: 'nam5' }] },
  lastTickMs: { found: atMs - 3 * minute },
  gauges: { found: gaugesAt() },
  queues: { found: queues },
  secrets: { found: secrets },
  alerts: { found: alerts },
  plan: [{ title: 'Topics', steps: { found: [bring('topic', 'x', [], done), leave('policy', 'y', 'so')] } }],
  bill: { found: { counted: { ...nothing, reads: 2_000_000, conditions: 20 }, sinceMs: atMs - 15 * day } },
};
const attentionOf = (own: Partial<Looked>): string[] => reportOf({ ...healthy, ...own }).attention;
const textOf = (own: Partial<Looked>): string => reportOf({ ...healthy, ...own }).text;

test('a deployment that is well needs nobody, and all of it is said', async () => {
  expect(attentionOf({})).toEqual([]);
  await expect(textOf({})).toMatchFileSnapshot('promised/status.txt');
});

describe('somebody has to look', () => {
  const half = (service: string) => (service < 'metronome-n' ? `${service}-${release}` : undefined);
  const [ofTickets] = secretNames.map(secretId);
  test.each<[what: string, own: Partial<Looked>, ...attention: string[]]>([
    [
      'nothing is deployed',
      { releases: { found: servedBy(() => undefined) } },
      'Nothing is deployed in asia-northeast1: npm run deploy -- --project shop',
    ],
    [
      'a deployment ended halfway',
      { releases: { found: servedBy((service) => half(service) ?? `${service}-r20261123-080000`) } },
      'Services serve 2 releases: r20261123-080000 (metronome-tickets, ',
    ],
    [
      'a function is missing',
      {
        releases: {
          found: servedBy((service) => (service === 'metronome-series' ? undefined : `${service}-${release}`)),
        },
      },
      'Not deployed: metronome-series',
    ],
    ['the database is gone', { databases: { found: [publicDatabase] } }, 'There is no database (default)'],
    [
      'the one of customers’ pages is gone',
      { databases: { found: [database] } },
      'There is no database metronome-public',
    ],
    [
      'the tick stands still',
      { lastTickMs: { found: atMs - 11 * minute } },
      'Minute tick: last succeeded 11 min ago, so nobody is reminded',
    ],
    [
      'the tick never ran',
      { lastTickMs: { found: undefined } },
      'Minute tick: none within the hour, so nobody is reminded',
    ],
    ['gauges are absent', { gauges: { found: [] } }, 'No gauge was written within a quarter of an hour'],
    [
      'a timer is late',
      { gauges: { found: gaugesAt({ oldest_timer_seconds: 301 }) } },
      'A timer has been due for 5 min, so reminders are late',
    ],
    [
      'updates failed',
      { gauges: { found: gaugesAt({ failed_updates: 2 }) } },
      'Updates to customers were not sent (2)',
    ],
    [
      'the backup is late',
      { gauges: { found: gaugesAt({ newest_backup_seconds: 51 * 3_600 }) } },
      'The daily backup is missing (2 d)',
    ],
    [
      'messages pile up',
      { queues: { found: [{ subscription: 'outgoing', waiting: 1, oldestSeconds: 901, deadLettered: 0 }] } },
      'Messages wait in outgoing: 1 message, the oldest 15 min old',
    ],
    [
      'messages failed too often',
      { queues: { found: [{ subscription: 'outgoing', waiting: 0, oldestSeconds: 0, deadLettered: 2 }] } },
      'Messages failed too often, and are in quarantine; dead letters in 7 days: 2 (outgoing 2)',
    ],
    [
      'a secret is newer',
      { secrets: { found: [secret(ofTickets ?? '', 'ENABLED', 'ENABLED')] } },
      'metronome-tickets-token: version 2 is newer than 1, which is deployed: npm run deploy -- --project shop',
    ],
    [
      'what is deployed was disabled',
      { secrets: { found: [secret(ofTickets ?? '', 'ENABLED', 'DISABLED')] } },
      'metronome-tickets-token: version 1 is deployed and DISABLED, so no instance can start: npm run deploy -- --project shop',
    ],
    [
      'a secret has nothing',
      { secrets: { found: [secret(ofTickets ?? '', 'DESTROYED')] } },
      'metronome-tickets-token has no enabled version: a deployment refuses it',
    ],
    [
      'a secret ends soon',
      { secrets: { found: [{ ...secret(ofTickets ?? '', 'ENABLED'), expireTime: '2026-12-23T00:00:00Z' }] } },
      'metronome-tickets-token expires 2026-12-23T00:00:00Z',
    ],
    [
      'Jira’s token ends soon',
      { configuration: configurationOf({ environment: { JIRA_TOKEN_EXPIRES: '2026-12-01' } }) },
      'Jira’s token (JIRA_TOKEN_EXPIRES) expires 2026-12-01',
    ],
    [
      'an alert is silenced',
      { alerts: { found: [{ key: 'backlog', quiet: 'silenced', conditions: 1 }] } },
      'Alert policies silenced by hand: backlog',
    ],
    [
      'an alert is snoozed',
      { alerts: { found: [{ key: 'backlog', quiet: { until: '2026-11-25T00:00:00Z' }, conditions: 1 }] } },
      'Alert policies snoozed: backlog until 2026-11-25T00:00:00Z',
    ],
    [
      'nothing was started',
      { alerts: { found: [{ key: 'backlog', quiet: 'not started', conditions: 1 }] } },
      'Alert policies not started, which a deployment does: all',
    ],
    [
      'something differs',
      { plan: [{ title: 'Topics', steps: { found: [create('topic', 'x', done), refuse('topic', 'y', 'theirs')] } }] },
      '2 differences from the plan: npm run provision -- --project shop --dry-run',
    ],
  ])('where %s', (_, own, ...attention) => {
    expect(attentionOf(own)).toEqual(attention.map((each) => expect.stringContaining(each)));
  });

  test.each(['releases', 'databases', 'lastTickMs', 'gauges', 'queues', 'secrets', 'alerts', 'bill'])(
    'where %s could not be read, and all else is said',
    (name) => {
      const { text, attention } = reportOf({ ...healthy, [name]: { why: '403 denied' } });
      expect(attention).toEqual([expect.stringMatching(/ could not be read: 403 denied$/)]);
      expect(text.split('\n').length).toBeGreaterThan(30);
    },
  );

  test('where a part of the plan could not be read: it is not taken for one without differences', () => {
    const { text, attention } = reportOf({ ...healthy, plan: [{ title: 'Grants', steps: { why: '403 denied' } }] });
    expect(attention).toEqual(['Grants could not be read: 403 denied']);
    expect(text).not.toContain('no difference');
  });
});

test('a threshold of the team’s own holds', () => {
  const configuration = configurationOf({ alerts: { 'updates-failed': { above: 5 }, backlog: { above: 2_000 } } });
  const found = { found: gaugesAt({ failed_updates: 5 }) };
  const waits = { found: [{ subscription: 'outgoing', waiting: 1, oldestSeconds: 1_999, deadLettered: 0 }] };
  expect(attentionOf({ configuration, gauges: found, queues: waits })).toEqual([]);
});

test('of many differences twenty are shown', () => {
  const many = Array.from({ length: 25 }, (_, index) => create('topic', `t-${index}`, done));
  const text = textOf({ plan: [{ title: 'Topics', steps: { found: many } }] });
  expect(text.match(/create topic t-/g)).toHaveLength(20);
  expect(text).toContain('and 5 more: npm run provision -- --project shop --dry-run');
});

describe('the bill', () => {
  const of = (name: keyof Counted, units: number, days: number, region = 'us-central1') =>
    billOf({ ...nothing, [name]: units }, region, days).find((each) => each.name === name);

  test.each<[keyof Counted, units: number, days: number, listed: number, lessFree: number]>([
    // 50,000 reads a day are free, so ten days have had a third of the month's.
    ['reads', 1_000_000, 10, 0.3, 0.15],
    ['reads', 400_000, 10, 0.12, 0],
    // Free by the month, whenever they are used.
    ['requests', 3_000_000, 1, 1.2, 0.4],
    // Kept for half of the month.
    ['stored', 10, 15, 0.75, 0.675],
    ['secrets', 26, 15, 0.78, 0.6],
    ['conditions', 20, 30, 30, 30],
    // A month of 31 days costs what a month does.
    ['conditions', 20, 31, 30, 30],
  ])('%s: %d in %d days', (name, units, days, listed, lessFree) => {
    const item = of(name, units, days);
    expect([item?.listed, item?.lessFree].map((each) => Number(each?.toFixed(4)))).toEqual([listed, lessFree]);
    expect(item?.isAnnounced).toBe(name === 'conditions');
  });

  test('is by the prices of the region, and of us-central1 where those are not known', () => {
    const dollars = (region: string) => of('reads', 1_000_000, 30, region)?.listed;
    expect(dollars('asia-northeast1')).toBeCloseTo(prices.reads.inTokyo * 1_000_000);
    expect(dollars('europe-west1')).toBe(dollars('us-central1'));
  });
});

test('the bill counts the database of customers’ pages as well, and no other', async () => {
  const asked: string[] = [];
  const measure: Looking['measure'] = async (filter) => {
    asked.push(filter);
    return [];
  };
  const denied = async () => Promise.reject(new Error('denied'));
  const gcloud = { project: 'shop', run: denied, json: denied } as Looking['gcloud'];
  const clients = { policies: {}, snoozes: {} } as Looking['clients'];
  const { configuration, region } = healthy;
  const looked = await look({
    atMs,
    configuration,
    region,
    database: 'records',
    gcloud,
    measure,
    clients,
    parts: [],
    apis: new Set(),
  });
  // A bill without its secrets would be too small.
  expect(looked.bill).toEqual({ why: 'denied' });
  const ofFirestore = asked.filter((filter) => filter.includes('firestore.googleapis.com/'));
  expect(ofFirestore).toHaveLength(7);
  for (const each of ofFirestore)
    expect(each).toContain('resource.labels.database_id = one_of("records", "records-public")');
});

test('a counter is summed over its whole window, which is a period of a minute at least', () => {
  const secondsOf = (ms: number) => totals({ sinceMs: atMs - ms, untilMs: atMs }, 'x').alignmentPeriod.seconds;
  expect([secondsOf(15 * day), secondsOf(1_000)]).toEqual([15 * 86_400, 60]);
});
