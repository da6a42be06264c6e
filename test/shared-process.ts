/** Before each test file: files share a process, and what one of them changes in it is put back by that file. */
import { afterAll, expect } from 'vitest';
import { policy } from '../functions/policy.ts';

// What is bounded in real time says more of how busy the machine is than of what a test tells: a body that is stored
// in time, or goes to Pub/Sub, and a calendar that is read in time. A test that is about the bound sets it.
policy.intake.storeWithin = 'PT2M';
policy.duty.readingTimeout = 'PT1M';

const before = structuredClone({ policy, environment: { ...process.env } });
afterAll(() => expect({ policy, environment: { ...process.env } }).toEqual(before));
