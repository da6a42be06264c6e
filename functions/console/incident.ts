/** One incident: looking at it, recording a fact about it, and what others have stated while its page is open. */
import { html } from 'hono/html';
import { resolveCustomers } from '../find/find-customers.ts';
import { requireId, requireIncident } from '../find/read-incident.ts';
import { readEvent, type TimelineEvent } from '../incidents/facts/events.ts';
import { eventId } from '../incidents/facts/timeline.ts';
import { versionOf } from '../incidents/facts/version.ts';
import type { Incident } from '../incidents/incident.ts';
import { timelineRef } from '../incidents/record/records.ts';
import { type Contact, customerIdsOf } from '../incidents/rhythm/contact.ts';
import type { Statement } from '../incidents/statements/statement-schemas.ts';
import { undecidedUpdates } from '../outgoing/tickets/recent-updates.ts';
import { isOnItsWay } from '../outgoing/tickets/update.ts';
import { dataOf, firestore } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import { recordFact } from '../record-fact.ts';
import { button } from './fields.ts';
import { tokenField } from './guard.ts';
import { contactName, newsLines, titleOf } from './incident-head.ts';
import { type Loaded, loadIncident } from './incident-load.ts';
import { incidentPage, orIncidentPage } from './incident-page.ts';
import { contextIn, type FileAnswer, form, type Outcome, type Page, sayReason, type Visit } from './page.ts';
import { readStatement } from './statements.ts';
import { hidden, incidentPath, type View } from './view.ts';

export const showIncident = async ({ view, query }: Visit, id = ''): Promise<Page> =>
  incidentPage(view, await loadIncident(view, id), {
    recorded: query.get('recorded') ?? undefined,
    merge: query.get('merge'),
  });

/** By its code. */
export const goToIncident = async (_: Visit, code = ''): Promise<Outcome> => ({
  to: incidentPath(await requireId(code)),
});

/** Records a form's statement the way the API does. If it is refused, the form comes back with what was typed. */
export function record(visit: Visit, id = '', type = ''): Promise<Outcome> {
  const { view, form } = visit;
  const recordOnce = async (): Promise<Outcome> => {
    if (type === 'linked' && !form.get('basis')?.trim()) form.set('basis', view.t('same.basis'));
    // The business impact has a form of its own, and is a correction like any other.
    const statement = readStatement(type === 'corrected-impact' ? 'corrected' : type, form);
    if (statement.type === 'scoped' && statement.affectedCustomers)
      statement.affectedCustomers = await resolveCustomers(statement.affectedCustomers, view.policy);
    const question = await askOnceMore(visit, id, type, statement);
    if (question) return question;
    // A comment contradicts nothing, so it needs no current version.
    if (statement.type === 'commented') form.delete('seen');
    await recordFact(id, statement, contextIn(view, form));
    if (form.get('back') === 'situation') return { to: `${incidentPath(id)}/situation` };
    return { to: `${incidentPath(id)}?recorded=${statement.type}#recorded` };
  };
  const recordNow = (): Promise<Outcome> =>
    recordOnce().catch(async (error: unknown) => {
      const isUnseen = error instanceof Problem && error.status === 412;
      if (!isUnseen || !(await onlyArrivalsSince(id, form.get('seen') ?? ''))) throw error;
      form.delete('seen');
      return recordOnce();
    });
  return orIncidentPage(visit, id, type, recordNow);
}

const mostTold = 5;

/** One line of text; empty if the page is current. `?failing` means that the page already shows a failing update. */
export async function showNews({ view, query }: Visit, id = '', seen = ''): Promise<FileAnswer> {
  const incident = await requireIncident(id);
  const version = versionOf(incident);
  const failing = query.has('failing') ? '' : await failingNow(view, incident);
  const body = failing || (seen === version ? '' : await newsSince(view, id, seen, Number(version)));
  return { status: 200, body, type: 'text/plain; charset=utf-8' };
}

