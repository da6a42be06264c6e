/** What the file of a source of releases provides. Each makes of its body the one shape that evidence and review know. Pure. */
import type { ReleaseFacts } from '../incidents/facts/release-facts.ts';
import { readableText } from '../incidents/signals/signal.ts';
import { isPlausibleTime, readTime } from '../incidents/signals/times.ts';
import type { IntakeSource } from '../intake/sources/source.ts';
import { defined } from '../platform/defined.ts';
import type { Policy } from '../policy.ts';

/** A release as stored; its status is one of Cloud Build's, whatever the source. */
export interface Release extends ReleaseFacts {
  status: string;
  project?: string;
  commit?: string;
  repository?: string;
  environment?: string;
  /** The source, if it is not Cloud Build. */
  source?: 'github' | 'gitlab' | 'pagerduty';
  /** The name that a person or a tool gave it. */
  title?: string;
  images: string[];
  tags: string[];
  /** When it began to run; while it is queued, when it was requested. */
  startedAt: Date;
  finishedAt?: Date;
  /** When the source sent this: an older message never replaces a newer one. */
  toldAt?: Date;
}

type Said = { [K in keyof Release]?: Release[K] | undefined } & Pick<Release, 'id' | 'status' | 'startedAt'>;

/** What a source says, without what it leaves out. Most say nothing of steps, images and tags. */
export const releaseOf = (said: Said): Release => ({ steps: [], images: [], tags: [], ...defined(said) });

export class NotARelease extends Error {}

export type ReleaseReading = { release: Release } | { ignored: string };

export interface ReleaseSource extends Pick<IntakeSource, 'secretNames' | 'challenge' | 'needsBody' | 'refuse'> {
  tool: 'github' | 'gitlab';
  /** @throws NotARelease if the body is not about a release */
  read(body: unknown, receivedAt: Date, policy: Policy): ReleaseReading;
}

/** A staging deployment of the same commit is no release to customers: `production`, also `production/eu`. */
export const isProduction = (environment: string, { evidence }: Policy): boolean =>
  evidence.environments.some((each) => new RegExp(`^${RegExp.escape(each)}(?:$|[/\\s_-])`, 'i').test(environment));

export const textIn = (value: unknown, most = 300): string | undefined =>
  typeof value === 'string' ? readableText(value, most) || undefined : undefined;

export const linkIn = (...values: unknown[]): string | undefined =>
  values.map((each) => textIn(each, 2_000)).find((each) => each !== undefined && /^https?:\/\//i.test(each));

/** ISO 8601 or, at GitLab, `2026-12-02 18:00:00 +0900` and `… UTC`. */
export function timeIn(...values: unknown[]): Date | undefined {
  for (const value of values) {
    const text = textIn(value)
      ?.replace(/ UTC$/, 'Z')
      .replace(/ ([+-]\d{4})$/, '$1');
    const at = text && readTime(text, 'UTC', new Date(8.64e15))?.at;
    if (at && isPlausibleTime(at)) return at;
  }
  return undefined;
}
