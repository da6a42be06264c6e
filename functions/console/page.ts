/** The input of a page and its frame: head, navigation, messages and footer. */
import { randomUUID } from 'node:crypto';
import { html } from 'hono/html';
import type { Context } from '../incidents/facts/decision.ts';
import { withCodes } from '../incidents/incident.ts';
import { Problem } from '../platform/problem.ts';
import { languages } from '../words/language.ts';
import { type RefusalReader, sayField, sayRefusal } from '../words/refusals/refuse.ts';
import { reasonFor } from '../words/say-recorded.ts';
import { asset } from './assets.ts';
import { tokenField } from './guard.ts';
import { icon } from './icons.ts';
import { type Markup, timeText, type View, who } from './view.ts';

export interface Page {
  title: string;
  /** The title for the tab and for bookmarks, if it differs from the page's title. */
  tab?: string;
  body: Markup;
  /** The navigation entry to highlight. */
  section?: Section;
  /** The page refreshes itself after this many seconds and keeps its scroll position. */
  refreshSeconds?: number;
  /** The page's `ETag`: a refresh that sends it is answered 304 if nothing has changed. */
  stamp?: string;
  /** Shown first: what was wrong with the submitted form. */
  problem?: { title: string; details: string[] };
  status?: number;
  isWide?: boolean;
  /** Shows times in the policy's zone: the wall screen's own zone may differ. */
  isInTeamZone?: boolean;
  /** The search text, which stays in the field. */
  asked?: string;
}

export interface Visit {
  query: URLSearchParams;
  /** The form of a POST, after the check that it comes from our own page; otherwise empty. */
  form: URLSearchParams;
  view: View;
  /** The `ETag` of a page that refreshes itself. */
  seen?: string | undefined;
}

/** Something other than a page: a picture, a file. */
export interface FileAnswer {
  status: number;
  body: string | Buffer;
  type: string;
  headers?: Record<string, string>;
}

export type Outcome = Page | { to: string } | FileAnswer;

/** The four places of the menu, and the pages inside each: the first is where the place itself leads. */
const places = {
  now: ['board', 'report', 'questions', 'drills'],
  monday: ['postmortems', 'actions', 'trends'],
  customers: ['customers'],
  settings: ['settings', 'connections', 'deliveries', 'quarantine'],
} as const;
type Place = keyof typeof places;
export type Section = (typeof places)[Place][number];

const pathOf = (section: Section): string => (section === 'board' ? '/console' : `/console/${section}`);

export function renderPage(view: View, page: Page): Markup {
  const { t } = view;
  const refresh = page.refreshSeconds;
  return html`<!doctype html>
<html lang="${view.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.tab ?? page.title} · Metronome</title>
<link rel="icon" href="${asset('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${asset('console.css')}">
<script src="${asset('console.js')}" defer></script>
${refresh ? html`<noscript><meta http-equiv="refresh" content="60"></noscript>` : ''}
</head>
<body data-now="${view.now.toISOString()}" data-over="${t('due.over')}" data-left="${t('due.left')}" data-copied="${t('copied')}" data-stale="${t('stale')}"${page.isInTeamZone ? html` data-team-zone="${view.policy.zone}"` : ''}>
<a class="skip" href="#main">${t('skip')}</a>
<header class="top">
<a class="brand" href="/console">Metronome</a>
<nav aria-label="${t('nav')}"><ul>${(Object.keys(places) as Place[]).map((each) => {
    const isHere = page.section !== undefined && placeOf(page.section) === each;
    return html`<li><a href="${pathOf(places[each][0])}"${isHere ? html` aria-current="true"` : ''}>${icon(each)}<span>${t(`place.${each}`)}</span></a></li>`;
  })}</ul></nav>
<form class="find" role="search" method="get" action="/console/find"><button type="submit" class="quiet" aria-label="${t('find.submit')}">${icon('search')}</button><input type="search" name="q" value="${page.asked ?? ''}" maxlength="${view.policy.find.mostCharacters}" required aria-label="${t('find.label')}" aria-keyshortcuts="/" placeholder="${t('find.placeholder')}"><kbd aria-hidden="true">/</kbd></form>
</header>
${inside(view, page.section)}
<main id="main" tabindex="-1" class="${page.isWide ? 'wide' : ''}"${refresh ? html` data-refresh="${refresh}"` : ''}${page.stamp ? html` data-stamp="${page.stamp}"` : ''}>
${page.problem ? html`<section class="problem" role="alert" tabindex="-1" data-first><h2>${page.problem.title}</h2><ul>${page.problem.details.map((each) => html`<li>${each}</li>`)}</ul></section>` : ''}
<h1>${page.title}</h1>
${page.body}
</main>
<footer>
<p>${t('footer.zone')} <span data-zone>${view.policy.zone}</span> · ${t('footer.viewer', { who: who(view, view.actor) })}</p>
<p>${languages.map((each) => languageLink(view, each))}</p>
<p class="stale" role="status" hidden data-stale-note></p>
</footer>
</body>
</html>
`;
}

