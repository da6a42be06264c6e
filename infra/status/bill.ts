/** The bill of the month so far, from what Google has counted and its list prices. Arithmetic only. */
import { daysAMonth } from '../docs/cost.ts';
import { priceIn, prices, type Region, regions } from '../docs/prices.ts';

/** Usage since the month began; for stored data, the amount now. */
export type Counted = Readonly<Record<Exclude<keyof typeof prices, 'series'>, number>>;

/** Billed for the time that it exists. */
const kept: readonly (keyof Counted)[] = ['stored', 'recovery', 'backups', 'schedules', 'secrets', 'conditions'];
/** Free each day, so that a month which has just begun has had little of it. */
const freeByDay: readonly (keyof Counted)[] = ['reads', 'writes'];

export interface Item {
  name: keyof Counted;
  units: number;
  unit: string;
  /** In US dollars, at list prices. */
  listed: number;
  /** The same if nothing else uses up the free amounts. */
  lessFree: number;
  /** Not billed yet: the price is only announced. */
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

/** The region whose prices apply. */
export const pricedAs = (region: string): Region => regions.find((each) => each === region) ?? regions[0];
