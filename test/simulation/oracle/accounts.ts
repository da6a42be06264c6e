/**
 * An incident's state by what was reported and stated of it, in the order in which it was recorded. What the
 * product says that each statement changed is not asked: that the record came out the same is what is judged.
 */
import { hourMs, minuteMs } from '../calendar.ts';
import { isLinked } from './groups.ts';
import { type Doc, date, foldUntil, type Records } from './records.ts';
import { retell } from './retold.ts';

/** An incident's state from a moment on. */
export interface Account {
  from: number;
  kind: string;
  status: string;
  ongoing: string;
  isDrill: boolean;
  filedAt: number;
  receivedAt: number;
  occurredAt?: number | undefined;
  /** Its own occurrence, by which its urgency is judged: no link judges it again. */
  judgedAt?: number | undefined;
  recoveredAt?: number | undefined;
  /** A check from before it was last found to be ongoing after all changes nothing when recorded later. */
  reopenedAt?: number;
  /** So does what was seen before it was last seen to happen, or shown not to. */
  lastSeenAt?: number;
  reviewedAt?: number;
  firstResponseAt?: number | undefined;
  /** Table K: since when, and until when, its updates come every quarter of an hour for two hours. */
  emergency?: { since: number; until?: number };
}

/** Table B. */
export function urgencyOf({
  receivedAt,
  judgedAt: occurredAt,
}: Pick<Account, 'receivedAt' | 'judgedAt'>): [string, string] {
  if (occurredAt === undefined) return ['high', 'occurrence-unknown'];
  const ageMs = receivedAt - occurredAt;
  if (ageMs < -5 * minuteMs) return ['high', 'occurrence-in-future'];
  return ageMs <= hourMs ? ['high', 'occurred-within-one-hour'] : ['low', 'occurred-earlier'];
}

/** The fast row of table C. */
export const isUrgent = (account: Account): boolean => urgencyOf(account)[0] === 'high' || account.ongoing !== 'no';

/** Whether nobody had said which customers are affected, so that nobody could update them. */
export function isOfUnknownScope(id: string, records: Records, at: number): boolean {
  const { status, reporter, impact, isAboutMetronome, links = [] } = foldUntil(records.timelines.get(id) ?? [], at);
  const isOwn = isAboutMetronome && links.every((each: Doc) => each.isAboutMetronome);
  return status !== 'not-occurring' && !isOwn && !reporter && impact?.affectedCustomerCount === undefined;
}

const cache = new WeakMap<Records, Map<string, Account[]>>();

export function accountsOf(records: Records, id: string): Account[] {
  const known = cache.get(records) ?? new Map<string, Account[]>();
  cache.set(records, known);
  const accounts = known.get(id) ?? tell(records, id);
  known.set(id, accounts);
  return accounts;
}

/** @returns its state at a moment; undefined before it was filed */
export const accountAt = (records: Records, id: string, at: number): Account | undefined =>
  accountsOf(records, id).findLast((each) => each.from <= at);

