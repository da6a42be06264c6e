/**
 * Cloud Monitoring's notifications: webhook 1.1 and 1.2, and the Pub/Sub channel's body. Real bodies differ from the
 * documentation in many ways, so only `incident.incident_id` and `incident.state` are needed and the rest is optional.
 */
import type { AlertFacts } from '../../incidents/signals/signal.ts';
import { defined } from '../../platform/defined.ts';
import { authorization, basicPassword, isOneOf } from '../../platform/door.ts';
import { type Body, field, isObject, objectAt } from '../../platform/loose.ts';
import { nameLine } from '../../platform/one-line.ts';
import { alertSignal, textOf } from './alert-signal.ts';
import { idText } from './fields.ts';
import { type IntakeSource, type Reading, type SourceContext, Unreadable } from './source.ts';

export const monitoring: IntakeSource = {
  tool: 'monitoring',
  secretNames: ['ALERTS_TOKEN'],
  // Cloud Monitoring sends its credentials only after it was asked for them.
  challenge: 'Basic realm="metronome", charset="UTF-8"',
  needsBody: () => false,
  refuse(envelope, _bytes, config) {
    const { scheme, value } = authorization(envelope.headers.authorization) ?? {};
    const password = scheme === 'basic' && value ? basicPassword(value) : undefined;
    const given = password ?? envelope.query.get('auth_token') ?? undefined;
    if (given === undefined) return 'There is no token. Send it as the password of basic auth, or as ?auth_token=.';
    return isOneOf(given, config.ALERTS_TOKEN) ? undefined : 'The token is not the configured one.';
  },
  read: readAlert,
};

/** @throws Unreadable when it does not say which alert it is about, or whether that is open or closed */
export function readAlert(body: unknown, bytes: Buffer, context: SourceContext): Reading {
  const incident = isObject(body) ? field(body, 'incident') : undefined;
  if (!isObject(body) || !isObject(incident)) {
    throw new Unreadable('The body is not an alert.', [{ path: 'incident', message: 'It is required, as an object.' }]);
  }
  if (isTestNotification(body, incident)) return { ignored: 'test notification', isConnectionTest: true };
  const alertId = idText.safeParse(field(incident, 'incident_id'));
  const state = textOf(incident, 'state')?.toLowerCase() ?? '';
  const isState = state === 'open' || state === 'closed';
  if (!alertId.success || !isState) {
    throw new Unreadable('The body is not an alert that is open or closed.', [
      ...(alertId.success ? [] : [{ path: 'incident.incident_id', message: 'It is required: the alert’s id.' }]),
      ...(isState ? [] : [{ path: 'incident.state', message: 'It has to be open or closed.' }]),
    ]);
  }
  const alert = readAlertFacts(incident);
  const labels = objectAt(incident, 'policy_user_labels');
  const { renotify: _, ...content } = incident;
  const read = {
    tool: 'monitoring',
    sourceId: `${alert.project}/${alertId.data}`,
    kind: state === 'open' ? 'alert-opened' : 'alert-closed',
    alert,
    title: alert.policyName,
    description: describe(incident, alert, context.policy.intake.maxDescriptionBytes),
    url: textOf(incident, 'url'),
    businessImpact: textOf(labels, 'business-impact') ?? textOf(labels, 'business_impact'),
    customer: textOf(labels, 'customer'),
    content,
  } as const;
  return alertSignal(read, bytes, context);
}

/** The body that the console's “send test notification” posts. */
function isTestNotification(body: Body, incident: Body): boolean {
  if (textOf(body, 'version')?.toLowerCase() === 'test') return true;
  return textOf(incident, 'summary') === 'Test Incident' && epoch(incident, 'started_at') === undefined;
}

function readAlertFacts(incident: Body): AlertFacts {
  const condition = objectAt(incident, 'condition');
  const labels = objectAt(incident, 'policy_user_labels');
  const resource = objectAt(incident, 'resource');
  const conditionPath = /^projects\/([^/]+)\/alertPolicies\/([^/]+)/.exec(textOf(condition, 'name') ?? '');
  const policyName = nameLine(textOf(incident, 'policy_name') ?? textOf(incident, 'condition_name') ?? '') || 'Alert';
  // A policy may be renamed while its alert is open: its number, where the body has it, stays.
  const project =
    textOf(incident, 'scoping_project_id') ??
    /[?&]project=([^&#]+)/.exec(textOf(incident, 'url') ?? '')?.[1] ??
    conditionPath?.[1] ??
    textOf(objectAt(resource, 'labels'), 'project_id') ??
    'unknown-project';
  const conditionKind = Object.keys(condition).find((key) => /^condition[A-Za-z]{1,60}$/.test(key));
  const facts = {
    startedAt: epoch(incident, 'started_at'),
    endedAt: epoch(incident, 'ended_at'),
    severity: textOf(incident, 'severity'),
    service: textOf(labels, 'service')?.toLowerCase(),
    runbook: textOf(labels, 'runbook'),
    conditionKind,
    conditionName: textOf(incident, 'condition_name') ?? textOf(condition, 'displayName'),
    metricType: textOf(objectAt(incident, 'metric'), 'type'),
    filter: conditionKind && textOf(objectAt(condition, conditionKind), 'filter'),
    resourceName: textOf(incident, 'resource_display_name') ?? textOf(incident, 'resource_name'),
  };
  const lineOf = (value: unknown) => (typeof value === 'string' ? nameLine(value) : value);
  const known = Object.entries(defined(facts)).map(([key, value]) => [key, lineOf(value)]);
  return { project, policy: conditionPath?.[2] ?? policyName, policyName, ...Object.fromEntries(known) };
}

/** The summary first; then what a responder would look for next. */
function describe(incident: Body, alert: AlertFacts, mostBytes: number): string {
  const documentation = textOf(objectAt(incident, 'documentation'), 'content', mostBytes);
  const content = documentation ?? textOf(incident, 'documentation', mostBytes);
  const threshold = textOf(incident, 'threshold_value');
  const observed = textOf(incident, 'observed_value');
  const facts = [
    alert.conditionName && `Condition: ${alert.conditionName}`,
    alert.resourceName && `Resource: ${alert.resourceName}`,
    observed && `Observed: ${observed}${threshold ? ` (threshold ${threshold})` : ''}`,
    alert.severity && `Severity: ${alert.severity}`,
    alert.runbook && `Runbook: ${alert.runbook}`,
  ].filter((line) => line);
  return [textOf(incident, 'summary', mostBytes), content, facts.join('\n')].filter((part) => part).join('\n\n');
}

/** Epoch seconds, as a number or as text; 0 and null mean that it is not known. */
function epoch(body: Body, name: string): Date | undefined {
  const value = Number(textOf(body, name) ?? Number.NaN);
  if (!Number.isFinite(value) || value <= 0 || value > 7_258_118_400) return undefined;
  return new Date(Math.round(value * 1_000));
}
