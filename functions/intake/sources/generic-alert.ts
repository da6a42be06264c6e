/** An alert by a template of one's own: Datadog, Uptime Kuma, Zabbix, a script. */
import { type AlertFacts, readableText } from '../../incidents/signals/signal.ts';
import { defined } from '../../platform/defined.ts';
import { type Body, field, isObject, objectAt } from '../../platform/loose.ts';
import type { FieldError } from '../../platform/problem.ts';
import { alertId, alertSignal, entriesOf, lineOf, paragraphs, says, textOf, tokenDoor } from './alert-signal.ts';
import { optionalTime } from './fields.ts';
import { parseLenient } from './lenient-json.ts';
import { headerOf } from './proof.ts';
import { type IntakeSource, type Reading, type SourceContext, Unreadable } from './source.ts';
import { isSigned, refuseSignature } from './standard-webhooks.ts';
import { readToolTime } from './stated-fields.ts';

export const genericAlert: IntakeSource = {
  tool: 'alert',
  ...tokenDoor,
  secretNames: ['ALERTS_TOKEN', 'ALERTS_SIGNING_SECRET'],
  isStrict: true,
  needsBody: isSigned,
  refuse(envelope, bytes, config, policy, now) {
    if (!isSigned(envelope)) return tokenDoor.refuse(envelope, bytes, config);
    return refuseSignature(envelope, bytes, config.ALERTS_SIGNING_SECRET, policy, now, 'ALERTS_SIGNING_SECRET');
  },
  eventId: (envelope) => (isSigned(envelope) ? headerOf(envelope.headers, 'webhook-id')?.slice(0, 200) : undefined),
  // Datadog puts texts with quotes and line breaks between the quotes of a template.
  parse: parseLenient,
  read: readGenericAlert,
};

/** How tools call the two states; anything else is an error, since a guess would hide an alert. */
const firing =
  'firing,triggered,re-triggered,warn,re-warn,no data,re-no data,renotify,alert,alerting,problem,down,open,1'.split(
    ',',
  );
const resolved = 'resolved,recovered,ok,up,closed,0'.split(',');

/** @throws Unreadable naming the fields: `id`, `title` and `status` are required */
function readGenericAlert(body: unknown, bytes: Buffer, context: SourceContext): Reading {
  if (!isObject(body))
    throw new Unreadable('The body is not an alert.', [{ path: '', message: 'It has to be one JSON object.' }]);
  const [id, title] = [filled(body, 'id'), filled(body, 'title')];
  const status = textOf(body, 'status')?.toLowerCase() ?? '';
  const isOpen = firing.includes(status);
  const kind = isOpen ? ('alert-opened' as const) : resolved.includes(status) ? ('alert-closed' as const) : undefined;
  const errors: FieldError[] = [
    ...(id ? [] : [{ path: 'id', message: 'It is required: one id from the beginning of an alert to its end.' }]),
    ...(title ? [] : [{ path: 'title', message: 'It is required: what the alert is called.' }]),
    ...(kind ? [] : [{ path: 'status', message: 'It has to be firing or resolved.' }]),
  ];
  if (!id || !title || !kind) throw new Unreadable('The body is not an alert.', errors);
  const problems: FieldError[] = [];
  const epoch = readToolTime(field(body, 'occurredAt'), context.policy.zone, context.receivedAt);
  const at = (epoch ?? optionalTime(body, 'occurredAt', problems, context))?.at;
  const labels = objectAt(body, 'labels');
  const line = (name: string) => (filled(body, name) && lineOf(body, name)) ?? lineOf(labels, name);
  const service = line('service')?.toLowerCase();
  const alert: AlertFacts = {
    project: `alert/${service ?? ''}`,
    // Alerts with one name and service form one group, like those of one policy.
    policy: readableText(line('group') ?? title, 500),
    policyName: title,
    ...defined({
      startedAt: kind === 'alert-opened' ? at : undefined,
      endedAt: kind === 'alert-closed' ? at : undefined,
      severity: line('severity'),
      service,
      runbook: line('runbook'),
      resourceName: line('resource') ?? lineOf(labels, 'host'),
    }),
  };
  const { occurredAt: _, ...content } = body;
  const read = {
    tool: 'alert' as const,
    sourceId: alertId(id),
    kind,
    alert,
    title,
    description: paragraphs(filled(body, 'text'), readableText(entriesOf(labels), 4_000)),
    url: filled(body, 'url'),
    area: line('area'),
    businessImpact: line('businessImpact'),
    customer: line('customer'),
    isDrill: field(body, 'drill') === true || says(textOf(body, 'drill')),
    content: at ? body : content,
    problems,
  };
  return alertSignal(read, bytes, context);
}

/** A variable that the tool did not fill in says nothing: `$ALERT_SCOPE`, `{{name}}`, `{EVENT.ID}`. */
function filled(body: Body, name: string): string | undefined {
  const text = textOf(body, name, 32_000);
  return text && !/^(?:\$[A-Z_]+|\{\{[^{}]*\}\}|\{[A-Z.]+\}|null)$/.test(text) ? text : undefined;
}
