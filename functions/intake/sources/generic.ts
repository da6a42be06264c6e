/** The generic ticket: `POST /tickets` and the topic `ticket-notifications`. */
import * as z from 'zod';
import { earliest } from '../../incidents/incident.ts';
import { isJoinKey } from '../../incidents/signals/join-key.ts';
import type { Customer, Signal } from '../../incidents/signals/signal.ts';
import { businessImpacts, categories, readableText, yesNoUnknown } from '../../incidents/signals/signal.ts';
import { defined } from '../../platform/defined.ts';
import { authorization, isOneOf } from '../../platform/door.ts';
import { stableId } from '../../platform/ids.ts';
import { type Body, field, isObject } from '../../platform/loose.ts';
import { nameLine } from '../../platform/one-line.ts';
import type { FieldError } from '../../platform/problem.ts';
import { besideIn, controlOf } from './control.ts';
import { customerIdText, idsByContent, idText, optionalField, optionalTime, readNamed } from './fields.ts';
import { headerOf } from './proof.ts';
import { type IntakeSource, type Reading, type SourceContext, Unreadable } from './source.ts';
import { isSigned, refuseSignature } from './standard-webhooks.ts';

const oneOf = <T extends string>(...values: [T, ...T[]]): z.ZodType<T> =>
  z
    .string()
    .transform((value) => value.trim().toLowerCase() as T)
    .refine((value) => values.includes(value), `It has to be one of ${values.join(', ')}`);

const answer = oneOf(...yesNoUnknown);
const flag = z.boolean({ error: 'It has to be true or false' });
const anAddress = 'It has to be an http or https address';
const webUrl = z
  .string({ error: anAddress })
  .transform((value) => value.trim())
  .refine((value) => /^https?:\/\/\S+$/i.test(value) && value.length <= 2_000 && URL.canParse(value), anAddress);
const said = z.string({ error: 'It has to be text' });
const incidentId = said.regex(/^inc_[\da-f]{24}$/, 'It has to be an incident’s id');
const nameOf = (maxBytes: number) => said.transform((value) => readableText(nameLine(value), maxBytes));
// Created once: creating a schema costs more than parsing a field with it.
const [name, customerName] = [nameOf(200), nameOf(500)];
const joinKey = said.transform((value) => readableText(value, 200));
const category = oneOf(...categories);
const businessImpact = oneOf(...businessImpacts);
const count = z
  .number({ error: 'It has to be a number' })
  .int('It has to be a whole number')
  .min(0, 'It has to be 0 or more')
  .max(100_000_000, 'It is too large');
const object = z.custom<Body>(isObject, 'It has to be an object');
const list = z.custom<unknown[]>(Array.isArray, 'It has to be a list');

export const generic: IntakeSource = {
  tool: 'generic',
  secretNames: ['TICKETS_TOKEN', 'TICKETS_SIGNING_SECRET'],
  challenge: 'Bearer realm="metronome"',
  isStrict: true,
  needsBody: isSigned,
  refuse(envelope, bytes, config, policy, now) {
    if (isSigned(envelope) && besideIn(envelope, ['ticket']).ticket !== undefined)
      return 'No signature covers ?ticket= or Metronome-Ticket. Put the ticket’s id into the body.';
    if (isSigned(envelope)) return refuseSignature(envelope, bytes, config.TICKETS_SIGNING_SECRET, policy, now);
    const [, token] = /^\s*bearer\s+(\S+)\s*$/i.exec(envelope.headers.authorization ?? '') ?? [];
    if (!token)
      return 'There is no bearer token. Send “Authorization: Bearer …” with the value of TICKETS_TOKEN, or sign.';
    return isOneOf(token, config.TICKETS_TOKEN) ? undefined : 'The bearer token is not the configured one.';
  },
  sender: ({ headers }) => authorization(headers.authorization)?.value ?? 'signed',
  eventId: (envelope) => (isSigned(envelope) ? headerOf(envelope.headers, 'webhook-id')?.slice(0, 200) : undefined),
  takesBeside: ['ticket'],
  read: readGenericTicket,
};

