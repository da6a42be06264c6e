/** Before each test file: files share a process, and what one of them changes in it is put back by that file. */
import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { afterAll } from 'vitest';
import { policy } from '../functions/policy.ts';
import { drawnSeed } from './fuzz/runs.ts';
import './patience.ts';
import './quick-import.ts';

// What is drawn is drawn alike each time, so that only a change makes a test red; `FUZZ_SEED` draws others.
fc.configureGlobal({ seed: drawnSeed() });

const now = () => structuredClone({ policy, environment: { ...process.env } });
const before = now();
afterAll(() => deepStrictEqual(now(), before));
