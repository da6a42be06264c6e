/** More hostile calls than `npm test` makes. */
process.env.FUZZ_TIMES ??= '24';
await import('./api.test.ts');

export {};
