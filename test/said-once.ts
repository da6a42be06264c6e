import { createHash } from 'node:crypto';

/** Lines that came before are worth one that says so from this many on. */
const fewest = 2;

const beginningOf = (line: string): string => (line.length > 60 ? `${line.slice(0, 60)}…` : line);

/**
 * A text that is kept beside a test, in which lines that came before in the same order are one: how it begins, how
 * many they are, and a digest of them, so that it still tells whether one of them is another.
 */
export function saidOnce(text: string): string {
  const lines = text.split('\n');
  const key = (at: number): string => lines.slice(at, at + fewest).join('\n');
  const before = new Map<string, number[]>();
  const shared = (at: number, earlier: number): number => {
    let count = 0;
    while (at + count < lines.length && earlier + count < at && lines[at + count] === lines[earlier + count])
      count += 1;
    return count;
  };
  const said: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const most = Math.max(0, ...(before.get(key(at)) ?? []).map((earlier) => shared(at, earlier)));
    const count = most < fewest ? 1 : most;
    const run = lines.slice(at, at + count);
    const digest = createHash('sha256').update(run.join('\n')).digest('hex').slice(0, 6);
    said.push(
      count === 1
        ? (lines[at] ?? '')
        : `… ${count} lines as above (${digest}): ${beginningOf(run.find((line) => line !== '') ?? '')}`,
    );
    for (const end = at + count; at < end; at += 1) before.set(key(at), [...(before.get(key(at)) ?? []), at]);
  }
  return said.join('\n');
}
