/** A year of three hundred tickets, and two hundred searches. */
process.env.YEAR_OF_TICKETS ??= '300';
await import('./find.test.ts');

export {};
