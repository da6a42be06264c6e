/** What each type of event says, as one union by `type`. Stored events are parsed where they are read. Pure. */
import * as z from 'zod';
import { emergencyRoles, emergencyRules } from '../emergency/emergency.ts';
import { answerKinds, causeCategories, type Incident, mitigationKinds, recurrenceRisks } from '../incident.ts';
import { type Author, worsening, yesNoUnknown } from '../signals/signal.ts';

/** `void`: the deadline never was, as what had made it due was retracted. */
export const outcomes = ['met', 'late', 'missed', 'not-reminded', 'void'] as const;
const texts = z.array(z.string());
const whom = z.union([z.literal('all'), texts]);
const ticket = z.looseObject({ tool: z.string(), id: z.string() });
/** Of what a tool says: on which ticket, and in which signal. */
const byTool = { ticket: ticket.optional(), signalId: z.string().optional() };
/** A customer's own words: who wrote, and on which ticket. */
const wrote = { customers: texts, ticket, signalId: z.string(), message: z.string().optional() };
const customers = z.array(
  z.object({
    id: z.string(),
    name: z.string().optional(),
    isNamedByOthers: z.literal(true).optional(),
    contactId: z.string().optional(),
  }),
);
const byRule = { rule: z.string(), why: z.string() };

/** A slot that has ended: each once, and once more where an update that was recorded late has corrected it. */
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
  /** Of one that nobody was asked for, as what was retracted later had met it. */
  because: z.literal('retracted').optional(),
  /** By the ids of the source. */
  customers: texts.optional(),
  /** Of how many contacts, where it ended alike for hundreds. */
  count: z.number().optional(),
});

/** Of more customers the first few, and how many there are; which contacts these are, for the fold. */
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

