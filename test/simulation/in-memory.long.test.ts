/** More worlds than `npm test` plays. */
process.env.FUZZ_TIMES ??= '20';
await import('./in-memory.test.ts');

export {};
