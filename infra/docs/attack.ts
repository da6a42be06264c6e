/** The cost of a flood of unverified requests, and its upper limit. Arithmetic only. */
import { functions } from '../topology.ts';
import { daysAMonth, kibAGib, logKiBARequest } from './cost.ts';
import { prices } from './prices.ts';

/** Requests that one instance answers on the bench's machine with its whole processor. */
const refusalsPerSecond = 4_000;

export interface Flood {
  /** The limit of each public door; default: as deployed. */
  maxInstances?: number;
  /** A flood from few addresses is mostly refused with 429, and 1 % of its log lines are kept; otherwise with 401, and all are kept. */
  isFromFew: boolean;
}

export interface Attack {
  instances: number;
  requestsPerSecond: number;
  dollarsAnHour: number;
}

/** The public doors, flooded as fast as all of their instances can refuse. */
export function attackBy({ maxInstances, isFromFew }: Flood): Attack {
  const doors = functions.filter((each) => each.trigger === 'public');
  const instances = doors.reduce((sum, each) => sum + (maxInstances ?? each.maxInstances), 0);
  const requestsPerSecond = instances * refusalsPerSecond;
  const logGib = (requestsPerSecond * (isFromFew ? 0.01 : 1) * logKiBARequest) / kibAGib;
  const dollarsASecond =
    requestsPerSecond * prices.requests.dollars +
    instances * (prices.processor.dollars + prices.memory.dollars / 2) +
    logGib * prices.logs.dollars;
  return { instances, requestsPerSecond, dollarsAnHour: dollarsASecond * 3_600 };
}

export function attackTable(): string {
  const row = (what: string, flood: Flood): string => {
    const { instances, requestsPerSecond, dollarsAnHour } = attackBy(flood);
    const dollars = [1, 24, 24 * daysAMonth].map((hours) => Math.round(dollarsAnHour * hours).toLocaleString('en-US'));
    return `| ${[what, instances, requestsPerSecond.toLocaleString('en-US'), ...dollars].join(' | ')} |`;
  };
  return [
    '| Flood | Instances | Refused a second | US dollars an hour | a day | a month |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    row('from few addresses', { isFromFew: true }),
    row('from thousands of addresses', { isFromFew: false }),
    row('the same, after `--max-instances=1` on each of the doors', { isFromFew: false, maxInstances: 1 }),
  ].join('\n');
}
