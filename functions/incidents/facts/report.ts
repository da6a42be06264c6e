/** The content of a report in stored form, because raw bodies expire. Pure. */
import * as z from 'zod';
import { given } from '../../platform/defined.ts';
import type { FieldError } from '../../platform/problem.ts';
import { businessImpacts, type Signal, signalKinds, tools, yesNoUnknown } from '../signals/signal.ts';

export const customer = z.object({
  id: z.string(),
  name: z.string().exactOptional(),
  isNamedByOthers: z.literal(true).exactOptional(),
  contactId: z.string().exactOptional(),
});
const text = z.string().exactOptional();
/** The counts of a group of alerts at that time, from its tool; the body lacks truncated alerts. */
export const alertCounts = z.object({ firing: z.number(), resolved: z.number(), truncated: z.number(), at: z.date() });
const alert = z.object({
  project: z.string(),
  policy: z.string(),
  policyName: z.string(),
  startedAt: z.date().exactOptional(),
  endedAt: z.date().exactOptional(),
  severity: text,
  service: text,
  runbook: text,
  conditionKind: text,
  conditionName: text,
  metricType: text,
  filter: text,
  resourceName: text,
  resources: z.array(z.string()).exactOptional(),
  counts: alertCounts.exactOptional(),
});

const fieldError = z.looseObject({ path: z.string(), message: z.string() });

const fields = {
  source: z.enum(['ticket', 'alert']),
  receivedAt: z.date(),
  title: text,
  description: text,
  url: text,
  occurredAt: z.object({ at: z.date(), isApproximate: z.boolean() }).exactOptional(),
  ongoing: z.enum(yesNoUnknown),
  customer: customer.exactOptional(),
  isReporterAffected: z.boolean(),
  affectedCustomers: z.array(customer),
  affectedCustomerCount: z.number().exactOptional(),
  businessImpact: z.enum(businessImpacts).exactOptional(),
  alert: alert.exactOptional(),
};

/** What a later report may change of the record. */
export const laterReport = z.object(fields);
export type LaterReport = z.infer<typeof laterReport>;

/** The initial facts of an incident. */
export const firstReport = z.object({
  ...fields,
  id: z.string(),
  tool: z.enum(tools),
  sourceId: z.string(),
  kind: z.enum(signalKinds),
  happenedAt: z.date().exactOptional(),
  form: text,
  channel: text,
  area: text,
  tags: z.array(z.string()),
  differsFromExpected: z.enum(yesNoUnknown),
  reportedAt: z.date().exactOptional(),
  isDrill: z.boolean(),
  drill: z.object({ id: z.string(), from: z.string() }).exactOptional(),
  agent: text,
  reporterAccount: text,
  problems: z.array(z.custom<FieldError>((value) => fieldError.safeParse(value).success)),
});

const reportFields = Object.keys(fields) as (keyof LaterReport)[];

export const reportIn = (signal: LaterReport): LaterReport => given(signal, reportFields) as LaterReport;

/** The fields of a signal that decide what a later report changes. */
export type HeardSignal = LaterReport &
  Pick<Signal, 'id' | 'kind' | 'tool' | 'sourceId' | 'happenedAt' | 'agent' | 'agentName' | 'message' | 'commentId'>;
