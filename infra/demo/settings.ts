/** The demo's environment variables; wrong values are reported before anything starts. */
import { randomUUID } from 'node:crypto';
import type { Environment } from '../../functions/platform/environment.ts';
import { policy } from '../../functions/policy.ts';
import { weekOf } from '../../functions/postmortems/week.ts';
import type { Language } from '../../functions/words/text.ts';
import type { HouseOptions } from '../local/house.ts';
import { sayTaken } from '../local/words.ts';
import { machineLanguage } from '../machine-language.ts';
import { weeks } from './story.ts';

export interface DemoSettings {
  house: HouseOptions;
  /** The language of the story, its notices and its drafts. */
  language: Language;
  seed: number;
  /** The half year, in milliseconds. */
  start: number;
  end: number;
  /** The clock's time once the story has been played, which takes a while: the visitor's time. */
  arrival(now: number): number;
}

/** @param asked the language that was typed, if not the machine's @throws Error naming a variable that cannot be understood, and what it has to be */
export function demoSettings(environment: Environment, now: number, asked?: string): DemoSettings {
  const whole = (name: string, otherwise: number, most: number): number => {
    const text = environment[name];
    const value = text ? Number(text) : otherwise;
    if (Number.isInteger(value) && value >= 0 && value <= most) return value;
    throw new Error(`${name} has to be a whole number from 0 to ${most}, and is “${text}”.`);
  };
  // For pictures that must be reproducible.
  const said = environment.DEMO_NOW;
  const end = said ? Date.parse(said) : now;
  if (Number.isNaN(end)) throw new Error(`DEMO_NOW has to be a time such as 2026-11-24T02:00:00Z, and is “${said}”.`);
  return {
    house: {
      port: whole('PORT', 8080, 65_535),
      cloudPort: whole('LOCAL_CLOUD_PORT', 8081, 65_535),
      dataDirectory: environment.LOCAL_DATA_DIR || '.local/demo',
      fresh: true,
      // Secrets for the endpoints of this machine only.
      environment: { FRESHDESK_TOKEN: randomUUID(), GITHUB_WEBHOOK_SECRET: randomUUID(), ...environment },
    },
    language: machineLanguage(environment, asked),
    seed: whole('DEMO_SEED', 20_261_124, 2 ** 32 - 1),
    start: weekOf(new Date(end - weeks * 7 * 86_400_000), policy.zone).start.getTime(),
    end,
    arrival: (at) => (said ? end : Math.max(at, end)),
  };
}

/** What to do about a demo that did not start. */
export const whyNot = (
  error: unknown,
  { port, cloudPort }: Pick<HouseOptions, 'port' | 'cloudPort'>,
  language: Language,
): string =>
  sayTaken(language, error, { PORT: port, LOCAL_CLOUD_PORT: cloudPort }, 'npm run demo') ??
  (error as { message?: string }).message ??
  String(error);
