/**
 * What each type of event says. A fact is what a report, a person, a tool, the clock or Metronome itself said or did: the
 * record is the fold of its facts. A conclusion is what rules made of facts, written beside them for people; the fold skips
 * it. Stored events say which they are, and are parsed where they are read. Pure.
 */
import * as z from 'zod';
import { emergencyInputs, emergencyRoles, emergencyRules } from '../emergency/emergency.ts';
import {
  answerKinds,
  causeCategories,
  type Incident,
  incidentKinds,
  mitigationKinds,
  recurrenceRisks,
} from '../incident.ts';
import type { RoutingDecision } from '../signals/routing.ts';
import { type Author, signalKinds, tools, worsening, yesNoUnknown } from '../signals/signal.ts';
import { inTodaysForm, isEarlier } from './earlier-events.ts';
import { alertCounts, customer, firstReport, laterReport } from './report.ts';

/** `void`: the deadline never existed, because its cause was retracted. */
export const outcomes = ['met', 'late', 'missed', 'not-reminded', 'void'] as const;
const texts = z.array(z.string());
const whom = z.union([z.literal('all'), texts]);
const ticket = z.looseObject({ tool: z.string(), id: z.string() });
/** The ticket and the signal of an event that a tool caused. */
const byTool = { ticket: ticket.optional(), signalId: z.string().optional() };
/** A customer's own words: who wrote, and on which ticket. */
const wrote = { customers: texts, ticket, signalId: z.string(), message: z.string().optional() };
const customers = z.array(customer);
const byRule = { rule: z.string(), why: z.string() };
const emergency = { rule: z.enum(emergencyRules), inputs: emergencyInputs, policyVersion: z.string() };
const routing = z.looseObject({ kind: z.enum(incidentKinds), rule: z.string(), why: z.string() });
/** A whole record: the pages show every one of its fields. */
const imported = z.looseObject({
  id: z.string(),
  code: z.string(),
  kind: z.enum(incidentKinds),
  status: z.string(),
  title: z.string(),
  source: z.string(),
  receivedAt: z.date(),
  reportedAt: z.date(),
  filedAt: z.date(),
  urgency: z.looseObject({ level: z.string(), rule: z.string() }),
  impact: z.looseObject({}),
  slots: z.looseObject({}),
  missing: z.array(z.looseObject({ field: z.string(), why: z.string() })),
});

/** An ended slot. Each ends once, and once more if an update that was recorded late corrects the outcome. */
const closedSlot = z.looseObject({
  contactId: z.string(),
  dueAt: z.date(),
  endAt: z.date().optional(),
  outcome: z.enum(outcomes),
  corrects: z.enum(outcomes).optional(),
  remindedAt: z.date().optional(),
  updatedAt: z.date().optional(),
  missedInARow: z.number().optional(),
  reason: z.string().optional(),
  /** For a slot without a reminder, because an update that was retracted later had met it. */
  because: z.literal('retracted').optional(),
  /** By the source's customer IDs. */
  customers: texts.optional(),
  /** The number of contacts, if it ended alike for hundreds. */
  count: z.number().optional(),
});

/** The first few customers and their total; the contact IDs are for the fold. */
const shortened = {
  customerCount: z.number().optional(),
  together: z
    .array(
      z.looseObject({
        namedBy: z.string(),
        except: texts,
        count: z.number(),
        dueAt: z.date().optional(),
        why: z.string().optional(),
      }),
    )
    .optional(),
};

/** A later signal, with its report if that may change the record. */
const signal = {
  signalId: z.string(),
  kind: z.enum(signalKinds),
  tool: z.enum(tools),
  sourceId: z.string(),
  title: z.string().optional(),
  message: z.string().optional(),
  report: laterReport.optional(),
  /** The linked incident on which it was filed. */
  of: z.string().optional(),
};

