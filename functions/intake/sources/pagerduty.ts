/** PagerDuty's Events API v2, for senders that only change the address. The routing key in the body is the proof. */
import { hash } from 'node:crypto';
import type { AlertFacts, RawBody } from '../../incidents/signals/signal.ts';
import { defined } from '../../platform/defined.ts';
import { isOneOf } from '../../platform/door.ts';
import { type Body, isObject, jsonIn, objectAt, objectsAt } from '../../platform/loose.ts';
import type { FieldError } from '../../platform/problem.ts';
import { alertId, alertSignal, entriesOf, lineOf, paragraphs, says, textOf, timeOf } from './alert-signal.ts';
import { type IntakeSource, type Reading, type SourceContext, Unreadable } from './source.ts';

export const pagerdutyEvents: IntakeSource = {
  tool: 'pagerduty',
  secretNames: ['PAGERDUTY_ROUTING_KEYS'],
  challenge: 'RoutingKey realm="metronome"',
  isStrict: true,
  givesUpOnRefusals: true,
  needsBody: () => true,
  refuse(_envelope, bytes, config) {
    const key = textOf(objectAt(jsonIn(bytes)), 'routing_key');
    if (!key) return 'There is no routing_key. Send one of PAGERDUTY_ROUTING_KEYS in the body.';
    return isOneOf(key, config.PAGERDUTY_ROUTING_KEYS)
      ? undefined
      : 'The routing_key is not one of the configured ones.';
  },
  kept: withoutKey,
  read: readEvent,
  accepted: (raw) => {
    const dedup_key = dedupKeyOf(objectAt(jsonIn(raw.bytes)), raw);
    return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key } };
  },
};

/** Bodies are kept for a year and the key is a secret: only the part that tells keys apart stays. */
export function withoutKey(bytes: Buffer): Buffer {
  const body = jsonIn(bytes);
  if (!isObject(body)) return bytes;
  return Buffer.from(
    JSON.stringify({ ...body, routing_key: `key-${hash('sha256', String(body.routing_key)).slice(0, 12)}` }),
  );
}

/** An event without a key is an alert of its own; its sender gets the key, which stays the same if the event is filed later. */
function dedupKeyOf(body: Body, { bytes, receivedAt }: Pick<RawBody, 'bytes' | 'receivedAt'>): string {
  return (
    textOf(body, 'dedup_key') ?? hash('sha256', `${receivedAt.toISOString()} ${hash('sha256', bytes)}`).slice(0, 32)
  );
}

const actions = { trigger: 'alert-opened', acknowledge: 'noted', resolve: 'alert-closed' } as const;

/** @throws Unreadable naming what PagerDuty requires */
function readEvent(body: unknown, bytes: Buffer, context: SourceContext): Reading {
  if (!isObject(body))
    throw new Unreadable('Event object is invalid.', [{ path: '', message: 'It has to be one JSON object.' }]);
  const action = textOf(body, 'event_action') ?? '';
  const kind = Object.hasOwn(actions, action) ? actions[action as keyof typeof actions] : undefined;
  const payload = objectAt(body, 'payload');
  const [title, source, severity] = [
    lineOf(payload, 'summary'),
    lineOf(payload, 'source'),
    lineOf(payload, 'severity'),
  ];
  const required = (path: string, value: string | undefined): FieldError[] =>
    value ? [] : [{ path, message: 'It is missing or blank.' }];
  const errors: FieldError[] = [
    ...(kind ? [] : [{ path: 'event_action', message: 'It has to be trigger, acknowledge or resolve.' }]),
    ...(kind === 'alert-opened'
      ? [
          ...required('payload.summary', title),
          ...required('payload.source', source),
          ...required('payload.severity', severity),
        ]
      : required('dedup_key', textOf(body, 'dedup_key'))),
  ];
  if (!kind || errors.length > 0) throw new Unreadable('Event object is invalid.', errors);
  const project = `pagerduty/${lineOf(body, 'routing_key') ?? ''}`;
  const key = dedupKeyOf(body, { bytes, receivedAt: context.receivedAt });
  const sourceId = alertId(`${project}/${key}`);
  const by = { tool: 'pagerduty', sourceId, kind } as const;
  if (kind !== 'alert-opened') {
    const alert: AlertFacts = {
      project,
      policy: sourceId,
      policyName: 'Alert',
      ...(kind === 'alert-closed' ? { endedAt: context.receivedAt } : {}),
    };
    const message =
      kind === 'noted'
        ? `PagerDuty: acknowledged${lineOf(body, 'client') ? ` in ${lineOf(body, 'client')}` : ''}`
        : undefined;
    return alertSignal({ ...by, alert, message, content: [action] }, bytes, context);
  }
  const details = objectAt(payload, 'custom_details');
  const [link] = objectsAt(body, 'links');
  const group = lineOf(payload, 'class') ?? title ?? '';
  const alert: AlertFacts = {
    project,
    policy: group,
    policyName: group,
    startedAt: timeOf(payload, 'timestamp') ?? context.receivedAt,
    ...defined({
      severity,
      service: (lineOf(details, 'service') ?? lineOf(payload, 'component'))?.toLowerCase(),
      runbook: lineOf(details, 'runbook_url') ?? lineOf(details, 'runbook'),
      resourceName: source,
    }),
  };
  const read = {
    ...by,
    alert,
    title,
    description: paragraphs(textOf(payload, 'custom_details', 32_000), entriesOf(details)),
    url: textOf(body, 'client_url') ?? (link && textOf(link, 'href')),
    area: lineOf(details, 'area'),
    businessImpact: lineOf(details, 'business_impact'),
    customer: lineOf(details, 'customer'),
    isDrill: says(lineOf(details, 'drill')),
    content: { ...body, dedup_key: key },
  };
  return alertSignal(read, bytes, context);
}