const placeOf = (section: Section): Place =>
  (Object.keys(places) as Place[]).find((each) => places[each].some((own) => own === section)) ?? 'now';

/** The subpages of a place. Pages opened from one of them, such as an incident, do not show them. */
function inside(view: View, section: Section | undefined): Markup | '' {
  const place = section && placeOf(section);
  if (!place || places[place].length < 2 || view.address.split('?')[0] !== pathOf(section)) return '';
  return html`<nav class="inside" aria-label="${view.t(`place.${place}`)}"><ul>${places[place].map(
    (each) =>
      html`<li><a href="${pathOf(each)}"${each === section ? html` aria-current="page"` : ''}>${view.t(`nav.${each}`)}</a></li>`,
  )}</ul></nav>`;
}

/** The language's own name, so that people who cannot read this page find it. */
function languageLink(view: View, language: (typeof languages)[number]): Markup {
  const name = language === 'ja' ? '日本語' : 'English';
  if (language === view.language) return html`<span lang="${language}" aria-current="true">${name}</span> `;
  const url = new URL(view.address, 'http://console');
  url.searchParams.set('lang', language);
  return html`<a lang="${language}" hreflang="${language}" href="${url.pathname}${url.search}">${name}</a> `;
}

/** A form that changes something: guarded, and safe to send twice. What it holds follows as a template. */
export const form =
  (view: View, action: string, attributes: Markup | '' = '', key: string = keyOn(view)): typeof html =>
  (...content) =>
    html`<form method="post" action="${action}" ${attributes}>
<input type="hidden" name="${tokenField}" value="${view.csrf}"><input type="hidden" name="key" value="${key}">
${html(...content)}</form>`;

const pages = new WeakMap<View, { id: string; forms: number }>();

/** The key of one more form on a page. They differ in their ends alone: a page of many forms is zipped to less. */
function keyOn(view: View): string {
  const page = pages.get(view) ?? { id: randomUUID(), forms: 0 };
  pages.set(view, page);
  page.forms += 1;
  return `${page.id}-${page.forms}`;
}

/** The author of a form's statement, and the state of the page that it was made on. */
export function contextIn({ actor, now, policy }: View, given = new URLSearchParams()): Context {
  const seen = given.get('seen') ?? '';
  return { actor, now, policy, seen: /^\d{8}$/.test(seen) ? [seen] : undefined, ...keyIn(given) };
}

/** The idempotency key: sending a form twice records it once. */
export function keyIn(given: URLSearchParams, name = 'key'): { idempotencyKey?: string } {
  const key = given.get(name) ?? '';
  return /^[\w-]{16,64}$/.test(key) ? { idempotencyKey: key } : {};
}

export const refusalReader = (view: View): RefusalReader => ({ ...view, timeText: (at) => timeText(view, at) });

/** Problems are in English, as in the API; their code selects the text in the reader's language. */
export function sayProblem(view: View, problem: Problem): { title: string; details: string[] } {
  const title = view.maybe(`problem.${problem.status}`) ?? view.t('problem.500');
  const reader = refusalReader(view);
  const colon = view.language === 'ja' ? ':' : ': ';
  const fields = problem.errors.map((error) => `${view.name('field', error.path)}${colon}${sayField(error, reader)}`);
  const whole = problem.said ? sayRefusal(problem.said, reader) : problem.message;
  return { title, details: fields.length > 0 ? fields : [withCodes(whole)] };
}

/** Shows a recorded English reason in the reader's language, if the reason is a known one. */
export const sayReason = (view: View, reason: string): string => withCodes(reasonFor(view, reason));

export function problemPage(view: View, problem: Problem): Page {
  const { title, details } = sayProblem(view, problem);
  return {
    title,
    status: problem.status,
    body: html`${details.map((each) => html`<p>${each}</p>`)}<p><a href="/console">${view.t('problem.back')}</a></p>`,
  };
}

/** @returns the problem that a form comes back with; @throws anything else */
export function expectProblem(error: unknown): Problem {
  if (error instanceof Problem && error.status < 500) return error;
  throw error;
}

export type Recording = (visit: Visit) => Promise<Outcome>;
type Again = (visit: Visit, problem: Problem) => Page | Promise<Page>;

/** Runs a form's action. If it is refused, the page that `again` renders shows the reason first and keeps what was typed. */
export async function orComeBack(visit: Visit, type: string, again: Again, record: Recording): Promise<Outcome> {
  const { view, form } = visit;
  try {
    return await record(visit);
  } catch (error) {
    const problem = expectProblem(error);
    view.failed = { type, values: form };
    return { problem: sayProblem(view, problem), status: problem.status, ...(await again(visit, problem)) };
  }
}
