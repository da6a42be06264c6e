/** What is said of a customer who waits, on the board and on the incident's page. */
import { html } from 'hono/html';
import type { Contact } from '../incidents/rhythm/contact.ts';
import { badge, type Markup, time, type View } from './view.ts';

/** When they last heard from us, or since when they should have. */
export function lastTold(view: View, contact: Pick<Contact, 'lastUpdateAt' | 'affectedKnownAt'>): Markup {
  const { lastUpdateAt, affectedKnownAt } = contact;
  return html`${view.t(lastUpdateAt ? 'board.lastTold' : 'board.untold')} ${time(view, lastUpdateAt ?? affectedKnownAt)}`;
}

export function missedBadge(view: View, { missedInARow }: Pick<Contact, 'missedInARow'>): Markup | '' {
  if (missedInARow === 0) return '';
  const text = missedInARow === 1 ? view.t('board.missedOnce') : view.t('board.missedInARow', { n: missedInARow });
  return badge(text, 'bad');
}
