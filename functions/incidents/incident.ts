/** The incident: what was reported, as the fold of its timeline. Pure. */

import { hash } from 'node:crypto';
import { isEmail } from '../platform/email.ts';
import type { FieldError } from '../platform/problem.ts';
import type { ContactFact, ScheduleFact } from './clocks/facts.ts';
import type { Emergency, EmergencyInputs, Roles } from './emergency/emergency.ts';
import type { CardPlace } from './outbox/sending.ts';
import type { RoutingDecision } from './signals/routing.ts';
import type { Score } from './signals/score.ts';
import type {
  ActorNames,
  AlertFacts,
  BusinessImpact,
  Customer,
  Signal,
  Source,
  Tool,
  Worsening,
  YesNoUnknown,
} from './signals/signal.ts';
import type { Urgency } from './signals/urgency.ts';

/** Each report is exactly one of these, so they share a collection. */
export const incidentKinds = ['incident', 'question', 'outside'] as const;
export type IncidentKind = (typeof incidentKinds)[number];
/** `answered` is a question's alone, `kept` an outside ticket's. */
export type IncidentStatus = 'open' | 'recovered' | 'not-occurring' | 'linked' | 'answered' | 'kept';

export const recurrenceRisks = ['yes', 'no', 'unknown'] as const;
export const mitigationKinds = [
  'setting',
  'workaround',
  'data-repair',
  'isolated',
  'vendor',
  'revert',
  'fix-release',
  'self-healed',
] as const;
export const causeCategories = [
  'release',
  'configuration',
  'capacity',
  'dependency',
  'data',
  'infrastructure',
  'device-or-network',
  'operation',
  'specification',
  'unknown',
] as const;
/** The possible answers to a question; all but the first two make it an incident. */
export const answerKinds = [
  'works-as-designed',
  'explained',
  'setting-changed',
  'data-repaired',
  'code-ticket',
] as const;

export type MitigationKind = (typeof mitigationKinds)[number];
export type CauseCategory = (typeof causeCategories)[number];
export type AnswerKind = (typeof answerKinds)[number];

export interface Impact {
  businessImpact?: BusinessImpact;
  affectedCustomerCount?: number;
  scopeMethod?: string;
  scopeEvidenceUrl?: string;
  recurrenceRisk?: (typeof recurrenceRisks)[number];
}

/** `via`: on a primary, the linked incidents whose reports name the customer, and its own ID if it names them too. */
export type AffectedCustomer = Customer & { via?: string[] };

/** A linked incident, as readers of the primary see it. */
export interface Link {
  incidentId: string;
  /** The number of customers that it counts without naming them. */
  unnamedCount: number;
  /** The merge of several reports to which this link belongs, and with which it is undone. */
  merge?: string;
  /** The linked incident through which it came, and with which it leaves. */
  by?: string;
  /** It is about Metronome itself. */
  isAboutMetronome?: boolean;
  at: Date;
}

/** Fields that a primary shows as sums. Its own values are kept in `outage.own`. */
export const summedFields = [
  'status',
  'ongoing',
  'occurredAt',
  'isOccurredAtApproximate',
  'reportedAt',
  'firstResponseAt',
  'recoveredAt',
  'impact',
  'score',
  'missing',
  'affectedCustomers',
  'emergency',
  'roles',
  'unanswered',
] as const satisfies readonly (keyof Incident)[];

/** The fields of a member that its primary's sum depends on. */
export const memberFields = [
  'id',
  'kind',
  'status',
  'ongoing',
  'source',
  'origin',
  'reporter',
  'filedAt',
  'reportedAt',
  'firstResponseAt',
  'occurredAt',
  'isOccurredAtApproximate',
  'recoveredAt',
  'urgency',
  'emergency',
  'roles',
  'impact',
  'affectedCustomers',
  'isAboutMetronome',
  'unanswered',
  'schedule',
  'answers',
] as const satisfies readonly (keyof Incident)[];

/** An incident through which a member came, and the link between the two. */
export interface Way {
  id: string;
  at: Date;
  /** The event of the link on that incident: a person's later statements there answer for the member too. */
  since: string;
}

/** A linked incident with its own values, replaced whenever they change. */
export interface Member extends Omit<Way, 'id'> {
  incident: Pick<Incident, (typeof memberFields)[number]>;
  /** Nearest first. */
  by?: Way[];
  merge?: string;
}

/** The parts of a primary or of a linked incident. Others have none. */
export interface Outage {
  own: Pick<Incident, (typeof summedFields)[number]>;
  /** By ID, one level: also those that came through another. Unused while the incident is linked itself. */
  members: Record<string, Member>;
  /** When the first member was linked. */
  since: Date;
  /** The outage's emergencies since then, for the clocks of all customers. */
  emergencies: ScheduleFact[];
}

