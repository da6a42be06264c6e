/** Evidence that nobody has to record: the series behind its alert, the releases before it. */

import { html } from 'hono/html';
import { readSeriesEvidence, type SeriesEvidence } from '../evidence/kept-series.ts';
import { seriesNames } from '../evidence/points.ts';
import { requireIncident } from '../find/read-incident.ts';
import { Problem } from '../platform/problem.ts';
import { milliseconds } from '../policy.ts';
import { refuse } from '../words/refusals/refuse.ts';
import type { Loaded } from './incident-load.ts';
import { type Outcome, sayReason, type Visit } from './page.ts';
import { badge, clockText, incidentPath, type Markup, outLink, time, type View } from './view.ts';

export function seriesSection(view: View, { incident, series }: Loaded): Markup | '' {
  if (incident.source !== 'alert') return '';
  const { t } = view;
  return html`<section aria-labelledby="series"><h2 id="series">${t('section.series')}</h2>${
    series && series.series.length > 0
      ? seriesFigure(view, incident.id, series)
      : html`<p>${t('series.none')} ${series?.whyNot === undefined ? t('series.notYet') : sayReason(view, series.whyNot)}</p>`
  }</section>`;
}

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
    const highest = points.reduce(
      (best, point) => (point.value > best.value ? point : best),
      points[0] as (typeof points)[number],
    );
    const last = points.at(-1) as (typeof points)[number];
    const withUnit = (value: number): string => `${number.format(value)}${unit && unit !== '1' ? ` ${unit}` : ''}`;
    return html`<li><code>${names[index]}</code> ${t('series.highest')} ${withUnit(highest.value)} (${time(view, highest.at)}) · ${t('series.last')} ${withUnit(last.value)}</li>`;
  })}</ul>`;
}

/** The picture of the series. @throws Problem 404 where there is none */
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
  return html`<section aria-labelledby="releases"><h2 id="releases">${t('section.releases', { hours })}</h2>${
    releases.releases.length === 0
      ? html`<p class="muted">${t('releases.none')}</p>`
      : html`<ul class="plain">${releases.releases.map(
          (release) =>
            html`<li>${time(view, release.startedAt)} ${badge(view.name('build', release.status), tone(release.status))}${
              incident.cause?.releaseId === release.id ? html` ${badge(t('releases.cause'), 'bad')}` : ''
            } ${release.trigger ?? t('releases.byHand')}${release.branch ? ` · ${release.branch}` : ''}${
              release.commit ? html` · <code title="${release.commit}">${release.commit.slice(0, 8)}</code>` : ''
            } · ${release.url ? outLink(release.url, t('releases.build')) : t('releases.build')} <code>${release.id}</code></li>`,
        )}</ul>`
  }</section>`;
}
