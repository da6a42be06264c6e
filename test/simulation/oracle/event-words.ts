/**
 * What an event says of itself agrees with what it was recorded by: a slot is due when it is, and is of the customers that it names;
 * what a signal has brought about is of its ticket, and in its words; what was done by rule follows from that rule; a meeting found
 * what the record held; and each half of a link names the other.
 */
import { hourMs, minuteMs, startOfDay } from '../calendar.ts';
import { accountsOf } from './accounts.ts';
import { scoreOf } from './facts.ts';
import { groupOf, hadMembers, isLinked } from './groups.ts';
import { applyChanges, canonical, type Doc, date, foldUntil, type Records } from './records.ts';
import { isToldAgain } from './retold.ts';

/** What is around an event. */
interface Around {
  id: string;
  records: Records;
  signals: ReadonlyMap<string, Doc>;
  /** The incident as it was before it. */
  state: Doc;
}

type Check = (event: Doc, around: Around) => string[];

export function checkEventWords(records: Records): string[] {
  const signals = new Map<string, Doc>(records.signals.map((each) => [each.id, each]));
  return [...records.timelines].flatMap(([id, events]) => {
    if (records.incidents.get(id)?.origin.tool === 'import') return [];
    const state: Doc = {};
    return events.flatMap((event) => {
      const found = bySignal[event.type] ? checkSignal(event, { id, records, signals, state }) : [];
      found.push(...(checks[event.type]?.(event, { id, records, signals, state }) ?? []));
      applyChanges(state, event.changes);
      return found.map((what) => `${event.type} of ${id} at ${date(event.recordedAt)} (${event.id}) ${what}.`);
    });
  });
}

const idsOf = (contact: Doc): string[] =>
  contact.isTheOthers ? ['others'] : contact.customers.map((each: Doc) => each.id);

/** The customers of a reminder, and why they are due when they are. */
function checkReminded({ detail, recordedAt }: Doc, { id, records }: Around): string[] {
  const contacts = records.contacts.get(id) ?? [];
  const slots: Doc[] = detail.slots ?? [];
  const due = [...slots, ...(detail.scopeDueAt === undefined ? [] : [{ dueAt: detail.scopeDueAt, why: detail.why }])];
  const told = slots.map(({ contactId }) => contacts.find((each) => each.id === contactId));
  const found = due.flatMap(({ dueAt, why }, index) =>
    isDueSo(why, dueAt, recordedAt, { id, records }, told[index]) ? [] : [`is of what is due ${date(dueAt)}: “${why}”`],
  );
  // Who left by the end of a link, or was named by what was taken back, is no contact any more.
  if (slots.length === 0 || isLinked(records, id) || told.includes(undefined)) return found;
  const own = told.flatMap(idsOf);
  const isWhole =
    told.every((each) => idsOf(each).some((one) => detail.customers.includes(one))) &&
    detail.customers.every((each: string) => own.includes(each));
  return isWhole ? found : [...found, `names ${detail.customers.join(', ')}, and is of ${own.join(', ')}`];
}

const clockOf = (at: number): string => {
  const minutes = (at - startOfDay(at)) / minuteMs;
  return [Math.floor(minutes / 60), Math.floor(minutes % 60)].map((each) => String(each).padStart(2, '0')).join(':');
};

/** The rows of table C, by how long it had been filed. */
const ages: [said: string, from: number, to: number][] = [
  ['which was less than 2 h after filing', Number.NEGATIVE_INFINITY, 2 * hourMs],
  ['which was 2 h or more after filing', 2 * hourMs, 12 * hourMs],
];

/** What may be said of when an update is due. */
const clauses = [
  /^first update, \d+ min after the customer was known to be affected( again)?$/,
  /^\d+ min after (the last slot|the last update|the retraction), which was (less than 2 h|2 h or more) after filing$/,
  /^\d+ min after (the last slot|the last update|the retraction), in the first 2 h of an emergency$/,
  /^\d\d:\d\d in Asia\/Tokyo, the next of the fixed times: (12 h or more after filing|not urgent and not going on)$/,
  /^\d+ min after it (became an emergency|was judged to go by the (fast|slow) row)$/,
  /^the (recovery message, at most \d+ min after the recovery|message that it was found not to occur, at most \d+ min after that)$/,
  /^(it goes by the fast row since it was judged so|it was recorded later than that)$/,
  /^no affected customer is known \d+ min after the report$/,
];

