/** By each of the tools, where `npm test` plays two. */
process.env.TICKET_TOOLS ??= 'all';
await import('./updates-sent.test.ts');

export {};
