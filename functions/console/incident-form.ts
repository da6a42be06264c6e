/** Forms that record something of an incident: each knows what its page had seen, and is refused where more was stated. */
import { html } from 'hono/html';
import type { Context } from '../incidents/facts/decision.ts';
import type { TimelineEvent } from '../incidents/facts/events.ts';
import { isSequenced } from '../incidents/facts/timeline.ts';
import { versionOf } from '../incidents/facts/version.ts';
import type { Incident } from '../incidents/incident.ts';
import { form } from './page.ts';
import { incidentPath, type Markup, timeText, type View, who } from './view.ts';

/** @param path below the incident's address */
export const incidentForm =
  (
    view: View,
    incident: Pick<Incident, 'id' | 'statedSequence'>,
    path: string,
    attributes: Markup | '' = '',
  ): typeof html =>
  (...content) =>
    form(
      view,
      `${incidentPath(incident.id)}/${path}`,
      attributes,
    )`<input type="hidden" name="seen" value="${versionOf(incident)}">${html(...content)}`;

/** The author of a form's statement, and the state of the page that it was made on. */
export function contextIn({ actor, now, policy }: View, given = new URLSearchParams()): Context {
  const seen = given.get('seen') ?? '';
  return { actor, now, policy, seen: /^\d{8}$/.test(seen) ? [seen] : undefined, ...keyIn(given) };
}

/** Of a form that is sent twice, the second is the first. */
export function keyIn(given: URLSearchParams, name = 'key'): { idempotencyKey?: string } {
  const key = given.get(name) ?? '';
  return /^[\w-]{16,64}$/.test(key) ? { idempotencyKey: key } : {};
}

/** What others have stated since, a line each, oldest first: 「11/24(火) 10:32 業務回復 sato@example.jp」. */
export const newsLines = (view: View, events: readonly TimelineEvent[], seen: string): string[] =>
  events
    .filter((each) => isSequenced(each) && each.actor !== 'rule' && each.id > seen)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ type, actor, actorName, recordedAt }) =>
      [timeText(view, recordedAt), view.name('event', type), who(view, actor, actorName)].join(' '),
    );
