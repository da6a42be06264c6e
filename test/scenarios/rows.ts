/**
 * Rows of a table: what is filed, what is stated of it at its times, and what can then be seen. Times are those of
 * 24 November 2026 in Tokyo, `10:15` or `10:15:00.001`; `25 08:00` is the day after. A row is played through a whole
 * house (`timetable.ts`) or in memory (`test/incidents/record.ts`).
 */

// biome-ignore lint/suspicious/noExplicitAny: a scenario reads what it expects, and fails where it is not there
type Body = any;

/** A statement (`type`), a further word on the row's ticket (`word`), or anything else. */
export type Step = Record<string, unknown> | ((row: Filed) => Promise<unknown>);

export interface Row {
  /** Fields of the ticket besides the usual ones. */
  ticket?: Record<string, unknown>;
  /** One step at a time, or several in their order. */
  says?: Readonly<Record<string, Step | readonly Step[]>>;
  /** When it is looked at, after what is stated then; where it is left out, with the last step. */
  at?: string;
  /** What of the row is compared; see {@link Seen}. */
  is: Partial<Seen>;
}

/** What can be seen of an incident, short enough to be read in a table. */
export interface Seen {
  status: string;
  ongoing: string;
  urgency: string;
  /** Of the incident. */
  recovered: string;
  /** `a 10:45, b over 10:20`: when each customer's next update is due, or since when it is over. */
  due: string;
  /** When each customer's business works again: `a 10:05, b –`. */
  recoveries: string;
  /** `1 met, 2 missed`. */
  slots: string;
  /** What the responders were told, and about which customers. */
  told: string[];
  score: number | null;
  count: number | undefined;
  /** Any other field of the incident, by its path. */
  fields: Record<string, unknown>;
}

export interface Filed {
  id: string;
  ticketId: string;
  body: Record<string, unknown>;
}

export const stepsOf = ({ says = {} }: Row): [time: string, steps: readonly Step[]][] =>
  Object.entries(says).map(([time, what]) => [time, [what].flat()]);

export const lookedAt = ({ at, says = {} }: Row): string => at ?? Object.keys(says).at(-1) ?? '10:00';

/** RFC 3339 of a time as the tables write it. */
export function instant(text: string): string {
  const match = /^(?:(\d\d) )?(\d\d:\d\d)(:\d\d(?:\.\d+)?)?$/.exec(text);
  if (!match) throw new Error(`Not a time of the table: ${text}`);
  return new Date(`2026-11-${match[1] ?? '24'}T${match[2]}${match[3] ?? ':00'}+09:00`).toISOString();
}

/** The other way round; the day is left out where it is the 24th. */
export function clockTime(time: string | null | undefined): string {
  if (!time) return '–';
  const local = new Date(Date.parse(time) + 9 * 3_600_000).toISOString();
  const day = local.slice(8, 10) === '24' ? '' : `${local.slice(8, 10)} `;
  const rest = local.slice(16, 23);
  return `${day}${local.slice(11, 16)}${rest === ':00.000' ? '' : rest.replace(/\.000$/, '')}`;
}

/** A tenth, which `npm test` plays in a whole house; `tables-in-a-house.long.test.ts` plays all. */
export const tenthOf = (rows: Readonly<Record<string, Row>>): Record<string, Row> =>
  Object.fromEntries(Object.entries(rows).filter((_, index) => index % 10 === 0));

/** The usual ticket, with a row's own fields. */
export function ticketOf(id: string, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id,
    subject: '注文が通らない',
    occurredAt: instant('09:50'),
    ongoing: 'yes',
    customer: { id: 'a' },
    ...fields,
  };
}

export function byName(contacts: Body[]): Body[] {
  return contacts.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/**
 * @param incident as the API answers it
 * @param contacts in the order of their names
 * @param notices those of this incident, in order
 */
export function seenOf(
  incident: Body,
  contacts: Body[],
  notices: readonly { deliveredAt: string; kind: string; customers: readonly string[] }[],
): Seen {
  const { met, late, missed, notReminded } = incident.slots;
  const sums = { met, late, missed, 'not-reminded': notReminded };
  return {
    status: incident.status,
    ongoing: incident.ongoing,
    urgency: `${incident.urgency.level} ${incident.urgency.rule}`,
    recovered: clockTime(incident.recoveredAt),
    due: contacts
      .map(
        (each) =>
          `${nameOf(each)} ${each.stoppedAt ? `over ${clockTime(each.stoppedAt)}` : clockTime(each.nextUpdateDueAt)}`,
      )
      .join(', '),
    recoveries: contacts.map((each) => `${nameOf(each)} ${clockTime(each.recoveredAt)}`).join(', '),
    slots: Object.entries(sums)
      .filter(([, count]) => count !== 0)
      .map(([name, count]) => `${count} ${name}`)
      .join(', '),
    told: notices.map((each) =>
      [clockTime(each.deliveredAt), each.kind, [...each.customers].sort().join(' ')].join(' ').trim(),
    ),
    score: incident.score.reference.value,
    count: incident.impact.affectedCustomerCount,
    fields: incident,
  };
}

const nameOf = (contact: Body): string =>
  contact.isTheOthers ? 'others' : contact.customers.map((each: { id: string }) => each.id).join('+');
