/** More hostile calls than `npm test` makes. */
process.env.FUZZ_TIMES ??= '8';
await import('./console.test.ts');

export {};
