/** What the forms of the meeting share: an answer to one item, and what is typed is kept. */
import { html } from 'hono/html';
import { button, type Failed, textField } from './fields.ts';
import { meetingPath, type Sitting } from './meeting-sitting.ts';
import { form } from './page.ts';
import type { Markup, View } from './view.ts';

export interface AgendaQuestion {
  item: string;
  /** Its position. */
  step: string;
  label: string;
  /** What is offered where nobody has answered. */
  suggestion?: string;
}

/** What somebody else answers while this is typed is seen as it is sent, and then both stay. */
export function answerForm(
  view: View,
  sitting: Sitting,
  asked: AgendaQuestion,
  failed: Failed | undefined,
  more: Markup | '' = '',
): Markup {
  if (sitting.isHeld) return html``;
  const known = sitting.meeting.answers.find((each) => each.item === asked.item);
  const typed = failed?.type === asked.item ? (failed.values.get('text') ?? '') : undefined;
  return form(
    view,
    `${meetingPath(sitting.week.id)}/answers`,
    html`<input type="hidden" name="item" value="${asked.item}"><input type="hidden" name="step" value="${asked.step}"><input type="hidden" name="seen" value="${known?.at.toISOString() ?? ''}">
${textField({ form: asked.item.replace(/[^\w-]/g, '-'), name: 'text', rows: 3, label: asked.label, isRequired: true, value: typed ?? known?.text ?? asked.suggestion ?? '' })}
<p class="taps">${button(view.t('submit.meetingAnswer'))} ${more}</p>`,
    { attributes: draft(sitting, asked.item, typed !== undefined) },
  );
}

/** What is typed is kept by the browser until it is recorded. */
export function draft({ week }: Pick<Sitting, 'week'>, name: string, isTyped: boolean): Markup {
  return html`data-draft="${week.id}/${name}"${isTyped ? html` data-typed` : ''}`;
}
