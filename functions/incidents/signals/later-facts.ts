/** Which values a report may raise, whose statement counts afterwards, and which messages are unanswered. Pure. */
import type { Changes, ConclusionOf, EventOf } from '../facts/events.ts';
import type { HeardSignal } from '../facts/report.ts';
import type { Fact } from '../facts/timeline.ts';
import type { AnsweredField, Incident, Unanswered } from '../incident.ts';
import { contactIdOf } from '../rhythm/contact.ts';
import { isWorse, type Worsening, worsening } from './signal.ts';

/** One for each ticket; an incident may have 2,000, and the last ones suffice to mark it. */
const mostUnanswered = 50;

export function knownValue(
  { ongoing, impact }: Pick<Incident, 'ongoing' | 'impact'>,
  field: Worsening,
): string | number | undefined {
  if (field === 'ongoing') return ongoing === 'unknown' ? undefined : ongoing;
  return field === 'impact.businessImpact' ? impact.businessImpact : impact.affectedCustomerCount;
}

export const reportedValue = (signal: HeardSignal, field: Worsening): string | number | undefined =>
  knownValue({ ongoing: signal.ongoing, impact: signal }, field);

/** The fields that a statement or a meeting states itself. */
function statedIn({ type, detail }: EventOf): Worsening[] {
  if (type === 'verified') return detail.ongoing !== undefined || detail.happened === 'no' ? ['ongoing'] : [];
  if (type === 'scoped') {
    const isCounted = detail.affectedCustomerCount !== undefined || (detail.affectedCustomers?.length ?? 0) > 0;
    return isCounted ? ['impact.affectedCustomerCount'] : [];
  }
  const names = type === 'corrected' ? [detail.field] : type === 'reviewed' ? Object.keys(detail.said) : [];
  return worsening.filter((field) => names.some((name) => field === name || field === `impact.${name}`));
}

/** Keeps what reports have said beside a person's statement, so that the same report again is no news. */
export function keepStated(before: Incident, fact: Fact): Changes {
  const fields = statedIn(fact);
  const reported = fields.map((field) => [field, before.stated?.[field] ?? knownValue(before, field) ?? null]);
  return {
    ...(fields.length > 0 ? { stated: { ...before.stated, ...Object.fromEntries(reported) } } : {}),
    ...keepAnswers(before, fact, [...fields, ...timesStatedIn(fact)]),
  };
}

const timesStatedIn = ({ type, detail }: EventOf): AnsweredField[] =>
  type === 'corrected' && (detail.field === 'occurredAt' || detail.field === 'firstResponseAt') ? [detail.field] : [];

function keepAnswers({ answers }: Incident, { id, recordedAt: at }: Fact, fields: AnsweredField[]): Changes {
  if (fields.length === 0) return {};
  const given = fields.map((field) => [field, [...(answers?.[field] ?? []), { id, at }]]);
  return { answers: { ...answers, ...Object.fromEntries(given) } };
}

export function keepUnanswered(
  { unanswered = [] }: Incident,
  { detail: { customers, ticket }, occurredAt: at }: ConclusionOf<'customer-wrote' | 'recovery-questioned'>,
): Changes {
  const others = unanswered.filter((each) => !isSameTicket(each.ticket, ticket));
  return { unanswered: [...others, { customers, ticket, at }].slice(-mostUnanswered) };
}

/** Messages from before an update to their customer are answered by it. */
export function answerUnanswered(incident: Incident, { detail, occurredAt }: EventOf<'customer-updated'>): Changes {
  const { unanswered, affectedCustomers } = incident;
  if (!unanswered) return {};
  const contactsOf = (ids: readonly string[]): Set<string> =>
    new Set(ids.map((id) => contactIdOf(affectedCustomers.find((each) => each.id === id) ?? { id })));
  const told = detail.customers === 'all' ? undefined : contactsOf(detail.customers);
  const left = unanswered.filter(({ customers, ticket, at }) => {
    if (at > occurredAt) return true;
    const isTold =
      !told ||
      customers.length === 0 ||
      [...contactsOf(customers)].some((id) => told.has(id)) ||
      (detail.ticket !== undefined && isSameTicket(detail.ticket, ticket));
    return !isTold;
  });
  return left.length === unanswered.length ? {} : { unanswered: left.length > 0 ? left : null };
}

const isSameTicket = (one: Unanswered['ticket'], other: Unanswered['ticket']): boolean =>
  one.tool === other.tool && one.id === other.id;

/** What a report has said of a field that a person had stated. It is no news if that statement has been retracted since. */
export function keepReported(
  incident: Incident,
  { field, reported }: ConclusionOf<'reported-otherwise'>['detail'],
): Changes {
  const { stated } = incident;
  const known = knownValue(incident, field);
  if (!stated || !(field in stated) || known === undefined || !isWorse(reported, known)) return {};
  return { stated: { ...stated, [field]: reported } };
}

/** The rule by which a report reopens a recovered incident. */
export const reportedAfterRecovery = 'reported-after-recovery';
