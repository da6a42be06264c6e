/** More hostile calls than `npm test` makes. */
process.env.FUZZ_TIMES ??= '8';
await import('./event-doors.test.ts');

export {};
