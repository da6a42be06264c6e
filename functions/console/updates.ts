/** The page that sends updates: it shows who gets which text on which ticket, and then sends it. */
import { html } from 'hono/html';
import { draftMessage, dueOf, isToldLately, needsOf } from '../customer-updates/draft.ts';
import { problemOf } from '../incidents/facts/decision.ts';
import { refuseUnseen, versionOf } from '../incidents/facts/version.ts';
import { customerIdsOf } from '../incidents/rhythm/contact.ts';
import { recentUpdates } from '../outgoing/tickets/recent-updates.ts';
import { previewUpdates, requestUpdates } from '../outgoing/tickets/request-updates.ts';
import type { UpdateRecord } from '../outgoing/tickets/update.ts';
import { readConfig } from '../platform/config.ts';
import { type FieldError, Problem } from '../platform/problem.ts';
import { recordFact } from '../record-fact.ts';
import { isUnfilled } from '../words/drafts.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import { namesOf } from './customers.ts';
import { button, fieldsOf } from './fields.ts';
import { contactName, titleOf } from './incident-head.ts';
import { type Loaded, loadIncident } from './incident-load.ts';
import { orIncidentPage } from './incident-page.ts';
import {
  contextIn,
  form,
  type Outcome,
  orComeBack,
  type Page,
  type Recording,
  sayProblem,
  sayReason,
  type Visit,
} from './page.ts';
import { readStatement, readWhom, textOf } from './statements.ts';
import { draftsOf } from './steps.ts';
import { badge, copyable, countdown, hidden, incidentPath, type Markup, typedIn, type View } from './view.ts';

const formName = 'update';

/** One text and its recipients, as it would be sent. */
interface Draft {
  message: string;
  updates: UpdateRecord[];
  isRecovery: boolean;
}

/** Previews each text word for word, and lists the customers to contact by hand. Sends nothing. */
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
    // The text names customers who would not receive it: the sender has to confirm that.
    const warning =
      names &&
      html`<div class="callout warning"><p>${sayProblem(view, names).details.join(' ')}</p><p class="choices"><label><input type="checkbox" name="confirmedNames" value="yes" required> <span>${view.t('update.namesMeant')}</span></label></p></div>`;
    const draft = { ...request, updates: decided.updates };
    const sent = { key: values.get('key') ?? '', seen: values.get('seen') };
    return confirmation(view, loaded, draft, sent, warning ?? '');
  });

/** All drafts, due ones first. Ticked drafts are sent as shown or edited here. */
export const showDrafts = async ({ view }: Visit, id = ''): Promise<Page> =>
  draftsPage(view, await loadIncident(view, id));

/** Records what the trouble is, once: the drafts that lacked it then have it. */
export const describe = (visit: Visit, id = ''): Promise<Outcome> =>
  orComeBack(visit, 'described', draftsAgain(id), async ({ view, form: values }) => {
    await recordFact(id, readStatement('described', values), contextIn(view, values));
    return { to: `${incidentPath(id)}/drafts` };
  });

const draftsAgain =
  (id: string) =>
  async ({ view }: Visit): Promise<Page> =>
    draftsPage(view, await loadIncident(view, id));

/** Sends the confirmed texts. If one is refused, it comes back; the ones before it have been sent. */
export async function sendUpdates(visit: Visit, id = ''): Promise<Outcome> {
  const { view, form: values } = visit;
  const first = by(view, values);
  const sent = { to: `${incidentPath(id)}?recorded=update-requested#recorded` };
  const isOfDrafts = values.get('page') === draftsForm;
  const comeBack = (own: URLSearchParams, send: Recording): Promise<Outcome> =>
    isOfDrafts
      ? orComeBack({ ...visit, form: own }, draftsForm, draftsAgain(id), send)
      : orIncidentPage({ ...visit, form: own }, id, formName, send);
  const chosen = draftsIn(values).filter((own) => !isOfDrafts || own.get('send') === 'yes');
  if (chosen.length === 0) {
    return comeBack(values, () => {
      throw new Problem(422, refuse('update-not-understood'), { errors: [wrongField('customers', 'nobody-chosen')] });
    });
  }
  for (const [index, own] of chosen.entries()) {
    const outcome = await comeBack(own, async () => {
      // Only the first text checks the version: sending it changes the record.
      const idempotencyKey = first.idempotencyKey && `${first.idempotencyKey}-${index}`;
      const context = index === 0 ? first : { ...first, idempotencyKey, seen: undefined };
      await requestUpdates(id, readRequest(view, own), context);
      return sent;
    });
    if (outcome !== sent) return outcome;
  }
  return sent;
}

