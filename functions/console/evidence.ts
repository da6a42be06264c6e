/** Evidence for an incident: the urgency rule, the checkpoints, the metric behind its alert, and the releases before it. */
import { html } from 'hono/html';
import { readSeriesEvidence, type SeriesEvidence } from '../evidence/kept-evidence.ts';
import { seriesNames } from '../evidence/points.ts';
import { requireIncident } from '../find/read-incident.ts';
import type { Incident } from '../incidents/incident.ts';
import { Problem } from '../platform/problem.ts';
import { milliseconds } from '../policy.ts';
import { tones } from '../postmortems/render/compose-entry.ts';
import { sayReason as checkpointReason } from '../postmortems/render/sentences.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { urgencyText } from './incident-head.ts';
import type { Loaded } from './incident-load.ts';
import { type Outcome, sayReason, type Visit } from './page.ts';
import { badge, clockText, incidentPath, type Markup, outLink, spanText, time, type View } from './view.ts';

export function seriesSection(view: View, { incident, series }: Loaded): Markup | '' {
  if (incident.source !== 'alert') return '';
  return html`<section aria-labelledby="series"><h2 id="series">${view.t('section.series')}</h2>${
    series && series.series.length > 0
      ? seriesFigure(view, incident.id, series)
      : html`<p>${view.t('series.none')} ${series?.whyNot === undefined ? view.t('series.notYet') : sayReason(view, series.whyNot)}</p>`
  }</section>`;
}

type Point = SeriesEvidence['series'][number]['points'][number];

function seriesFigure(view: View, incidentId: string, evidence: SeriesEvidence): Markup {
  const { t } = view;
  const { series, condition, threshold, comparison, from, until } = evidence;
  const names = seriesNames(series);
  const number = new Intl.NumberFormat(view.language, { maximumSignificantDigits: 4 });
  const limit =
    threshold === undefined
      ? ''
      : t('series.threshold', { sign: comparison === 'COMPARISON_LT' ? '<' : '>', value: number.format(threshold) });
  const alt = t('series.alt', { condition: condition ?? series[0]?.metric ?? '', limit });
  return html`<figure class="chart"><figcaption>${condition ?? series[0]?.metric ?? ''} ${limit} <small>${time(view, from)} – ${time(view, until)}</small></figcaption>
<img src="${incidentPath(incidentId)}/series.svg?language=${view.language}" alt="${alt}" width="640" height="240"></figure>
<ul class="plain">${series.map(({ points, unit }, index) => {
    const [highest, last] = [points.toSorted((a, b) => b.value - a.value)[0], points.at(-1)] as [Point, Point];
    const withUnit = (value: number): string => `${number.format(value)}${unit && unit !== '1' ? ` ${unit}` : ''}`;
    return html`<li><code>${names[index]}</code> ${t('series.highest')} ${withUnit(highest.value)} (${time(view, highest.at)}) · ${t('series.last')} ${withUnit(last.value)}</li>`;
  })}</ul>`;
}

/** The picture of the series. @throws Problem 404 if there is none */
export async function showSeries({ view }: Visit, id = ''): Promise<Outcome> {
  await requireIncident(id);
  const evidence = await readSeriesEvidence(id);
  if (!evidence || evidence.series.length === 0) throw new Problem(404, refuse('no-page'));
  const { drawSeries } = await import('../evidence/draw-series.ts');
  const { pictureHeaders } = await import('../platform/draw.ts');
  const body = drawSeries(evidence, {
    clock: (at) => clockText(view, at),
    thresholdName: view.t('series.thresholdName'),
  });
  return { status: 200, body, type: 'image/svg+xml', headers: pictureHeaders };
}

