/** Before each test file: files share a process, and what one of them changes in it is put back by that file. */
import { deepStrictEqual } from 'node:assert/strict';
import { afterAll } from 'vitest';
import { policy } from '../functions/policy.ts';

// What is bounded in real time says more of how busy the machine is than of what a test tells: a body that is stored
// in time, or goes to Pub/Sub, and a calendar that is read in time. A test that is about the bound sets it.
policy.intake.storeWithin = 'PT2M';
policy.duty.readingTimeout = 'PT1M';

const now = () => structuredClone({ policy, environment: { ...process.env } });
const before = now();
afterAll(() => deepStrictEqual(now(), before));