/** Fields for which a person's statement on a primary replaces the values of the members linked by then. */
export const answeredFields = [
  'ongoing',
  'impact.businessImpact',
  'impact.affectedCustomerCount',
  'occurredAt',
  'firstResponseAt',
] as const;
export type AnsweredField = (typeof answeredFields)[number];

/** The current or last page, in all paging channels. */
export interface Paging {
  state: 'triggered' | 'acknowledged' | 'resolved';
  /** Increases with each step, so that a late step undoes no later one. */
  sequence: number;
  /** How often it has rung. Each time is an alert of its own, since an acknowledged alert does not ring again. */
  episode: number;
  at: Date;
  /** Why it rang: `unanswered`, `reopened`, or the notice's kind. After resolving: why it stopped. */
  why: string[];
  /** Somebody has responded since. */
  answeredAt?: Date;
}

/** A customer's message that is still unanswered. */
export interface Unanswered {
  customers: string[];
  ticket: { tool: string; id: string };
  at: Date;
}

export interface Incident {
  id: string;
  /** The version of this document's form: see `form.ts`. */
  schemaVersion: number;
  /** What people call it on the phone. */
  code: string;
  kind: IncidentKind;
  /** Grows when a ticket comes back long after its recovery. */
  generation: number;
  title: string;
  description?: string;
  /** What the trouble is, as somebody wrote it for all customers. */
  described?: string;
  source: Source;
  origin: { tool: Tool; id: string; url?: string; form?: string; channel?: string; area?: string; tags?: string[] };
  routing: RoutingDecision;
  status: IncidentStatus;
  ongoing: YesNoUnknown;
  /** The last statement about whether it happens at all. */
  happened?: 'yes' | 'no' | 'unconfirmed';
  /** When somebody last confirmed that it happens, or disproved it: an older verification no longer counts. */
  lastSeenAt?: Date;
  isDrill: boolean;
  /** For a replayed report: the drill, and the original incident. */
  drill?: { id: string; from: string };
  /** About Metronome itself: it stays out of the gauges, and has no rhythm while nothing else is linked to it. */
  isAboutMetronome: boolean;
  assignee?: string;

  occurredAt?: Date;
  isOccurredAtApproximate?: boolean;
  /** When the first report or alert arrived; urgency is judged against this. */
  receivedAt: Date;
  /** The first report, of it or of what is linked to it: what response is measured from. */
  reportedAt: Date;
  /** The first report of this incident alone. */
  detectedAt: Date;
  filedAt: Date;
  reclassifiedAt?: Date;
  firstResponseAt?: Date;
  verifiedAt?: Date;
  scopedAt?: Date;
  /** The end of the snooze: until then nobody is asked who is affected, while no customer is known. */
  scopeSnoozedUntil?: Date;
  mitigatedAt?: Date;
  recoveredAt?: Date;
  /** When it was last reopened: recoveries from before that no longer count. */
  reopenedAt?: Date;
  reviewedAt?: Date;

  urgency: Urgency;
  impact: Impact;
  score: { reference: Score; confirmed: Score | null };
  cause?: { category: CauseCategory; summary?: string; releaseId?: string };
  mitigation?: { kind: MitigationKind; summary?: string; lighterWayTried?: string };
  permanentFix?: string;
  prevention?: string;
  answer?: { kind: AnswerKind; note?: string; at: Date };

  ticketUrls: string[];
  responders: string[];
  /** The display names of tools' accounts among them, by actor. */
  actorNames?: ActorNames;
  /** The customers named so far, without those only counted. A customer who was removed is not added again by a tool. */
  affectedCustomers: AffectedCustomer[];
  takenOff?: string[];
  /** Customers that its ticket names are not added any more. */
  namesNobody?: boolean;
  /** Who reported, also when they are not affected. */
  reporter?: Customer;
  /** Their account in the tool, `<tool>:<account id>`, where only the first events of the ticket name it. */
  reporterAccount?: string;
  alert?: AlertFacts;
  linkedTo?: string;
  /** Incidents that somebody has unlinked from this one: no ticket and no rule links the two again. */
  unlinkedFrom?: string[];
  links?: Link[];
  linkedAt?: Date;
  outage?: Outage | { zipped: Uint8Array };
  schedule?: ScheduleFact[];
  /** Facts about all customers. */
  toAll?: ContactFact[];
  /** Outcomes of update slots so far. */
  slots: { met: number; late: number; missed: number; notReminded: number };
  /** Optional fields of the report that were wrong and left out. */
  leftOut: FieldError[];
  missing: MissingFact[];
  lastSequence: number;
  /** The sequence of the newest event that is not by `rule`. */
  statedSequence: number;
  /** The latest emergency (table K); absent if there never was one. */
  emergency?: Emergency;
  /** The reports that support the outage's emergency, if this incident by itself is none. */
  support?: Pick<EmergencyInputs, 'reports' | 'customers'> & { at: Date };
  roles?: Roles;
  /** When an update to tickets was last requested: some updates may not have arrived yet. */
  updatesAskedAt?: Date;
  /** The number of customers whose update failed and who were not updated otherwise since; a gauge counts them. */
  failedUpdates?: number;
  paging?: Paging;
  /**
   * Fields stated by a person, with the worst value that reports gave before or since; null if none did. A later, worse report
   * raises a notice and does not change them.
   */
  stated?: Partial<Record<Worsening, string | number | null>>;
  /** For each field, the events in which a person stated it. */
  answers?: Partial<Record<AnsweredField, { id: string; at: Date }[]>>;
  unanswered?: Unanswered[];
  /** Resources whose alerts have joined the group, each once. */
  alertResources?: string[];
  /** Messages in other systems that show its current state: every record edits them. */
  cards?: CardPlace[];
  /** The collections beside it that hold something of it. Absent in a document of an earlier form: then each of them may. */
  beside?: Partial<Record<Beside, true>>;
}

