/** What every page needs: the language, the time, the viewer, and how times and links are shown. */
import { html } from 'hono/html';
import { milliseconds, type Policy } from '../policy.ts';
import { actorText } from '../words/people.ts';
import { formatIn, leftText, minutesText, overdueText, yearOf } from '../words/spans.ts';
import type { Speech, TextKey } from '../words/speech.ts';

/** What `html` makes of a template: escaped, and safe to put into another. */
export type Markup = ReturnType<typeof html>;

export interface View extends Speech {
  policy: Policy;
  now: Date;
  /** The viewer's email, or `local`. */
  actor: string;
  csrf: string;
  /** Path and query of this page. */
  address: string;
  /** The refused form, which comes back with the typed text. */
  failed?: { type: string; values: URLSearchParams } | undefined;
}

export const typedIn = ({ failed }: View, type: string) => (failed?.type === type ? failed.values : undefined);

const format = ({ language, policy }: View, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  formatIn(language === 'ja' ? 'ja-JP' : 'en-US', { timeZone: policy.zone, ...options });

/** `assets/console.js` has the same options, and rewrites the time in the viewer's own zone. */
const whole: Omit<Intl.DateTimeFormatOptions, 'month'> = {
  day: 'numeric',
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
};

export function timeText(view: View, at: Date): string {
  // English readers disagree on which of two numbers is the month.
  const month = view.language === 'ja' ? 'long' : 'short';
  const isOfThisYear = yearOf(at, view.policy.zone) === yearOf(view.now, view.policy.zone);
  return format(view, { ...(isOfThisYear ? {} : { year: 'numeric' }), ...whole, month }).format(at);
}

export const clockText = (view: View, at: Date) => format(view, { hour: '2-digit', minute: '2-digit' }).format(at);

/** A time in the policy's zone, in the viewer's zone once the script runs, in UTC on hover. */
export const time = (view: View, at: Date): Markup =>
  html`<time datetime="${at.toISOString()}" title="${utc(at)}" data-local>${timeText(view, at)}</time>`;

/** The same, without the date if it is today. */
export function shortTime(view: View, at: Date): Markup {
  const day = format(view, { year: 'numeric', month: 'numeric', day: 'numeric' });
  const text = day.format(at) === day.format(view.now) ? clockText(view, at) : timeText(view, at);
  return html`<time datetime="${at.toISOString()}" title="${timeText(view, at)} (${utc(at)})" data-local="short">${text}</time>`;
}

const utc = (at: Date): string => `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** `3時間5分`, `3 h 5 min`: two units at most, in whole minutes. */
export const spanText = (view: View, ms: number): string => minutesText(ms, view.language);

export function ago(view: View, at: Date): Markup {
  const text = view.t('ago', { span: spanText(view, view.now.getTime() - at.getTime()) });
  return html`<time datetime="${at.toISOString()}" title="${timeText(view, at)} (${utc(at)})">${text}</time>`;
}

/** A running countdown to the customer's deadline, or how long it is overdue. */
export function countdown(view: View, dueAt: Date): Markup {
  const leftMs = dueAt.getTime() - view.now.getTime();
  const over = leftMs < 0;
  const text = view.t(over ? 'due.over' : 'due.left', {
    left: over ? overdueText(-leftMs, view.language) : leftText(leftMs, view.language),
  });
  return html`<time class="countdown${leftMs < 0 ? ' overdue' : leftMs < 5 * 60_000 ? ' soon' : ''}" datetime="${dueAt.toISOString()}" title="${timeText(view, dueAt)} (${utc(dueAt)})" data-due>${text}</time>`;
}

/** An external link if it is http or https; otherwise plain text. */
export function outLink(address: string | undefined, text = address ?? ''): Markup {
  if (!address || !/^https?:\/\/\S+$/i.test(address)) return html`${text}`;
  return html`<a href="${address}" rel="noopener noreferrer" target="_blank">${text}</a>`;
}

export const badge = (text: string, tone: 'bad' | 'warn' | 'good' | 'plain' = 'plain'): Markup =>
  html`<span class="badge ${tone}">${text}</span>`;

/** A card for each, or a line that says that there are none. */
export const cards = <T>(view: View, of: readonly T[], card: (view: View, of: T) => Markup, none: TextKey): Markup =>
  of.length === 0
    ? html`<p class="empty">${view.t(none)}</p>`
    : html`<ul class="cards">${of.map((each) => card(view, each))}</ul>`;

/** A record's fields by name; absent fields have no row. */
export const factList = (
  rows: readonly (readonly [label: string, value: Markup | string | null | undefined])[],
): Markup =>
  html`<dl class="facts">${rows.map(([label, value]) =>
    value === undefined || value === null ? '' : html`<div><dt>${label}</dt><dd>${value}</dd></div>`,
  )}</dl>`;

/** A text to be copied; its button appears once the script runs. */
export const copyable = (view: View, id: string, text: string): Markup =>
  html`<div class="draft"><p><button type="button" class="plain" data-copy="${id}" hidden>${view.t('copy')}</button></p><pre id="${id}" tabindex="0">${text}</pre></div>`;

/** Hidden fields of a form. */
export const hidden = (values: readonly (readonly [name: string, value: string])[]): Markup =>
  html`${values.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`;

export const lacksText = (view: View, fields: readonly string[]): string =>
  view.t('action.lacks', { fields: view.row(fields.map((each) => view.name('field', each))) });

/** When an unanswered question becomes an incident. */
export const becomesIncidentAt = ({ policy }: View, { reportedAt }: { reportedAt: Date }): Date =>
  new Date(reportedAt.getTime() + milliseconds(policy.routing.unansweredQuestionAfter));

export const who = ({ language }: View, actor: string, actorName?: string) => actorText(actor, actorName, language);

export const incidentPath = (id: string): string => `/console/incidents/${id}`;