/** @param until by what is told: each of two may have opened the other again, in turn */
function tell(records: Records, id: string, until = Number.POSITIVE_INFINITY): Account[] {
  const [filed, ...events] = (records.timelines.get(id) ?? []).filter((each) => each.recordedAt <= until);
  const incident = records.incidents.get(id) ?? {};
  const said = records.signals.find((each) => each.id === filed?.detail.signalId)?.said;
  const reclassified = events.find((each) => each.type === 'reclassified');
  let account: Account = {
    from: filed?.recordedAt ?? 0,
    kind: reclassified ? reclassified.detail.from : incident.kind,
    status: said ? (incident.kind === 'outside' ? 'kept' : 'open') : incident.status,
    ongoing:
      said?.ongoing ?? (said?.alert ? 'yes' : incident.source === 'ticket' && said ? 'unknown' : incident.ongoing),
    isDrill: said?.isDrill ?? incident.isDrill,
    filedAt: said ? filed?.recordedAt : incident.filedAt,
    receivedAt: reclassified ? filed?.recordedAt : incident.receivedAt,
    ...(said
      ? { occurredAt: said.occurredAt, judgedAt: said.occurredAt }
      : { occurredAt: incident.occurredAt, judgedAt: incident.occurredAt, recoveredAt: incident.recoveredAt }),
  };
  const accounts = [account];
  for (const [index, event] of events.entries()) {
    const before = [filed, ...events.slice(0, index + 1)];
    const isToldAgain = event.type.startsWith('retracted') || event.type === 'unlinked';
    const change = isToldAgain ? toldAgain(records, id, before) : changeOf(event, account, records);
    account = { ...account, ...change, from: Math.max(account.from, event.recordedAt) };
    // A reply on the ticket is the first response where none was sent before it, however late it arrives.
    const isReply = event.type === 'customer-updated' && event.detail.signalId !== undefined;
    const isResponse = event.actor !== 'rule' && (responses.includes(event.type) || isReply);
    if (isResponse && !(event.occurredAt >= (account.firstResponseAt ?? Number.POSITIVE_INFINITY))) {
      account.firstResponseAt = event.occurredAt;
    }
    accounts.push(account);
  }
  return accounts;
}

const correctable = ['ongoing', 'firstResponseAt'];
/** What a person does about it; a tool's agent does it by a reply to the customer. */
const responses =
  'responded assigned verified described scoped mitigated customer-updated recovered caused fixed prevention answered role-taken role-handed-over'.split(
    ' ',
  );

function changeOf(event: Doc, account: Account, records: Records): Partial<Account> {
  const { type, detail, recordedAt } = event;
  switch (type) {
    case 'verified': {
      const isBack = account.status === 'not-occurring' && (detail.happened === 'yes' || detail.ongoing === 'yes');
      if (event.occurredAt < recordedAt && event.occurredAt < (account.lastSeenAt ?? 0)) return {};
      if (event.occurredAt < (account.reopenedAt ?? 0) && !isBack) return {};
      const isShown = detail.happened === 'no' && detail.method !== undefined && event.evidenceUrl !== undefined;
      const lastSeenAt: number = event.occurredAt;
      if (isShown) return { status: 'not-occurring', ongoing: 'no', lastSeenAt };
      const isSeen = detail.happened === 'yes' || detail.ongoing === 'yes';
      return {
        ...(detail.ongoing === undefined ? {} : { ongoing: detail.ongoing }),
        ...(isSeen ? { lastSeenAt } : {}),
      };
    }
    case 'corrected':
      if (detail.field === 'recoveredAt') return { recoveredAt: detail.new };
      if (detail.field === 'occurredAt') return { occurredAt: detail.new, judgedAt: detail.new };
      return correctable.includes(detail.field) ? { [detail.field]: detail.new } : {};
    case 'recovered':
      if (event.actor !== 'rule') return {};
      return { status: 'recovered', recoveredAt: detail.recoveredAt };
    case 'reopened': {
      const linked = detail.from === undefined ? undefined : tell(records, detail.from, recordedAt).at(-1)?.ongoing;
      const ongoing = linked ?? reportedAs(event, records) ?? (account.ongoing === 'no' ? 'unknown' : account.ongoing);
      // Who took the report may have had a clock that was ahead of that of who recorded this.
      const since = detail.rule === 'linked-ongoing' ? 0 : Math.min(event.occurredAt, recordedAt);
      const reopenedAt = Math.max(account.reopenedAt ?? 0, since);
      // A linked report is open again by itself alone.
      const status = account.status === 'linked' ? 'linked' : 'open';
      return { status, ongoing, recoveredAt: undefined, reopenedAt };
    }
    case 'linked':
      return detail.to === undefined ? {} : { status: 'linked' };
    case 'reclassified':
      return { kind: 'incident', status: 'open', filedAt: recordedAt, receivedAt: recordedAt };
    case 'answered':
      return { status: 'answered' };
    case 'emergency-begun':
      return { emergency: { since: event.occurredAt } };
    case 'emergency-ended':
      return account.emergency ? { emergency: { ...account.emergency, until: event.occurredAt } } : {};
    case 'reviewed':
      return { reviewedAt: account.reviewedAt ?? recordedAt };
    default:
      return {};
  }
}

