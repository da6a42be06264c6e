/** More queries than `npm test` asks. */
process.env.FUZZ_TIMES ??= '12';
await import('./indexes.test.ts');

export {};
