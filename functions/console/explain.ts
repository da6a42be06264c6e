/** Why: the urgency's rule, inputs and the rules considered; the current checkpoints. */
import { html } from 'hono/html';
import type { Incident } from '../incidents/incident.ts';
import { milliseconds } from '../policy.ts';
import { tones } from '../postmortems/render/compose-entry.ts';
import { sayReason } from '../postmortems/render/sentences.ts';
import { speak } from '../postmortems/render/words.ts';
import { urgencyText } from './incident-head.ts';
import type { Loaded } from './incident-load.ts';
import { badge, type Markup, outLink, spanText, time, type View } from './view.ts';

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
<div><dt>${t('why.policy')}</dt><dd><a href="/console/policy?version=${urgency.policyVersion}"><code>${urgency.policyVersion}</code></a></dd></div>
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
  const review = speak(view);
  return html`<section aria-labelledby="checkpoints"><h2 id="checkpoints">${view.t('section.checkpoints')}</h2>${(
    ['prevention', 'response'] as const
  ).map(
    (heading) =>
      html`<h3>${review.value('heading', heading)}</h3><ul class="plain">${checkpoints
        .filter((each) => each.heading === heading)
        .map(
          (each) =>
            html`<li>${badge(review.value('result', each.result), tones[each.result])} ${review.value('checkpoint', each.id)}<br><small>${sayReason(each, review)}</small>${each.evidence.map((url) => html` ${outLink(url, review.word('evidence'))}`)}</li>`,
        )}</ul>`,
  )}</section>`;
}
