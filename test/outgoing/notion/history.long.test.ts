/** A longer history than `npm test` writes. */
process.env.NOTION_HISTORY ??= '240';
await import('./history.test.ts');

export {};
