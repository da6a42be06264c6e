/**
 * The schedule of an outage's customer, told moment by moment. The row is fast while an incident that knows the customer has it
 * so; of two that do, the second counts from its link on. A person's statement about “ongoing” on the primary replaces what the
 * reports linked by then say. A second implementation, which shares nothing with the product's.
 */
import type { Doc } from './records.ts';

interface Voice {
  id: string;
  filedAt: number;
  schedule: Doc[];
  from: number;
  /** Of a member. */
  member?: Doc;
}

const ofType = (schedule: readonly Doc[], ...types: string[]): Doc[] =>
  schedule.filter(({ type }) => types.includes(type));

/** @param knowing the facts by which the customer is known, each of the member that it is `of` */
export function naiveSchedule(primary: Doc, knowing: readonly Doc[]) {
  const { id, filedAt, outage, linkedTo } = primary;
  const own: Doc[] = primary.schedule ?? [];
  const alone = { incidentId: id, filedAt, facts: own };
  if (!outage || linkedTo !== undefined) return alone;
  const first = new Map<string, number>();
  for (const { of = '', at } of knowing) first.set(of, Math.min(first.get(of) ?? at, at));
  const order = [...first].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).map(([of]) => of);
  const voices = order.flatMap((of): Voice[] => {
    const member = outage.members[of];
    if (of === '' || (member && member.incident.kind !== 'incident'))
      return [{ id, filedAt, schedule: own, from: outage.since }];
    if (!member) return [];
    const { filedAt: its, schedule = [] } = member.incident;
    return [{ id: of, filedAt: its, schedule, from: member.at, member }];
  });
  const [begun] = voices;
  if (!begun) return alone;
  begun.from = begun.member?.at ?? outage.since;
  const facts = [
    ...rulesOf(voices, own),
    ...rowsOf(voices, primary),
    ...lookedAt(voices, own, outage),
    ...emergenciesOf(voices, outage),
    ...turnedOn(voices, primary),
  ];
  return { incidentId: begun.id, filedAt: begun.filedAt, facts };
}

const isOwn = ({ member }: Voice): boolean => member === undefined;

/** From its link on, the rules that were in force when the primary was told something. */
function rulesOf(voices: readonly Voice[], own: readonly Doc[]): Doc[] {
  const all = voices.flatMap(({ schedule }) => ofType(schedule, 'rules', 'rhythm'));
  if (voices.some(isOwn)) return all;
  const at = voices[0]?.from ?? 0;
  const rules = ofType(own, 'rules');
  const last = rules.findLast(({ recordedAt }) => recordedAt <= at);
  return [...all, ...(last ? [{ ...last, recordedAt: at }] : []), ...rules.filter(({ recordedAt }) => recordedAt > at)];
}

function rowsOf(voices: readonly Voice[], primary: Doc): Doc[] {
  const [first, ...others] = voices.map((voice) => ({ voice, isUrgentAt: rowAt(voice, primary) }));
  if (!first) return [];
  const moments = new Set<number>();
  for (const { voice } of [first, ...others]) {
    for (const { recordedAt } of [...ofType(voice.schedule, 'row'), ...ofType(primary.schedule, 'row')])
      moments.add(recordedAt);
    moments.add(voice.from);
    const stated = statedAt(voice, primary);
    if (stated !== undefined) moments.add(stated);
  }
  return [...moments]
    .sort((a, b) => a - b)
    .flatMap((at): Doc[] => {
      const rows = [first.isUrgentAt(at), ...others.map(({ voice, isUrgentAt }) => at >= voice.from && isUrgentAt(at))];
      return rows[0] === undefined ? [] : [{ type: 'row', id: '', at, recordedAt: at, isUrgent: rows.includes(true) }];
    });
}

/** When a person first stated on the primary whether it is ongoing, after the link of this incident. */
function statedAt({ member }: Voice, { answers, outage }: Doc): number | undefined {
  if (!member) return undefined;
  const said = (answered: Doc, since: string): Doc => answered?.ongoing?.find(({ id }: Doc) => id > since);
  const way = [...(member.by ?? [])]
    .reverse()
    .map((each: Doc) => said(outage.members[each.id]?.incident.answers, each.since));
  return said(answers, member.since)?.at ?? way.find((each: Doc) => each !== undefined)?.at;
}

function rowAt(voice: Voice, primary: Doc): (at: number) => boolean | undefined {
  const last = (schedule: Doc[], at: number): Doc =>
    ofType(schedule, 'row').findLast(({ recordedAt }) => recordedAt <= at);
  const stated = statedAt(voice, primary);
  return (at) => {
    const own = last(voice.schedule, at)?.isUrgent;
    if (stated === undefined || at < stated) return own;
    const isHigh = voice.member?.incident.urgency.level === 'high';
    return isHigh || last(primary.schedule, at)?.isOngoing !== false;
  };
}

/** Found not to occur, or reopened: what is found of the primary is so for those that were linked by then. */
function lookedAt(voices: readonly Voice[], own: readonly Doc[], outage: Doc): Doc[] {
  const isFound = (voice: Voice): boolean => (voice.member?.incident ?? outage.own).status === 'not-occurring';
  const areFound = voices.length === 1 || voices.every(isFound);
  const theirs = voices.flatMap(({ schedule }) => ofType(schedule, 'reopened', ...(areFound ? ['not-occurring'] : [])));
  const since =
    voices
      .map(({ member }) => member?.since ?? '')
      .sort()
      .at(-1) ?? '';
  const told = ofType(own, 'not-occurring', 'reopened').filter(({ id }) => id > since);
  return since === '' ? theirs : [...new Set([...theirs, ...told])];
}

function emergenciesOf(voices: readonly Voice[], outage: Doc): Doc[] {
  const from = voices[0]?.from ?? 0;
  const before = voices.flatMap(({ schedule, member }) =>
    ofType(schedule, 'emergency').filter(({ recordedAt }) => recordedAt < (member?.at ?? outage.since)),
  );
  const all: Doc[] = outage.emergencies;
  const last = all.findLast(({ recordedAt }) => recordedAt <= from);
  return [
    ...before,
    ...(last ? [{ ...last, recordedAt: from }] : []),
    ...all.filter(({ recordedAt }) => recordedAt > from),
  ];
}

/** Whose report is about Metronome alone waits with others from when there are any. */
function turnedOn(voices: readonly Voice[], { isAboutMetronome, outage }: Doc): Doc[] {
  if (!voices.every(({ schedule }) => ofType(schedule, 'rhythm').at(-1)?.isOn === false)) return [];
  const real = Object.values<Doc>(outage.members).filter(({ incident }) => !incident.isAboutMetronome);
  const since = isAboutMetronome ? real.map(({ at }) => at) : [0];
  if (since.length === 0) return [];
  const at = Math.max(Math.min(...since), voices[0]?.member?.at ?? 0);
  return at === 0 ? [] : [{ type: 'rhythm', id: '', at, recordedAt: at, isOn: true }];
}
