/** Table L: what a later report, alert or message makes of a record. That each is told, `reasons.ts` checks. */

import { hourMs } from '../calendar.ts';
import { isLinked } from './groups.ts';
import { type Doc, date, foldUntil, type Records } from './records.ts';
import { isToldAgain } from './retold.ts';
import { commitMs } from './windows.ts';

const fourteenDaysMs = 14 * 24 * hourMs;
const impacts = ['none', 'inconvenient', 'degraded', 'stopped'];

export function checkLaterReports(records: Records): string[] {
  return [...records.incidents].flatMap(([id, incident]) => {
    const events = records.timelines.get(id) ?? [];
    // Of what links have joined, or of what was taken back, one timeline does not tell what a report was compared with.
    const isClear = incident.kind === 'incident' && !isLinked(records, id) && !isToldAgain(events);
    if (!isClear) return [];
    const words = records.signals.filter((each) => each.incidentId === id && !each.drill);
    return [...words.flatMap((each) => checkOne(each, words, events)), ...checkMarks(id, incident, events)];
  });
}

function checkOne(signal: Doc, words: readonly Doc[], events: readonly Doc[]): string[] {
  const { said, filedAt, receivedAt } = signal;
  const own = events.filter((each) => each.detail?.signalId === signal.id);
  const others = events.filter((each) => each.detail?.signalId !== signal.id);
  // Which of two that are recorded at one moment was first is not told.
  const isAlone = !others.some((each) => Math.abs(each.recordedAt - filedAt) <= commitMs);
  const isFiled = own.some((each) => each.type === 'filed');
  const state = foldUntil(others, filedAt);
  if (isFiled || !isAlone || state.kind !== 'incident') return [];
  const name = `The ${said.what} ${signal.id} of ${said.tool} ${said.source}, filed ${date(filedAt)},`;
  const count = (...types: string[]): number => own.filter((each) => types.includes(each.type)).length;
  const found: string[] = [];
  const expect = (what: string, type: string, isSo: boolean): void => {
    if (count(type) !== Number(isSo)) found.push(`${name} ${what}: ${type} should be there ${Number(isSo)} times.`);
  };
  if (said.what === 'message')
    expect(`came while it was ${state.status}`, 'customer-wrote', state.status !== 'recovered');
  const sinceMs = receivedAt - state.recoveredAt;
  if (state.status === 'recovered' && said.what === 'opened')
    expect(`is an alert ${sinceMs} ms after the recovery`, 'reopened', sinceMs > 0 && sinceMs < hourMs);
  if (said.what !== 'report') return found;
  const earlier = words.filter((each) => each.filedAt < filedAt).map((each) => each.said);
  const worse = worseIn(said, state, earlier);
  if (state.status === 'recovered') {
    const isWithin = sinceMs > 0 && sinceMs <= fourteenDaysMs;
    const isNews = said.ongoing === 'yes' && isWithin && (worse.length > 0 || saysMore(said, state));
    expect(`came ${sinceMs} ms after the recovery`, 'reopened', isNews);
  }
  if (state.status !== 'open') return found;
  for (const field of worse) {
    const isHeard = own.some(
      ({ type, detail }) => ['corrected', 'reported-otherwise'].includes(type) && detail.field === field,
    );
    if (!isHeard) found.push(`${name} says worse of ${field} than is known or was ever said, and nothing came of it.`);
  }
  return found;
}

/** Of which fields a report says worse than is known, and than any before it. */
function worseIn(said: Doc, { impact }: Doc, earlier: readonly Doc[]): string[] {
  const rank = (value: string | undefined): number => impacts.indexOf(value ?? '');
  const known: [field: string, reported: number, known: number, before: number[]][] = [
    ['impact.businessImpact', rank(said.impact), rank(impact.businessImpact), earlier.map((each) => rank(each.impact))],
    [
      'impact.affectedCustomerCount',
      said.count ?? -1,
      impact.affectedCustomerCount ?? -1,
      earlier.map((each) => each.count ?? -1),
    ],
  ];
  return known.flatMap(([field, reported, is, before]) =>
    is >= 0 && reported > Math.max(is, ...before) ? [field] : [],
  );
}

/** Another title or time, or another customer: a change of tags is none of these. */
const saysMore = ({ title, description, occurredAt, customers }: Doc, state: Doc): boolean =>
  (title !== undefined && title !== state.title) ||
  (description !== undefined && description !== state.description) ||
  (occurredAt !== undefined && ![state.occurredAt, state.urgency.inputs.occurredAt].includes(occurredAt)) ||
  customers.some((id: string) => !state.affectedCustomers.some((each: Doc) => each.id === id));

/** Who wrote and has had no update since is marked, on the board and the card. */
function checkMarks(id: string, { unanswered = [] }: Doc, events: readonly Doc[]): string[] {
  return events.flatMap(({ type, detail, occurredAt }) => {
    if (type !== 'customer-wrote' && type !== 'recovery-questioned') return [];
    const isUpdated = events.some((each) => each.type === 'customer-updated' && each.occurredAt >= occurredAt);
    const { tool, id: ticket } = detail.ticket ?? {};
    const isMarked = unanswered.some((each: Doc) => each.ticket.tool === tool && each.ticket.id === ticket);
    if (isUpdated || isMarked) return [];
    return [
      `${id} does not show that ${tool} ${ticket} wrote at ${date(occurredAt)}, and nobody has been updated since.`,
    ];
  });
}
