import { expect, test } from 'vitest';
import { LocalClock } from '../../../infra/local/clock.ts';
import { Faults } from '../../../infra/local/faults.ts';
import { createMonitoring } from '../../../infra/local/monitoring/service.ts';
import { openStorage } from '../../../infra/local/storage.ts';
import { above, gauge, hourMs, minuteMs, project, start } from './cloud.ts';

test('series, policies, open incidents and what is still to be told outlive a restart', async () => {
  const db = openStorage(undefined);
  const told: { state: string; incident_id: string }[] = [];
  let isAway = true;
  const boot = (at: number) => {
    const clock = new LocalClock();
    clock.set(at);
    const local = createMonitoring({
      db,
      clock,
      faults: new Faults(),
      publish: (_topic, data) => {
        if (isAway) throw new Error('away');
        told.push(JSON.parse(Buffer.from(data).toString()).incident);
      },
    });
    clock.drive(local.driven);
    const call = (method: string, request: object) =>
      // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
      local.handlers.find(({ unary }) => unary?.[method])?.unary?.[method]?.(request) as any;
    return { clock, call };
  };

  const before = boot(start);
  const { name } = before.call('CreateNotificationChannel', {
    name: project,
    notificationChannel: { type: 'pubsub', labels: { topic: 'projects/p/topics/alerts' } },
  });
  before.call('CreateAlertPolicy', {
    name: project,
    alertPolicy: { displayName: 'Open', combiner: 'OR', conditions: [above(5)], notificationChannels: [name] },
  });
  before.call('CreateTimeSeries', { name: project, timeSeries: [gauge(6, start)] });
  await before.clock.jump((now) => now);
  await before.clock.stop();
  expect(told).toEqual([]);

  isAway = false;
  const after = boot(start + hourMs);
  await after.clock.jump((now) => now);
  after.call('CreateTimeSeries', { name: project, timeSeries: [gauge(1, start + hourMs)] });
  await after.clock.jump((now) => now + minuteMs);
  expect(told.map(({ state }) => state)).toEqual(['open', 'closed']);
  expect(new Set(told.map(({ incident_id }) => incident_id)).size).toBe(1);
});
