/** Each alert policy fires for its failure and stays quiet on quiet days. Google's own metrics are written here. */
import { describe, expect, test } from 'vitest';
import { gaugePrefix, subscriptions } from '../../functions/topology.ts';
import { LocalClock } from '../../infra/cloud/src/clock.ts';
import { Evaluator } from '../../infra/cloud/src/monitoring/evaluator.ts';
import { IncidentStore } from '../../infra/cloud/src/monitoring/incident-store.ts';
import type { AlertPolicy } from '../../infra/cloud/src/monitoring/policy.ts';
import { ResourceStore } from '../../infra/cloud/src/monitoring/resource-store.ts';
import { type Labels, SeriesStore } from '../../infra/cloud/src/monitoring/series-store.ts';
import { openStorage } from '../../infra/cloud/src/storage.ts';
import { policyOf } from '../../infra/provision/monitoring.ts';
import { watches } from '../../infra/provision/watch.ts';
import { functions } from '../../infra/topology.ts';

const start = Date.parse('2026-11-23T00:00:00Z');
const minuteMs = 60_000;
const project = 'projects/p';

/** What is measured at one instant. */
interface Measured {
  gauges: Record<string, number> | undefined;
  /** Requests by service and status since the last step. */
  requests: [service: string, status: number, count: number][];
  /** Pushes that were not taken, by subscription. */
  refusedPushes: Record<string, number>;
  oldestMessageSeconds: Record<string, number>;
  /** By where it was asked from. */
  uptime: Record<string, boolean>;
}

function startWatching() {
  const clock = new LocalClock();
  clock.set(start);
  const db = openStorage(undefined);
  const series = new SeriesStore(db);
  const incidents = new IncidentStore(db);
  const policies = new ResourceStore<AlertPolicy>(db, 'alert policy');
  for (const spec of watches) {
    const policy = policyOf(spec, { names: new Map() }, true, 'p');
    const name = `${project}/alertPolicies/${spec.key}`;
    const conditions = policy.conditions?.map((each, index) => ({ ...each, name: `${name}/conditions/${index}` }));
    policies.put({ ...policy, name, conditions } as unknown as AlertPolicy);
  }
  const evaluator = new Evaluator(policies, series, incidents, clock);
  const opened = new Map<string, number>();
  const point = (at: number, type: string, labels: Labels, resource: string, of: Labels, value: number | boolean) => {
    const isTruth = typeof value === 'boolean';
    const header = {
      project,
      metric: { type, labels },
      resource: { type: resource, labels: of },
      metricKind: 'GAUGE',
      valueType: isTruth ? 'BOOL' : 'INT64',
    };
    const found = series.find(header) ?? series.add(header);
    series.addPointLater(found, {
      startAt: at,
      endAt: at,
      value: isTruth ? { boolValue: value } : { int64Value: String(value) },
    });
  };
  return {
    opened,
    async measure(at: number, measured: Measured) {
      for (const [name, value] of Object.entries(measured.gauges ?? {}))
        point(at, gaugePrefix + name, {}, 'global', {}, value);
      for (const [service, status, count] of measured.requests) {
        const labels = { response_code: String(status), response_code_class: `${Math.floor(status / 100)}xx` };
        const of = { service_name: `metronome-${service}` };
        point(at, 'run.googleapis.com/request_count', labels, 'cloud_run_revision', of, count);
      }
      for (const [id, count] of Object.entries(measured.refusedPushes)) {
        const labels = { response_class: 'remote_server_5xx' };
        const type = 'pubsub.googleapis.com/subscription/push_request_count';
        point(at, type, labels, 'pubsub_subscription', { subscription_id: id }, count);
      }
      for (const [id, age] of Object.entries(measured.oldestMessageSeconds)) {
        const type = 'pubsub.googleapis.com/subscription/oldest_unacked_message_age';
        point(at, type, {}, 'pubsub_subscription', { subscription_id: id }, age);
      }
      for (const [from, isUp] of Object.entries(measured.uptime)) {
        const type = 'monitoring.googleapis.com/uptime_check/check_passed';
        const host = 'metronome-tickets-1.asia-northeast1.run.app';
        point(at, type, { checker_location: from }, 'uptime_url', { host }, isUp);
      }
      series.flush();
      await evaluator.runDue(at);
      for (const each of incidents.all()) {
        const key = each.policy.slice(each.policy.lastIndexOf('/') + 1);
        if (each.opened && !opened.has(key)) opened.set(key, at);
      }
    },
  };
}

/** The policies that had fired, and how many minutes after the start. @param measure what is measured at a minute */
async function firedIn(minutes: number, measure: (minute: number) => Measured): Promise<Map<string, number>> {
  const watching = startWatching();
  for (let minute = 1; minute <= minutes; minute += 1) {
    await watching.measure(start + minute * minuteMs, measure(minute));
  }
  return new Map([...watching.opened].map(([key, at]) => [key, (at - start) / minuteMs]));
}

const isEvery = (minutes: number, minute: number): boolean => minute % minutes === 0;
const none = Object.fromEntries(subscriptions.map(({ name }) => [name, 0]));

/**
 * A quiet day has its small troubles too: a slot that stays open overnight, a notice that waits for one gauge, a report in quarantine for
 * two hours, strangers at the door, a push that is tried twice, a check that fails from one place.
 */