export interface MissingFact {
  field: string;
  why: string;
}

export type Beside = 'actions' | 'sameness' | 'updates';

/** Whether a collection has to be read to find out if it holds anything about an incident. */
export const mayHold = (name: Beside, { beside }: Pick<Incident, 'beside'>): boolean =>
  !beside || beside[name] === true;

export const isOver = ({ status }: Pick<Incident, 'status'>): boolean =>
  status === 'recovered' || status === 'not-occurring';

/** Whether it can be ongoing: once it is over it is not, whatever was last recorded. */
export const goesOn = ({ status }: Pick<Incident, 'status'>): boolean => status === 'open' || status === 'linked';

/** Reverts and releases can cause new trouble: for these, ask which lighter way was tried first. */
export const heavyMitigations: readonly string[] = ['revert', 'fix-release'] satisfies MitigationKind[];

/** The customers of a report that are affected: the reporter unless they say otherwise, then the others, each once. */
export function affectedOf(
  signal: Pick<Signal, 'customer' | 'isReporterAffected' | 'affectedCustomers' | 'agent'>,
): Customer[] {
  const named = signal.customer && signal.isReporterAffected ? [signal.customer] : [];
  // A colleague names customers by their names; a customer may call others anything.
  const isColleagues = signal.agent !== undefined && isEmail(signal.agent);
  const others = signal.affectedCustomers.map((each) =>
    each.name === undefined || isColleagues || each.id === signal.customer?.id
      ? each
      : { ...each, isNamedByOthers: true as const },
  );
  const customers: Customer[] = [...named, ...others];
  return [...Map.groupBy(customers, ({ id }) => id).values()].flatMap(([first]) => first ?? []);
}

/** How many are affected: as counted, but never fewer than are named; undefined while neither is known. */
export const countAffected = (counted: number | undefined, named: number): number | undefined =>
  Math.max(counted ?? 0, named) || counted;

/** How many affected customers are counted but not named. */
export const unnamedIn = ({ impact, affectedCustomers }: Pick<Incident, 'impact' | 'affectedCustomers'>): number =>
  Math.max(0, (impact.affectedCustomerCount ?? 0) - affectedCustomers.length);

/** The earlier of a known time and another; the other if none is known. */
export const earliest = (known: Date | undefined, at: Date): Date => (known && known <= at ? known : at);

export const latest = (known: Date | undefined, at: Date): Date => (known && known > at ? known : at);

/** `{ [key]: value }`, or nothing if the value is absent: optional fields are left out, never undefined. */
export const optional = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };

/** The characters of the code that people say on the phone. Crockford's alphabet: no I, L, O and U, which are mistaken for others. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 6;

/** `M-7K2QXB`: six characters of the hash of an incident's id, so that the same incident always has the same. */
export function codeOf(incidentId: string): string {
  const bytes = hash('sha256', incidentId, 'buffer').subarray(0, codeLength);
  return `M-${Array.from(bytes, (byte) => alphabet[byte & 31]).join('')}`;
}

/** Replaces IDs by codes in texts for people. */
export const withCodes = (text: string): string => text.replaceAll(/\binc_[\da-f]{24}\b/g, codeOf);

/** What {@link isReal} finds to be no drill. Code that sends or counts takes this type, so it cannot skip the check. */
export type Real<T extends { isDrill: boolean }> = T & { readonly isDrill: false };
export type RealIncident = Real<Incident>;

export const isReal = <T extends { isDrill: boolean }>(each: T): each is Real<T> => !each.isDrill;
