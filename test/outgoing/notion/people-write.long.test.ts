/** More syncs than `npm test` makes. */
process.env.NOTION_SYNCS ??= '160';
await import('./people-write.test.ts');

export {};
