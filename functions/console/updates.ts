/** “Update them”: who gets which text by which ticket, shown before it leaves; and the tap that sends it. */
import { html } from 'hono/html';
import { problemOf } from '../incidents/decision.ts';
import { refuseUnseen, versionOf } from '../incidents/version.ts';
import { previewUpdates, requestUpdates } from '../outgoing/tickets/request-updates.ts';
import type { UpdateRecord } from '../outgoing/tickets/update.ts';
import { readConfig } from '../platform/config.ts';
import { type FieldError, Problem } from '../platform/problem.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import { comeBack } from './come-back.ts';
import { button } from './fields.ts';
import { keyIn, seenIn } from './incident-form.ts';
import { titleOf } from './incident-head.ts';
import { type Loaded, loadIncident } from './incident-load.ts';
import { form } from './page.ts';
import { expectProblem, sayProblem, sayReason } from './problem-page.ts';
import { readWhom, textOf } from './statements.ts';
import { namesOf } from './update-states.ts';
import { badge, incidentPath, type Markup, type View } from './view.ts';
import type { Outcome, Visit } from './visit.ts';

const formName = 'update';

/** What would be sent, word for word, and what has to be sent by hand. Nothing leaves yet. */
export async function confirmUpdates(visit: Visit, id = ''): Promise<Outcome> {
  const { view, form: values = new URLSearchParams() } = visit;
  try {
    const loaded = await loadIncident(view, id);
    const seen = seenIn(values);
    if (seen) refuseUnseen(seen, versionOf(loaded.incident));
    const request = readRequest(view, values);
    const preview = (confirmedNames: boolean) =>
      previewUpdates(loaded.incident, loaded.contacts, { ...request, confirmedNames }, by(view));
    const asked = preview(false);
    const names = 'refused' in asked && asked.code === 'names-another-customer' ? problemOf(asked) : undefined;
    const decided = names ? preview(true) : asked;
    if ('refused' in decided) throw problemOf(decided);
    const warning = names && sayProblem(view, names).details.join(' ');
    return {
      title: view.t('update.confirm'),
      section: 'board',
      body: confirmation(view, loaded, decided.updates, values, warning),
    };
  } catch (error) {
    return refused(visit, id, expectProblem(error));
  }
}

/** The tap: what was confirmed leaves. */
export async function sendUpdates(visit: Visit, id = ''): Promise<Outcome> {
  const { view, form: values = new URLSearchParams() } = visit;
  try {
    await requestUpdates(id, readRequest(view, values), { ...by(view), ...keyIn(values), seen: seenIn(values) });
    return { to: `${incidentPath(id)}?recorded=update-requested#recorded` };
  } catch (error) {
    return refused(visit, id, expectProblem(error));
  }
}

export async function refused({ view, form: values }: Visit, id: string, problem: Problem): Promise<Outcome> {
  return comeBack(view, id, { type: formName, values: values ?? new URLSearchParams() }, problem);
}

export const by = ({ actor, now, policy }: View) => ({ actor, now, policy, config: readConfig() });

export function readRequest({ policy }: View, values: URLSearchParams) {
  const message = textOf(values, 'message')?.toWellFormed().replaceAll('\0', '') ?? '';
  const errors: FieldError[] = [];
  if (message === '') errors.push(wrongField('message', 'empty-update'));
  if (message.length > policy.outgoing.mostMessageCharacters) {
    errors.push(wrongField('message', 'zod-text-too-long', { n: policy.outgoing.mostMessageCharacters }));
  }
  const customers = readWhom(values);
  if (customers.length === 0) errors.push(wrongField('customers', 'nobody-chosen'));
  if (errors.length > 0) throw new Problem(422, refuse('update-not-understood'), { errors });
  const confirmedNames = values.get('confirmedNames') === 'yes';
  return { customers, message, isRecovery: values.get('recovery') === 'yes', confirmedNames };
}

function confirmation(
  view: View,
  loaded: Loaded,
  updates: UpdateRecord[],
  values: URLSearchParams,
  warning: string | undefined,
): Markup {
  const { t } = view;
  const { incident } = loaded;
  const leaving = updates.filter((each) => each.state === 'sending');
  const byHand = updates.filter((each) => each.state !== 'sending');
  const [first] = updates;
  const line = (update: UpdateRecord): Markup => recipientLine(view, loaded, update);
  // What is confirmed goes to the customers that are shown here, and to nobody who becomes known meanwhile.
  const shown = updates.flatMap(({ customers }) => customers.map((id) => ['customer', id] as const));
  const typed = ['seen', 'of', 'message', 'recovery'].flatMap((name) =>
    values.getAll(name).map((value) => [name, value] as const),
  );
  const hidden = [...typed, ...shown].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const path = `${incidentPath(incident.id)}/updates`;
  return html`<p><a href="${incidentPath(incident.id)}#${formName}">${titleOf(view, incident)}</a></p>
${leaving.length > 0 ? html`<h2>${t('update.leaves', { n: leaving.length })}</h2><ul class="plain">${leaving.map(line)}</ul>` : ''}
${byHand.length > 0 ? html`<h2>${t('update.byHand', { n: byHand.length })}</h2><p class="muted">${t('update.byHandHint')}</p><ul class="plain">${byHand.map(line)}</ul>` : ''}
<h2>${t('field.message')}</h2>
<div class="draft"><p><button type="button" class="plain" data-copy="confirmed" hidden>${t('copy')}</button></p><pre id="confirmed" tabindex="0">${first?.text ?? ''}</pre></div>
${first?.isRecovery ? html`<p>${t('field.recovery')}</p>` : ''}
${
  leaving.length > 0
    ? form(
        view,
        path,
        values.get('key') ?? '',
        html`${hidden}${warning ? namesBox(view, warning) : ''}<p>${button(t('update.send', { n: leaving.length }))}</p>`,
      )
    : html`<p>${t('update.nobody')}</p>`
}
<p><a href="${incidentPath(incident.id)}#${formName}">${t('update.back')}</a></p>`;
}

/** Who receives it, on which ticket; by hand, why. */
export function recipientLine(view: View, { contacts }: Loaded, update: UpdateRecord): Markup {
  const { tool, ticketId, error } = update;
  return html`<li><strong>${namesOf(view, update, contacts)}</strong> ${tool ? html`${badge(view.name('tool', tool))} ${ticketId ?? ''}` : ''}${error ? html` <small>${sayReason(view, error)}</small>` : ''}</li>`;
}

/** The text names customers who would not receive it: it is sent once somebody says that this is meant. */
function namesBox(view: View, warning: string): Markup {
  return html`<div class="callout warning"><p>${warning}</p><p class="choices"><label><input type="checkbox" name="confirmedNames" value="yes" required> <span>${view.t('update.namesMeant')}</span></label></p></div>`;
}
