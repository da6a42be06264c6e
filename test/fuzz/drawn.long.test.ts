/** More draws than `npm test` makes. */
process.env.FUZZ_TIMES ??= '8';
await import('./parsers.test.ts');
await import('../duty/read-feed.test.ts');
await import('../incidents/laws.test.ts');
await import('../incidents/links.test.ts');
await import('../incidents/rhythm/rhythm.test.ts');
await import('../incidents/statements/decide-statement.test.ts');
await import('../intake/sources/readers.test.ts');

export {};
