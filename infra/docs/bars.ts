/** What each figure of the bench has to keep to, as the design promises it. */

export interface Bar {
  most?: number;
  least?: number;
}

export const bars: Record<string, Bar> = {
  'coldStart.ratio': { most: 1.25 },
  'slackDoor.p99OfThreeSeconds': { most: 1 },
  'intake.ratio': { least: 0.7 },
  'tick.ratio100kOver1k': { most: 1.2 },
  'bundle.seconds10k': { most: 10 },
  'bundle.readsPerIncident': { most: 1.1 },
  'console.ttfbRatio': { most: 3 },
  'permissions.ratio': { most: 1.1 },
};

export function textOf({ most, least }: Bar): string {
  return most === undefined ? `≥ ${least}` : `≤ ${most}`;
}
