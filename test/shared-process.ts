/** Before each test file: files share a process, and what one of them changes in it is put back by that file. */
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll } from 'vitest';
import { registrations } from '../functions/incidents/registry.ts';
import { policy } from '../functions/policy.ts';
import { drawnSeed } from './fuzz/runs.ts';
import './patience.ts';
import './quick-import.ts';

// What is drawn is drawn alike each time, so that only a change makes a test red; `FUZZ_SEED` draws others.
fc.configureGlobal({ seed: drawnSeed() });

const now = () => structuredClone({ policy, environment: { ...process.env } });
const before = now();
const registered = registrations();
afterAll(() => {
  deepStrictEqual(now(), before);
  // A file may load a door that registers more, and takes nothing away of what others had registered.
  strictEqual(inspect({ ...registrations(), ...registered }), inspect(registrations()));
});
