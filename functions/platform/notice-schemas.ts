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

/** Not about an incident: what these say has neither urgency nor area. */
export const houseNoticeKinds = [
  'quarantine-growing',
  'delivery-failed',
  'bundle-ready',
  'bundle-not-held',
  'missing-data',
  'action-due',
  'action-overdue',
  'drill-overdue',
] as const;

export const noticeKinds = [...incidentNoticeKinds, ...houseNoticeKinds, 'connection-test'] as const;

export type NoticeKind = (typeof noticeKinds)[number];

/** What has gone past those who were told first: it goes to the channels of escalations as well. */
export const escalationKinds: readonly NoticeKind[] = ['escalation', 'emergency-begun'];

const inBoth = z.strictObject({ ja: z.string(), en: z.string() });

/** What a notice and a page both say. */
const told = {
  area: z.string().optional(),
  /** One line. */
  subject: inBoth,
  text: inBoth,
  /** Where to see and record. */
  url: z.string().optional(),
  createdAt: z.iso.datetime(),
};

export const noticeSchema = z.strictObject({
  /** The same for the same notice, however often it is published. */
  id: z.string().regex(/^ntc_[\w-]{1,64}$/),
  kind: z.enum(noticeKinds),
  /** Everything that it says, where that is more than one thing; `kind` is the most urgent of them. */
  kinds: z.array(z.enum(noticeKinds)).optional(),
  /** Null for what is about no incident. */
  incidentId: z.string().nullable().default(null),
  /** Ids of the source; `others` for unidentified customers. */
  customers: z.array(z.string()).default([]),
  isDrill: z.boolean().default(false),
  /** Of the incident that it is about, and the product area: channels may be for some of them. */
  urgency: z.enum(['high', 'low']).optional(),
  ...told,
  /** Channels that it does not go to: a failure is told to the others. */
  exceptChannels: z.array(z.string()).optional(),
  /** The only channels that it goes to: one is being tried. */
  onlyChannels: z.array(z.string()).optional(),
});

export type Notice = z.infer<typeof noticeSchema>;
/** As it is written, without what goes without saying. */
export type WrittenNotice = z.input<typeof noticeSchema>;

/** A step of an incident's page, as it travels on the same topic: to the channels that page, and to no other. */
export const pagerStepSchema = z.strictObject({
  /** The same for the same step. */
  id: z.string().regex(/^pag_[\w-]{1,64}$/),
  action: z.enum(['trigger', 'acknowledge', 'resolve']),
  /** `unanswered`, `reopened`, or the kinds of notices that page at once. */
  why: z.array(z.string()),
  incidentId: z.string(),
  /** Of the steps of one incident: one that comes after a later one is left out. */
  sequence: z.int().positive(),
  /** Which trigger of the incident it is, or ends: with the incident's id it names the alert. */
  episode: z.int().positive(),
  urgency: z.enum(['high', 'low']),
  ...told,
});

export type PagerStep = z.infer<typeof pagerStepSchema>;