async function failingNow(view: View, incident: Incident): Promise<string> {
  const undecided = await undecidedUpdates(incident, view.now, view.policy);
  const failing = undecided.find((each) => isOnItsWay(each) && each.error);
  if (!failing) return '';
  const { customers, error } = failing;
  const names = customers.map((id) => incident.affectedCustomers.find((each) => each.id === id)?.name ?? id);
  return `${view.t('update.failing', { names: view.row(names) })}. ${sayReason(view, error ?? '')}`;
}

async function newsSince(view: View, id: string, seen: string, last: number): Promise<string> {
  const events = await eventsBetween(id, Math.max(Number(seen) + 1, last - mostTold + 1), last);
  return events.length === 0 ? '' : view.t('news', { what: view.row(newsLines(view, events, seen)) });
}

async function eventsBetween(id: string, first: number, last: number): Promise<TimelineEvent[]> {
  const ids = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => eventId(first + index));
  if (ids.length === 0) return [];
  const found = await firestore().getAll(...ids.map((each) => timelineRef(id, each)));
  return found.flatMap((each) => (each.exists ? [readEvent(dataOf(each))] : []));
}

const mostArrivals = 50;

/** Whether only delivery results were recorded since the page was rendered: no form depends on these. */
async function onlyArrivalsSince(id: string, seen: string): Promise<boolean> {
  const last = Number(versionOf(await requireIncident(id)));
  if (!/^\d{8}$/.test(seen) || last - Number(seen) > mostArrivals) return false;
  const events = await eventsBetween(id, Number(seen) + 1, last);
  return events.every(({ actor, detail }) => actor === 'rule' || ('updateId' in detail && detail.updateId));
}

/**
 * Asks for confirmation, naming the customers, if a statement would end the updates of several.
 * @returns undefined if none would end
 */
async function askOnceMore({ view, form: values }: Visit, id: string, type: string, statement: Statement) {
  const endsWaitOf = whoseWaitEnds(statement);
  if (!endsWaitOf) return undefined;
  const loaded = await loadIncident(view, id);
  const ended = loaded.contacts.filter(endsWaitOf);
  const confirmed = values.getAll('confirmed');
  if (ended.length < 2 || ended.every((each) => confirmed.includes(each.id))) return undefined;
  const body = question(view, loaded, ended, type, values);
  return { title: view.t('ends.title'), section: 'board', body } satisfies Page;
}

/** @returns undefined if it ends nobody's */
function whoseWaitEnds(statement: Statement): ((contact: Contact) => boolean) | undefined {
  if (statement.type === 'verified' && statement.happened === 'no') return ({ stoppedAt }) => stoppedAt === null;
  if (statement.type !== 'recovered' && statement.type !== 'customer-updated') return undefined;
  const { customers = 'all' } = statement;
  return (contact) => {
    if (customers !== 'all' && !customerIdsOf(contact).some((each) => customers.includes(each))) return false;
    if (statement.type === 'recovered') return contact.recoveredAt === undefined;
    return contact.stoppedAt === null && (statement.recovery === true || contact.endsWith !== undefined);
  };
}

function question(view: View, { incident }: Loaded, ended: readonly Contact[], type: string, values: URLSearchParams) {
  const back = `${incidentPath(incident.id)}#${type}`;
  const typed = [...values].filter(([name]) => ![tokenField, 'key', 'confirmed'].includes(name));
  const kept = hidden([...typed, ...ended.map((each) => ['confirmed', each.id] as const)]);
  return html`<p><a href="${back}">${titleOf(view, incident)}</a></p>
<p>${view.t('ends.ask', { n: ended.length })}</p><ul class="plain">${ended.map((each) => html`<li><strong>${contactName(view, each)}</strong></li>`)}</ul>
${form(view, `${incidentPath(incident.id)}/events/${type}`, '', values.get('key') ?? '')`${kept}<p>${button(view.t('ends.yes', { n: ended.length }))}</p>`}
<p><a href="${back}">${view.t('update.back')}</a></p>`;
}
