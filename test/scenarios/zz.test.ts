import { test } from 'vitest';
import { openScenario } from './house.ts';

test('x', async () => {
  const s = await openScenario('2026-11-24T01:00:00Z');
  await s.ticket({ id: 'a', subject: 'x' });
  await s.advance('PT20M');
  const c0 = process.cpuUsage();
  const t0 = performance.now();
  await s.advance('PT10H');
  const c1 = process.cpuUsage(c0);
  process.stderr.write(`10h ${(c1.user + c1.system) / 1000} / ${performance.now() - t0}\n`);
  await s.stop();
});
