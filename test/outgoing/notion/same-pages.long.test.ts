/** More orders than `npm test` tries. */
process.env.FUZZ_TIMES ??= '6';
await import('./same-pages.test.ts');

export {};
