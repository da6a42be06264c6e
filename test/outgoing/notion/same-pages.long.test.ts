/** More orders than `npm test` tries. */
process.env.FUZZ_TIMES ??= '4';
await import('./same-pages.test.ts');

export {};
