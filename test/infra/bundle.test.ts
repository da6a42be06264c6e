import { checkBundles } from './bundle-checks.ts';

// One that is called by HTTP, one by Pub/Sub, the one that calls outward, and the largest. All are in bundle.long.test.ts.
checkBundles(['tickets', 'ticketEvents', 'outgoing', 'console']);