function quiet(minute: number): Measured {
  const ofDay = minute % 1_440;
  return {
    gauges: isEvery(5, minute)
      ? {
          open_incidents: 3,
          overdue_contacts: ofDay < 60 ? 20 : 0,
          oldest_overdue_seconds: ofDay < 720 ? ofDay * 60 : 0,
          quarantined: ofDay > 600 && ofDay < 720 ? 1 : 0,
          undelivered_notices: ofDay === 300 ? 1 : 0,
          failed_updates: ofDay === 300 ? 1 : 0,
          // A day and a half, where one backup takes half a day.
          newest_backup_seconds: 36 * 3_600,
        }
      : undefined,
    requests: [
      ['minute-tick', 200, 1],
      ...(isEvery(144, minute) ? [['tickets', 201, 1] as [string, number, number]] : []),
      ...(isEvery(480, minute) ? [['tickets', 401, 1] as [string, number, number]] : []),
      ...(ofDay === 500 ? [['ticket-events', 500, 1] as [string, number, number]] : []),
    ],
    refusedPushes: { ...none, ...(ofDay === 500 ? { 'ticket-events': 2 } : {}) },
    oldestMessageSeconds: { ...none, notifications: ofDay < 12 ? ofDay * 60 : 0 },
    uptime: isEvery(15, minute) ? { usa: true, europe: ofDay !== 450, asia: true } : {},
  };
}

const gauge = (name: string, value: number) => (minute: number) => {
  const { gauges, ...rest } = quiet(minute);
  return { ...rest, gauges: gauges && { ...gauges, [name]: value } };
};
const requests =
  (...more: Measured['requests']) =>
  (minute: number) => {
    const measured = quiet(minute);
    return { ...measured, requests: [...measured.requests, ...more] };
  };

/** The failure that each is for, from the 61st minute on, and within how many minutes somebody is told. */
const failures: Record<string, { within: number; measure: (minute: number) => Measured }> = {
  'gauges-absent': { within: 20, measure: (minute) => ({ ...quiet(minute), gauges: undefined }) },
  'minute-tick-absent': {
    within: 16,
    measure: (minute) => ({ ...quiet(minute), requests: [['minute-tick', 500, 1]] }),
  },
  'slots-stand-still': { within: 25, measure: gauge('oldest_overdue_seconds', 14 * 3_600) },
  undelivered: { within: 25, measure: gauge('undelivered_notices', 1) },
  'updates-failed': { within: 30, measure: gauge('failed_updates', 1) },
  quarantined: { within: 375, measure: gauge('quarantined', 1) },
  'backup-late': { within: 25, measure: gauge('newest_backup_seconds', 51 * 3_600) },
  'many-wait': { within: 45, measure: gauge('overdue_contacts', 60) },
  backlog: {
    within: 25,
    measure: (minute) => {
      const waiting = { ...none, 'ticket-events': (minute - 60) * 60 };
      return { ...quiet(minute), oldestMessageSeconds: waiting };
    },
  },
  'pushes-fail': {
    within: 35,
    measure: (minute) => ({ ...quiet(minute), refusedPushes: { ...none, 'weekly-tick': isEvery(8, minute) ? 1 : 0 } }),
  },
  'doors-fail': {
    within: 1,
    measure: (minute) => (minute === 61 ? requests(['tickets', 503, 1])(minute) : quiet(minute)),
  },
  // Ten tickets a day, each tried again a few times.
  'door-refuses': {
    within: 30,
    measure: (minute) => (isEvery(5, minute) ? requests(['tickets', 401, 1])(minute) : quiet(minute)),
  },
  'door-down': {
    within: 15,
    measure: (minute) => ({
      ...quiet(minute),
      uptime: isEvery(15, minute) ? { usa: false, europe: false, asia: false } : {},
    }),
  },
  flood: { within: 5, measure: requests(['tickets', 429, 10_000]) },
};

describe('an alert policy on what is measured', () => {
  const measured = watches.filter(({ watched }) => watched.kind !== 'log').map(({ key }) => key);

  test('has a failure that it is for', () => {
    expect(Object.keys(failures).sort()).toEqual([...measured].sort());
  });

  test.each(measured)('%s fires for it, in time', async (key) => {
    const failure = failures[key];
    const within = failure?.within ?? 0;
    const fired = await firedIn(60 + within, (minute) =>
      minute <= 60 ? quiet(minute) : (failure?.measure ?? quiet)(minute),
    );
    expect(fired.get(key), `of ${[...fired.keys()]}`).toBeGreaterThan(60);
  });

  test('none fires on quiet days', async () => {
    expect(await firedIn(3 * 1_440, quiet)).toEqual(new Map());
  });

  test('whatever Pub/Sub pushes to is watched, and what is waited for can come', () => {
    const filterOf = (key: string) => {
      const watched = watches.find((each) => each.key === key)?.watched;
      return watched && 'filter' in watched ? watched.filter : '';
    };
    for (const { name, retentionSeconds } of subscriptions) {
      expect(filterOf('pushes-fail')).toContain(`"${name}"`);
      // A message that is kept for ten minutes never gets fifteen old.
      expect(filterOf('backlog').includes(`"${name}"`)).toBe(retentionSeconds > 15 * 60);
    }
    for (const { service } of functions.filter((each) => each.trigger === 'public')) {
      for (const key of ['doors-fail', 'door-refuses', 'flood', 'stored-nowhere']) {
        expect(filterOf(key), key).toContain(`"${service}"`);
      }
    }
  });
});
