/** “Update them”: who gets which text by which ticket, shown before it leaves; and the tap that sends it. */
import { html } from 'hono/html';
import { draftMessage } from '../customer-updates/draft.ts';
import { problemOf } from '../incidents/facts/decision.ts';
import { refuseUnseen, versionOf } from '../incidents/facts/version.ts';
import { customerIdsOf } from '../incidents/rhythm/contact.ts';
import { recentUpdates } from '../outgoing/tickets/recent-updates.ts';
import { previewUpdates, requestUpdates } from '../outgoing/tickets/request-updates.ts';
import type { UpdateRecord } from '../outgoing/tickets/update.ts';
import { readConfig } from '../platform/config.ts';
import { type FieldError, Problem } from '../platform/problem.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import { namesOf } from './customers.ts';
import { button } from './fields.ts';
import { titleOf } from './incident-head.ts';
import { type Loaded, loadIncident } from './incident-load.ts';
import { orIncidentPage } from './incident-page.ts';
import { contextIn, form, type Outcome, type Page, sayProblem, sayReason, type Visit } from './page.ts';
import { readWhom, textOf } from './statements.ts';
import { draftsOf } from './steps.ts';
import { badge, copyable, hidden, incidentPath, type Markup, type View } from './view.ts';

const formName = 'update';

/** One text and its recipients, as it would be sent. */
interface Draft {
  message: string;
  updates: UpdateRecord[];
  isRecovery: boolean;
}

/** What would be sent, word for word, and what has to be sent by hand. Nothing leaves yet. */
export const confirmUpdates = (visit: Visit, id = ''): Promise<Outcome> =>
  orIncidentPage(visit, id, formName, async ({ view, form: values }) => {
    const loaded = await loadIncident(view, id);
    const { seen } = contextIn(view, values);
    if (seen) refuseUnseen(seen, versionOf(loaded.incident));
    const request = readRequest(view, values);
    const recent = await recentUpdates(loaded.incident, view.now, view.policy);
    const preview = (confirmedNames: boolean) =>
      previewUpdates(loaded.incident, loaded.contacts, recent, { ...request, confirmedNames }, by(view));
    const asked = preview(false);
    const names = 'refused' in asked && asked.code === 'names-another-customer' ? problemOf(asked) : undefined;
    const decided = names ? preview(true) : asked;
    if ('refused' in decided) throw problemOf(decided);
    // The text names customers who would not receive it: it is sent once somebody says that this is meant.
    const warning =
      names &&
      html`<div class="callout warning"><p>${sayProblem(view, names).details.join(' ')}</p><p class="choices"><label><input type="checkbox" name="confirmedNames" value="yes" required> <span>${view.t('update.namesMeant')}</span></label></p></div>`;
    const draft = { ...request, updates: decided.updates };
    const sent = { key: values.get('key') ?? '', seen: values.get('seen') };
    return confirmation(view, loaded, [draft], sent, warning ?? '');
  });

/** Every draft that is due. One that cannot be sent as it is stays on the incident’s page, where it is edited. */
export async function showDrafts({ view }: Visit, id = ''): Promise<Page> {
  const loaded = await loadIncident(view, id);
  const { incident, contacts } = loaded;
  const groups = draftsOf(view, loaded);
  const recent = await recentUpdates(incident, view.now, view.policy);
  const drafts = groups.flatMap((group): Draft[] => {
    const customers = group.told.flatMap(({ contact }) => customerIdsOf(contact).slice(0, 1));
    const message = draftMessage(incident, group, view);
    const request = { customers, message, isRecovery: group.kind === 'recovery' };
    const decided = previewUpdates(incident, contacts, recent, request, by(view));
    return 'refused' in decided ? [] : [{ ...request, updates: decided.updates }];
  });
  const n = groups.length - drafts.length;
  const toFill = n > 0 ? html`<p class="missing">${view.t('update.toFill', { n })}</p>` : '';
  return confirmation(view, loaded, drafts, { seen: versionOf(incident) }, toFill);
}

/** The tap: what was confirmed leaves. Where one of several texts is refused, it comes back, and those before it have left. */
export async function sendUpdates(visit: Visit, id = ''): Promise<Outcome> {
  const { view, form: values } = visit;
  const first = by(view, values);
  const sent = { to: `${incidentPath(id)}?recorded=update-requested#recorded` };
  for (const [index, own] of draftsIn(values).entries()) {
    const outcome = await orIncidentPage({ ...visit, form: own }, id, formName, async () => {
      // The first of them changes the record.
      const idempotencyKey = first.idempotencyKey && `${first.idempotencyKey}-${index}`;
      const context = index === 0 ? first : { ...first, idempotencyKey, seen: undefined };
      await requestUpdates(id, readRequest(view, own), context);
      return sent;
    });
    if (outcome !== sent) return outcome;
  }
  return sent;
}