/**
 * What is taken back counts as never said, and a link that has ended as never made. What links join, and what the end of one
 * takes home, cannot be told from one timeline: there the record is believed.
 */
function toldAgain(records: Records, id: string, events: readonly Doc[]): Partial<Account> {
  const told = retell(records, id, events);
  const links = events.filter(({ type }) => type === 'linked' || type === 'unlinked');
  const joined = links.reduce((open, { type }) => open + (type === 'linked' ? 1 : -1), 0);
  const isByItself =
    joined === 0 && links.every(({ detail }) => detail.to === undefined && detail.incident !== undefined);
  if (links.length === 0 || isByItself) return { ...told, judgedAt: told.occurredAt };
  const state = foldUntil(events, Number.POSITIVE_INFINITY);
  const { status, ongoing, occurredAt, recoveredAt, firstResponseAt, reopenedAt = 0, lastSeenAt = 0 } = state;
  const facts = { status, ongoing, occurredAt, recoveredAt, firstResponseAt, reopenedAt, lastSeenAt };
  const judgedAt = state.urgency.inputs.occurredAt ?? undefined;
  return { ...facts, judgedAt };
}

/** What a report says that takes up again what was not found to occur. */
function reportedAs({ detail }: Doc, records: Records): string | undefined {
  if (detail.rule === 'reported-after-recovery') return 'yes';
  const said = records.signals.find(({ id }) => id === detail.signalId)?.said;
  return detail.rule === 'reported-again' && said ? (said.ongoing ?? (said.alert ? 'yes' : undefined)) : undefined;
}

/** The record is what was stated, and no statement is undone by another that is not about it. */
export function checkAccounts(records: Records): string[] {
  return [...records.incidents].flatMap(([id, incident]) => {
    const account = accountsOf(records, id).at(-1) as Account;
    const [level, rule] = urgencyOf(account);
    const expected: Record<string, unknown> = { ...account, level, rule };
    // What was never so has no time.
    for (const name of ['reopenedAt', 'lastSeenAt']) expected[name] ||= undefined;
    // Of an outage, what it is by itself is what was stated of it: `sums.ts` judges what it shows.
    const { occurredAt: itsStart, firstResponseAt } = incident.outage?.own ?? incident;
    const own = { occurredAt: itsStart, firstResponseAt };
    const is: Record<string, unknown> = {
      ...incident,
      ...own,
      level: incident.urgency.level,
      rule: incident.urgency.rule,
    };
    // What it was judged by is what it is, and not what came later.
    const { receivedAt, occurredAt } = incident.urgency.inputs;
    Object.assign(is, { 'judged receipt': receivedAt, 'judged occurrence': occurredAt ?? undefined });
    Object.assign(expected, { 'judged receipt': account.receivedAt, 'judged occurrence': account.judgedAt });
    // What an outage shows is the sum of its incidents: whether it is over is judged there.
    const ofSum = isLinked(records, id) ? ['status', 'ongoing', 'recoveredAt', 'reopenedAt', 'lastSeenAt'] : [];
    // A question has neither row nor urgency that anybody goes by.
    const names =
      account.kind === 'incident'
        ? ['ongoing', 'recoveredAt', 'reopenedAt', 'lastSeenAt', 'level', 'rule', 'judged receipt', 'judged occurrence']
        : [];
    return [
      'kind',
      'status',
      'isDrill',
      'filedAt',
      'receivedAt',
      'occurredAt',
      'firstResponseAt',
      'reviewedAt',
      ...names,
    ].flatMap((name) => {
      if (expected[name] === is[name] || ofSum.includes(name)) return [];
      const show = (value: unknown): unknown => (name.endsWith('At') ? date(value as number) : value);
      return [`${name} of ${id} should be ${show(expected[name])} by what was stated, and is ${show(is[name])}.`];
    });
  });
}
