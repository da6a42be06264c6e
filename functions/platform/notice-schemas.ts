/** A notice as it travels on the topic `notifications`. Pure. */
import * as z from 'zod';

/** A notice's parts about one incident, the most urgent first: that one names the notice. */
export const incidentNoticeKinds = [
  'emergency-begun',
  'escalation',
  'update-failed',
  'reopened',
  'recovery-questioned',
  'reported-worse',
  'customer-wrote',
  'incident-filed',
  'role-due',
  'update-due',
  'scope-due',
] as const;

/** Kinds that are not about an incident, so they have neither urgency nor area. */
export const houseNoticeKinds = [
  'quarantine-growing',
  'delivery-failed',
  'bundle-ready',
  'bundle-not-held',
  'missing-data',
  'action-due',
  'action-overdue',
  'drill-overdue',
  'token-ends',
] as const;

export const noticeKinds = [...incidentNoticeKinds, ...houseNoticeKinds, 'connection-test'] as const;

export type NoticeKind = (typeof noticeKinds)[number];

/** Kinds that go past the first receivers: channels for escalations get them too. */
export const escalationKinds: readonly NoticeKind[] = ['escalation', 'emergency-begun'];

const inBoth = z.strictObject({ ja: z.string(), en: z.string() });

/** The fields that notices and pages share. */
const told = {
  area: z.string().optional(),
  /** One line. */
  subject: inBoth,
  text: inBoth,
  /** The page for seeing it and recording facts. */
  url: z.string().optional(),
  createdAt: z.iso.datetime(),
};

export const noticeSchema = z.strictObject({
  /** The same for the same notice, however often it is published. */
  id: z.string().regex(/^ntc_[\w-]{1,64}$/),
  kind: z.enum(noticeKinds),
  /** All of its kinds, if there are several; `kind` is the most urgent. */
  kinds: z.array(z.enum(noticeKinds)).optional(),
  /** Null if it is about no incident. */
  incidentId: z.string().nullable().default(null),
  /** Ids of the source; `others` for unidentified customers. */
  customers: z.array(z.string()).default([]),
  isDrill: z.boolean().default(false),
  /** The incident's urgency and product area: a channel may accept only some. */
  urgency: z.enum(['high', 'low']).optional(),
  ...told,
  /** Channels to leave out: a channel's failure is announced in the others. */
  exceptChannels: z.array(z.string()).optional(),
  /** If set, only these channels get it: one of them is being tried. */
  onlyChannels: z.array(z.string()).optional(),
});

export type Notice = z.infer<typeof noticeSchema>;
/** A notice as callers write it, without the defaults. */
export type WrittenNotice = z.input<typeof noticeSchema>;

/** A step of an incident's page, as it travels on the same topic: to the channels that page, and to no other. */
export const pagerStepSchema = z.strictObject({
  /** The same for the same step. */
  id: z.string().regex(/^pag_[\w-]{1,64}$/),
  action: z.enum(['trigger', 'acknowledge', 'resolve']),
  /** `unanswered`, `reopened`, or the kinds of notices that page at once. */
  why: z.array(z.string()),
  incidentId: z.string(),
  /** Orders the steps of one incident: a step is skipped if a later one was handled. */
  sequence: z.int().positive(),
  /** Which trigger of the incident it is, or ends: with the incident's id it names the alert. */
  episode: z.int().positive(),
  urgency: z.enum(['high', 'low']),
  ...told,
});

export type PagerStep = z.infer<typeof pagerStepSchema>;
