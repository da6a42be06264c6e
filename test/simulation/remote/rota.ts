/** Who takes turns: twelve hours each, and now and then somebody takes over, before a shift or in the middle of it. Pure. */
import { hourMs, minuteMs } from '../calendar.ts';
import { Random } from '../random.ts';

const people = ['Aoki Yui', 'Endo Ren', 'Ito Mei', 'Ueda Sho', 'Kato Rin'];
const turnMs = 12 * hourMs;
/** 09:00 in Japan. */
const firstMs = Date.parse('2026-11-20T00:00:00Z');
const mostTurns = 60;

export interface RotaShift {
  name: string;
  email: string;
  from: number;
  until: number;
}

/** @param at the rota at that time: what is changed later is not in it. Epoch milliseconds. */
export function rotaAt(seed: string, at: number): RotaShift[] {
  const random = new Random(`rota ${seed}`);
  return Array.from({ length: mostTurns }, (_, turn) => {
    const from = firstMs + turn * turnMs;
    const until = from + turnMs;
    const [planned, other] = [turn, turn + 2].map((each) => people[each % people.length] as string) as [string, string];
    const isChanged = random.chance(0.5);
    const changedAt = from + random.between(-6 * 60, 6 * 60) * minuteMs;
    if (!isChanged || at < changedAt) return [shift(planned, from, until)];
    // From the middle of a shift another has the rest of it.
    if (changedAt <= from) return [shift(other, from, until)];
    return [shift(planned, from, changedAt), shift(other, changedAt, until)];
  }).flat();
}

const shift = (name: string, from: number, until: number): RotaShift => ({
  name,
  email: `${name.toLowerCase().replace(' ', '.')}@example.jp`,
  from,
  until,
});

/** The people on duty at `at`, by the rota of `asOf`. */
export const onDutyAt = (seed: string, at: number, asOf: number): string[] =>
  rotaAt(seed, asOf).flatMap(({ name, from, until }) => (from <= at && at < until ? [name] : []));
