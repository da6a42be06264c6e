/** The page Settings: the team's own values, what is still to set up, and every number and table that decides. A † marks defaults. */
import { isDeepStrictEqual } from 'node:util';
import { html } from 'hono/html';
import { keptVersions, readKeptPolicy } from '../kept-policies.ts';
import { Problem } from '../platform/problem.ts';
import { defaults, milliseconds, policyVersion } from '../policy.ts';
import { letterClock, nameZoneOnce } from '../words/clock.ts';
import { writeDraftLines } from '../words/drafts.ts';
import type { Fill } from '../words/language.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { lengthText } from '../words/spans.ts';
import { policyTexts } from '../words/texts/policy-page.ts';
import type { Outcome, Page, Visit } from './page.ts';
import { settingsSection } from './settings.ts';
import { badge, type Markup, time, type View } from './view.ts';

/** The number of former versions in the list. */
const mostVersions = 20;

/** `?version=` shows a policy that was in force before. */
export async function showSettings({ view, query }: Visit): Promise<Page> {
  const { t } = view;
  const current = policyVersion(view.policy);
  const version = query.get('version') ?? current;
  if (version !== current) {
    const body = html`<p class="callout warning"><strong>${t('policy.notInForce')}</strong> <code>${version}</code> <a href="/console/settings">${t('policy.toCurrent')}</a></p>
${everyValue(view, await kept(version))}`;
    return { title: t('nav.settings'), section: 'settings', body };
  }
  const settings = await settingsSection(view);
  return {
    title: t('nav.settings'),
    section: 'settings',
    body: html`<p class="lead">${t('policy.lead')}</p>
${settings.toSetUp}
${ownValues(view)}
${sampleMessage(view)}
${settings.all}
${await versions(view, current)}
<h2 id="values">${t('policy.values')}</h2>
${everyValue(view, view.policy)}`,
  };
}

export const goToSettings = async ({ query }: Visit): Promise<Outcome> => ({
  to: `/console/settings${query.size > 0 ? `?${query}` : ''}`,
});

function everyValue(view: View, policy: object): Markup {
  const sections = Object.entries(policy).filter(([, value]) => typeof value === 'object' && value !== null);
  const single = Object.entries(policy).filter(([, value]) => typeof value !== 'object');
  return html`<table class="policy"><caption class="visually-hidden">${view.t('policy.general')}</caption><tbody>${single.map(([name, value]) => row(view, name, value))}</tbody></table>
${sections.map(
  ([name, value]) => html`<h3 id="${name}">${view.maybe(`policy.${name}`) ?? name}</h3>
<table class="policy"><caption class="visually-hidden">${view.maybe(`policy.${name}`) ?? name}</caption><tbody>${leaves(name, value).map(([path, leaf]) => row(view, path, leaf))}</tbody></table>`,
)}`;
}

const entriesOf = (policy: object): [string, unknown][] =>
  Object.entries(policy).flatMap(([name, value]) => leaves(name, value));

/** The team's own values beside the defaults that they replace. */
function ownValues(view: View): Markup {
  const { t } = view;
  const byDefault = new Map(entriesOf(defaults));
  const own = entriesOf(view.policy).filter(([path, value]) => !isDeepStrictEqual(value, byDefault.get(path)));
  const rows = own.map(
    ([path, value]) =>
      html`<tr><th scope="row">${view.maybe(`policy.${path}`) ?? ''} <code>${path}</code></th><td>${say(view, value)}</td><td>${byDefault.has(path) ? say(view, byDefault.get(path)) : '–'}</td></tr>`,
  );
  const table = html`<table class="policy"><thead><tr><th scope="col">${t('policy.entry')}</th><th scope="col">${t('policy.own')}</th><th scope="col">${t('policy.default')}</th></tr></thead><tbody>${rows}</tbody></table>`;
  return html`<h2 id="own">${t('policy.ownValues')}</h2>
${own.length > 0 ? table : html`<p class="muted">${t('policy.noOwn')}</p>`}`;
}

/** The first message to a customer who reported, as this policy words it, about the first area that has a public name. */
function sampleMessage(view: View): Markup {
  const { policy, now, t } = view;
  const { language, company, telephone, functions } = policy.sender;
  const at = (date: Date): string => letterClock(date, language, policy, now);
  const facts = {
    customerName: policyTexts['policy.sampleName'][language],
    title: policyTexts['policy.sampleTitle'][language],
    company: company[language] || undefined,
    telephone: telephone || undefined,
    functionName: functions[0]?.[language],
    now: at(now),
    occurredAt: at(now),
    isConfirmed: true,
    isTaken: true,
    isCauseSought: true,
    isStopped: true,
    impact: 'stopped',
    progress: [],
    wasTold: false,
    isToldOver: false,
    nextUpdateAt: at(new Date(now.getTime() + milliseconds(policy.cadence.urgent.every))),
  } as const;
  const lines = writeDraftLines('first', facts, language, policy.drafts);
  return html`<h2 id="message">${t('policy.message')}</h2>
<p class="muted">${t('policy.messageHint')}</p>
<pre class="draft" lang="${language}">${nameZoneOnce(lines.join('\n'), now, policy)}</pre>`;
}

async function versions(view: View, current: string): Promise<Markup> {
  const { t } = view;
  const all = await keptVersions(mostVersions);
  const items = all.map(
    ({ version, keptAt, revision, by, commit }) =>
      html`<li><a href="/console/settings?version=${version}"><code>${version}</code></a> ${time(view, keptAt)}${by ? html` · ${t('policy.deployedBy', { by: view.policy.people.names[by] ?? by })}` : ''}${[commit, revision].map((each) => (each ? html` · <code>${each}</code>` : ''))}${version === current ? html` ${badge(t('policy.inForce'), 'good')}` : ''}</li>`,
  );
  return html`<h2 id="versions">${t('policy.versions')}</h2>
<p>${t('policy.version')} <code>${current}</code></p>
<ul class="plain">${items}</ul>`;
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
    return html`<ul class="inline">${value.map((each) => html`<li>${item(view, each)}</li>`)}</ul>`;
  }
  if (typeof value === 'boolean') return html`${view.t(value ? 'yes' : 'no')}`;
  const text = String(value);
  // `PT2H` as people say it.
  return html`${duration.test(text) ? lengthText(milliseconds(text), view.language) : text}`;
}

/** One item of a list: synonyms, a bracket, or the name and fields of an area or a customer. */
function item(view: View, each: unknown): string {
  if (Array.isArray(each)) return each.join(' = ');
  if (typeof each !== 'object' || each === null) return String(each);
  return 'from' in each
    ? view.t('policy.bracket', each as Fill)
    : Object.values(each).flat().filter(Boolean).join(' · ');
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
