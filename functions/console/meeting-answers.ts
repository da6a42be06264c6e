/** What has been said at a meeting so far of the step that is looked at, and where the others are: open pages ask for it. */
import { html } from 'hono/html';
import type { Meeting } from '../postmortems/meeting.ts';
import { readMeeting } from '../postmortems/store.ts';
import { stepPath } from './meeting-sitting.ts';
import type { FileAnswer, Visit } from './page.ts';
import { requireWeek } from './postmortems.ts';
import { type Markup, time, type View } from './view.ts';

export function saidBox(
  view: View,
  meeting: Meeting,
  week: string,
  step: string,
  name: (step: string) => string | undefined,
): Markup {
  const { t } = view;
  const answers = meeting.answers.filter((each) => each.item === step);
  const elsewhere = meeting.step !== undefined && meeting.step !== step && meeting.begun !== undefined;
  return html`${answers.map(
    ({ text, by, at, before }) =>
      html`<blockquote class="answer"><p class="words">${text}</p><footer>${by} ${time(view, at)}</footer>${before.map(
        (each) => html`<p class="muted words">${each.text} (${each.by})</p>`,
      )}</blockquote>`,
  )}${
    elsewhere && meeting.step
      ? html`<p class="muted">${t('meeting.isAt')} <a href="${stepPath(week, meeting.step)}">${name(meeting.step) ?? t('meeting.there')}</a></p>`
      : ''
  }`;
}

/** One read, so that it can be asked every few seconds. */
export async function showSaid({ view, query }: Visit, id = ''): Promise<FileAnswer> {
  const week = requireWeek(view, id);
  const meeting = await readMeeting(week.id);
  const name = (step: string): string | undefined => (step.startsWith('inc_') ? undefined : view.name('agenda', step));
  const body = String(await saidBox(view, meeting, week.id, query.get('step') ?? '', name));
  return { status: 200, body, type: 'text/html; charset=utf-8' };
}
