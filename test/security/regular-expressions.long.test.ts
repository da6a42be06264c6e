/** Longer texts than `npm test` attacks with. */
process.env.LONG_TEXTS ??= 'yes';
await import('./regular-expressions.test.ts');

export {};
