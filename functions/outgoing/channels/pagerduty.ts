/** PagerDuty's Events API v2: an incident's episode is one alert, which rings no more once acknowledged. Pure. */
import type { Notice, PagerStep } from '../../platform/notice-schemas.ts';
import { cut } from '../../platform/one-line.ts';
import type { Language } from '../../words/language.ts';
import { buttonWords } from '../../words/texts/slack.ts';

/** PagerDuty's own limits: of the summary, and well below what an event may weigh. */
const limits = { summary: 1_024, details: 20_000 };

const address = 'https://events.pagerduty.com/v2/enqueue';

/** @param configured an address of one's own; without a path it has PagerDuty's */
export function eventsAddress(configured: string | undefined): string {
  if (configured === undefined) return address;
  const url = new URL(configured);
  return url.pathname === '/' ? new URL(new URL(address).pathname, url).href : configured;
}

export function pageBody(page: PagerStep, routingKey: string, language: Language): string {
  const { action, incidentId, urgency, area, why, url } = page;
  const named = { routing_key: routingKey, event_action: action, dedup_key: `${incidentId}#${page.episode}` };
  if (action !== 'trigger') return JSON.stringify(named);
  return JSON.stringify({
    ...named,
    client: 'Metronome',
    ...(url ? { client_url: url, links: [{ href: url, text: buttonWords.open[language] }] } : {}),
    payload: {
      summary: cut(page.subject[language], limits.summary),
      source: area || 'metronome',
      severity: urgency === 'high' ? 'critical' : 'error',
      timestamp: page.createdAt,
      ...(area ? { component: area } : {}),
      class: why.join(' '),
      custom_details: { text: cut(page.text[language], limits.details) },
    },
  });
}

/** Either a test, which rings and ends at once, or another channel's failure, whose page a person ends. */
export function noticeBodies(notice: Notice, routingKey: string, language: Language): string[] {
  const isTest = notice.kind === 'connection-test';
  const page: PagerStep = {
    ...notice,
    id: `pag_${notice.id}`,
    incidentId: notice.id,
    action: 'trigger',
    why: notice.kinds ?? [notice.kind],
    sequence: 1,
    episode: 1,
    urgency: isTest ? 'low' : 'high',
  };
  const ends = isTest ? [pageBody({ ...page, action: 'resolve' }, routingKey, language)] : [];
  return [pageBody(page, routingKey, language), ...ends];
}
