/** What each figure of the bench has to keep to: the promises in `docs/reference/performance.md`. */

export interface Bar {
  most?: number;
  least?: number;
  /** The share by which a run may be worse than the committed figure; a tenth where it is left out. */
  tolerance?: number;
}

/** Processor time spreads less than the time that passes, also where others want the processor. */
const processor: Bar = { tolerance: 0.25 };

export const bars: Record<string, Bar> = {
  'coldStart.ratio': { most: 1.25 },
  'coldStart.processor': processor,
  'slackDoor.slowestOfThreeSeconds': { most: 1 },
  'intake.ratio': { least: 0.7 },
  'intake.processor': processor,
  'tick.ratio100kOver1k': { most: 1.2 },
  'bundle.seconds10k': { most: 10 },
  'bundle.readsPerIncident': { most: 1.1 },
  'console.ttfbRatio': { most: 3 },
  'console.processor': processor,
  'house.tail16': { most: 3, tolerance: 0.5 },
  'house.tail256': { most: 4, tolerance: 0.5 },
  'permissions.ratio': { most: 1.1 },
};

/** What passes on a clock is a matter of the machine as well: it is shown, and no other run is held to it. */
export const isOfTheMachine = (key: string): boolean => /second|millis|ms$/i.test(key);

export function textOf({ most, least }: Bar): string {
  if (most !== undefined) return `≤ ${most}`;
  return least === undefined ? '–' : `≥ ${least}`;
}
