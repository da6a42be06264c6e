/** What is bounded in real time says more of how busy the machine is than of what a test tells. One about a bound sets it. */
import { policy } from '../functions/policy.ts';

// A body is stored in time, or goes to Pub/Sub; a calendar is read in time.
policy.intake.storeWithin = 'PT2M';
policy.duty.readingTimeout = 'PT1M';
policy.duty.readingTimeoutOfAll = 'PT5M';
