/** How long something lasted, in words. Pure. */
const minuteMs = 60_000;
const units = [
  ['d', 24 * 60 * minuteMs],
  ['h', 60 * minuteMs],
  ['min', minuteMs],
] as const;

/** In the largest unit of which there are two, else in seconds. */
export function lasted(ms: number): string {
  const [unit, length] = units.find((each) => ms >= 2 * each[1]) ?? ['s', 1_000];
  return `${Math.floor(Math.max(0, ms) / length)} ${unit}`;
}
