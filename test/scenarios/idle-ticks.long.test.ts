/** More stories than `npm test` tells. */
process.env.FUZZ_RUNS ??= '8';
await import('./idle-ticks.test.ts');

export {};
