/** The limit for each figure of the bench: the promises in `docs/reference/performance.md`. */

export interface Bar {
  most?: number;
  least?: number;
  /** The share by which a run may be worse than the committed figure. Default: a tenth. */
  tolerance?: number;
}

/** Processor time varies less than elapsed time on a busy machine. */
const processor: Bar = { tolerance: 0.25 };

export const bars: Record<string, Bar> = {
  'coldStart.ratio': { most: 1.08 },
  'coldStart.processor': processor,
  'slackDoor.slowestOfThreeSeconds': { most: 1 },
  'intake.ratio': { least: 0.85 },
  'intake.processor': processor,
  'link.among2000AgainstFirst': { most: 1.5 },
  'tick.ratio100kOver1k': { most: 1.1 },
  'bundle.seconds10k': { most: 2.5 },
  'bundle.readsPerIncident': { most: 1.1 },
  'console.ttfbRatio': { most: 1.2 },
  'console.processor': processor,
  'house.perSecond16': { least: 420 },
  'house.tail16': { most: 3, tolerance: 0.5 },
  'house.tail256': { most: 4, tolerance: 0.5 },
  'permissions.ratio': { most: 1.1 },
};

/** The maximum reads of a page, however much is open. */
export const readsAtMost: Record<string, number> = {
  board: 320,
  boardUnchanged: 2,
  boardChangedRow: 2,
  boardScrolled: 320,
  incidentPage: 6,
};

/** Whether a figure is within its bar; undefined if it has none. */
export function isHeld(key: string, value: unknown): boolean | undefined {
  const { most, least } = bars[key] ?? {};
  if (typeof value !== 'number' || (most === undefined && least === undefined)) return undefined;
  return value <= (most ?? value) && value >= (least ?? value);
}

/** Wall-clock figures depend on the machine: they are shown, and no other run is held to them. */
export const isOfTheMachine = (key: string): boolean => /second|millis|ms$/i.test(key);

export function textOf({ most, least }: Bar): string {
  if (most !== undefined) return `≤ ${most}`;
  return least === undefined ? '–' : `≥ ${least}`;
}
