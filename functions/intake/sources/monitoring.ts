/**
 * Cloud Monitoring's notifications: webhook 1.1 and 1.2, and the Pub/Sub channel's body. Real bodies differ from the
 * documentation in many ways, so only `incident.incident_id` and `incident.state` are needed and the rest is optional.
 */

import { type AlertFacts, businessImpacts, readableText, type Signal } from '../../incidents/signals/signal.ts';
import { defined } from '../../platform/defined.ts';
import { authorization, basicPassword, isOneOf } from '../../platform/door.ts';
import { type Body, field, isObject, objectAt } from '../../platform/loose.ts';
import { nameLine, oneLine } from '../../platform/one-line.ts';
import { idsByContent, idText } from './fields.ts';
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
  const state = text(incident, 'state')?.toLowerCase() ?? '';
  const isState = state === 'open' || state === 'closed';
  if (!alertId.success || !isState) {
    throw new Unreadable('The body is not an alert that is open or closed.', [
      ...(alertId.success ? [] : [{ path: 'incident.incident_id', message: 'It is required: the alert’s id.' }]),
      ...(isState ? [] : [{ path: 'incident.state', message: 'It has to be open or closed.' }]),
    ]);
  }
  const { receivedAt } = context;
  const { maxDescriptionBytes, maxTitleCharacters } = context.policy.intake;
  const alert = readAlertFacts(incident);
  const labels = objectAt(incident, 'policy_user_labels');
  const customer = text(labels, 'customer');
  const { startedAt } = alert;
  const { renotify: _, ...content } = incident;
  const sourceId = `${alert.project}/${alertId.data}`;
  const url = text(incident, 'url');
  const impact = text(labels, 'business-impact') ?? text(labels, 'business_impact');
  // It is notified again every half hour while it is open, in the same words.
  const { id, ...beside } = idsByContent(['monitoring', sourceId, state], content, bytes, context, false);
  const stated = defined({
    happenedAt: state === 'closed' ? alert.endedAt : startedAt,
    description: readableText(describe(incident, alert, maxDescriptionBytes), maxDescriptionBytes) || undefined,
    url: url && /^https?:\/\//i.test(url) ? readableText(url, 2_000) : undefined,
    area: alert.service || undefined,
    occurredAt: startedAt && { at: startedAt, isApproximate: false },
    customer: customer ? { id: readableText(oneLine(customer), 500) } : undefined,
    businessImpact: businessImpacts.find((each) => each === impact?.toLowerCase()),
  });
  const signal: Signal = {
    id,
    source: 'alert',
    tool: 'monitoring',
    sourceId,
    kind: state === 'open' ? 'alert-opened' : 'alert-closed',
    receivedAt,
    title: readableText(nameLine(alert.policyName), maxTitleCharacters * 4),
    tags: [],
    differsFromExpected: 'unknown',
    ongoing: 'yes',
    isReporterAffected: true,
    affectedCustomers: [],
    isDrill: false,
    alert,
    problems: [],
    ...stated,
  };
  return { signal, ...beside };
}

/** The body that the console's “send test notification” posts. */
function isTestNotification(body: Body, incident: Body): boolean {
  if (text(body, 'version')?.toLowerCase() === 'test') return true;
  return text(incident, 'summary') === 'Test Incident' && epoch(incident, 'started_at') === undefined;
}

function readAlertFacts(incident: Body): AlertFacts {
  const condition = objectAt(incident, 'condition');
  const labels = objectAt(incident, 'policy_user_labels');
  const resource = objectAt(incident, 'resource');
  const conditionPath = /^projects\/([^/]+)\/alertPolicies\/([^/]+)/.exec(text(condition, 'name') ?? '');
  const policyName = nameLine(text(incident, 'policy_name') ?? text(incident, 'condition_name') ?? '') || 'Alert';
  // A policy may be renamed while its alert is open: its number, where the body has it, stays.
  const project =
    text(incident, 'scoping_project_id') ??
    /[?&]project=([^&#]+)/.exec(text(incident, 'url') ?? '')?.[1] ??
    conditionPath?.[1] ??
    text(objectAt(resource, 'labels'), 'project_id') ??
    'unknown-project';
  const conditionKind = Object.keys(condition).find((key) => /^condition[A-Za-z]{1,60}$/.test(key));
  const facts = {
    startedAt: epoch(incident, 'started_at'),
    endedAt: epoch(incident, 'ended_at'),
    severity: text(incident, 'severity'),
    service: text(labels, 'service')?.toLowerCase(),
    runbook: text(labels, 'runbook'),
    conditionKind,
    conditionName: text(incident, 'condition_name') ?? text(condition, 'displayName'),
    metricType: text(objectAt(incident, 'metric'), 'type'),
    filter: conditionKind && text(objectAt(condition, conditionKind), 'filter'),
    resourceName: text(incident, 'resource_display_name') ?? text(incident, 'resource_name'),
  };
  const lineOf = (value: unknown) => (typeof value === 'string' ? nameLine(value) : value);
  const known = Object.entries(defined(facts)).map(([key, value]) => [key, lineOf(value)]);
  return { project, policy: conditionPath?.[2] ?? policyName, policyName, ...Object.fromEntries(known) };
}

/** The summary first; then what a responder would look for next. */
function describe(incident: Body, alert: AlertFacts, mostBytes: number): string {
  const documentation = text(objectAt(incident, 'documentation'), 'content', mostBytes);
  const content = documentation ?? text(incident, 'documentation', mostBytes);
  const threshold = text(incident, 'threshold_value');
  const observed = text(incident, 'observed_value');
  const facts = [
    alert.conditionName && `Condition: ${alert.conditionName}`,
    alert.resourceName && `Resource: ${alert.resourceName}`,
    observed && `Observed: ${observed}${threshold ? ` (threshold ${threshold})` : ''}`,
    alert.severity && `Severity: ${alert.severity}`,
    alert.runbook && `Runbook: ${alert.runbook}`,
  ].filter((line) => line);
  return [text(incident, 'summary', mostBytes), content, facts.join('\n')].filter((part) => part).join('\n\n');
}

/** A filter may be long; what is longer than this is in the raw body. */
const mostFactBytes = 4_000;

/** Text that says something; numbers count as their text. */
function text(body: Body, name: string, mostBytes = mostFactBytes): string | undefined {
  const value = field(body, name);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' ? readableText(value, mostBytes) || undefined : undefined;
}

/** Epoch seconds, as a number or as text; 0 and null mean that it is not known. */
function epoch(body: Body, name: string): Date | undefined {
  const value = Number(text(body, name) ?? Number.NaN);
  if (!Number.isFinite(value) || value <= 0 || value > 7_258_118_400) return undefined;
  return new Date(Math.round(value * 1_000));
}
