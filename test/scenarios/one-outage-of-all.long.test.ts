/** The same of twenty thousand, as many as one incident holds. */
import { outageOf } from './one-outage-of-all.ts';

outageOf(20_000);
