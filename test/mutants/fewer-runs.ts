/** A property is tried a few times for each mutant: what only the hundredth try finds is not held. */
import fc from 'fast-check';

fc.configureGlobal({ numRuns: 15 });
