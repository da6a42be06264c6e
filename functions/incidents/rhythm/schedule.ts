/**
 * The schedule of an outage's contact, made from those of the incidents that know the customer. A link moves no deadline to a
 * later time, and to an earlier one only for an emergency or if another incident knows the same customer. Pure.
 */
import { byTime, type ContactFact, isOfKnown, type Schedule, type ScheduleFact } from '../clocks/facts.ts';
import { answererOf, outageOf } from '../facts/outage.ts';
import { type Incident, latest, type Member, type Outage } from '../incident.ts';

type Primary = Pick<Incident, 'id' | 'filedAt' | 'schedule' | 'linkedTo' | 'answers' | 'outage' | 'isAboutMetronome'>;

/** An incident that knows the customer, with its schedule. */
interface Part {
  incidentId: string;
  filedAt: Date;
  facts: readonly ScheduleFact[];
  isFound: boolean;
  /** Absent: the primary itself. */
  member?: Member;
}

export function scheduleOf({ facts }: { facts: readonly ContactFact[] }, primary: Primary): Schedule {
  const { id: incidentId, filedAt, schedule: own = [], linkedTo } = primary;
  const outage = outageOf(primary);
  if (!outage || linkedTo !== undefined) return { incidentId, filedAt, facts: own };
  const parts = partsOf(facts, primary, outage);
  const [first] = parts;
  if (!first) return { incidentId, filedAt, facts: own };
  const since = parts.flatMap(({ member }) => member?.since ?? []).sort();
  const of = <T extends ScheduleFact['type']>(type: T, from: readonly ScheduleFact[]) =>
    from.filter((each): each is Extract<ScheduleFact, { type: T }> => each.type === type);
  const areFound = parts.every(({ isFound }) => isFound);
  const joined = parts.flatMap(({ member, facts: its }) => {
    const found = areFound || parts.length === 1 ? of('not-occurring', its) : [];
    const before = of('emergency', its).filter(({ recordedAt }) => recordedAt < (member?.at ?? outage.since));
    return [...of('rules', its), ...of('rhythm', its), ...of('reopened', its), ...found, ...before];
  });
  const joinedAt = first.member?.at ?? outage.since;
  const isOwn = parts.some(({ member }) => !member);
  // A finding on the primary covers the customers of the members that were linked by then.
  const told = [...of('not-occurring', own), ...of('reopened', own)].filter(({ id }) => id > (since.at(-1) ?? ''));
  const ofPrimary = isOwn ? told.filter(({ type }) => type === 'not-occurring') : told;
  return {
    incidentId: first.incidentId,
    filedAt: first.filedAt,
    facts: once([
      ...joined,
      ...rowsOf(parts, primary, outage),
      ...(since.length > 0 ? ofPrimary : []),
      ...(isOwn ? [] : sinceThen(of('rules', own), joinedAt)),
      ...sinceThen(outage.emergencies, joinedAt),
      ...rhythmOf(parts, primary, outage),
    ]),
  };
}

/** The incidents that know the customer, in order of when they learned of them. */
function partsOf(facts: readonly ContactFact[], primary: Primary, { own, members }: Outage): Part[] {
  const known = facts.filter(isOfKnown).sort((a, b) => byTime(a, b) || ((a.of ?? '') < (b.of ?? '') ? -1 : 1));
  return [...new Set(known.map(({ of }) => of))].flatMap((of): Part[] => {
    // The asker of a question waits with the primary's own customers.
    if (of === undefined || (members[of] && members[of].incident.kind !== 'incident')) {
      const { id: incidentId, filedAt, schedule = [] } = primary;
      return [{ incidentId, filedAt, facts: schedule, isFound: own.status === 'not-occurring' }];
    }
    const member = members[of];
    if (!member) return [];
    const { filedAt, schedule = [], status } = member.incident;
    return [{ incidentId: of, filedAt, facts: schedule, isFound: status === 'not-occurring', member }];
  });
}

/** The rows of the first incident from its beginning, and from each further link on the most urgent row. */
function rowsOf(parts: readonly Part[], primary: Primary, outage: Outage): ScheduleFact[] {
  const joinedAt = parts[0]?.member?.at ?? outage.since;
  const rows = parts.map((part, index) => {
    const own = rowsOfPart(part, primary, outage);
    return index === 0 ? own : sinceThen(own, part.member?.at ?? joinedAt);
  });
  const [only = []] = rows;
  if (rows.length === 1) return only;
  const is = rows.map(() => false);
  const steps = rows.flatMap((own, index) => own.map((row) => ({ row, index })));
  return steps
    .sort((a, b) => a.row.recordedAt.getTime() - b.row.recordedAt.getTime() || (a.row.id < b.row.id ? -1 : 1))
    .map(({ row, index }) => {
      is[index] = row.isUrgent;
      return { ...row, isUrgent: is.includes(true) };
    });
}

type Row = Extract<ScheduleFact, { type: 'row' }>;
const isRow = (fact: ScheduleFact): fact is Row => fact.type === 'row';

/** After a person states on the primary whether it is ongoing, that counts for the members linked by then. */
function rowsOfPart({ facts, member }: Part, primary: Primary, { members }: Outage): Row[] {
  const own = facts.filter(isRow);
  if (!member) return own;
  const { incident: by, at } = answererOf('ongoing', member, primary, members);
  if (at === undefined) return own;
  const schedule = ('schedule' in by ? by.schedule : primary.schedule) ?? [];
  const isHigh = member.incident.urgency.level === 'high';
  const stated = sinceThen(schedule.filter(isRow), at).map((each) => ({
    ...each,
    isUrgent: isHigh || each.isOngoing !== false,
  }));
  return [...own.filter(({ recordedAt }) => recordedAt < at), ...stated];
}

/** The facts that hold from a moment on: the last one before it, and those that follow. */
function sinceThen<T extends ScheduleFact>(facts: readonly T[], at: Date): T[] {
  const last = facts.findLast(({ recordedAt }) => recordedAt <= at);
  const later = facts.filter(({ recordedAt }) => recordedAt > at);
  return last ? [{ ...last, recordedAt: at }, ...later] : later;
}

/** Customers of a report about Metronome itself have a rhythm while they wait with others. */
function rhythmOf(parts: readonly Part[], { isAboutMetronome }: Primary, { members }: Outage): ScheduleFact[] {
  const isOff = parts.every(({ facts }) => facts.findLast((each) => each.type === 'rhythm')?.isOn === false);
  if (!isOff) return [];
  const joinedAt = parts[0]?.member?.at;
  const others = Object.values(members).flatMap(({ incident, at }) => (incident.isAboutMetronome ? [] : [at]));
  const [first] = others.sort((a, b) => a.getTime() - b.getTime());
  const at = isAboutMetronome ? first && latest(joinedAt, first) : joinedAt;
  return at ? [{ id: '', at, recordedAt: at, type: 'rhythm', isOn: true }] : [];
}

const once = (facts: ScheduleFact[]): ScheduleFact[] => [
  ...new Map(facts.map((each) => [`${each.type} ${each.recordedAt.getTime()} ${each.id}`, each])).values(),
];
