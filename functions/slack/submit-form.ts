/** Records the statements of a submitted form, like the console does. */
import { readCustomers, resolveCustomers } from '../find/find-customers.ts';
import { findIncidents } from '../find/find-incidents.ts';
import { loadIncident } from '../find/read-incident.ts';
import { readCode } from '../incidents/search/searchable.ts';
import { statementSchema } from '../incidents/statements/statement-schemas.ts';
import { mergeReports } from '../merge.ts';
import { now } from '../platform/clock.ts';
import { Problem } from '../platform/problem.ts';
import { policy } from '../policy.ts';
import { recordFact } from '../record-fact.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { wrongFields } from '../words/refusals/wrong-input.ts';
import { incidentTexts } from '../words/texts/incident-page.ts';
import type { IdentifiedAct, Submission } from './act.ts';
import { answer } from './answer.ts';
import { chosenIn, type Field, shownOf, textIn } from './form.ts';
import { blank, type Filling, type Form, forms, isForm } from './forms.ts';
import { rememberedOf } from './meaning.ts';
import { identify } from './people.ts';
import { offerUndo, offerUnmerge, say } from './say.ts';

export async function submitForm(identified: IdentifiedAct, submission: Submission): Promise<void> {
  const { act, actor, language, to } = identified;
  const { incidentId = '', seen, shown = {} } = rememberedOf(submission);
  if (!isForm(submission.callback)) return;
  const { incident } = (await loadIncident(incidentId)) ?? {};
  if (!incident) return answer(to, say('unknownIncident', language));
  const form: Form = forms[submission.callback];
  const given = await readFields(submission, form, { ...blank, incident, language, policy });
  const others = form.merges?.(given) ?? [];
  if (form.merges) given.basis ??= incidentTexts['same.basis'][language];
  if (others.length > 0) {
    const basis = String(given.basis);
    const merge = await mergeReports([incident.id, ...others], basis, { actor, now: now(), policy });
    return answer(to, offerUnmerge(merge, language));
  }
  const touched = new Set(Object.keys(given).filter((each) => shownOf(given[each]) !== shown[each]));
  const states = form.states?.(given, touched, incident) ?? [{ type: form.type, ...given }];
  if (states.length === 0) return answer(to, say('nothingStated', language));
  const parsed = states.map((each) => statementSchema.safeParse(each, { reportInput: true }));
  const errors = parsed.flatMap(({ error }) => wrongFields(error?.issues ?? []));
  if (errors.length > 0) throw new Problem(422, refuse('statement-not-understood'), { errors });
  const recorded = [];
  for (const [index, statement] of parsed.flatMap(({ data }) => data ?? []).entries()) {
    const key = index === 0 ? act.key : `${act.key}-${index}`;
    // The second statement follows the first, so no other change comes between them.
    const by = { actor, now: now(), policy, idempotencyKey: key, ...(seen && index === 0 ? { seen: [seen] } : {}) };
    recorded.push({ ...(await recordFact(incident.id, statement, by)), type: statement.type });
  }
  await answer(to, offerUndo(recorded, language));
}

/** What was given, by the ids of the form's fields. Blank fields are absent. */
export async function readFields(submission: Submission, form: Form, of: Filling): Promise<Record<string, unknown>> {
  const fields = form.fields.map((each) => each(of));
  const read = await Promise.all(fields.map(async (each) => [each.id, await readField(submission, each)] as const));
  return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}

/** @throws Problem 422 for a person, an incident or a customer who is not known */
async function readField(submission: Submission, { id, kind }: Field): Promise<unknown> {
  const chosen = chosenIn(submission, id);
  const text = textIn(submission, id);
  switch (kind) {
    case 'some':
      return chosen.length > 0 ? chosen : undefined;
    case 'tick':
      return chosen.length > 0 ? true : undefined;
    case 'one':
      return chosen[0];
    case 'number':
      return text && Number(text.normalize('NFKC'));
    case 'person':
      return chosen[0] && emailOf(chosen[0]);
    case 'code':
      return text && idOf(text);
    case 'customers':
      return text && resolveCustomers(readCustomers(text), policy);
    default:
      return text;
  }
}

async function emailOf(user: string): Promise<string> {
  const person = await identify({ user, teams: [] }, policy);
  if ('why' in person) throw new Problem(422, refuse('person-unknown'));
  return person.email;
}

async function idOf(code: string): Promise<string> {
  const known = readCode(code);
  const { incidents } = await findIncidents(known ?? code, policy);
  const [one, other] = incidents.filter((each) => each.code === known || code.includes(each.id));
  if (!one || other) throw new Problem(422, refuse('code-unknown', { asked: code }));
  return one.id;
}
