/** Before each test file: files share a process, and what one of them changes in it is put back by that file. */
import { deepStrictEqual } from 'node:assert/strict';
import { afterAll } from 'vitest';
import { policy } from '../functions/policy.ts';
import './patience.ts';

const now = () => structuredClone({ policy, environment: { ...process.env } });
const before = now();
afterAll(() => deepStrictEqual(now(), before));
