/** All rows of table C in a house, where `npm test` plays some. */
process.env.TABLE_ROWS ??= 'all';
await import('./table-of-updates.test.ts');

export {};
