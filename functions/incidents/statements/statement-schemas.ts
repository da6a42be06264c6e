/** Facts that people may state, with who, when, how and a link (`docs/reference/rules/j-statements.md`). Pure. */

import * as z from 'zod';
import { statedId, statedLink, statedName, statedText } from '../../platform/stated.ts';
import { refuse } from '../../words/refusals/refuse.ts';
import { emergencyRoles } from '../emergency/emergency.ts';
import { causeCategories, mitigationKinds, recurrenceRisks } from '../incident.ts';
import { yesNoUnknown } from '../signals/signal.ts';
import { isPlausibleTime } from '../signals/times.ts';

const id = z.union([statedId, z.number().int().transform(String)]);
const customerSchema = z.strictObject({ id, name: statedName(500).optional(), contactId: id.optional() });
const timeMessage = refuse('not-a-time').text;
/** RFC 3339, as text. */
export const statedTime = z.iso
  .datetime({ offset: true, error: timeMessage, abort: true })
  .refine((value) => isPlausibleTime(new Date(value)), timeMessage);
const whom = z.union([z.literal('all'), z.array(id).min(1).max(500)]);

/** Fields of every statement: when it happened, which may be long ago, and a link to the evidence. */
const common = { occurredAt: statedTime.optional(), evidenceUrl: statedLink.optional() };

const stated = <Type extends string, Fields extends z.ZodRawShape>(type: Type, fields: Fields) =>
  z.strictObject({ type: z.literal(type), ...fields, ...common });

export const statementSchema = z.discriminatedUnion(
  'type',
  [
    stated('responded', {}),
    stated('assigned', { assignee: statedName(320) }),
    stated('verified', {
      happened: z.enum(['yes', 'no', 'unconfirmed']).optional(),
      ongoing: z.enum(yesNoUnknown).optional(),
      reportDiffers: z.union([z.boolean(), statedText(2_000)]).optional(),
      method: statedText(2_000).optional(),
    }),
    stated('described', { text: statedText(200) }),
    stated('scoped', {
      affectedCustomerCount: z.number().int().min(0).max(100_000_000).optional(),
      affectedCustomers: z.array(customerSchema).max(500).optional(),
      method: statedText(2_000).optional(),
      recurrenceRisk: z.enum(recurrenceRisks).optional(),
    }),
    stated('snoozed', {}),
    stated('customer-removed', { customer: id, why: statedText(2_000) }),
    stated('names-removed', { ticket: id, why: statedText(2_000) }),
    stated('mitigated', {
      kind: z.enum(mitigationKinds),
      note: statedText(10_000).optional(),
      lighterWayTried: statedText(2_000).optional(),
    }),
    stated('customer-updated', {
      customers: whom,
      message: statedText(20_000).optional(),
      channel: statedName(100).optional(),
      recovery: z.boolean().optional(),
    }),
    stated('recovered', { customers: whom.optional() }),
    stated('caused', {
      category: z.enum(causeCategories),
      summary: statedText(10_000).optional(),
      releaseId: statedText(500).optional(),
    }),
    stated('fixed', { permanentFix: statedText(10_000) }),
    stated('prevention', { text: statedText(10_000) }),
    stated('corrected', { field: statedText(100), value: z.unknown() }),
    stated('linked', {
      /** An id, a code or an address: `record-fact.ts` resolves it. */
      to: statedText(2_000),
      basis: statedText(2_000),
    }),
    stated('unlinked', {}),
    stated('role-taken', { role: z.enum(emergencyRoles) }),
    stated('role-handed-over', { role: z.enum(emergencyRoles), to: statedName(320).optional() }),
    stated('commented', { text: statedText(20_000) }),
    stated('retracted', {
      eventId: z.string().regex(/^(?:\d{8,}|sig_[\da-f]{24})$/, refuse('not-an-event-id').text),
      why: statedText(2_000),
    }),
  ],
  { error: refuse('not-a-statement').text },
);

export type Statement = z.infer<typeof statementSchema>;
export type StatementOf<T extends Statement['type']> = Extract<Statement, { type: T }>;

/** Statements about one incident as it is. A link touches several, and a retraction needs the whole timeline. */
export type OwnStatement = Exclude<Statement, { type: 'linked' | 'unlinked' | 'retracted' }>;
