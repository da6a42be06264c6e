/** Google is slow to know what it was just told: such an answer is no failure yet, and is asked for again. */
import { reasonOf } from '../reason-of.ts';

/** What an answer says that time alone mends, and the most seconds that it takes. */
const slowToKnow: readonly [answer: RegExp, mostSeconds: number, what: string][] = [
  [/Cannot find metric\(s\)/i, 900, 'Google does not know the new metric yet (up to 10 minutes)'],
  [/service account .* does not exist/i, 180, 'Google does not know the new account yet'],
  [/does not have permission to publish|concurrent policy changes/i, 120, 'the grant has not arrived everywhere yet'],
  [/has not been used in project .* before or it is disabled/i, 180, 'the API is being switched on'],
];

const pauseSeconds = 20;

export interface Patience {
  /** How time passes; a test lets another clock go on. */
  pause(milliseconds: number): Promise<void>;
  say(text: string): void;
}

export const inRealTime = (say: Patience['say']): Patience => ({
  say,
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
});

/** @throws Error as `work` does, where waiting does not help or did not help for long enough */
export async function patiently<T>(work: () => Promise<T>, { pause, say }: Patience): Promise<T> {
  for (let waitedSeconds = 0; ; waitedSeconds += pauseSeconds) {
    try {
      return await work();
    } catch (error) {
      const message = reasonOf(error);
      const known = slowToKnow.find(([answer]) => answer.test(message));
      if (known === undefined || waitedSeconds >= known[1]) throw error;
      if (waitedSeconds === 0) say(`  … ${known[2]}: asked again every ${pauseSeconds} s`);
      await pause(pauseSeconds * 1_000);
    }
  }
}
