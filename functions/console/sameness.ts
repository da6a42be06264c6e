/** The question whether two reports are the same trouble, and its two buttons. */

import { html } from 'hono/html';
import { requireIncident } from '../find/read-incident.ts';
import { answerSameness, type Sameness } from '../find/sameness.ts';
import { codeOf } from '../incidents/code.ts';
import { followOnCards } from '../outgoing/slack/edit-cards.ts';
import { contextIn } from './incident-form.ts';
import { form, type Outcome, type Visit } from './page.ts';
import { incidentPath, joined, type Markup, type View } from './view.ts';

export function samenessQuestion(view: View, asked: Sameness | undefined, back: 'board' | 'incident'): Markup | '' {
  if (asked?.state !== 'asked') return '';
  const code = html`<a href="${incidentPath(asked.to)}">${codeOf(asked.to)}</a>`;
  const [before = '', after = ''] = view.t('same.ask').split('{code}');
  const why = joined(view, asked.reasons, (each) => view.name('sameWhy', each));
  const tap = (answer: string, label: string, kind: string): Markup =>
    html`<button type="submit" name="answer" value="${answer}" class="${kind}">${label}</button> `;
  return form(
    view,
    `${incidentPath(asked.id)}/same`,
    html`<input type="hidden" name="back" value="${back}"><p><strong>${before}${code}${after}</strong> <small>${why}</small></p><p class="taps">${tap('merged', view.t('same.yes'), 'primary')}${tap('apart', view.t('same.no'), 'plain')}</p>`,
    { attributes: html`class="same"` },
  );
}

export async function answerSame({ view, form: given }: Visit, id = ''): Promise<Outcome> {
  const answer = given.get('answer') === 'merged' ? 'merged' : 'apart';
  given.delete('seen');
  await answerSameness(id, answer, view.t('same.basis'), contextIn(view, given));
  await followOnCards(await requireIncident(id));
  return { to: given.get('back') === 'board' ? '/console' : incidentPath(id) };
}
