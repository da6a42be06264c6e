/** Every draft that is due, each with its own recipients and word for word; one tap sends them. */
import { randomUUID } from 'node:crypto';
import { html } from 'hono/html';
import { draftMessage } from '../customer-updates/draft.ts';
import { customerIdsOf } from '../incidents/rhythm/contact.ts';
import { versionOf } from '../incidents/version.ts';
import { previewUpdates, requestUpdates } from '../outgoing/tickets/request-updates.ts';
import { button } from './fields.ts';
import { keyIn, seenIn } from './incident-form.ts';
import { titleOf } from './incident-head.ts';
import { loadIncident } from './incident-load.ts';
import { form, type Page } from './page.ts';
import { expectProblem } from './problem-page.ts';
import { draftsOf } from './update-steps.ts';
import { by, readRequest, recipientLine, refused } from './updates.ts';
import { incidentPath, type Markup } from './view.ts';
import type { Outcome, Visit } from './visit.ts';

/** A draft that cannot be sent as it is stays on the incident’s page, where it is edited. */
export async function showDrafts({ view }: Visit, id = ''): Promise<Page> {
  const { t } = view;
  const loaded = await loadIncident(view, id);
  const { incident, contacts } = loaded;
  const back = `${incidentPath(id)}#update`;
  const groups = draftsOf(view, loaded);
  const drafts = groups.flatMap((group) => {
    const request = {
      customers: group.told.flatMap(({ contact }) => customerIdsOf(contact).slice(0, 1)),
      message: draftMessage(incident, group, view),
      isRecovery: group.kind === 'recovery',
    };
    const decided = previewUpdates(incident, contacts, request, by(view));
    return 'refused' in decided ? [] : [{ request, updates: decided.updates }];
  });
  const leaving = drafts.flatMap(({ updates }) => updates.filter((each) => each.state === 'sending'));
  return {
    title: t('update.confirm'),
    section: 'board',
    body: html`<p><a href="${incidentPath(id)}">${titleOf(view, incident)}</a></p>
${drafts.map(
  ({ request, updates }, index) =>
    html`<h2>${t('update.draft', { n: index + 1, total: drafts.length })}</h2><ul class="plain">${updates.map((each) => recipientLine(view, loaded, each))}</ul>
<div class="draft"><p><button type="button" class="plain" data-copy="draft-${index}" hidden>${t('copy')}</button></p><pre id="draft-${index}" tabindex="0">${request.message}</pre></div>`,
)}
${
  leaving.length === 0
    ? html`<p>${t('update.nobody')} <a href="${incidentPath(id)}#customer-updated">${t('step.customer-updated')}</a></p>`
    : form(
        view,
        `${incidentPath(id)}/drafts`,
        randomUUID(),
        html`<input type="hidden" name="seen" value="${versionOf(incident)}">${drafts.map(({ request }, index) => hidden(index, request))}<p>${button(t('update.send', { n: leaving.length }))}</p>`,
      )
}
${drafts.length < groups.length ? html`<p class="missing">${t('update.toFill', { n: groups.length - drafts.length })}</p>` : ''}
<p><a href="${back}">${t('update.back')}</a></p>`,
  };
}

function hidden(index: number, request: { customers: string[]; message: string; isRecovery: boolean }): Markup[] {
  const fields = [
    ['message', request.message],
    ...request.customers.map((id) => ['customer', id]),
    ...(request.isRecovery ? [['recovery', 'yes']] : []),
  ];
  return fields.map(([name, value]) => html`<input type="hidden" name="${index}.${name}" value="${value}">`);
}

/** The tap. Where one is refused, those before it have left, and it comes back to be edited. */
export async function sendDrafts(visit: Visit, id = ''): Promise<Outcome> {
  const { view, form: values = new URLSearchParams() } = visit;
  const { idempotencyKey } = keyIn(values);
  for (let index = 0; values.has(`${index}.message`); index += 1) {
    const own = fieldsOf(values, `${index}.`);
    try {
      await requestUpdates(id, readRequest(view, own), {
        ...by(view),
        ...(idempotencyKey ? { idempotencyKey: `${idempotencyKey}-${index}` } : {}),
        // The first of them changes the record.
        seen: index === 0 ? seenIn(values) : undefined,
      });
    } catch (error) {
      return refused({ ...visit, form: own }, id, expectProblem(error));
    }
  }
  return { to: `${incidentPath(id)}?recorded=update-requested#recorded` };
}

function fieldsOf(values: URLSearchParams, prefix: string): URLSearchParams {
  const own = new URLSearchParams();
  for (const [name, value] of values) if (name.startsWith(prefix)) own.append(name.slice(prefix.length), value);
  return own;
}
