/** One incident of a thousand customers: everybody is reminded, and what is said of all costs as much as of a few. */
import { outageOf } from './one-outage-of-all.ts';

outageOf(1_000);
