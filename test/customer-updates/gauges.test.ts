/** What the gauges count, one fact away from what they do not, and what is written of it: each series and notice whole. */
import type { CloudEvent } from '@google-cloud/functions-framework';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { gauges } from '../../functions/customer-updates/gauges.ts';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import { monitoring } from '../../functions/platform/monitoring.ts';
import { gaugePrefix, topics } from '../../functions/topology.ts';
import { openSmallCloud } from '../outgoing/small-cloud.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;
const project = 'metronome-local';

const small = await openSmallCloud('2026-11-24T01:00:00.700Z', [topics.notifications]);
beforeEach(async () => {
  small.give({ MONITORING_EMULATOR_HOST: `127.0.0.1:${small.cloud.port}` });
  small.faults.clear();
  small.pass(dayMs);
  for (const each of await firestore().listCollections()) await firestore().recursiveDelete(each);
  small.published();
});

const ago = (ms: number): Date => small.at(-ms);
/** On Google's clock it is as late. */
async function measure(): Promise<void> {
  small.cloud.clock.set(small.at().getTime());
  await gauges({ data: { message: { data: '' } } } as unknown as CloudEvent<unknown>);
}
let kept = 0;
async function keep(collection: string, ...all: object[]): Promise<void> {
  for (const each of all) {
    kept += 1;
    await firestore().doc(`${collection}/d${kept}`).set(each);
  }
}
/** What was written last, each by its name. */
const written = (): Record<string, number> =>
  Object.fromEntries(
    small.cloud.monitoring
      .series()
      .map(({ metric, points }) => [
        [metric.type.slice(gaugePrefix.length), ...Object.values(metric.labels)].join(' '),
        Number((points[0]?.value as { int64Value?: string } | undefined)?.int64Value),
      ]),
  );
async function measured(name: string): Promise<number | undefined> {
  await measure();
  return written()[name];
}

describe('counted is', () => {
  const open = {
    kind: 'incident',
    status: 'open',
    isDrill: false,
    isAboutMetronome: false,
    urgency: { level: 'high' },
  };

  test('of incidents what is open, real and somebody’s, each by its urgency', async () => {
    await keep(
      collections.incidents,
      open,
      { ...open, urgency: { level: 'low' } },
      { ...open, urgency: { level: 'low' } },
      { ...open, kind: 'question' },
      { ...open, kind: 'outside' },
      { ...open, status: 'recovered' },
      { ...open, status: 'linked' },
      { ...open, isDrill: true },
      { ...open, isAboutMetronome: true },
    );
    await measure();
    expect(written()).toMatchObject({ 'open_incidents high': 1, 'open_incidents low': 2 });
  });

  test('an incident once, however many of its updates failed', async () => {
    await keep(collections.incidents, {}, { failedUpdates: 0 }, { failedUpdates: 1 }, { failedUpdates: 3 });
    expect(await measured('failed_updates')).toBe(2);
  });

  test('who is overdue, from the moment after, and since when the first of them is', async () => {
    const contact = (ms: number | null, more: object = {}) => ({
      id: `con_${ms}`,
      nextUpdateDueAt: ms === null ? null : ago(ms),
      customers: [{ id: 'store-1' }],
      facts: [],
      ...more,
    });
    await keep('incidents/i1/contacts', contact(0), contact(-1), contact(null));
    await measure();
    expect(written()).toMatchObject({ overdue_contacts: 0, oldest_overdue_seconds: 0 });
    small.pass(10_000);
    await keep('incidents/i2/contacts', contact(1), contact(90_000), contact(95_000, { isDrill: true }));
    await measure();
    expect(written()).toMatchObject({ overdue_contacts: 4, oldest_overdue_seconds: 90 });
    // Two stores that are told together, customers without a name, and a document of 500 that share their facts.
    const members = Array.from({ length: 500 }, (_, n) => ({ id: `con_m${n}`, customers: [{ id: `store-m${n}` }] }));
    const together = [{ id: 'store-2' }, { id: 'store-3' }];
    await keep('incidents/i4/contacts', contact(2, { customers: together }), contact(3, { customers: [] }));
    await keep('incidents/i5/contacts', contact(4, { customers: [], members }));
    small.pass(10_000);
    await measure();
    expect(written()).toMatchObject({ overdue_contacts: 4 + 2 + 1 + 500, oldest_overdue_seconds: 100 });
    // Of those without a name, and of a merged report’s, as many as the incident counts beside the three that it names.
    const affectedCustomers = [{ id: 'store-4' }, { id: 'store-5' }, { id: 'store-6' }];
    await firestore()
      .doc('incidents/i6')
      .set({ impact: { affectedCustomerCount: 43 }, affectedCustomers });
    const others = { incidentId: 'i6', customers: [], isTheOthers: true };
    await keep(
      'incidents/i6/contacts',
      contact(5, others),
      contact(6, others),
      contact(7, { ...others, isDrill: true }),
    );
    small.pass(10_000);
    expect(await measured('overdue_contacts')).toBe(4 + 2 + 1 + 500 + 40);
  });

  test.each([
    [499, 0],
    [500, 1],
    [1_499, 1],
  ])('how long somebody has waited, to the nearest second: %i ms is %i s', async (ms, seconds) => {
    await keep('incidents/i3/contacts', { id: 'con_1', nextUpdateDueAt: ago(ms), customers: [], facts: [] });
    expect(await measured('oldest_overdue_seconds')).toBe(seconds);
  });

  test('nothing of backups where they cannot be listed, and all else', async () => {
    small.faults.add({ target: 'firestoreAdmin.ListBackups', effect: 'fail', code: 'PERMISSION_DENIED' });
    await measure();
    expect(Object.keys(written())).toContain('overdue_contacts');
    expect(small.faults.take('firestoreAdmin.ListBackups')).toBeUndefined();
  });

  test('how long the timer that waits longest has been due: those of later wait for nothing', async () => {
    const wakeAt = (ms: number) => ({ wakeAt: ago(ms) });
    await keep(collections.timers, wakeAt(-1_000));
    expect(await measured('oldest_timer_seconds')).toBe(0);
    small.pass(10_000);
    await keep(collections.timers, wakeAt(90_000), wakeAt(420_000));
    expect(await measured('oldest_timer_seconds')).toBe(420);
    // Put off since it failed, it waits all the same.
    small.pass(10_000);
    await keep(collections.timers, { ...wakeAt(-60_000), failingSince: ago(900_000) });
    expect(await measured('oldest_timer_seconds')).toBe(900);
  });

  test('of bodies that nobody could read those with which nothing has been done', async () => {
    const quarantinedAt = ago(dayMs);
    const entry = (state: string) => ({ state, quarantinedAt });
    await keep(collections.quarantine, entry('open'), entry('open'), entry('dismissed'), entry('replayed'));
    expect(await measured('quarantined')).toBe(2);
  });
});