/** The numbered fields of each text; a form with one text may omit the number. */
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
function confirmation(view: View, loaded: Loaded, draft: Draft, sent: Sent, note: Markup | ''): Page {
  const { t } = view;
  const { incident, contacts } = loaded;
  const { key, seen } = sent;
  const leaving = draft.updates.filter(leaves);
  const given = hidden([
    ...(seen ? [['seen', seen] as const] : []),
    ['0.message', draft.message],
    ...hiddenOf(draft, 0),
  ]);
  const inForm = form(view, `${incidentPath(incident.id)}/updates`, '', key);
  return {
    title: t('update.confirm'),
    section: 'board',
    body: html`<p><a href="${incidentPath(incident.id)}#${formName}">${titleOf(view, incident)}</a></p>
${waysOf(view, loaded, draft.updates)}
<h2>${t('field.message')}</h2>
${copyable(view, 'confirmed-0', draft.message)}
${draft.isRecovery ? html`<p>${t('field.recovery')}</p>` : ''}
${
  leaving.length > 0
    ? inForm`${given}${note}<p>${button(t('update.sendTo', { names: namesIn(view, leaving, contacts) }))}</p>`
    : html`${note}<p>${t('update.nobody')} <a href="${incidentPath(incident.id)}#customer-updated">${t('step.customer-updated')}</a></p>`
}
<p><a href="${incidentPath(incident.id)}#${formName}">${t('update.back')}</a></p>`,
  };
}

const leaves = ({ state }: UpdateRecord): boolean => state === 'sending';

const mostNames = 5;

function namesIn(view: View, updates: readonly UpdateRecord[], contacts: Loaded['contacts']): string {
  const names = updates.slice(0, mostNames).map((each) => namesOf(view, each, contacts));
  const n = updates.length - names.length;
  return view.row([...names, ...(n > 0 ? [view.t('customers.rest', { n })] : [])]);
}

/** A confirmed update goes only to the customers that the page shows, not to customers who become known meanwhile. */
function hiddenOf({ updates, isRecovery }: Pick<Draft, 'updates' | 'isRecovery'>, index: number): [string, string][] {
  const shown = updates.flatMap(({ customers }) => customers);
  return [
    ...shown.flatMap((id) => ['of', 'customer'].map((name): [string, string] => [`${index}.${name}`, id])),
    ...(isRecovery ? ([[`${index}.recovery`, 'yes']] as [string, string][]) : []),
  ];
}

function waysOf(view: View, { contacts }: Loaded, updates: readonly UpdateRecord[]): Markup {
  const { t } = view;
  const line = (update: UpdateRecord): Markup =>
    html`<li><strong>${namesOf(view, update, contacts)}</strong> ${
      update.tool ? html`${badge(view.name('tool', update.tool))} ${update.ticketId ?? ''}` : ''
    }${update.error ? html` <small>${sayReason(view, update.error)}</small>` : ''}</li>`;
  const leaving = updates.filter(leaves);
  const byHand = updates.filter((each) => !leaves(each));
  return html`${leaving.length > 0 ? html`<h2>${t('update.leaves', { n: leaving.length })}</h2><ul class="plain">${leaving.map(line)}</ul>` : ''}
${byHand.length > 0 ? html`<h2>${t('update.byHand', { n: byHand.length })}</h2><p class="muted">${t('update.byHandHint')}</p><ul class="plain">${byHand.map(line)}</ul>` : ''}`;
}

const draftsForm = 'drafts';

/** A draft on the page for sending. */
interface Drafted extends Draft {
  customers: string[];
  names: string;
  dueAt: Date | undefined;
  isToldLately: boolean;
  needs: readonly string[];
  /** The text names another customer, which somebody has to confirm. */
  warning: Problem | undefined;
  /** Why nothing can be sent to them now. */
  refused: Problem | undefined;
}

