/** More hostile calls than `npm test` makes. */
process.env.FUZZ_TIMES ??= '4';
for (const each of ['api', 'console', 'doors', 'event-doors']) await import(`./${each}.test.ts`);

export {};
