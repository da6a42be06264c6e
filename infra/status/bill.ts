/** The bill of the month so far, from what Google has counted and its list prices. Arithmetic only. */
import { daysAMonth } from '../docs/cost.ts';
import { priceIn, prices, type Region, regions } from '../docs/prices.ts';

/** What was used since the month began; of what is kept, how much there is now. */
export type Counted = Readonly<Record<Exclude<keyof typeof prices, 'series'>, number>>;

/** Billed for as long as it is there. */
const kept: readonly (keyof Counted)[] = ['stored', 'recovery', 'backups', 'schedules', 'secrets', 'conditions'];
/** Free each day, so that a month which has just begun has had little of it. */
const freeByDay: readonly (keyof Counted)[] = ['reads', 'writes'];

export interface Item {
  name: keyof Counted;
  units: number;
  unit: string;
  /** In dollars, at list prices. */
  listed: number;
  /** The same, where nothing else uses what is free. */
  lessFree: number;
  /** Not billed yet: its price is announced only. */
  isAnnounced: boolean;
}

/** @param daysSoFar of the month */
export function billOf(counted: Counted, region: string, daysSoFar: number): Item[] {
  const share = Math.min(1, daysSoFar / daysAMonth);
  const priced = pricedAs(region);
  return (Object.entries(counted) as [keyof Counted, number][]).map(([name, units]) => {
    const each = priceIn(priced, name) * (kept.includes(name) ? share : 1);
    const free = prices[name].free * (freeByDay.includes(name) ? share : 1);
    return {
      name,
      units,
      unit: prices[name].unit,
      listed: units * each,
      lessFree: Math.max(0, units - free) * each,
      isAnnounced: name === 'conditions',
    };
  });
}

/** The region whose prices are known and taken. */
export const pricedAs = (region: string): Region => regions.find((each) => each === region) ?? regions[0];
