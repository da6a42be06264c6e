/** Taking a statement back: the record becomes what the other facts make it, clocks included. Pure. */
import type { Reason } from '../../platform/problem.ts';
import { refuse, wrongField } from '../../words/refusals/refuse.ts';
import { groupAlike } from '../clocks/closings.ts';
import type { Context, Refusal, Sending } from '../facts/decision.ts';
import type { EventOf, TimelineEvent } from '../facts/events.ts';
import { asNext, isOwnStatement, isRetraction, isSame, isSequenced, takenBack } from '../facts/timeline.ts';
import { optional } from '../incident.ts';
import { returnOf, shareBefore } from '../links/shares.ts';
import type { Decision } from '../record/commit.ts';
import type { State } from '../rhythm/contact.ts';
import { authorIn } from '../signals/signal.ts';
import type { StatementOf } from '../statements/statement-schemas.ts';
import { fold, type History, type PolicyOf, refold } from './fold.ts';
import type { Leaving } from './links.ts';

type Retraction = EventOf<'retracted'> | EventOf<'retracted-elsewhere'>;

/**
 * @param linked the incident of which it was stated, and those that it is linked to, up to the primary
 * @returns what is to be committed of it, and of each whose customers are told otherwise for it
 */
export function decideRetraction(
  linked: readonly [History, ...History[]],
  statement: StatementOf<'retracted'>,
  by: Context,
  policyOf: PolicyOf = () => by.policy,
): [Decision, ...Decision[]] | Refusal {
  const [{ events: timeline }] = linked;
  const event = timeline.find(({ id }) => id === statement.eventId);
  if (!event) {
    const errors = [wrongField('eventId', 'not-an-event-id')];
    return { status: 422, refused: refuse('no-such-event'), errors };
  }
  const refused = takenBack(timeline).has(event.id) ? refuse('retracted-already') : whyNotRetracted(event);
  if (refused) return { status: 409, refused };
  const retracted: EventOf<'retracted'> = {
    type: 'retracted',
    occurredAt: statement.occurredAt ? new Date(statement.occurredAt) : by.now,
    ...authorIn(by),
    detail: { eventId: event.id, why: statement.why, type: event.type },
    ...optional('evidenceUrl', statement.evidenceUrl),
  };
  return takeBack(linked, retracted, event.id, by, policyOf);
}

/** @param changed the event of the first incident that counts no more, or brings something else */
function takeBack(
  [history, above, ...others]: readonly [History, ...History[]],
  fact: Retraction,
  changed: string,
  by: Context,
  policyOf: PolicyOf,
): [Decision, ...Decision[]] {
  const { incident: before, events: timeline } = history;
  const { now } = by;
  const { slots, events, outbox, ...folded } = refold(history, fact, by, 'A statement was taken back.', policyOf);
  if (slots.length > 0)
    fact.detail.slots = groupAlike(slots).map((each) =>
      each.outcome === 'not-reminded' ? { ...each, ...unasked } : each,
    );
  const former = formerMembers(timeline, changed).map((each) => toTakeBack(each, fact, by));
  const isLinked = before.status === 'linked';
  const decision: Decision = {
    ...folded,
    events: [fact, ...events],
    // Some customers may wait for something else now. In what is no incident nobody waits, nor in what is linked.
    timer:
      (before.kind === 'incident' && !isLinked) || former.length > 0
        ? { at: now, why: 'a statement was retracted' }
        : 'keep',
    outbox: [...(isLinked ? [] : outbox), ...former],
  };
  if (!above) return [decision];
  const after = { ...history, events: [...timeline, asNext(before, fact, now)] };
  const [was, is] = [history, after].map((each) => shareBefore(each, above.incident.id, by, policyOf));
  const link = above.events.findLast((each) => each.type === 'linked' && each.detail.from === before.id);
  if (!link || !is || isSame(was, is)) return [decision];
  const elsewhere = retractedElsewhere(fact, before.id, link.id, is);
  return [decision, ...takeBack([above, ...others], elsewhere, link.id, by, policyOf)];
}

function retractedElsewhere(
  { detail, ...said }: TakenHome['fact'],
  incident: string,
  instead: string,
  share: object,
): EventOf<'retracted-elsewhere'> {
  const { why, type } = detail;
  return { ...said, type: 'retracted-elsewhere', detail: { incident, why, type, instead, share: { ...share } } };
}