/** What a further clause has moved is not judged by the first. */
export function isDueSo(
  why: string,
  dueAt: number,
  recordedAt: number,
  { id, records }: Pick<Around, 'id' | 'records'>,
  contact: Doc,
): boolean {
  // Customers that a link brought are due by how long theirs had been filed.
  const accounts = groupOf(records, id).flatMap((each) =>
    accountsOf(records, each).filter(({ from }) => from <= recordedAt),
  );
  if (
    !String(why)
      .split('; ')
      .every((each) => clauses.some((clause) => clause.test(each)))
  )
    return false;
  if (why.includes(';')) return true;
  const clock = /^(\d\d:\d\d) in Asia\/Tokyo, the next of the fixed times/.exec(why)?.[1];
  if (clock !== undefined) {
    const isOld = accounts.some((each) => dueAt - each.filedAt >= 12 * hourMs);
    const isCalm = accounts.some((each) => each.ongoing === 'no');
    return clockOf(dueAt) === clock && (why.endsWith('12 h or more after filing') ? isOld : isCalm);
  }
  const [, minutes = '', what = ''] = /(\d+) min after (.+)$/.exec(why) ?? [];
  const from = dueAt - Number(minutes) * minuteMs;
  if (why.startsWith('first update') && what.endsWith('known to be affected'))
    return !contact || isLinked(records, id) || isToldAgain(records.timelines.get(id) ?? [])
      ? true
      : from === contact.affectedKnownAt;
  const [, least, most] = ages.find(([said]) => what.endsWith(said)) ?? [];
  if (least === undefined || most === undefined)
    return !what.includes('emergency') || accounts.some((each) => each.emergency);
  return accounts.some(({ filedAt }) => from - filedAt >= least && from - filedAt < most);
}

/** What a signal brings about, and of what kind it is. */
const bySignal: Record<string, readonly string[]> = {
  responded: ['agent-replied'],
  'customer-updated': ['agent-replied'],
  'recovery-questioned': ['customer-wrote', 'reopened'],
  'customer-wrote': ['customer-wrote'],
};

function checkSignal({ type, actor, detail }: Doc, { signals }: Around): string[] {
  if (detail.signalId === undefined) return [];
  const signal = signals.get(detail.signalId);
  if (!signal) return [`is by ${detail.signalId}, which never came`];
  const found = bySignal[type]?.includes(signal.kind) ? [] : [`is by ${signal.id}, which is ${signal.kind}`];
  const { tool, sourceId, message, agent } = signal;
  const { ticket } = detail;
  const pairs: [name: string, is: unknown, was: unknown][] = [
    ['actor', actor, agent ?? tool],
    ['tool', ticket?.tool, tool],
    ['ticket', ticket?.id, sourceId],
    // That somebody has responded quotes nothing.
    ...(type === 'responded' ? [] : [['message', detail.message, message] as [string, unknown, unknown]]),
  ];
  for (const [name, is, was] of pairs)
    if ((is || undefined) !== (was || undefined)) found.push(`has ${name} “${is}”, and its signal “${was}”`);
  const isBack = signal.kind === 'reopened';
  const rule = isBack ? 'reopened-after-recovery' : 'customer-wrote-after-recovery';
  const why = isBack ? 'The ticket was opened again after the recovery.' : 'The customer wrote after the recovery.';
  const isSaidSo = detail.rule === rule && detail.why === why;
  if (type === 'recovery-questioned' && !isSaidSo)
    found.push(`is by ${detail.rule} (${detail.why}), and its signal is ${signal.kind}`);
  return found;
}

/** By rule with the last of those who are affected, or as it was stated where nobody is known. */
function checkRecovered({ actor, detail }: Doc, { state: { affectedCustomers = [], impact = {} } }: Around): string[] {
  const isNobody = affectedCustomers.length === 0 && !impact.affectedCustomerCount;
  const why = isNobody
    ? 'No customer is known; it was stated for all.'
    : 'The business of every affected customer works again.';
  return actor !== 'rule' || detail.why === why
    ? []
    : [`is by “${detail.why}”, and ${affectedCustomers.length} are named`];
}