const details = {
  /** The report in full, by which it is folded; of an import, the record as it was brought. */
  filed: z.looseObject({
    signalId: z.string().optional(),
    ...byRule,
    generation: z.number().optional(),
    routing: z.looseObject({}).optional(),
    report: z.looseObject({}).optional(),
    imported: z.looseObject({}).optional(),
  }),
  'signal-received': z.looseObject({
    signalId: z.string(),
    kind: z.string(),
    tool: z.string(),
    sourceId: z.string(),
    title: z.string().optional(),
    message: z.string().optional(),
    /** The sequence of the record that it was compared with, and what it says, where that may change the record. */
    after: z.number().optional(),
    report: z.looseObject({}).optional(),
    /** The linked incident that it was filed on. */
    of: z.string().optional(),
  }),
  assigned: z.looseObject({ assignee: z.string() }),
  responded: z.looseObject({
    customers: texts.optional(),
    ...byTool,
    why: z.string().optional(),
  }),
  verified: z.looseObject({
    happened: z.enum(['yes', 'no', 'unconfirmed']).optional(),
    ongoing: z.enum(yesNoUnknown).optional(),
    reportDiffers: z.union([z.boolean(), z.string()]).optional(),
    method: z.string().optional(),
  }),
  scoped: z.looseObject({
    affectedCustomerCount: z.number().optional(),
    affectedCustomers: customers.optional(),
    method: z.string().optional(),
    recurrenceRisk: z.enum(recurrenceRisks).optional(),
  }),
  snoozed: z.looseObject({}),
  'customer-removed': z.looseObject({ customer: z.string(), name: z.string().optional(), why: z.string() }),
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
    ...byTool,
    sentAs: z.looseObject({ tool: z.string(), id: z.string(), url: z.string().optional() }).optional(),
    updateId: z.string().optional(),
    requestedAt: z.date().optional(),
  }),
  /** Somebody has confirmed a text, and it leaves. */
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
  /** Stated by a person for these customers, or concluded by the rule that found every customer recovered. */
  recovered: z.looseObject({
    customers: whom.optional(),
    rule: z.string().optional(),
    why: z.string().optional(),
    recoveredAt: z.date().optional(),
  }),
  'recovery-questioned': z.looseObject({ ...byRule, ...wrote }),
  /** Worse than what a person had stated, which stays. */
  'reported-otherwise': z.looseObject({
    field: z.enum(worsening),
    known: z.union([z.string(), z.number()]),
    reported: z.union([z.string(), z.number()]),
    signalId: z.string(),
  }),
  'customer-wrote': z.looseObject(wrote),
  /** An alert of the same policy about another resource. */
  'alert-joined': z.looseObject({ resource: z.string(), signalId: z.string() }),
  reopened: z.looseObject({
    ...byRule,
    signalId: z.string().optional(),
    from: z.string().optional(),
    ongoing: z.enum(yesNoUnknown).optional(),
  }),
  caused: z.looseObject({
    category: z.enum(causeCategories),
    summary: z.string().optional(),
    releaseId: z.string().optional(),
  }),
  corrected: z.looseObject({
    field: z.string(),
    old: z.unknown(),
    new: z.unknown(),
    /** By a tool: the count of its report, where that is taken; the customers named for the first time and again; when and on which ticket it came. */
    counted: z.number().optional(),
    customers: customers.optional(),
    again: texts.optional(),
    ...byTool,
    receivedAt: z.date().optional(),
    reporter: z.looseObject({ id: z.string() }).optional(),
    isApproximate: z.boolean().optional(),
    /** The linked incident whose ticket says so. */
    of: z.string().optional(),
  }),
  'urgency-changed': z.looseObject({ old: z.string(), new: z.string(), ...byRule }),
  /** On the incident that is linked `to`, on the one that takes it over `from`. */
  linked: z.looseObject({
    to: z.string().optional(),
    from: z.string().optional(),
    basis: z.string(),
    share: z.looseObject({}).optional(),
  }),
  unlinked: z.looseObject({
    from: z.string().optional(),
    incident: z.string().optional(),
    share: z.looseObject({}).optional(),
  }),
  reclassified: z.looseObject({ ...byRule, from: z.string(), to: z.string() }),
  answered: z.looseObject({ kind: z.enum(answerKinds), note: z.string().optional() }),
  reminded: z.looseObject({
    ...shortened,
    customers: texts.optional(),
    slots: z.array(z.looseObject({ contactId: z.string(), dueAt: z.date(), why: z.string().optional() })).optional(),
    scopeDueAt: z.date().optional(),
    /** Which nobody has taken yet. */
    roles: z.array(z.enum(emergencyRoles)).optional(),
    why: z.string().optional(),
  }),
  'emergency-begun': z.looseObject({
    rule: z.enum(emergencyRules),
    why: z.string(),
    inputs: z.looseObject({}),
    policyVersion: z.string(),
  }),
  /** With its inputs where other reports than this incident's own have ended it. */
  'emergency-ended': z.looseObject({ ...byRule, inputs: z.looseObject({}).optional() }),
  'role-taken': z.looseObject({ role: z.enum(emergencyRoles) }),
  /** To the author, unless it names another person. */
  'role-handed-over': z.looseObject({ role: z.enum(emergencyRoles), to: z.string().optional() }),
  /** One slot, or those that ended together. */
  'slot-closed': z.union([z.looseObject({ slots: z.array(closedSlot) }), closedSlot]),
  escalated: z.looseObject({ ...shortened, customers: texts, missedInARow: z.number(), why: z.string().optional() }),
  /** A page is triggered, acknowledged or resolved, where a channel pages. */
  paged: z.looseObject({ action: z.enum(['trigger', 'acknowledge', 'resolve']), reasons: texts, why: z.string() }),
  reviewed: z.looseObject({
    /** What the meeting said itself, by the names of the fields; the rest it confirmed as it was recorded. */
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
  /** What was retracted, of which type it was, and the slots that lost their update with it. */
  retracted: z.looseObject({
    eventId: z.string(),
    why: z.string(),
    type: z.string(),
    slots: z.array(closedSlot).optional(),
  }),
  /** Of an incident that this one is, or was, linked with: what `instead`, a link or the end of one, brings without it. */
  'retracted-elsewhere': z.looseObject({
    incident: z.string(),
    why: z.string(),
    type: z.string(),
    instead: z.string(),
    share: z.looseObject({}),
    slots: z.array(closedSlot).optional(),
  }),
} as const;

export type EventType = keyof typeof details;
export const eventTypes = Object.keys(details) as EventType[];
export type DetailOf<T extends EventType> = z.infer<(typeof details)[T]>;
export type ClosedSlot = z.infer<typeof closedSlot>;

/** Fields of the incident as the event leaves them; null takes a field away. */
export type Changes = { [K in keyof Incident]?: Incident[K] | null };

interface Attribution extends Author {
  /** When it happened, which may be long before it was recorded. */
  occurredAt: Date;
  evidenceUrl?: string;
}

export type EventOf<T extends EventType = EventType> = {
  [K in T]: Attribution & {
    type: K;
    detail: DetailOf<K>;
  };
}[T];

export type TimelineEvent<T extends EventType = EventType> = EventOf<T> & {
  /** The zero-padded sequence; a signal's id where that changed nothing. */
  id: string;
  recordedAt: Date;
  /** The rules that were in force: a fact is folded by them, whatever has become of the policy. */
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
  detail: z.looseObject({}),
});

/** An event as it was stored, with Dates. @throws ZodError where it is none: nothing but Metronome writes timelines */
export function readEvent(stored: unknown): TimelineEvent {
  const event = envelope.parse(stored);
  return { ...event, detail: details[event.type].parse(event.detail) } as TimelineEvent;
}

/** The release that is said to be the cause, as a document's id; undefined where none is named, or none can be. */
export const releaseOf = ({ cause }: Pick<Incident, 'cause'>): string | undefined =>
  /^(?!none$|\.{1,2}$)[^/]{1,500}$/.exec(cause?.releaseId ?? '')?.[0];
