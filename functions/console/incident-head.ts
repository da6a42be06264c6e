/** How an incident is named and how urgent it reads, wherever it is shown. */
import { html } from 'hono/html';
import type { Incident } from '../incidents/incident.ts';
import { badge, type Markup, type View } from './view.ts';

export function titleOf(view: View, incident: Pick<Incident, 'title' | 'isDrill'>): string {
  return `${incident.isDrill ? view.t('drillMark') : ''}${incident.title || view.t('untitled')}`;
}

type Judged = Pick<Incident, 'ongoing'> & { urgency: Pick<Incident['urgency'], 'level' | 'rule'> };

/** 「緊急性 低(発生から1時間超)・継続中」, as table B of the design has it. */
export function urgencyText(view: View, incident: Judged): string {
  const { level, rule } = incident.urgency;
  return view.t('urgency.line', {
    level: view.name('urgency', level),
    rule: view.name('urgencyShort', rule),
    ongoing: view.name('ongoing', incident.ongoing),
  });
}

export function urgencyBadges(view: View, incident: Judged): Markup {
  const { level, rule } = incident.urgency;
  const urgency = view.t('urgency.badge', {
    level: view.name('urgency', level),
    rule: view.name('urgencyShort', rule),
  });
  return html`${badge(urgency, level === 'high' ? 'bad' : 'plain')} ${badge(view.name('ongoing', incident.ongoing), incident.ongoing === 'no' ? 'plain' : 'warn')}`;
}