/** Nobody was asked for it in time, since what was retracted had met it: no data for the checkpoint. */
const unasked = {
  because: 'retracted',
  reason: 'nobody was reminded in time, since a statement that was taken back had met it',
} as const;

/** The end of a link by which an incident took home what had been said of its customers. */
type Unlinked = TimelineEvent & EventOf<'unlinked'>;

/** Of links to this incident, while it was no link itself, that ended after the event. */
function formerMembers(events: readonly TimelineEvent[], changed: string): Unlinked[] {
  return events.filter((each): each is Unlinked => {
    if (each.type !== 'unlinked' || each.detail.incident === undefined || each.id < changed) return false;
    const { incident, from = incident } = each.detail;
    const before = events.filter(({ id }) => id < each.id);
    const link = before.findLast(({ type, detail }) => type === 'linked' && detail.from === from);
    const own = before.findLast(isOfOwnLink);
    return link !== undefined && link.id <= changed && own?.type !== 'linked';
  });
}

const isOfOwnLink = ({ type, detail }: TimelineEvent): boolean =>
  (type === 'linked' && detail.to !== undefined) || (type === 'unlinked' && detail.incident === undefined);

/** What the outbox holds for an incident that took home what counts no more. */
export interface TakenHome {
  member: string;
  /** The event of the former primary that ended the link. */
  unlinked: string;
  fact: Omit<Retraction, 'type' | 'detail'> & { detail: Pick<Retraction['detail'], 'why' | 'type'> };
}

function toTakeBack({ id, detail }: Unlinked, fact: Retraction, { now }: Context): Sending {
  const { incident: member = '' } = detail;
  const { why, type } = fact.detail;
  const { occurredAt, evidenceUrl } = fact;
  const said = { ...authorIn(fact), occurredAt, ...optional('evidenceUrl', evidenceUrl), detail: { why, type } };
  const sends: TakenHome = { member, unlinked: id, fact: said };
  return { kind: 'taken-home', key: `taken-home:${id}:${now.getTime()}`, since: now, sends };
}

/**
 * @param linked the former member, then the incidents that it is linked to by now
 * @returns undefined where everything that it took home still counts
 */
export function decideTakenHome(
  linked: readonly [History, ...History[]],
  there: History,
  { unlinked, fact }: TakenHome,
  by: Context,
  policyOf: PolicyOf,
): [Decision, ...Decision[]] | undefined {
  const [home] = linked;
  const end = there.events.find((each): each is Unlinked => each.id === unlinked && each.type === 'unlinked');
  const own = home.events.find(
    (each) => isOfOwnLink(each) && each.type === 'unlinked' && each.recordedAt.getTime() === end?.recordedAt.getTime(),
  );
  if (!end || !own) return undefined;
  const { gone } = end.detail.share as unknown as Leaving;
  const share = returnOf(stateBefore(home, own, policyOf), stateBefore(there, end, policyOf), gone);
  const last = home.events.findLast((each) => each.type === 'retracted-elsewhere' && each.detail.instead === own.id);
  if (isSame(share, (last ?? own).detail.share)) return undefined;
  return takeBack(linked, retractedElsewhere(fact, there.incident.id, own.id, share), own.id, by, policyOf);
}

/** As it was when a link ended, without what has been retracted by now. */
function stateBefore({ incident, events }: History, { id }: TimelineEvent, policyOf: PolicyOf): State {
  const known = events.filter((each) =>
    each.type === 'signal-received' && !isSequenced(each)
      ? (each.detail.after ?? 0) < Number(id)
      : each.id < id || isRetraction(each),
  );
  return fold(incident.id, known, policyOf);
}

/** @returns undefined for what a person stated, and can retract */
export function whyNotRetracted(event: TimelineEvent): Reason | undefined {
  if (event.type === 'customer-updated' && (event.detail.sentAs !== undefined || event.detail.signalId !== undefined)) {
    return refuse('sent-by-tool');
  }
  if (event.type === 'linked') return refuse('unlink-instead');
  if (event.type === 'unlinked' || isRetraction(event)) return refuse('state-again');
  return isOwnStatement(event) ? undefined : refuse('not-stated-by-people');
}