const facts = {
  /** The full report, from which the incident is folded; for an import, the imported record. */
  filed: z.looseObject({
    signalId: z.string().optional(),
    ...byRule,
    generation: z.number().optional(),
    routing: z.custom<RoutingDecision>((value) => routing.safeParse(value).success).optional(),
    report: firstReport.optional(),
    imported: z.custom<Incident>((value) => imported.safeParse(value).success).optional(),
  }),
  /** A signal that changed the record: rules conclude the changes from it. */
  reported: z.looseObject({ ...signal, joins: z.literal(true).optional() }),
  /** A signal that changed nothing. `after`: the sequence of the record with which it was compared. */
  'signal-received': z.looseObject({ ...signal, after: z.number().optional() }),
  assigned: z.looseObject({ assignee: z.string() }),
  responded: z.looseObject({}),
  verified: z.looseObject({
    happened: z.enum(['yes', 'no', 'unconfirmed']).optional(),
    ongoing: z.enum(yesNoUnknown).optional(),
    reportDiffers: z.union([z.boolean(), z.string()]).optional(),
    method: z.string().optional(),
  }),
  /** What the trouble is, in words that customers may read. */
  described: z.looseObject({ text: z.string() }),
  scoped: z.looseObject({
    affectedCustomerCount: z.number().optional(),
    affectedCustomers: customers.optional(),
    method: z.string().optional(),
    recurrenceRisk: z.enum(recurrenceRisks).optional(),
  }),
  snoozed: z.looseObject({}),
  'customer-removed': z.looseObject({ customer: z.string(), name: z.string().optional(), why: z.string() }),
  /** `customers`: those that only the ticket had named by then. */
  'names-removed': z.looseObject({ ticket: z.string(), customers: texts, why: z.string() }),
  mitigated: z.looseObject({
    kind: z.enum(mitigationKinds),
    note: z.string().optional(),
    lighterWayTried: z.string().optional(),
  }),
  fixed: z.looseObject({ permanentFix: z.string() }),
  prevention: z.looseObject({ text: z.string() }),
  'customer-updated': z.looseObject({
    customers: whom,
    message: z.string().optional(),
    channel: z.string().optional(),
    recovery: z.boolean().optional(),
    ticket: ticket.optional(),
    sentAs: z.looseObject({ tool: z.string(), id: z.string(), url: z.string().optional() }).optional(),
    updateId: z.string().optional(),
    requestedAt: z.date().optional(),
  }),
  /** A person has confirmed a text, which is then sent. */
  'update-requested': z.looseObject({
    customers: texts,
    message: z.string(),
    recovery: z.boolean(),
    updates: z.array(
      z.looseObject({ id: z.string(), tool: z.string(), ticketId: z.string(), customers: texts.optional() }),
    ),
  }),
  'update-failed': z.looseObject({
    customers: texts,
    ticket,
    updateId: z.string(),
    state: z.enum(['failed', 'unknown', 'by-hand']),
    why: z.string(),
    requestedAt: z.date().optional(),
  }),
  recovered: z.looseObject({ customers: whom.optional() }),
  caused: z.looseObject({
    category: z.enum(causeCategories),
    summary: z.string().optional(),
    releaseId: z.string().optional(),
  }),
  corrected: z.looseObject({
    field: z.string(),
    old: z.unknown(),
    new: z.unknown(),
  }),
  /** `to` on the incident that is linked, `from` on its new primary. */
  linked: z.looseObject({
    to: z.string().optional(),
    from: z.string().optional(),
    basis: z.string(),
    /** The merge of several reports to which this link belongs. */
    merge: z.string().optional(),
  }),
  /** `from`: on the former member, its primary. `incident`: on the primary and those in between, the former member. */
  unlinked: z.looseObject({
    from: z.string().optional(),
    incident: z.string().optional(),
    /** Customers who were removed on the primary in the meantime. */
    takenOff: texts.optional(),
  }),
  reclassified: z.looseObject({ ...byRule, from: z.string(), to: z.string() }),
  answered: z.looseObject({ kind: z.enum(answerKinds), note: z.string().optional() }),
  reminded: z.looseObject({
    ...shortened,
    customers: texts.optional(),
    slots: z.array(z.looseObject({ contactId: z.string(), dueAt: z.date(), why: z.string().optional() })).optional(),
    scopeDueAt: z.date().optional(),
    /** Roles that nobody has taken yet. */
    roles: z.array(z.enum(emergencyRoles)).optional(),
    why: z.string().optional(),
  }),
  /** Enough reports say that one area has stopped. */
  'area-reached': z.looseObject({
    ...emergency,
    /** The supporting reports, with their customers and times. */
    incidents: texts.exactOptional(),
    /** The linked incident that the emergency was taken over from, and leaves with. */
    of: z.string().exactOptional(),
  }),
  /** Too few supporting reports are left. */
  'area-left': z.looseObject({}),
  'role-taken': z.looseObject({ role: z.enum(emergencyRoles) }),
  /** To the author, unless another person is named. */
  'role-handed-over': z.looseObject({ role: z.enum(emergencyRoles), to: z.string().optional() }),
  escalated: z.looseObject({ ...shortened, customers: texts, missedInARow: z.number(), why: z.string().optional() }),
  /** A page is triggered, acknowledged or resolved, if a channel pages. */
  paged: z.looseObject({ action: z.enum(['trigger', 'acknowledge', 'resolve']), reasons: texts, why: z.string() }),
  reviewed: z.looseObject({
    /** The fields that the meeting stated itself; it confirmed the others as recorded. */
    stated: z.array(z.string()).optional(),
    said: z.looseObject({}),
    note: z.string().optional(),
    cause: z.unknown(),
    confirmed: z.unknown(),
    old: z.unknown(),
  }),
  /** A message that shows the incident has been posted, and is edited from here on. */
  'card-posted': z.looseObject({ tool: z.string(), name: z.string(), channel: z.string(), ts: z.string() }),
  commented: z.looseObject({ text: z.string() }),
  /** The retracted event, its type, and the slots that lost their update. */
  retracted: z.looseObject({
    eventId: z.string(),
    why: z.string(),
    type: z.string(),
    slots: z.array(closedSlot).optional(),
  }),
} as const;

