/** How an incident is named and how urgent it reads, wherever it is shown. */
import { html } from 'hono/html';
import { goesOn, type Incident } from '../incidents/incident.ts';
import { glanceText } from '../words/glance.ts';
import { badge, type Markup, type View } from './view.ts';

/** A list shows as much of a title as a reader takes in at a glance; the incident's own page has all of it. */
export function shortTitleOf(view: View, incident: Pick<Incident, 'title' | 'isDrill'>): string {
  const title = titleOf(view, incident);
  return title.length > mostOfTitle ? `${title.slice(0, mostOfTitle).toWellFormed()}…` : title;
}

const mostOfTitle = 120;

export function titleOf(view: View, incident: Pick<Incident, 'title' | 'isDrill'>): string {
  return `${incident.isDrill ? view.t('drillMark') : ''}${incident.title || view.t('untitled')}`;
}

/** 「9分超過・業務停止・6店舗」: the same on the board, at the head of the incident and in its notices. */
export function glance(
  view: View,
  { impact }: { impact: Pick<Incident['impact'], 'businessImpact' | 'affectedCustomerCount'> },
  dueAt: Date | null | undefined,
): string {
  return glanceText({ ...impact, dueAt }, view.language, view.policy.customerLabel[view.language], view.now);
}

type Judged = Pick<Incident, 'ongoing' | 'status'> & { urgency: Pick<Incident['urgency'], 'level' | 'rule'> };

/** 「緊急性 低(発生から1時間超)・継続中」, as table B of the design has it. */
export function urgencyText(view: View, incident: Judged): string {
  const said = urgencyWords(view, incident);
  return goesOn(incident)
    ? view.t('urgencyLine', { ...said, ongoing: view.name('ongoing', incident.ongoing) })
    : view.t('urgencyBadge', said);
}

export function urgencyBadges(view: View, incident: Judged): Markup {
  const text = view.t('urgencyBadge', urgencyWords(view, incident));
  const urgency = badge(text, incident.urgency.level === 'high' ? 'bad' : 'plain');
  if (!goesOn(incident)) return urgency;
  return html`${urgency} ${badge(view.name('ongoing', incident.ongoing), incident.ongoing === 'no' ? 'plain' : 'warn')}`;
}

const urgencyWords = (view: View, { urgency: { level, rule } }: Judged) => ({
  level: view.name('urgency', level),
  rule: view.name('urgencyShort', rule),
});
