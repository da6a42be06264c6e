/** The services outside of Metronome that a run may have. One is added here; docs/explanation/simulation.md says what it needs. */

import { calendars } from './calendars.ts';
import { notion } from './notion.ts';
import { pagerduty } from './pagerduty.ts';
import type { RemoteService } from './service.ts';
import { slack } from './slack.ts';
import { tickets } from './tickets.ts';

export const remoteServices = { tickets, slack, pagerduty, calendars, notion } satisfies Record<string, RemoteService>;

export type RemoteName = keyof typeof remoteServices;

export const remoteNames = Object.keys(remoteServices) as RemoteName[];

/** @throws Error naming what is no such service */
export function readRemote(text: string): RemoteName[] {
  if (text === 'all') return remoteNames;
  const names = text === 'none' ? [] : text.split(',').map((each) => each.trim());
  for (const name of names) {
    if (!(name in remoteServices))
      throw new Error(`“${name}” is no service outside. There are: ${remoteNames.join(', ')}.`);
  }
  return remoteNames.filter((each) => names.includes(each));
}
