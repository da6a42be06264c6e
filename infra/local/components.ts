/**
 * `/_local/components`: every named component of the console's design in all of its states, in Japanese and in English, made by
 * the functions and styles that pages are made by.
 */
import type { ServerResponse } from 'node:http';
import { html } from 'hono/html';
import { button, fieldsOf } from '../../functions/console/fields.ts';
import { icon, icons } from '../../functions/console/icons.ts';
import { severity } from '../../functions/console/incident-head.ts';
import { renderPage } from '../../functions/console/page.ts';
import { badge, cards, copyable, countdown, factList, type Markup, type View } from '../../functions/console/view.ts';
import { businessImpacts } from '../../functions/incidents/signals/signal.ts';
import { policy } from '../../functions/policy.ts';
import { type Language, languages } from '../../functions/words/language.ts';
import { speak } from '../../functions/words/speech.ts';

const viewIn = (language: Language): View => ({
  ...speak({ language, policy }),
  policy,
  now: new Date(),
  actor: 'sato@example.jp',
  csrf: '',
  address: '/_local/components',
});

/** Each with its name, in the order of `functions/console/assets/console.css`. */
const components: readonly [name: string, states: (view: View) => Markup][] = [
  ['Icon', () => html`${Object.keys(icons).map((name) => html`${icon(name as keyof typeof icons)} `)}`],
  ['Button', ({ t }) => html`<p class="taps">${button(t('tap.take'))}${button(t('tap.happens'), 'plain')}</p>`],
  ['Next step', ({ t }) => html`<div class="taps"><div class="thumb">${button(t('due.tell'))}</div></div>`],
  [
    'Tab',
    ({ t }) =>
      html`<p><a class="tab" href="#" aria-current="page">${t('nav.board')}</a><a class="tab" href="#">${t('nav.questions')}</a></p>`,
  ],
  [
    'Badge',
    ({ t }) =>
      html`<p>${(['plain', 'good', 'warn', 'bad'] as const).map((tone) => html`${badge(`${t('unanswered')} (${tone})`, tone)} `)}</p>`,
  ],
  [
    'Severity',
    (view) =>
      html`<p class="glance">${[undefined, ...businessImpacts].map((each) => html`${severity(view, each ? { businessImpact: each } : {}, 'open')} `)}${severity(view, {}, 'recovered')}</p>`,
  ],
  [
    'Clock',
    (view) => html`<p>${[-90, -3, 3, 40].map((minutes) => html`${countdown(view, inMinutes(view, minutes))} · `)}</p>`,
  ],
  [
    'Clock line',
    (view) =>
      html`${[-9, 40].map((minutes) => html`<p class="due-line${minutes < 0 ? ' is-overdue' : ''}">${countdown(view, inMinutes(view, minutes))} <span>${name(view)}</span></p>`)}`,
  ],
  [
    'Band',
    ({ t }) =>
      html`<section class="band" aria-label="${t('nav.board')}"><strong>${icon('emergency')} ${t('nav.board')}</strong> <a href="#">${t('untitled')}</a> <span>${t('board.roles', { n: 1, total: 3 })}</span></section><p class="band is-over">${t('board.over')}</p>`,
  ],
  [
    'Card of the board',
    (view) => html`<ol class="board">${[-9, 3, 40].map((minutes) => boardCard(view, minutes))}</ol>`,
  ],
  [
    'Card',
    (view) =>
      cards(
        view,
        [1],
        () => html`<li><h2><a href="#">${view.t('untitled')}</a></h2><p class="muted">${view.t('nobody')}</p></li>`,
        'board.none',
      ),
  ],
  ['Empty', (view) => cards(view, [], () => html``, 'board.none')],
  [
    'Callout',
    ({ t }) =>
      html`${['', 'warning', 'alarm'].map((tone) => html`<p class="callout ${tone}">${t('board.unanswered')}</p>`)}<p class="missing"><strong>${t('facts.missing')}</strong> ${t('nobody')}</p>`,
  ],
  ['Receipt', ({ t }) => html`<p class="recorded">${t('recorded', { what: t('tap.take') })}</p>`],
  [
    'Refusal',
    ({ t }) => html`<section class="problem"><h2>${t('problem.422')}</h2><ul><li>${t('unknown')}</li></ul></section>`,
  ],
  [
    'Facts',
    (view) =>
      factList([
        [view.t('field.assignee'), view.t('nobody')],
        [view.t('field.reportedAt'), view.t('unknown')],
      ]),
  ],
  [
    'Fields',
    (view) => {
      const fields = fieldsOf(view, `sample-${view.language}`);
      const choices = [
        ['a', view.t('yes')],
        ['b', view.t('no')],
      ] as const;
      return html`${fields.text('subject', { hint: view.t('report.customerHint') })}${fields.text('description', { rows: 3 })}${fields.radios('ongoing', choices, { was: 'a' })}${fields.checkboxes('customer', choices)}${fields.select('channel', choices)}${fields.time('occurredAt')}`;
    },
  ],
  [
    'Step',
    ({ t, language }) =>
      html`<ol class="flow">${[false, true].map((isDone) => html`<li><details${isDone ? '' : html` open`}><summary>${t('step.update')} <span class="state${isDone ? ' done' : ''}">${isDone ? t('recordedShort') : t('step.open')}</span></summary><div id="step-${language}-${isDone}">${button(t('submit.record'))}</div></details></li>`)}</ol>`,
  ],
  [
    'Tiles',
    ({ t }) =>
      html`<ul class="figures">${[12, 3, 5, 1, 2, 9].map((n) => html`<li><span>${t('trends.column.incidents')}</span> <strong>${n}</strong> <small>${t('unknown')}</small></li>`)}</ul>`,
  ],
  ['Text to copy', (view) => copyable(view, `copied-${view.language}`, view.t('update.title'))],
];

const inMinutes = ({ now }: View, minutes: number): Date => new Date(now.getTime() + minutes * 60_000);
const name = ({ language }: View): string => (language === 'ja' ? '渋谷店' : 'Shibuya');

const boardCard = (view: View, minutes: number): Markup =>
  html`<li class="${minutes < 0 ? 'is-overdue' : ''}"><div class="due">${countdown(view, inMinutes(view, minutes))}<span class="who">${name(view)}</span></div><div class="what"><h2><a href="#">${view.t('untitled')}</a></h2><p class="words">${view.t('board.untold')}</p><p class="glance">${severity(view, { businessImpact: 'degraded' }, 'open')} ${badge(view.t('board.noAssignee'), 'warn')}</p><p class="badges"><span class="code">M-7K2QXB</span></p></div></li>`;

export async function showComponents(response: ServerResponse): Promise<void> {
  const views = languages.map(viewIn);
  const rows = components.map(
    ([title, states], index) =>
      html`<section aria-labelledby="component-${index}"><h2 id="component-${index}">${title}</h2><div class="columns">${views.map((view) => html`<div lang="${view.language}">${states(view)}</div>`)}</div></section>`,
  );
  const page = await renderPage(viewIn('en'), { title: 'Components', body: html`${rows}`, isWide: true });
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(String(page));
}
