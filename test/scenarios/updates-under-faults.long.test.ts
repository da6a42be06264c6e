/** More updates than `npm test` sends. */
process.env.UPDATES ??= '48';
await import('./updates-under-faults.test.ts');

export {};