/** From which state, or kind, each rule leads on, and what it says. */
const leading: Record<string, [from: RegExp, why: RegExp]> = {
  'linked-ongoing': [/./, /^A report was linked of which a customer has not recovered\.$/],
  'reported-again': [/^not-occurring$/, /reported again\.$/],
  'reported-after-recovery': [/^recovered$/, /(?:was open after the recovery|says that it goes on)\.$/],
  'verified-again': [/^(recovered|not-occurring)$/, /verified to go on\.$/],
  'third-customer': [/^question$/, /^3 customers asked the same/],
  unanswered: [/^question$/, /^Nobody answered it within/],
  'answered-as-trouble': [/^question$/, /^It was answered as (setting-changed|data-repaired|code-ticket):/],
};

function isLedTo({ rule, why }: Doc, from: string): boolean {
  const [fromWhat, says] = leading[rule] ?? [];
  return fromWhat?.test(from) === true && says?.test(why) === true;
}

const checkReopened: Check = ({ id: event, detail, recordedAt }, { id, state: { status }, records }) => {
  // What is said of a linked incident, or of one with others, is judged by what that is by itself.
  const isOfOutage = status === 'linked' || hadMembers(records.timelines.get(id) ?? [], event);
  const isSo = isOfOutage || isLedTo(detail, status);
  const found = isSo ? [] : [`is by ${detail.rule} (${detail.why}), and it was ${status}`];
  if (detail.from !== undefined && unrecoveredIn(records, detail.from, recordedAt) === 0)
    found.push(`is by a link of ${detail.from}, of which nobody is known who still waits`);
  return found;
};

/** The number of named customers whose recovery is not recorded. */
function unrecoveredIn(records: Records, id: string, at: number): number {
  const timeline = records.timelines.get(id) ?? [];
  // What was told again since, or will be, says nothing of then.
  if (timeline.some(({ type }) => type.startsWith('retracted') || type === 'unlinked')) return Number.POSITIVE_INFINITY;
  const events = timeline.filter((each) => each.recordedAt <= at);
  // Those of its members may wait.
  if (hadMembers(events, '~')) return Number.POSITIVE_INFINITY;
  const { id: since = '', occurredAt: reopenedAt = 0 } = events.findLast(({ type }) => type === 'reopened') ?? {};
  const said = events.filter(
    ({ id: own, type, actor, detail, occurredAt }) =>
      own > since &&
      occurredAt >= reopenedAt &&
      ((type === 'recovered' && actor !== 'rule') || detail.recovery === true),
  );
  const all = said.some(({ detail }) => (detail.customers ?? 'all') === 'all');
  const recovered = new Set(said.flatMap(({ detail }) => detail.customers ?? []));
  const { affectedCustomers = [], impact = {} } = foldUntil(events, at);
  const unnamed = Math.max(0, (impact.affectedCustomerCount ?? 0) - affectedCustomers.length);
  return all ? 0 : unnamed + affectedCustomers.filter((each: Doc) => !recovered.has(each.id)).length;
}

function checkReclassified({ detail }: Doc, { state: { kind, answer } }: Around): string[] {
  const found = isLedTo(detail, kind) ? [] : [`is by ${detail.rule} (${detail.why}), and it was a ${kind}`];
  if (detail.from !== kind || detail.to !== 'incident')
    found.push(`is from ${detail.from} to ${detail.to}, and it was a ${kind}`);
  const answered = /answered as ([\w-]+):/.exec(detail.why)?.[1];
  if (answered !== answer?.kind && answered !== undefined)
    found.push(`says “${detail.why}”, and the answer was ${answer?.kind}`);
  return found;
}

/** What makes it an emergency is told as it is kept, and how many it counts. */
function checkBegun({ detail, changes }: Doc): string[] {
  const { rule, inputs, policyVersion } = changes.emergency;
  const found: string[] = [];
  if (canonical({ rule, inputs, policyVersion }) !== canonical({ ...detail, why: undefined }))
    found.push(`says ${canonical(detail)}, and ${canonical(changes.emergency)} is kept`);
  const { reports, affectedCustomerCount, area } = inputs;
  const many = reports ? new Set(reports.map((each: Doc) => each.customerId)).size : affectedCustomerCount;
  const says = reports
    ? `${many} customers reported within 15 min that business has stopped in ${area}.`
    : `for ${many} customers.`;
  const isElsewhere = [
    'A statement was taken back.',
    'A link has ended.',
    'An incident was linked that is an emergency.',
  ].includes(detail.why);
  if (!isElsewhere && !detail.why.endsWith(says)) found.push(`says “${detail.why}”, and should end with “${says}”`);
  return found;
}

