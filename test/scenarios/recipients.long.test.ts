/** More stories than `npm test` tells. */
process.env.FUZZ_TIMES ??= '20';
await import('./recipients.test.ts');

export {};
