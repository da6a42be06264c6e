/** More worlds than `npm test` plays. */
process.env.FUZZ_TIMES ??= '40';
await import('./in-memory.test.ts');

export {};
