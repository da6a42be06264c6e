/** A customer's own page: in trouble and when they hear next, working again, or nothing open. No script, no link out. */
import { html, raw } from 'hono/html';
import { milliseconds, type Policy } from '../policy.ts';
import type { CustomerPage, ShownIncident } from '../published/customer-page.ts';
import { letterClock, nameZoneOnce } from '../words/clock.ts';
import { type Fill, type Language, languages, textOf } from '../words/language.ts';
import { customerPageTexts } from '../words/texts/customer-page.ts';

type Markup = ReturnType<typeof html>;
type TextKey = keyof typeof customerPageTexts;

export interface Reading {
  language: Language;
  policy: Policy;
  now: Date;
  /** The page's own inline style. */
  style: string;
}

const dayMs = 86_400_000;

const t = ({ language }: Reading, key: TextKey, fill: Fill = {}): string =>
  textOf(customerPageTexts, key, language, fill) ?? '';
const time = ({ language, policy, now }: Reading, at: Date): string => letterClock(at, language, policy, now);

export function renderCustomerPage(reading: Reading, page: CustomerPage): string {
  const { policy, now } = reading;
  const { listedFor, refreshedEvery } = policy.customerPages;
  const listedSince = now.getTime() - milliseconds(listedFor);
  const all = Object.values(page.incidents).sort((one, other) => other.since.getTime() - one.since.getTime());
  const open = all.filter(({ state }) => state === 'open');
  const past = all.filter(({ state, since, endedAt = since }) => state !== 'open' && endedAt.getTime() >= listedSince);
  const refreshSeconds = milliseconds(refreshedEvery) / 1_000;
  const body = html`${page.name ? html`<p class="for">${t(reading, 'for', { name: page.name })}</p>` : ''}
${headline(reading, open, past)}
${open.map((each) => section(reading, each, open.length === 1))}
${past.length > 0 ? html`<section><h2>${t(reading, 'past', { days: milliseconds(listedFor) / dayMs })}</h2>${past.map((each) => folded(reading, each))}</section>` : ''}
${contact(reading)}
<p class="note">${t(reading, 'private', { name: page.name ?? t(reading, 'you') })}</p>
<p class="note">${t(reading, 'asOf', { at: time(reading, now), minutes: refreshSeconds / 60 })}</p>`;
  return frame(reading, t(reading, 'title'), body, { refreshSeconds });
}

/** Does not reveal whether such a page ever existed. */
export const renderNotice = (reading: Reading, kind: 'notFound' | 'away'): string =>
  frame(
    reading,
    t(reading, `${kind}.title`),
    html`<h1>${t(reading, `${kind}.title`)}</h1><p>${t(reading, kind)}</p>${contact(reading)}`,
  );

/** What a shop owner wants to know first. */
function headline(reading: Reading, open: readonly ShownIncident[], past: readonly ShownIncident[]): Markup {
  const [first] = open
    .flatMap(({ nextUpdateAt }) => nextUpdateAt ?? [])
    .sort((one, other) => one.getTime() - other.getTime());
  const justEnded = past.find(
    ({ state, endedAt }) => state === 'recovered' && endedAt && endedAt.getTime() > reading.now.getTime() - dayMs,
  );
  const state = open.length > 0 ? 'open' : justEnded ? 'recovered' : 'none';
  const line =
    state === 'open' && first
      ? t(reading, first < reading.now ? 'late' : 'next', { at: time(reading, first) })
      : state === 'recovered' && justEnded?.endedAt
        ? t(reading, 'endedAt', { at: time(reading, justEnded.endedAt) })
        : '';
  return html`<div class="state ${state}"><h1>${t(reading, `state.${state}`)}</h1>${line ? html`<p>${line}</p>` : ''}</div>`;
}

function nameOf(reading: Reading, { subject, what }: ShownIncident): string {
  if (subject) return t(reading, 'about', { subject });
  return what ? t(reading, 'what', { what: what[reading.language] }) : t(reading, 'trouble');
}

/** @param isOnly what the headline says of it is not said again */
const section = (reading: Reading, { nextUpdateAt, ...incident }: ShownIncident, isOnly: boolean): Markup =>
  html`<section><h2>${nameOf(reading, incident)}</h2>${facts(reading, isOnly || !nextUpdateAt ? incident : { ...incident, nextUpdateAt })}</section>`;

const folded = (reading: Reading, incident: ShownIncident): Markup =>
  html`<details><summary>${nameOf(reading, incident)} <small>${time(reading, incident.since)}</small></summary>${facts(reading, incident)}</details>`;

function facts(reading: Reading, { state, impact, since, endedAt, nextUpdateAt, told, code }: ShownIncident): Markup {
  const ended = endedAt && t(reading, state === 'closed' ? 'closed' : 'until', { at: time(reading, endedAt) });
  const next =
    nextUpdateAt && t(reading, nextUpdateAt < reading.now ? 'late' : 'next', { at: time(reading, nextUpdateAt) });
  const lines = [
    t(reading, 'since', { at: time(reading, since) }),
    state === 'open' ? impact && t(reading, `impact.${impact}`) : ended,
    next,
  ];
  return html`${lines.map((line) => (line ? html`<p>${line}</p>` : ''))}
<h3>${t(reading, 'told')}</h3>
${told.length === 0 ? html`<p>${t(reading, 'toldNothing')}</p>` : html`<ol>${told.toReversed().map(({ at, text }) => html`<li><time datetime="${at.toISOString()}">${time(reading, at)}</time>${text ? html`<pre>${text}</pre>` : html`<p>${t(reading, 'toldAt', { at: time(reading, at) })}</p>`}</li>`)}</ol>`}
<p class="note">${t(reading, 'code', { code })}</p>`;
}

const contact = (reading: Reading): Markup | '' => {
  const { telephone } = reading.policy.sender;
  return telephone ? html`<p class="contact">${t(reading, 'contact', { telephone })}</p>` : '';
};

interface Frame {
  refreshSeconds?: number;
  /** Search engines may list it. */
  isPublic?: true;
}

/** The whole page; its zone is named once. */
export function frame(reading: Reading, title: string, body: Markup, { refreshSeconds, isPublic }: Frame = {}): string {
  const { language, policy, style } = reading;
  const company = policy.sender.company[language];
  const whole = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${isPublic ? '' : html`<meta name="robots" content="noindex, nofollow">`}
<meta name="color-scheme" content="light dark">
${refreshSeconds ? html`<meta http-equiv="refresh" content="${String(refreshSeconds)}">` : ''}
<title>${company ? `${title} · ${company}` : title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
${company ? html`<p class="company">${company}</p>` : ''}
${body}
</main>
<footer><p>${languages.map((each) => (each === language ? '' : html`<a lang="${each}" hreflang="${each}" href="?lang=${each}">${each === 'ja' ? '日本語' : 'English'}</a>`))}</p></footer>
</body>
</html>
`;
  // Renders synchronously.
  return nameZoneOnce(`${whole as string}`, reading.now, policy);
}