/** The fields of each text, which are numbered; a form of one text may leave the number out. */
function draftsIn(values: URLSearchParams): URLSearchParams[] {
  const drafts = new Map<string, URLSearchParams>();
  for (const [name, value] of values) {
    const [, index = '', field = name] = /^(\d{1,3})\.(.*)$/.exec(name) ?? [];
    const own = drafts.get(index) ?? new URLSearchParams();
    own.append(field, value);
    drafts.set(index, own);
  }
  const common = drafts.get('') ?? new URLSearchParams();
  drafts.delete('');
  const numbered = [...drafts.values()];
  for (const own of numbered) for (const [name, value] of common) own.append(name, value);
  return numbered.length > 0 ? numbered : [common];
}

const by = (view: View, values?: URLSearchParams) => ({ ...contextIn(view, values), config: readConfig() });

function readRequest({ policy }: View, values: URLSearchParams) {
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

type Sent = { key?: string; seen: string | null };

/** @param note what is to be said before it is sent */
function confirmation(view: View, loaded: Loaded, drafts: readonly Draft[], sent: Sent, note: Markup | ''): Page {
  const { t } = view;
  const { incident } = loaded;
  const { key, seen } = sent;
  const n = drafts.flatMap(({ updates }) => updates.filter(leaves)).length;
  const given = hidden([...(seen ? [['seen', seen] as const] : []), ...drafts.flatMap(hiddenOf)]);
  const inForm = form(view, `${incidentPath(incident.id)}/updates`, '', key);
  return {
    title: t('update.confirm'),
    section: 'board',
    body: html`<p><a href="${incidentPath(incident.id)}#${formName}">${titleOf(view, incident)}</a></p>
${drafts.map((draft, index) => draftPart(view, loaded, draft, index, drafts.length))}
${
  n > 0
    ? inForm`${given}${note}<p>${button(t('update.send', { n }))}</p>`
    : html`${note}<p>${t('update.nobody')} <a href="${incidentPath(incident.id)}#customer-updated">${t('step.customer-updated')}</a></p>`
}
<p><a href="${incidentPath(incident.id)}#${formName}">${t('update.back')}</a></p>`,
  };
}

const leaves = ({ state }: UpdateRecord): boolean => state === 'sending';

/** What is confirmed goes to the customers that are shown here, and to nobody who becomes known meanwhile. */
function hiddenOf({ message, updates, isRecovery }: Draft, index: number): [string, string][] {
  const shown = updates.flatMap(({ customers }) => customers);
  return [
    [`${index}.message`, message],
    ...shown.flatMap((id) => ['of', 'customer'].map((name): [string, string] => [`${index}.${name}`, id])),
    ...(isRecovery ? ([[`${index}.recovery`, 'yes']] as [string, string][]) : []),
  ];
}

function draftPart(view: View, { contacts }: Loaded, draft: Draft, index: number, total: number): Markup {
  const { t } = view;
  const { updates, isRecovery } = draft;
  const line = (update: UpdateRecord): Markup =>
    html`<li><strong>${namesOf(view, update, contacts)}</strong> ${
      update.tool ? html`${badge(view.name('tool', update.tool))} ${update.ticketId ?? ''}` : ''
    }${update.error ? html` <small>${sayReason(view, update.error)}</small>` : ''}</li>`;
  const leaving = updates.filter(leaves);
  const byHand = updates.filter((each) => !leaves(each));
  return html`${leaving.length > 0 ? html`<h2>${t('update.leaves', { n: leaving.length })}</h2><ul class="plain">${leaving.map(line)}</ul>` : ''}
${byHand.length > 0 ? html`<h2>${t('update.byHand', { n: byHand.length })}</h2><p class="muted">${t('update.byHandHint')}</p><ul class="plain">${byHand.map(line)}</ul>` : ''}
<h2>${total > 1 ? t('update.draft', { n: index + 1, total }) : t('field.message')}</h2>
${copyable(view, `confirmed-${index}`, updates[0]?.text ?? '')}
${isRecovery ? html`<p>${t('field.recovery')}</p>` : ''}`;
}
