/**
 * A primary shows the sum of its outage: what it is by itself, and what each incident is that is linked to it. Told by hand
 * from those incidents' own documents, not from what the primary has of them.
 */
import { canonical, type Doc, date, type Records } from './records.ts';

export function checkSums(records: Records): string[] {
  return [...records.incidents].flatMap(([id, incident]) => {
    const members: Doc = incident.outage?.members ?? {};
    if (incident.status === 'linked' || Object.keys(members).length === 0) return [];
    return [...checkMembers(records, id, members), ...checkSum(records, incident, Object.values<Doc>(members))];
  });
}

/** What an incident is by itself: linked, it keeps that apart. */
const ownOf = (incident: Doc): Doc => ({ ...incident, ...bare, ...incident.outage?.own });
const bare = { occurredAt: undefined, firstResponseAt: undefined };

/** Each entry of the map is what that incident is by itself now. */
function checkMembers(records: Records, id: string, members: Doc): string[] {
  return Object.entries<Doc>(members).flatMap(([name, { incident: entry }]) => {
    const doc = records.incidents.get(name);
    if (doc?.status !== 'linked') return [`${id} has ${name} as a member, which is not linked.`];
    const own = ownOf(doc);
    return ['occurredAt', 'firstResponseAt', 'ongoing', 'impact', 'affectedCustomers', 'filedAt'].flatMap((field) =>
      canonical(entry[field]) === canonical(own[field])
        ? []
        : [`${field} of ${name} is ${canonical(own[field])}, and ${id} has it as ${canonical(entry[field])}.`],
    );
  });
}

function checkSum(records: Records, incident: Doc, members: readonly Doc[]): string[] {
  const { id } = incident;
  const own = ownOf(incident);
  const parts = members.map((member) => ({ member, incident: ownOf(records.incidents.get(member.incident.id)) }));
  /** Those whose value nobody has answered on the primary, or on the way there, since they were linked. */
  const speaking = (field: string): Doc[] => [
    own,
    ...parts.flatMap(({ member, incident: each }) => {
      const way: Doc[] = [{ ...own, since: member.since }];
      for (const { id: by, since } of member.by ?? []) way.push({ ...records.incidents.get(by), since });
      const isAnswered = way.some(({ answers, since }) => answers?.[field]?.some((said: Doc) => said.id > since));
      return isAnswered ? [] : [each];
    }),
  ];
  const first = (field: string): number | undefined =>
    speaking(field)
      .flatMap((each): number[] => each[field] ?? [])
      .sort((a, b) => a - b)[0];
  const named = new Set(incident.affectedCustomers.map((each: Doc) => each.id));
  const gone = new Set(incident.takenOff ?? []);
  const theirs = parts.flatMap((each) => each.incident.affectedCustomers.map((one: Doc) => one.id));
  const found = ['occurredAt', 'firstResponseAt'].flatMap((field) =>
    first(field) === incident[field]
      ? []
      : [
          `${field} of ${id} should be ${date(first(field))}, the first of its reports, and is ${date(incident[field])}.`,
        ],
  );
  const untold = theirs.filter((each) => !named.has(each) && !gone.has(each));
  const impacts = ['none', 'inconvenient', 'degraded', 'stopped'];
  const worst = Math.max(
    ...speaking('impact.businessImpact').map(({ impact }) => impacts.indexOf(impact.businessImpact)),
  );
  return [
    ...found,
    ...untold.map((each) => `${each} is affected by a report of ${id}, and not by ${id}.`),
    ...(impacts.indexOf(incident.impact.businessImpact) === worst
      ? []
      : [`${id} should be ${impacts[worst]}, the worst of its reports, and is ${incident.impact.businessImpact}.`]),
  ];
}