async function draftsPage(view: View, loaded: Loaded): Promise<Page> {
  const { t } = view;
  const { incident, contacts } = loaded;
  const path = incidentPath(incident.id);
  const recent = await recentUpdates(incident, view.now, view.policy);
  const typed = typedIn(view, draftsForm);
  const decide = (request: Pick<Drafted, 'customers' | 'message' | 'isRecovery'>, confirmedNames: boolean) =>
    previewUpdates(incident, contacts, recent, { ...request, confirmedNames }, by(view));
  const drafts = draftsOf(view, loaded).map((group): Drafted => {
    const writing = { ...view, ...loaded.sources };
    const customers = group.told.flatMap(({ contact }) => customerIdsOf(contact).slice(0, 1));
    const isTyped = customers.some((id) => typed?.getAll('of').includes(id));
    const drafted = draftMessage(incident, group, writing);
    const request = { customers, isRecovery: group.kind === 'recovery' };
    const needs = isTyped ? [] : needsOf(incident, group, writing);
    // A draft that lacks a fact is judged as if it were complete, so that its recipients appear beside what to fill in.
    const message = (isTyped && textOf(typed ?? new URLSearchParams(), 'message')) || drafted;
    const judged = needs.length > 0 || isUnfilled(message) ? { ...request, message: '-' } : { ...request, message };
    const asked = decide(judged, false);
    const names = 'refused' in asked && asked.code === 'names-another-customer' ? problemOf(asked) : undefined;
    const decided = names ? decide(judged, true) : asked;
    return {
      ...request,
      message,
      updates: 'refused' in decided ? [] : decided.updates,
      names: view.row(group.told.slice(0, mostNames).map(({ contact }) => contactName(view, contact))),
      dueAt: dueOf(group, writing).dueAt,
      isToldLately: isToldLately(incident, group, writing) && !isTyped,
      needs,
      warning: names,
      refused: 'refused' in decided ? problemOf(decided) : undefined,
    };
  });
  const lacking = drafts.filter(({ needs, isToldLately }) => needs.length > 0 && !isToldLately);
  const ready = drafts.filter((each) => each.needs.length === 0 && !each.refused && !each.isToldLately);
  const lately = drafts.filter((each) => each.needs.length === 0 && !each.refused && each.isToldLately);
  const numbered = [...ready, ...lately].map((draft, index) => ({ draft, index }));
  const sends = ready.filter(({ updates }) => updates.some(leaves));
  const inForm = form(view, `${path}/updates`);
  const fields = fieldsOf(view, 'described');
  const describing = form(view, `${path}/drafts`);
  const describe = (kind: 'plain' | 'primary', hint?: string): Markup =>
    describing`${fields.text('text', { isRequired: true, label: t('update.describe'), hint, was: incident.described })}<p>${button(t('update.described'), kind)}</p>`;
  const parts = numbered.map(({ draft, index }) => draftFields(view, loaded, draft, index));
  const names = view.row(sends.map((each) => each.names));
  return {
    title: t('update.title'),
    section: 'board',
    body: html`<p><a href="${path}">${titleOf(view, incident)}</a></p>
${
  lacking.length > 0
    ? html`<h2>${view.row(lacking.map((each) => each.names))}</h2>${describe(sends.length > 0 ? 'plain' : 'primary', t('update.describeHint'))}`
    : ''
}
${drafts.flatMap(({ refused, names: of }) => (refused ? [html`<p class="muted"><strong>${of}</strong> ${sayProblem(view, refused).title}</p>`] : []))}
${
  numbered.length > 0
    ? inForm`${hidden([
        ['page', draftsForm],
        ['seen', versionOf(incident)],
      ])}${parts.slice(0, ready.length)}${
        lately.length > 0
          ? html`<details${ready.length === 0 && lacking.length === 0 ? html` open` : ''}><summary>${t('update.toldLately', { names: view.row(lately.map((each) => each.names)) })}</summary>${parts.slice(ready.length)}</details>`
          : ''
      }<p>${numbered.some(({ draft }) => draft.updates.some(leaves)) ? sendButton(view, names) : html`${t('update.nobody')} <a href="${path}#customer-updated">${t('step.customer-updated')}</a>`}</p>`
    : lacking.length === 0
      ? html`<p>${t('update.nobodyDue')}</p>`
      : ''
}
${lacking.length > 0 ? '' : html`<details><summary>${t('update.describe')}</summary>${describe('plain')}</details>`}
<p><a href="${path}#${formName}">${t('update.own')}</a></p>`,
  };
}

/** The button names the ticked customers; a script updates it. */
const sendButton = (view: View, names: string): Markup =>
  html`<button type="submit" class="primary" data-names-into="${view.t('update.sendTo')}" data-row="${view.row(['', ''])}">${view.t('update.sendTo', { names: names || '…' })}</button>`;

/** About as many characters as a line has on a phone. */
const lineLength = 22;

function draftFields(view: View, loaded: Loaded, draft: Drafted, index: number): Markup {
  const { t } = view;
  const { names, message, dueAt, updates, isToldLately: isLately, warning } = draft;
  const isLeaving = updates.some(leaves);
  const rows = message.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / lineLength)), 0);
  const tick = isLeaving
    ? html`<label><input type="checkbox" name="${index}.send" value="yes" data-names="${names}"${isLately ? '' : html` checked`}> <strong>${names}</strong></label>`
    : html`<strong>${names}</strong>`;
  return html`<section class="draft" aria-label="${names}"><p class="choices">${tick} ${dueAt ? countdown(view, dueAt) : ''}</p>
${waysOf(view, loaded, updates)}
${warning ? html`<div class="callout warning"><p>${sayProblem(view, warning).details.join(' ')}</p><p class="choices"><label><input type="checkbox" name="${index}.confirmedNames" value="yes"> <span>${t('update.namesMeant')}</span></label></p></div>` : ''}
${
  isLeaving
    ? html`${hidden(hiddenOf(draft, index))}<p class="field"><label for="message-${index}">${t('field.message')}</label><textarea id="message-${index}" name="${index}.message" rows="${rows}" required>${'\n'}${message}</textarea></p>`
    : copyable(view, `message-${index}`, message)
}
${draft.isRecovery ? html`<p>${t('field.recovery')}</p>` : ''}</section>`;
}