const conclusions = {
  /** A statement about this incident's customers was retracted on its former primary. */
  withdrawn: z.looseObject({ incident: z.string(), eventId: z.string(), why: z.string(), type: z.string() }),
  /** An agent's public reply on the ticket. */
  responded: z.looseObject({ customers: texts, ...byTool, why: z.string() }),
  'customer-updated': z.looseObject({
    customers: texts,
    message: z.string().optional(),
    channel: z.string(),
    recovery: z.boolean(),
    ...byTool,
  }),
  /** A report fills in what is unknown, or says worse than reports had said. */
  corrected: z.looseObject({
    field: z.string(),
    old: z.unknown(),
    new: z.unknown(),
    signalId: z.string(),
    /** The report's count if it is used, the customers named for the first time and again, its time and its ticket. */
    counted: z.number().optional(),
    customers: customers.optional(),
    again: texts.optional(),
    ticket: z.object({ tool: z.string(), id: z.string(), url: z.string().exactOptional() }).optional(),
    receivedAt: z.date().optional(),
    reporter: customer.optional(),
    isApproximate: z.boolean().optional(),
    /** The linked incident whose ticket said it. */
    of: z.string().optional(),
  }),
  /** A report's value is worse than a person's statement, which stays. */
  'reported-otherwise': z.looseObject({
    field: z.enum(worsening),
    known: z.union([z.string(), z.number()]),
    reported: z.union([z.string(), z.number()]),
    signalId: z.string(),
  }),
  'customer-wrote': z.looseObject(wrote),
  'recovery-questioned': z.looseObject({ ...byRule, ...wrote }),
  /** An alert of the same policy about another resource. */
  'alert-joined': z.looseObject({ resource: z.string(), signalId: z.string() }),
  /** How many alerts of its group fire now, as the tool counts them. */
  'alerts-counted': z.looseObject({ ...alertCounts.shape, signalId: z.string() }),
  reopened: z.looseObject({
    ...byRule,
    signalId: z.string().optional(),
    from: z.string().optional(),
    ongoing: z.enum(yesNoUnknown).optional(),
  }),
  /** Every customer has recovered. */
  recovered: z.looseObject({ ...byRule, recoveredAt: z.date() }),
  'urgency-changed': z.looseObject({ old: z.string(), new: z.string(), ...byRule }),
  'emergency-begun': z.looseObject({ ...emergency, why: z.string() }),
  'emergency-ended': z.looseObject(byRule),
  /** One slot, or all slots that ended together. */
  'slot-closed': z.union([z.looseObject({ slots: z.array(closedSlot) }), closedSlot]),
} as const;

type FactType = keyof typeof facts;
type ConclusionType = keyof typeof conclusions;
export type EventType = FactType | ConclusionType;
export const factTypes = Object.keys(facts) as FactType[];
export const conclusionTypes = Object.keys(conclusions) as ConclusionType[];
export const eventTypes: EventType[] = [...new Set([...factTypes, ...conclusionTypes])];
export type DetailOf<T extends EventType> = EventOf<T>['detail'];
export type ClosedSlot = z.infer<typeof closedSlot>;

/** The incident's fields after the event; null removes a field. */
export type Changes = { [K in keyof Incident]?: Incident[K] | null };

interface Attribution extends Author {
  /** When it happened; it may have been recorded much later. */
  occurredAt: Date;
  evidenceUrl?: string;
}

export type FactOf<T extends FactType = FactType> = {
  [K in T]: Attribution & { isFact?: true; type: K; detail: z.infer<(typeof facts)[K]> };
}[T];

export type ConclusionOf<T extends ConclusionType = ConclusionType> = {
  [K in T]: Attribution & { isFact: false; type: K; detail: z.infer<(typeof conclusions)[K]> };
}[T];

export type EventOf<T extends EventType = EventType> = FactOf<T & FactType> | ConclusionOf<T & ConclusionType>;

export type TimelineEvent<T extends EventType = EventType> = EventOf<T> & {
  /** The zero-padded sequence number; the signal's ID if the signal changed nothing. */
  id: string;
  recordedAt: Date;
  /** The rules in force then: the fact is always folded by them. */
  policyVersion?: string;
};

const envelope = z.looseObject({
  id: z.string(),
  type: z.enum(eventTypes),
  occurredAt: z.date(),
  recordedAt: z.date(),
  actor: z.string(),
  actorName: z.string().optional(),
  policyVersion: z.string().optional(),
  isFact: z.boolean(),
  detail: z.looseObject({}),
});

/** An event as it was stored, with Dates. @throws ZodError if it is none: nothing but Metronome writes timelines */
export function readEvent(stored: unknown): TimelineEvent {
  const event = envelope.parse(isEarlier(stored) ? inTodaysForm(stored) : stored);
  const schemas: Partial<Record<EventType, z.ZodType>> = event.isFact ? facts : conclusions;
  const schema = schemas[event.type] ?? z.never();
  return { ...event, detail: schema.parse(event.detail) } as TimelineEvent;
}

/** The release that is said to be the cause, as a document's id; undefined if none is named, or none can be. */
export const releaseOf = ({ cause }: Pick<Incident, 'cause'>): string | undefined =>
  /^(?!none$|\.{1,2}$)[^/]{1,500}$/.exec(cause?.releaseId ?? '')?.[0];
