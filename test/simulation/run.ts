/** One seed, in a process of its own, since virtual time cannot be undone; `run-seed.ts` starts it and listens. */
import { openSync, writeFileSync, writeSync } from 'node:fs';
import { dayMs, hourMs, weekOf } from './calendar.ts';
import { writeDump } from './dump.ts';
import { createOracle } from './oracle.ts';
import type { Run, RunMessage } from './run-seed.ts';
import { Simulation } from './simulation.ts';
import { readFaults } from './strikes.ts';
import { secrets } from './world/secrets.ts';
import { makeWorld } from './world.ts';

const given: Run = JSON.parse(process.argv[2] ?? '{}');
const { seed, days, share, faults, remote = [], bundles, traceFile, endsAtFirst = false } = given;
const say = (message: RunMessage): void => void process.send?.(message);
const trace = traceFile === undefined ? undefined : openSync(traceFile, 'w');

const world = makeWorld(seed, days, share, remote);
let saidAt = 0;
const simulation = new Simulation({
  seed,
  faults: readFaults(faults),
  remote,
  world,
  oracle: createOracle(),
  bundles,
  environment: secrets,
  until: untilOf(world.end),
  endsAtFirst,
  onProgress: (share) => {
    if (share < saidAt + 0.01) return;
    saidAt = share;
    say({ kind: 'progress', share });
  },
  ...(trace === undefined ? {} : { onStep: (line) => void writeSync(trace, `${line}\n`) }),
});
/** Until the bundle of the week is there, where the week is nearly over; else until what was under way is done. */
function untilOf(end: number): number {
  const weekEnd = weekOf(end - dayMs / 2).end;
  return weekEnd - end < dayMs ? weekEnd + hourMs : end + 2 * hourMs;
}

const outcome = await simulation.run();
if (traceFile !== undefined) writeFileSync(`${traceFile}.documents`, writeDump(simulation));
say({ kind: 'outcome', outcome });
// Clients of instances that died would keep it alive.
process.exit(0);
