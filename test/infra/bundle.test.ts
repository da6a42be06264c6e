import { checkBundles } from './bundle-checks.ts';

// One that is called by HTTP, one that is called by Pub/Sub and calls outward, and the largest. All are in bundle.long.test.ts.
checkBundles(['tickets', 'outgoing', 'console']);
