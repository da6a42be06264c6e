/**
 * A week of 10,000 incidents becomes a bundle, with four years of history behind it: how long that takes, and what it
 * reads. The history is a held bundle a week, and the recovered and reviewed incidents of each.
 */
import { handEnvironments, runFunction } from '../../functions/platform/environment.ts';
import { policy } from '../../functions/policy.ts';
import { assemble } from '../../functions/postmortems/assemble.ts';
import { weekAfter } from '../../functions/postmortems/week.ts';
import { incident, minutesAfter, summary, week } from '../postmortems/facts.ts';
import { measure, median, round } from './measure.ts';
import { environmentOf, startCloudProcess } from './processes.ts';
import { clientOf, type Seed, write } from './seed.ts';

const historyWeeks = 208;

await measure(async (isQuick) => {
  const count = isQuick ? 2_000 : 10_000;
  const cloud = await startCloudProcess();
  const client = clientOf(cloud);
  const weeklyTick = environmentOf(cloud, 'weeklyTick');
  handEnvironments({ owner: environmentOf(cloud), functions: { weeklyTick } });
  const own = week('2026-W47');

  function* history(): Iterable<Seed> {
    for (let back = 1; back <= historyWeeks; back += 1) {
      const past = weekAfter(own, -back, policy.zone);
      for (let index = 0; index < 20; index += 1) {
        const filedAt = minutesAfter(past.start, index * 500);
        const id = `inc_past${back}x${index}`;
        const reviewedAt = minutesAfter(past.end, 600);
        const stated = { id, filedAt, recoveredAt: minutesAfter(filedAt, 90), reviewedAt, cause: { category: 'data' } };
        yield { path: `incidents/${id}`, data: incident(stated as Parameters<typeof incident>[0]) };
      }
      const held = { id: past.id, schemaVersion: 1, state: 'held', version: 'v', pages: [], alarms: [] };
      const data = { ...held, period: { start: past.start, end: past.end }, summary: summary(past.id, 20) };
      yield { path: `postmortems/${past.id}`, data };
    }
  }

  function* filed(): Iterable<Seed> {
    for (let index = 0; index < count; index += 1) {
      const filedAt = new Date(own.start.getTime() + Math.floor((index * 604_800_000) / count));
      const id = `inc_${index.toString(16).padStart(24, '0')}`;
      const stated = {
        id,
        filedAt,
        description: 'It does not work. '.repeat(20),
        occurredAt: minutesAfter(filedAt, -(index % 90)),
        firstResponseAt: minutesAfter(filedAt, index % 12),
        recoveredAt: minutesAfter(filedAt, 30 + (index % 600)),
        responders: [`r${index % 17}@example.com`],
        impact: { businessImpact: 'degraded' as const, affectedCustomerCount: index % 140 },
        slots: { met: 4, late: 0, missed: 0, notReminded: 0 },
        missing: ['cause', 'permanentFix', 'prevention'].map((field) => ({ field, why: 'Nobody has said.' })),
      };
      yield { path: `incidents/${id}`, data: incident(stated) };
    }
  }

  await write(client, history());
  await write(client, filed());
  const now = new Date(own.end.getTime() + 300_000);
  // Builds the local indexes, and writes nothing into the week that is measured.
  const assembleAsFunction: typeof assemble = (...what) => runFunction('weeklyTick', () => assemble(...what));
  await assembleAsFunction(weekAfter(own, -300, policy.zone), { policy, now, isAnnounced: false });

  const tookMs: number[] = [];
  let reads = 0;
  for (let round = 0; round < 3; round += 1) {
    // A week that was never assembled, each time.
    await client.recursiveDelete(client.doc(`postmortems/${own.id}`));
    await client.doc(`timers/bundle_${own.id}`).delete();
    await cloud.operations();
    const startedAt = performance.now();
    await assembleAsFunction(own, { policy, now, isAnnounced: true });
    tookMs.push(performance.now() - startedAt);
    reads = (await cloud.operations()).reads;
  }
  const seconds = round(median(tookMs) / 1_000, 2);
  const each = tookMs.map((ms) => `${round(ms / 1_000, 2)} s`).join(', ');
  return {
    figures: { 'bundle.seconds10k': seconds, 'bundle.readsPerIncident': round(reads / count) },
    notes: {
      'bundle.seconds10k': `${count.toLocaleString('en')} incidents, ${historyWeeks} weeks before: ${each}`,
      'bundle.readsPerIncident': `${reads} reads`,
    },
  };
});