export function releasesSection(view: View, { incident, releases }: Loaded): Markup | '' {
  if (!releases) return '';
  const { t } = view;
  const hours = milliseconds(view.policy.review.releaseLookback) / 3_600_000;
  const tone = (status: string) =>
    status === 'SUCCESS' ? 'good' : /^(?:FAILURE|INTERNAL_ERROR|TIMEOUT)$/.test(status) ? 'bad' : 'plain';
  const items = releases.releases.map(({ id, startedAt, status, trigger, branch, commit, url }) => {
    const cause = incident.cause?.releaseId === id ? html` ${badge(t('releases.cause'), 'bad')}` : '';
    const code = commit ? html` · <code title="${commit}">${commit.slice(0, 8)}</code>` : '';
    return html`<li>${time(view, startedAt)} ${badge(view.name('build', status), tone(status))}${cause} ${trigger ?? t('releases.byHand')}${branch ? ` · ${branch}` : ''}${code} · ${outLink(url, t('releases.build'))} <code>${id}</code></li>`;
  });
  const list =
    items.length > 0 ? html`<ul class="plain">${items}</ul>` : html`<p class="muted">${t('releases.none')}</p>`;
  return html`<section aria-labelledby="releases"><h2 id="releases">${t('section.releases', { hours })}</h2>${list}</section>`;
}

export function urgencySection(view: View, incident: Incident): Markup {
  const { t } = view;
  const { urgency } = incident;
  const { occurredAt, receivedAt, ageMinutes } = urgency.inputs;
  return html`<section aria-labelledby="why"><h2 id="why">${t('section.why')}</h2>
<p><strong>${urgencyText(view, incident)}</strong></p>
<dl class="facts">
<div><dt>${t('why.rule')}</dt><dd>${view.name('urgencyRule', urgency.rule)}</dd></div>
<div><dt>${t('field.occurredAt')}</dt><dd>${occurredAt ? time(view, occurredAt) : t('unknown')}</dd></div>
<div><dt>${t('why.receivedAt')}</dt><dd>${time(view, receivedAt)}</dd></div>
<div><dt>${t('why.age')}</dt><dd>${ageMinutes === null ? t('unknown') : ageMinutes < 0 ? t('why.ahead', { span: spanText(view, -ageMinutes * 60_000) }) : spanText(view, ageMinutes * 60_000)}</dd></div>
<div><dt>${t('why.judgedAt')}</dt><dd>${time(view, urgency.evaluatedAt)}</dd></div>
<div><dt>${t('why.policy')}</dt><dd><a href="/console/settings?version=${urgency.policyVersion}"><code>${urgency.policyVersion}</code></a></dd></div>
</dl>
<details><summary>${t('why.considered')}</summary><ul class="considered">${urgency.considered.map(
    ({ rule, held }) =>
      html`<li class="${held ? 'held' : ''}">${badge(t(held ? 'why.held' : 'why.notHeld'), held ? 'good' : 'plain')} ${sayRule(view, rule)}</li>`,
  )}</ul></details>
<p class="muted">${t('why.note')}</p></section>`;
}

function sayRule(view: View, rule: string): string {
  const { highUpTo, clockErrorUpTo } = view.policy.urgency;
  const minutes = milliseconds(highUpTo) / 60_000;
  return view.maybe(`urgencyWhy.${rule}`, { minutes, error: milliseconds(clockErrorUpTo) / 60_000 }) ?? rule;
}

export function checkpointsSection(view: View, { checkpoints }: Loaded): Markup | '' {
  if (checkpoints.length === 0) return '';
  const parts = ['prevention', 'response'].map((heading) => {
    const items = checkpoints
      .filter((each) => each.heading === heading)
      .map(
        (each) =>
          html`<li>${badge(view.name('result', each.result), tones[each.result])} ${view.name('checkpoint', each.id)}<br><small>${checkpointReason(each, view)}</small>${each.evidence.map((url) => html` ${outLink(url, view.t('evidence'))}`)}</li>`,
      );
    return html`<h3>${view.name('heading', heading)}</h3><ul class="plain">${items}</ul>`;
  });
  return html`<section aria-labelledby="checkpoints"><h2 id="checkpoints">${view.t('section.checkpoints')}</h2>${parts}</section>`;
}
