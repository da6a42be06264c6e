/** More hostile calls than `npm test` makes. */
process.env.FUZZ_TIMES ??= '16';
await import('./console.test.ts');

export {};
