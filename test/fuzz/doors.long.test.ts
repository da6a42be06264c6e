/** More hostile calls than `npm test` makes. */
process.env.FUZZ_TIMES ??= '16';
await import('./doors.test.ts');

export {};
