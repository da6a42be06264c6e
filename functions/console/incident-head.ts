/** How an incident is named and how urgent it reads, wherever it is shown. */
import { html } from 'hono/html';
import type { Incident } from '../incidents/incident.ts';
import { glanceText } from '../words/glance.ts';
import { badge, type Markup, type View } from './view.ts';

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

type Judged = Pick<Incident, 'ongoing'> & { urgency: Pick<Incident['urgency'], 'level' | 'rule'> };

/** 「緊急性 低(発生から1時間超)・継続中」, as table B of the design has it. */
export function urgencyText(view: View, incident: Judged): string {
  const { level, rule } = incident.urgency;
  return view.t('urgencyLine', {
    level: view.name('urgency', level),
    rule: view.name('urgencyShort', rule),
    ongoing: view.name('ongoing', incident.ongoing),
  });
}

export function urgencyBadges(view: View, incident: Judged): Markup {
  const { level, rule } = incident.urgency;
  const urgency = view.t('urgencyBadge', {
    level: view.name('urgency', level),
    rule: view.name('urgencyShort', rule),
  });
  return html`${badge(urgency, level === 'high' ? 'bad' : 'plain')} ${badge(view.name('ongoing', incident.ongoing), incident.ongoing === 'no' ? 'plain' : 'warn')}`;
}
