/** More hostile calls than `npm test` makes. */
process.env.FUZZ_TIMES ??= '12';
await import('./api.test.ts');

export {};