/** What each reason asks of the paging tool, and how that is said. */
const paging: Record<string, [action: string, why: string]> = {
  answered: ['acknowledge', 'Somebody has responded.'],
  'emergency-begun': ['trigger', 'It is an emergency.'],
  escalation: ['trigger', 'Updates were missed in a row.'],
  reopened: ['trigger', 'It is open again after its page had ended.'],
  unanswered: ['trigger', 'Nobody had responded by the limit of the first response.'],
};
const nothingLeft: [string, string] = ['resolve', 'There is nothing left to be paged for.'];

/** Of several reasons the weightiest is said. */
function checkPaged({ detail }: Doc): string[] {
  const expected = detail.reasons.map((each: string) => paging[each] ?? nothingLeft);
  const isSaid = expected.some(([, why]: [string, string]) => why === detail.why);
  const fits = isSaid && expected.every(([action]: [string, string]) => action === detail.action);
  return fits ? [] : [`(${detail.action}) is for ${detail.reasons.join(', ')}: “${detail.why}”`];
}

/** @returns nothing for what is told to others than the two: that one of theirs has gone */
function checkLink({ type, detail, occurredAt }: Doc, { id, records }: Around): string[] {
  const { to, from, incident, basis } = detail;
  const isLinking = type === 'linked';
  if (!isLinking && from !== undefined && incident !== undefined) return [];
  const other: string = to ?? from ?? incident;
  const mirrored = isLinking ? (to === undefined ? 'to' : 'from') : from === undefined ? 'from' : 'incident';
  const isOther = (each: Doc): boolean =>
    each.type === type && each.occurredAt === occurredAt && each.detail[mirrored] === id && each.detail.basis === basis;
  return (records.timelines.get(other) ?? []).some(isOther)
    ? []
    : [`is with ${other} (${basis}), which says nothing of it`];
}

/** What a primary shows of its members as well, which no event tells. */
const summed: ReadonlySet<string> = new Set(['impact', 'affectedCustomers', 'occurredAt', 'ongoing', 'missing']);

/** What a meeting found written is what the record held, and it confirms a score by what it found or stated. */
function checkReviewed({ id: eventId, detail }: Doc, { id, records, state }: Around): string[] {
  const isOfSum = hadMembers(records.timelines.get(id) ?? [], eventId);
  const written = (value: unknown): string => canonical(value ?? null);
  const found = Object.entries(detail.old).flatMap(([name, old]) => {
    const was = name === 'confirmed' ? state.score.confirmed : state[name];
    return written(old) === written(was) || (isOfSum && summed.has(name))
      ? []
      : [`found ${name} to be ${written(old)}, and that was ${written(was)}`];
  });
  for (const name of detail.stated ?? [])
    if (detail[name] === undefined) found.push(`is said to have stated ${name}, and does not say what`);
  const inputs: Doc = detail.confirmed?.inputs ?? {};
  if (detail.confirmed && detail.confirmed.value !== scoreOf(inputs))
    found.push(`confirms ${detail.confirmed.value}, and that is ${scoreOf(inputs)}`);
  for (const [name, by] of Object.entries(inputs)) {
    const last = detail[name] ?? state.impact[name];
    if (written(by) !== written(last) && !isOfSum) found.push(`confirms a score by ${name} ${by}, and that is ${last}`);
  }
  return found;
}

const checkJudged: Check = ({ detail, changes: { urgency } }, { state }) =>
  detail.old === state.urgency.level && detail.new === urgency.level && detail.rule === urgency.rule
    ? []
    : [
        `is from ${detail.old} to ${detail.new} by ${detail.rule}, and it was ${state.urgency.level}, and is ${urgency.level} by ${urgency.rule}`,
      ];

/** What it was filed as, and why, is told as it is kept. */
function checkFiled({ detail, changes: { routing, source } }: Doc): string[] {
  const isKept =
    routing === undefined || (detail.rule === routing.rule && detail.why === routing.why) || source === 'alert';
  return isKept ? [] : [`is by ${detail.rule} (${detail.why}), and ${routing.rule} (${routing.why}) is kept`];
}

const checks: Record<string, Check> = {
  filed: checkFiled,
  reminded: checkReminded,
  recovered: checkRecovered,
  reopened: checkReopened,
  reclassified: checkReclassified,
  'emergency-begun': checkBegun,
  paged: checkPaged,
  linked: checkLink,
  unlinked: checkLink,
  reviewed: checkReviewed,
  'urgency-changed': checkJudged,
};
