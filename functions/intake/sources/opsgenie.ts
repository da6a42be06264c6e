/**
 * Opsgenie's Alert API, for senders that only change the address. The path says what a call does, so the door passes it beside
 * the body (`functions/alerts/opsgenie.ts`).
 */
import { hash } from 'node:crypto';
import type { AlertFacts, RawBody } from '../../incidents/signals/signal.ts';
import { defined } from '../../platform/defined.ts';
import { authorization, isOneOf } from '../../platform/door.ts';
import { type Body, field, isObject, objectAt } from '../../platform/loose.ts';
import { Problem } from '../../platform/problem.ts';
import { parseJson } from '../../platform/raw-body.ts';
import { alertSignal, entriesOf, lineOf, paragraphs, type ReadAlert, says, textOf } from './alert-signal.ts';
import { type Beside, type IntakeSource, type Reading, type SourceContext, Unreadable } from './source.ts';

/** Keys and ids of alerts have the same form. */
export const isOpsgenieId = (text: string): boolean =>
  /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(text);

export const opsgenieSource: IntakeSource = {
  tool: 'opsgenie',
  secretNames: ['OPSGENIE_API_KEY'],
  challenge: 'GenieKey realm="metronome"',
  isStrict: true,
  givesUpOnRefusals: true,
  methods: ['POST', 'PUT', 'DELETE', 'PATCH'],
  needsBody: () => false,
  refuse({ headers }, _bytes, config) {
    const { scheme, value = '' } = authorization(headers.authorization) ?? {};
    if (scheme !== 'geniekey')
      return 'There is no key. Send “Authorization: GenieKey …” with the value of OPSGENIE_API_KEY.';
    return isOneOf(value.trim(), config.OPSGENIE_API_KEY) ? undefined : 'Could not authenticate';
  },
  // Some calls, such as a close, have no body.
  parse: (bytes) => (/^\s*$/.test(bytes.toString('utf8')) ? {} : parseJson(bytes)),
  read: readCall,
  accepted: (raw, beside) => ({
    status: 202,
    body: { result: 'Request will be processed', took: 0.01, requestId: alertIdIn(raw, beside) },
  }),
};

/** Opsgenie's id of an alert, from its alias: nothing has to be looked up to know which one a call is about. */
export function opsgenieId(alias: string): string {
  const digest = hash('sha256', `opsgenie:${alias}`);
  const part = (from: number, to: number): string => digest.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-8${part(13, 16)}-8${part(17, 20)}-${part(20, 32)}`;
}

/** @param identifier of the path; `type` as its query says @throws Problem 422 for what is no id */
export function ticketOf(identifier: string, type: string | null): string {
  if (type === 'alias') return opsgenieId(identifier);
  if (type === 'tiny')
    throw new Problem(422, 'Tiny ids are not known here. Use identifierType=alias or the alert’s id.');
  if (!isOpsgenieId(identifier))
    throw new Problem(422, 'Identifier is not an alert id. Use identifierType=alias for an alias.');
  return identifier.toLowerCase();
}

/** An alert without an alias is an alert of its own: its alias is derived from the request, even if it is filed later. */
function alertIdIn(raw: Pick<RawBody, 'bytes' | 'receivedAt'>, beside: Beside | undefined): string {
  if (beside?.ticket) return beside.ticket;
  const alias = textOf(objectAt(opsgenieSource.parse?.(raw.bytes)), 'alias');
  return opsgenieId(alias ?? `${raw.receivedAt.toISOString()} ${hash('sha256', raw.bytes)}`);
}

/** @throws Unreadable for an alert without a message, the one field that Opsgenie requires */
function readCall(body: unknown, bytes: Buffer, context: SourceContext): Reading {
  if (!isObject(body)) throw new Unreadable('The body is not one JSON object.');
  const { beside, receivedAt } = context;
  const event = beside?.event ?? 'create';
  const sourceId = alertIdIn({ bytes, receivedAt }, beside);
  const user = lineOf(body, 'user');
  const by = { tool: 'opsgenie' as const, sourceId, agent: user && `opsgenie:${user}` };
  const title = lineOf(body, 'message');
  if (event !== 'create') {
    const kind = event === 'close' || event === 'delete' ? 'alert-closed' : 'noted';
    const alert: AlertFacts = {
      project: 'opsgenie/',
      policy: sourceId,
      policyName: 'Alert',
      ...(kind === 'alert-closed' ? { endedAt: receivedAt } : {}),
    };
    return alertSignal({ ...by, kind, alert, message: noteOf(event, body), content: [event, body] }, bytes, context);
  }
  if (!title)
    throw new Unreadable('Message can not be empty.', [{ path: 'message', message: 'It is required, as text.' }]);
  const details = objectAt(body, 'details');
  const source = lineOf(body, 'source') ?? '';
  const alert: AlertFacts = {
    project: `opsgenie/${source}`,
    policy: title,
    policyName: title,
    startedAt: receivedAt,
    severity: lineOf(body, 'priority') ?? 'P3',
    ...defined({
      service: (lineOf(details, 'service') ?? lineOf(body, 'entity'))?.toLowerCase(),
      runbook: lineOf(details, 'runbook_url') ?? lineOf(details, 'runbook'),
      resourceName: lineOf(body, 'entity') ?? lineOf(details, 'instance') ?? lineOf(details, 'host'),
    }),
  };
  const read: ReadAlert = {
    ...by,
    kind: 'alert-opened',
    alert,
    title,
    description: paragraphs(textOf(body, 'description', 32_000), entriesOf(details), textOf(body, 'note')),
    url: textOf(details, 'url'),
    area: lineOf(details, 'area'),
    businessImpact: lineOf(details, 'businessImpact') ?? lineOf(details, 'business_impact'),
    customer: lineOf(details, 'customer'),
    isDrill: says(lineOf(details, 'drill')),
    content: body,
  };
  return alertSignal(read, bytes, context);
}

/** What a call says, as a line of the timeline: everything but beginning and end is a note. */
function noteOf(event: string, body: Body): string {
  const said = ['note', 'message', 'description', 'priority', 'tags', 'details'].flatMap((name) => {
    const value = field(body, name);
    return typeof value === 'string' ? value : value === undefined ? [] : JSON.stringify(value);
  });
  return [`Opsgenie: ${event}`, ...said].join('\n');
}