/** @throws Unreadable naming the fields when the body is no ticket: only `id` and `subject` are required */
export function readGenericTicket(body: unknown, bytes: Buffer, context: SourceContext): Reading {
  if (!isObject(body)) {
    const message = Array.isArray(body) ? 'It is a list; send one ticket a request.' : 'It has to be one JSON object.';
    throw new Unreadable('The body is not a ticket.', [{ path: '', message }]);
  }
  const control = controlOf(bytes);
  const id = idText.safeParse(context.beside?.ticket ?? (control.isSure ? field(body, 'id') : undefined));
  const subject = said.safeParse(field(body, 'subject'));
  const title = readableText(nameLine(subject.data ?? ''), context.policy.intake.maxTitleCharacters * 4);
  const errors: FieldError[] = [];
  const needsId = 'It is required: the ticket’s id, as text or a whole number.';
  if (!id.success)
    errors.push({ path: 'id', message: control.isSure ? needsId : 'A key of the body repeats: which id counts?' });
  if (title === '') errors.push({ path: 'subject', message: 'It is required: what the ticket is about, as text.' });
  if (!id.success || errors.length > 0) throw new Unreadable('The body is not a ticket.', errors);

  const problems: FieldError[] = [];
  const { policy, receivedAt } = context;
  const optional = <T>(name: string, schema: z.ZodType<T>): T | undefined =>
    optionalField(body, name, schema, problems);
  const time = (name: string) => optionalTime(body, name, problems, context);
  const occurredAt = time('occurredAt');
  const reportedAt = time('reportedAt')?.at;
  const customer = readCustomer(optional('customer', object), 'customer', problems);
  const named = optional('affectedCustomers', list) ?? [];
  const affectedCustomers = readNamed(named, policy, problems, (value, path) => {
    if (isObject(value)) return readCustomer(value, path, problems);
    problems.push({ path, message: 'It was left out: it has to be an object with an id.' });
    return undefined;
  });
  /** Without its key the incident is only suggested: a person sees the suggestion and may link the two. */
  const joinedBy = (named: string | undefined): string | undefined => {
    if (named === undefined || isJoinKey(optional('joinKey', joinKey), named, context.config.JOIN_KEY_SECRET))
      return named;
    const message = `“${named}” was not linked: that needs its joinKey. Link it by hand if it is the same trouble.`;
    problems.push({ path: 'relatedIncidentId', message });
    return undefined;
  };
  const description = optional('description', said);
  const stated: Partial<Signal> = defined({
    description: description && readableText(description, policy.intake.maxDescriptionBytes),
    url: optional('url', webUrl),
    form: optional('form', name),
    channel: optional('channel', name),
    area: optional('area', name),
    category: optional('category', category),
    occurredAt,
    reportedAt,
    customer,
    affectedCustomerCount: optional('affectedCustomerCount', count),
    businessImpact: optional('businessImpact', businessImpact),
    relatedIncidentId: control.isSure ? joinedBy(optional('relatedIncidentId', incidentId)) : undefined,
  });
  const differsFromExpected = optional('differsFromExpected', answer) ?? 'unknown';
  const ongoing = optional('ongoing', answer) ?? 'unknown';
  const isReporterAffected = optional('reporterAffected', flag) ?? true;
  const isDrill = (control.count('drill') === 1 && optional('drill', flag)) || false;
  const updatedAt = time('updatedAt')?.at;
  const { id: signalId, ...beside } =
    context.eventId === undefined
      ? idsByContent(['generic', id.data], body, bytes, context, updatedAt !== undefined)
      : { id: stableId('sig', 'generic', id.data, context.eventId) };
  return {
    ...beside,
    signal: {
      ...defined({ happenedAt: updatedAt && earliest(updatedAt, receivedAt) }),
      id: signalId,
      source: 'ticket',
      tool: 'generic',
      sourceId: id.data,
      kind: 'stated',
      receivedAt,
      title,
      tags: [],
      ...stated,
      differsFromExpected,
      ongoing,
      isReporterAffected,
      affectedCustomers,
      isDrill,
      problems,
    },
  };
}

function readCustomer(value: Body | undefined, path: string, problems: FieldError[]): Customer | undefined {
  if (value === undefined) return undefined;
  const id = customerIdText.safeParse(field(value, 'id'));
  if (!id.success) {
    const message = 'The customer was left out: it needs an id of at most 128 characters, as text or a whole number.';
    problems.push({ path: `${path}.id`, message });
    return undefined;
  }
  const name = optionalField(value, 'name', customerName, problems, `${path}.name`);
  const contactId = optionalField(value, 'contactId', customerIdText, problems, `${path}.contactId`);
  return defined({ id: id.data, name: name || undefined, contactId });
}
