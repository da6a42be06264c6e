/** The policy in force: every number and table that decides something. Metronome's own defaults carry a †. */
import { html } from 'hono/html';
import { readKeptPolicy } from '../kept-policies.ts';
import { Problem } from '../platform/problem.ts';
import { milliseconds, policyVersion } from '../policy.ts';
import type { Fill } from '../words/language.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { lengthText } from '../words/spans.ts';
import type { Page, Visit } from './page.ts';
import type { Markup, View } from './view.ts';

/** `?version=` shows one that was in force before. */
export async function showPolicy({ view, query }: Visit): Promise<Page> {
  const { t } = view;
  const current = policyVersion(view.policy);
  const version = query.get('version') ?? current;
  const policy = version === current ? view.policy : await kept(version);
  const sections = Object.entries(policy).filter(([, value]) => typeof value === 'object' && value !== null);
  const single = Object.entries(policy).filter(([, value]) => typeof value !== 'object');
  return {
    title: t('nav.policy'),
    section: 'policy',
    body: html`<p class="lead">${t('policy.lead')}</p>
${
  version === current
    ? html`<p>${t('policy.version')} <code>${current}</code></p>`
    : html`<p class="callout warning"><strong>${t('policy.notInForce')}</strong> <code>${version}</code> <a href="/console/policy">${t('policy.toCurrent')}</a></p>`
}
<table class="policy"><caption class="visually-hidden">${t('policy.general')}</caption><tbody>${single.map(([name, value]) => row(view, name, value))}</tbody></table>
${sections.map(
  ([name, value]) => html`<h2 id="${name}">${view.maybe(`policy.${name}`) ?? name}</h2>
<table class="policy"><caption class="visually-hidden">${view.maybe(`policy.${name}`) ?? name}</caption><tbody>${leaves(name, value).map(([path, leaf]) => row(view, path, leaf))}</tbody></table>`,
)}`,
  };
}

async function kept(version: string): Promise<object> {
  const policy = /^pol_[\da-f]{12}$/.test(version) ? await readKeptPolicy(version) : undefined;
  if (!policy) throw new Problem(404, refuse('no-such-policy'));
  return policy;
}

function row(view: View, path: string, value: unknown): Markup {
  const label = view.maybe(`policy.${path}`);
  // What the policy says in each language is read in that one: https://www.w3.org/TR/WCAG22/#language-of-parts
  const language = /\.(ja|en)$/.exec(path)?.[1];
  return html`<tr><th scope="row">${label ?? html`<code>${path}</code>`}${isOurs(path) ? html` <abbr title="${view.t('policy.ours')}">†</abbr>` : ''}</th><td${language ? html` lang="${language}"` : ''}>${say(view, value)}</td></tr>`;
}

/** Entries by their dotted names; lists of simple values are one entry. */
export function leaves(path: string, value: unknown): [path: string, value: unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(`${path}.${name}`, inner));
}

function say(view: View, value: unknown): Markup {
  if (Array.isArray(value)) {
    return html`<ul class="inline">${value.map((each) => html`<li>${Array.isArray(each) ? each.join(' = ') : typeof each === 'object' && each !== null ? view.t('policy.bracket', each as Fill) : String(each)}</li>`)}</ul>`;
  }
  if (typeof value === 'boolean') return html`${view.t(value ? 'yes' : 'no')}`;
  const text = String(value);
  // `PT2H` as people say it.
  return html`${duration.test(text) ? lengthText(milliseconds(text), view.language) : text}`;
}

const duration = /^P(?=[\dT])(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:[\d.]+S)?)?$/;

/**
 * The practice's own entries; a name covers all beneath it. All others are Metronome's defaults, with a † here and in the
 * comments of the policy: a test compares the two.
 */
const ofThePractice = [
  'zone',
  'customerLabel',
  'routing.trouble',
  'routing.question',
  'routing.outside',
  'routing.anomalyPhrases',
  'routing.sameQuestionCustomers',
  'routing.sameQuestionWindow',
  'routing.openAlertWindow',
  'urgency.highUpTo',
  'cadence.countedChannels',
  'review.release',
  'evidence.seriesBefore',
  'underReporting.weeksAfter',
  'underReporting.trendWeeks',
  'intake.maxBodyBytes',
  'intake.storeWithin',
  'intake.quarantineKeptFor',
  'intake.replayWindow',
];

export const isOurs = (path: string) => !ofThePractice.some((name) => path === name || path.startsWith(`${name}.`));
