/**
 * One seed, in a process of its own: virtual time cannot be undone. Started by `run-seed.ts`, which hears of the progress
 * and the outcome.
 */
import { openSync, writeSync } from 'node:fs';
import { dayMs, minuteMs, weekOf } from './calendar.ts';
import { createOracle } from './oracle.ts';
import type { Run, RunMessage } from './run-seed.ts';
import { Simulation } from './simulation.ts';
import { readFaults } from './strikes.ts';
import { secrets } from './world/secrets.ts';
import { makeWorld } from './world.ts';

const { seed, days, faults, bundles, traceFile }: Run = JSON.parse(process.argv[2] ?? '{}');
const say = (message: RunMessage): void => void process.send?.(message);
const trace = traceFile === undefined ? undefined : openSync(traceFile, 'w');

const world = makeWorld(seed, days);
let saidAt = 0;
const simulation = new Simulation({
  seed,
  faults: readFaults(faults),
  world,
  oracle: createOracle(),
  bundles,
  environment: secrets,
  until: weekOf(world.end - dayMs / 2).end + 30 * minuteMs,
  onProgress: (share) => {
    if (share < saidAt + 0.01) return;
    saidAt = share;
    say({ kind: 'progress', share });
  },
  ...(trace === undefined ? {} : { onStep: (line) => void writeSync(trace, `${line}\n`) }),
});
say({ kind: 'outcome', outcome: await simulation.run() });
// Clients of instances that died would keep it alive.
process.exit(0);
