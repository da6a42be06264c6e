/** Reads an incident's own values, and the parts of its outage. Pure. */
import { unzipped } from '../../platform/packed.ts';
import { type AnsweredField, type Incident, type Member, type Outage, summedFields } from '../incident.ts';

const known = new WeakMap<object, Outage>();

export function outageOf({ outage }: Pick<Incident, 'outage'>): Outage | undefined {
  if (!outage || 'own' in outage) return outage;
  const read = known.get(outage) ?? (unzipped(outage) as Outage);
  known.set(outage, read);
  return read;
}

export const membersOf = (incident: Pick<Incident, 'outage'>): Member[] =>
  Object.values(outageOf(incident)?.members ?? {});

/** The incident as if it had no link in either direction. */
export function byItself(incident: Incident): Incident {
  const outage = outageOf(incident);
  if (!outage) return incident;
  const { outage: _, links: __, ...rest } = incident;
  const own: Record<string, unknown> = { ...rest };
  for (const field of summedFields) delete own[field];
  return { ...own, ...outage.own } as Incident;
}

type Answering = Pick<Incident, 'id' | 'answers'>;

/**
 * Whose value of a field counts for a member: the primary's, or that of an incident through which it came, if a person stated
 * it there after the link; otherwise its own. The outermost statement wins.
 */
export function answererOf(
  field: AnsweredField,
  { since, by = [], incident }: Member,
  primary: Answering,
  members: Outage['members'],
): { incident: Answering | Member['incident']; at?: Date } {
  const answerOf = ({ answers }: Answering, after: string) => answers?.[field]?.find(({ id }) => id > after);
  const own = answerOf(primary, since);
  if (own) return { incident: primary, at: own.at };
  for (const way of by.toReversed()) {
    const between = members[way.id]?.incident;
    const answer = between && answerOf(between, way.since);
    if (between && answer) return { incident: between, at: answer.at };
  }
  return { incident };
}
