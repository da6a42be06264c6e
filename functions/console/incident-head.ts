/** How an incident and its customers are named and how urgent it reads, wherever it is shown; and the forms that record of it. */
import { html } from 'hono/html';
import { type Emergency, shownImpact } from '../incidents/emergency/emergency.ts';
import type { TimelineEvent } from '../incidents/facts/events.ts';
import { isSequenced } from '../incidents/facts/timeline.ts';
import { versionOf } from '../incidents/facts/version.ts';
import { goesOn, type Incident } from '../incidents/incident.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import { cut } from '../platform/one-line.ts';
import { countText, fromText, impactText, isOver } from '../words/glance.ts';
import { drillMark } from '../words/texts/notices.ts';
import { calledOf, contactText } from '../words/whom.ts';
import { form } from './page.ts';
import { badge, incidentPath, type Markup, time, timeText, type View, who } from './view.ts';

/** A list shows as much of a title as a reader takes in at a glance; the incident's own page has all of it. */
export const shortTitleOf = (view: View, incident: Pick<Incident, 'title' | 'isDrill'>): string =>
  cut(titleOf(view, incident), mostOfTitle);

const mostOfTitle = 120;

export const titleOf = (view: View, incident: Pick<Incident, 'title' | 'isDrill'>): string =>
  `${incident.isDrill ? drillMark[view.language] : ''}${incident.title || view.t('untitled')}`;

type Impact = Pick<Incident['impact'], 'businessImpact' | 'affectedCustomerCount'>;

/** Names the linked incident from which a value comes. */
export const fromMember = (view: View, from: { incidentId: string; code: string } | undefined): Markup | '' =>
  from
    ? html` <small><a href="${incidentPath(from.incidentId)}">${fromText(from, view.language).trim()}</a></small>`
    : '';

/** The severity on the one scale, for example 「■ 業務停止」; a finished incident only says that it is over. */
export function severity(view: View, { businessImpact }: Impact, status: Incident['status']): Markup {
  const text = impactText(businessImpact, view);
  return isOver(status)
    ? html`<strong class="severity over">${view.name('status', status)}</strong>`
    : html`<strong class="severity ${businessImpact ?? 'unknown'}">${text}</strong>`;
}

/** Severity and number of customers; for a finished incident, how severe it was. */
type Hit = { impact: Impact; emergency?: Pick<Emergency, 'endedAt' | 'customers'> } & Pick<Incident, 'status'>;
export function impactLine(view: View, { status, ...of }: Hit): Markup {
  const impact = shownImpact(of);
  const count = countText(impact.affectedCustomerCount, view);
  const was = isOver(status) ? `${impactText(impact.businessImpact, view)} ` : '';
  return html`${severity(view, impact, status)} <span>${was}${count}</span>`;
}

type Judged = Pick<Incident, 'ongoing' | 'status'> & { urgency: Pick<Incident['urgency'], 'level' | 'rule'> };

/** For example 「緊急性 低(発生から1時間超)・継続中」: the level, its rule, and whether it is ongoing. */
export function urgencyText(view: View, incident: Judged): string {
  const said = urgencyWords(view, incident);
  return goesOn(incident)
    ? view.t('urgencyLine', { ...said, ongoing: view.name('ongoing', incident.ongoing) })
    : view.t('urgencyBadge', said);
}

export function urgencyBadges(view: View, incident: Judged): Markup {
  const urgency = badge(view.t('urgencyBadge', urgencyWords(view, incident)));
  return goesOn(incident) ? html`${urgency} ${badge(view.name('ongoing', incident.ongoing))}` : urgency;
}

const urgencyWords = (view: View, { urgency: { level, rule } }: Judged) => ({
  level: view.name('urgency', level),
  rule: view.name('urgencyShort', rule),
});

export const contactName = (view: View, contact: Parameters<typeof calledOf>[0]): string =>
  contactText(calledOf(contact), view);

/** Who is due first, and how many more are affected, as the head of the incident and its notices count them. */
export const andOthers = (view: View, first: string, affected: number): string =>
  affected > 1 ? `${first} ${view.t('board.more', { n: affected - 1 })}` : first;

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

/** A form of an incident, which sends the version that its page has seen and is refused where more was stated since. */
export const incidentForm =
  (view: View, incident: Incident, path: string, attributes: Markup | '' = ''): typeof html =>
  (...content) => {
    const inForm = form(view, `${incidentPath(incident.id)}/${path}`, attributes);
    return inForm`<input type="hidden" name="seen" value="${versionOf(incident)}">${html(...content)}`;
  };

/** What others have stated since, a line each, oldest first: `11月24日(火) 10:32 業務回復 sato@example.jp`. */
export const newsLines = (view: View, events: readonly TimelineEvent[], seen: string): string[] =>
  events
    .filter((each) => isSequenced(each) && each.actor !== 'rule' && each.id > seen)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ type, actor, actorName, recordedAt }) =>
      [timeText(view, recordedAt), view.name('event', type), who(view, actor, actorName)].join(' '),
    );
