/** Durations as the policy writes them. Pure. */

const durations = new Map<string, number>();

/** Reads an ISO 8601 duration of days to seconds. @throws RangeError: a policy that cannot be read must not decide. */
export function milliseconds(duration: string): number {
  const known = durations.get(duration);
  if (known !== undefined) return known;
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(duration);
  if (!match || duration.length < 3)
    throw new RangeError(`Not a duration of days, hours, minutes and seconds: ${duration}`);
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  const value = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1_000;
  durations.set(duration, value);
  return value;
}
