/** What a tool sends about a filed ticket changes its incident once, by `docs/reference/rules/l-later-reports.md`, and is never ignored. */
import type { Stage } from '../stage.ts';
import { type Account, accountAt, accountsOf } from './accounts.ts';
import { type Doc, date, type Records, survivorThen } from './records.ts';
import { commitMs } from './windows.ts';

export function checkLaterWords(records: Records, stage: Stage): string[] {
  const ours = (stage.remote().comments?.() ?? []).filter((each) => each.isOurs);
  // The echo of what Metronome itself has written there is recorded by its sender.
  const words = (text = ''): string => text.split(/\s+/).join(' ');
  const isOurs = ({ said, message, commentId }: Doc): boolean =>
    ours.some(
      (each) => each.ticketId === said.source && (each.id === commentId || words(each.body) === words(message)),
    );
  const events = new Map<string, { id: string; event: Doc }[]>();
  for (const [id, timeline] of records.timelines) {
    for (const event of timeline) {
      const { signalId, of } = event.detail ?? {};
      // A primary shows what its members were told; it counts at home.
      if (signalId !== undefined && of === undefined)
        events.set(signalId, [...(events.get(signalId) ?? []), { id, event }]);
    }
  }
  const tickets = new Map([...records.incidents].map(([id, { origin }]) => [`${origin.tool} ${origin.id}`, id]));
  return records.signals.flatMap((signal) => {
    const { said } = signal;
    const ticket = tickets.get(`${said.tool} ${said.source}`);
    if (signal.drill || said.alert || ticket === undefined) return [];
    const own = events.get(signal.id) ?? [];
    if (own.some(({ event }) => event.type === 'filed')) return [];
    // The incident's state before and after; between them it may have been either.
    const around = [-commitMs, commitMs].map((offset) => standing(records, ticket, signal.filedAt + offset));
    const name = `The ${said.what} ${signal.id} of ${said.tool} ${said.source}, filed ${date(signal.filedAt)},`;
    return [
      ...(said.what === 'reply' ? checkReply(own, around, isOurs(signal)) : []),
      ...(said.what === 'message' || said.what === 'back' ? checkMessage(own, around, records) : []),
      ...(said.what === 'report' ? checkReport(own, around, said, records) : []),
      ...(['report', 'message', 'back'].includes(said.what) ? checkTakenUp(own, around) : []),
    ].map((what) => `${name} ${what}`);
  });
}

/** That an alert has closed is known to have been when it ended. */
export function checkCloses({ signals }: Records): string[] {
  return signals.flatMap(({ id, said, drill, happenedAt }) =>
    drill || said.endedAt === undefined || happenedAt === said.endedAt
      ? []
      : [`That ${said.source} closed (${id}) was at ${date(said.endedAt)}, and stands at ${date(happenedAt)}.`],
  );
}

interface Told {
  id: string;
  event: Doc;
}

function standing(records: Records, ticket: string, at: number): Account | undefined {
  return accountAt(records, survivorThen(records, ticket, at).id, at);
}

const isAlways = (around: readonly (Account | undefined)[], holds: (account: Account) => boolean): boolean =>
  around.every((each) => each !== undefined && holds(each));

/** A person's public reply is an update of that customer. */
function checkReply(own: readonly Told[], around: readonly (Account | undefined)[], isOurs: boolean): string[] {
  const updates = own.filter(({ event }) => event.type === 'customer-updated');
  const isOutside = around.some((each) => each?.kind === 'outside');
  const [least, most] = isOutside ? [0, 0] : isOurs ? [0, 1] : [1, 1];
  if (updates.length >= least && updates.length <= most) return [];
  return [`should be an update ${least === most ? least : 'at most one'} times, and is ${updates.length} times.`];
}

/** Writing after the recovery, or reopening the ticket, puts it in question. */
function checkMessage(own: readonly Told[], around: readonly (Account | undefined)[], records: Records): string[] {
  const questions = own.filter(({ event }) => event.type === 'recovery-questioned');
  const isOver = (each: Account | undefined): boolean => each?.status === 'recovered';
  if (questions.length === 0 && isAlways(around, isOver)) return ['came after the recovery, and nobody questions it.'];
  const [first] = questions;
  if (questions.length > 1) return [`questions the recovery ${questions.length} times.`];
  if (!first || isOver(accountBefore(records, first)) || hadRecovered(records, first)) return [];
  return ['questions a recovery that there was not.'];
}

/** The ticket’s own customers may have recovered in an outage that is still open. */
function hadRecovered(records: Records, { id, event }: Told): boolean {
  const told = [id, ...otherPlaces(records, id)].flatMap((each) => {
    const before = (records.timelines.get(each) ?? []).filter(({ recordedAt }) => recordedAt <= event.recordedAt);
    const taken = new Set(before.flatMap(({ type, detail }) => (type === 'retracted' ? [detail.eventId] : [])));
    return before.filter((one) => !taken.has(one.id));
  });
  return told.some(
    ({ type, isFact, detail }) =>
      type === 'recovered' &&
      isFact !== false &&
      (!Array.isArray(detail.customers) ||
        detail.customers.some((each: string) => event.detail.customers.includes(each))),
  );
}

/** The primaries that it was linked to. */
const otherPlaces = (records: Records, id: string): string[] =>
  (records.timelines.get(id) ?? []).flatMap(({ type, detail }) => (type === 'linked' && detail.to ? [detail.to] : []));

/** What was not known before a report said it is known by then, and a report changes what was to what is worse alone. */
function checkReport(
  own: readonly Told[],
  around: readonly (Account | undefined)[],
  { ongoing = 'unknown', occurredAt }: Doc,
  records: Records,
): string[] {
  const found: string[] = [];
  const filled = (field: string): Told | undefined =>
    own.find(({ event }) => event.type === 'corrected' && event.detail.field === field);
  const goesOn = filled('ongoing');
  if (!goesOn && ongoing !== 'unknown' && isAlways(around, (each) => each.ongoing === 'unknown')) {
    found.push(`says that it goes on: ${ongoing}, and that is unknown still.`);
  }
  const wasOngoing = goesOn && accountBefore(records, goesOn)?.ongoing;
  // Table L: a report that it is ongoing replaces an earlier one that it is not.
  const isFilled = wasOngoing === 'unknown' || (wasOngoing === 'no' && ongoing === 'yes');
  if (goesOn && (goesOn.event.detail.new !== ongoing || !isFilled)) {
    found.push(`says that it goes on: ${ongoing}, and made of ${wasOngoing} ${goesOn.event.detail.new}.`);
  }
  const occurred = filled('occurredAt');
  if (!occurred && occurredAt !== undefined && isAlways(around, (each) => each.occurredAt === undefined)) {
    found.push(`says when it occurred, ${date(occurredAt)}, and that is unknown still.`);
  }
  if (
    occurred &&
    (occurred.event.detail.new !== occurredAt || accountBefore(records, occurred)?.occurredAt !== undefined)
  ) {
    found.push(`says when it occurred, ${date(occurredAt)}, and changed what was known.`);
  }
  return found;
}

/** What could not be confirmed and is reported again is open again. */
function checkTakenUp(own: readonly Told[], around: readonly (Account | undefined)[]): string[] {
  const isTakenUp = own.some(({ event }) => event.type === 'reopened');
  if (isTakenUp || !isAlways(around, (each) => each.status === 'not-occurring')) return [];
  return ['is about what was found not to occur, and does not open it again.'];
}

/** Its incident's state as an event was recorded. */
function accountBefore(records: Records, { id, event }: Told): Account | undefined {
  return accountsOf(records, id)[Number(event.id) - 2];
}
