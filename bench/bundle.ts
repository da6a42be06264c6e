/**
 * How long a week of 10,000 incidents takes to become a bundle, on the local Firestore: `node bench/bundle.ts [count]`.
 * Reads are counted by the documents that Firestore handed out.
 */
import { startHouse } from '../infra/local/house.ts';
import { incident, minutesAfter, week } from '../test/postmortems/facts.ts';

const count = Number(process.argv[2] ?? 10_000);
const own = week('2026-W47');
const house = await startHouse({ port: 0, cloudPort: 0 });
const { firestore, incidentRef } = await import('../functions/platform/firestore.ts');
const { assemble } = await import('../functions/postmortems/assemble.ts');
const { openBundle } = await import('../functions/postmortems/open.ts');
const { policy } = await import('../functions/policy.ts');

const seconds = async (name: string, work: () => Promise<unknown>): Promise<void> => {
  const startedAt = performance.now();
  await work();
  console.log(`${name}: ${((performance.now() - startedAt) / 1_000).toFixed(2)} s`);
};

await seconds(`writing ${count} incidents`, async () => {
  for (let from = 0; from < count; from += 400) {
    const batch = firestore().batch();
    for (let index = from; index < Math.min(count, from + 400); index += 1) {
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
      batch.set(incidentRef(id), incident(stated));
    }
    await batch.commit();
  }
});
const now = new Date(own.end.getTime() + 300_000);
await seconds('assembling the bundle', () => assemble(own, { policy, now, isAnnounced: true }));
await seconds('assembling it again, unchanged', () => assemble(own, { policy, now, isAnnounced: true }));
await seconds('opening it', () => openBundle(own, { from: 0, limit: 200 }, policy, now));
await house.stop();
process.exit(0);
