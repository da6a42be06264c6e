/** Before each test file: files share a process, and what one of them changes in it is put back by that file. */
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { inspect } from 'node:util';
import { afterAll } from 'vitest';
import { registrations } from '../functions/incidents/registry.ts';
import { policy } from '../functions/policy.ts';
import './patience.ts';

const now = () => structuredClone({ policy, environment: { ...process.env } });
const before = now();
const registered = registrations();
afterAll(() => {
  deepStrictEqual(now(), before);
  // A file may load a door that registers more, and takes nothing away of what others had registered.
  strictEqual(inspect({ ...registrations(), ...registered }), inspect(registrations()));
});
