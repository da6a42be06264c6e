/** Plays a story into a house, step by step, and leaves it open at the visitor's time. */

import type { Language } from '../../functions/words/text.ts';
import type { House } from '../local/house.ts';
import { localProject } from '../local/start-cloud.ts';
import { emailOf } from '../provision/accounts.ts';
import { type Life, liveAt } from './live.ts';
import { watchErrorRate } from './shop.ts';
import type { Step } from './story.ts';
import { storyTexts } from './words.ts';

export interface Span {
  language: Language;
  start: number;
  end: number;
  /** The clock's final time: it has run while the story was played. */
  arrival(): number;
}

/** @param show is told how much of it has passed, and when that is */
export async function liveThrough(
  house: House,
  told: readonly Step[],
  { language, start, end, arrival }: Span,
  show: (share: number, at: number) => void,
): Promise<Life> {
  const base = `http://127.0.0.1:${house.port}`;
  const words = storyTexts(language);
  const life = liveAt(base, house.environment, words);
  const setClock = (at: number) => life.call('POST', '/_local/clock', { set: new Date(at).toISOString() });
  await setClock(start);
  // What the shop's own project opens to Metronome, as docs/how-to/deploy.md says of alerts of other projects.
  const series = emailOf('metronome-series', localProject);
  house.cloud.iam.grantElsewhere('shop-prod', series, 'roles/monitoring.viewer');
  await watchErrorRate(base + life.alertsDoor, words);
  let reached = start;
  for (const step of told) {
    if (step.at > reached) await setClock(step.at);
    reached = step.at;
    await life.happen(step);
    show((step.at - start) / (end - start), step.at);
  }
  await setClock(arrival());
  show(1, end);
  return life;
}