test('each is written whole: a whole number of the second in which it was measured, of this project', async () => {
  const client = await monitoring();
  const create = vi.spyOn(client, 'createTimeSeries');
  try {
    await measure();
    const endTime = { seconds: Math.floor(small.at().getTime() / 1_000) };
    // The local cloud takes one as each day of UTC ends.
    const age = Math.round((small.at().getTime() % 86_400_000) / 1_000);
    const whole = (type: string, labels = {}) => ({
      metric: { type: `custom.googleapis.com/metronome/${type}`, labels },
      resource: { type: 'global', labels: { project_id: project } },
      metricKind: 'GAUGE',
      valueType: 'INT64',
      points: [{ interval: { endTime }, value: { int64Value: 0 } }],
    });
    expect(create.mock.calls.map(([request]) => request)).toEqual([
      {
        name: `projects/${project}`,
        timeSeries: [
          whole('open_incidents', { level: 'high' }),
          whole('open_incidents', { level: 'low' }),
          whole('overdue_contacts'),
          whole('oldest_overdue_seconds'),
          whole('oldest_timer_seconds'),
          whole('quarantined'),
          whole('failed_updates'),
          whole('undelivered_notices'),
          { ...whole('newest_backup_seconds'), points: [{ interval: { endTime }, value: { int64Value: age } }] },
        ],
      },
    ]);
  } finally {
    create.mockRestore();
  }
});

describe('the notice of bodies that nobody could read', () => {
  const come = (count: number, ms = 0): Promise<void> =>
    keep(collections.quarantine, ...Array.from({ length: count }, () => ({ state: 'open', quarantinedAt: ago(ms) })));

  test('says how many there are, in both languages, and where to look at them', async () => {
    small.give({ MONITORING_EMULATOR_HOST: `127.0.0.1:${small.cloud.port}`, CONSOLE_URL: 'https://console.example' });
    await come(3);
    await measure();
    expect(small.published()).toEqual([
      {
        id: expect.stringMatching(/^ntc_/),
        kind: 'quarantine-growing',
        incidentId: null,
        customers: [],
        isDrill: false,
        subject: { ja: expect.stringMatching(/\(3件\)$/), en: expect.stringMatching(/ \(3\)$/) },
        text: {
          ja: expect.stringMatching(/\(3件\)\n.*失われてはいません/),
          en: expect.stringMatching(/ \(3\)\n.*Nothing is lost/),
        },
        url: 'https://console.example',
        createdAt: small.at().toISOString(),
      },
    ]);
  });

  test('is left out where the newest came more than ten minutes ago, and names no address where there is none', async () => {
    await come(1, 10 * minuteMs + 1);
    // What somebody has seen to already is no news.
    await keep(collections.quarantine, { state: 'dismissed', quarantinedAt: ago(0) });
    await measure();
    expect(small.published()).toEqual([]);
    await come(1, 10 * minuteMs);
    await measure();
    const [notice] = small.published();
    expect(notice).toMatchObject({ kind: 'quarantine-growing' });
    expect(notice).not.toHaveProperty('url');
  });

  test('comes although Cloud Monitoring does not take a number that is no newer than the last', async () => {
    await come(1);
    await measure();
    await measure();
    expect(small.published()).toHaveLength(2);
  });

  test('waits for the next try where Cloud Monitoring fails in another way', async () => {
    await come(1);
    small.faults.add({ target: 'monitoring.CreateTimeSeries', effect: 'fail', code: 'PERMISSION_DENIED' });
    await expect(measure()).rejects.toMatchObject({ code: 7 });
    expect(small.published()).toEqual([]);
  });
});
