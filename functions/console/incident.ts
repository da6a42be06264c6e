/** One incident: looking at it, and recording a fact about it. */
import { resolveCustomers } from '../find/find-customers.ts';
import { Problem } from '../platform/problem.ts';
import { recordFact } from '../record-fact.ts';
import { askOnceMore } from './ends-waits.ts';
import { contextIn } from './incident-form.ts';
import { loadIncident } from './incident-load.ts';
import { incidentPage, orIncidentPage } from './incident-page.ts';
import { onlyArrivalsSince } from './news.ts';
import type { Outcome, Page, Visit } from './page.ts';
import { readStatement } from './statements.ts';
import { incidentPath } from './view.ts';

export async function showIncident({ view, query }: Visit, id = ''): Promise<Page> {
  const recorded = query.get('recorded');
  return incidentPage(view, await loadIncident(view, id), { recorded: recorded ?? undefined });
}

/** The statement of a form, by the same road as the API's. It comes back with what was typed when it is refused. */
export function record({ view, form }: Visit, id = '', type = ''): Promise<Outcome> {
  const recordOnce = async (): Promise<Outcome> => {
    // The business impact has a form of its own, and is a correction like any other.
    const statement = readStatement(type === 'corrected-impact' ? 'corrected' : type, form);
    if (statement.type === 'scoped' && statement.affectedCustomers)
      statement.affectedCustomers = await resolveCustomers(statement.affectedCustomers, view.policy);
    const question = await askOnceMore(view, { id, type }, statement, form);
    if (question) return question;
    // A comment takes nothing back that others have recorded meanwhile.
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
  return orIncidentPage(view, id, { type, values: form }, recordNow);
}
