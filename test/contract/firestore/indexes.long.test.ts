/** More queries than `npm test` asks. */
process.env.FUZZ_TIMES ??= '4';
await import('./indexes.test.ts');

export {};
