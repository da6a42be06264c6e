/**
 * The body that Alertmanager invented and Grafana took over: a group of alerts, told again whenever the group changes and
 * while it fires. Their versions differ in what they send, so that only the group's key and its alerts are needed.
 */
import { type AlertFacts, readableText, type Tool } from '../../incidents/signals/signal.ts';
import { defined } from '../../platform/defined.ts';
import { stableId } from '../../platform/ids.ts';
import { type Body, field, isObject, objectAt, objectsAt } from '../../platform/loose.ts';
import { nameLine } from '../../platform/one-line.ts';
import { alertSignal, lineOf, paragraphs, says, textOf, timeOf } from './alert-signal.ts';
import { type Reading, type SourceContext, Unreadable } from './source.ts';

interface Alert {
  isFiring: boolean;
  labels: Body;
  annotations: Body;
  startsAt: Date | undefined;
  endsAt: Date | undefined;
  /** The same labels that fire again start at another time. */
  id: string;
  body: Body;
}

/** The labels that tell what an alert is about, the most telling first. */
const resourceLabels = ['instance', 'pod', 'node', 'host', 'container', 'resource'];
const impactLabels = ['business_impact', 'business-impact'];

/**
 * One signal a body: its identities go beside it, since there may be thousands.
 * @throws Unreadable if it is no group of alerts, naming what is missing
 */
export function readAlertGroup(tool: Tool, body: unknown, bytes: Buffer, context: SourceContext): Reading {
  const alerts = isObject(body) ? objectsAt(body, 'alerts').map(readAlert) : [];
  const key = isObject(body) ? textOf(body, 'groupKey', 100_000) : undefined;
  if (!isObject(body) || key === undefined || alerts.length === 0) {
    throw new Unreadable('The body is no group of alerts. A template of your own goes to /alerts/generic.', [
      ...(key === undefined ? [{ path: 'groupKey', message: 'It is required: the key of the group, as text.' }] : []),
      ...(alerts.length === 0 ? [{ path: 'alerts', message: 'It is required: a list of alerts.' }] : []),
    ]);
  }
  const firing = alerts.filter(({ isFiring }) => isFiring);
  const kind = firing.length > 0 ? ('alert-opened' as const) : ('alert-closed' as const);
  const labels = commonOf(body, 'commonLabels', alerts, 'labels');
  const annotations = commonOf(body, 'commonAnnotations', alerts, 'annotations');
  // The firing alerts show the current place.
  const telling = firing.length > 0 ? firing : alerts;
  const [first] = telling;
  const name = lineOf(labels, 'rulename') ?? lineOf(labels, 'alertname') ?? 'Alert';
  const alertname = lineOf(labels, 'alertname');
  const title =
    lineOf(annotations, 'summary') ?? titleOf(body, alertname && alertname !== name ? `${alertname}: ${name}` : name);
  const resources = resourcesOf(telling, context.policy.routing.mostAlertResources + 1);
  const project = `${tool}/${lineOf(body, 'receiver') ?? ''}`;
  const truncated = field(body, 'truncatedAlerts');
  const counted = {
    firing: firing.length,
    resolved: alerts.length - firing.length,
    truncated: typeof truncated === 'number' && Number.isSafeInteger(truncated) && truncated > 0 ? truncated : 0,
  };
  const alert: AlertFacts = {
    project,
    policy: stableId('group', key),
    policyName: name,
    ...defined({
      startedAt: earliestOf(telling.map(({ startsAt }) => startsAt)),
      endedAt: kind === 'alert-closed' ? latestOf(alerts.map(({ endsAt }) => endsAt)) : undefined,
      severity: lineOf(labels, 'severity') ?? lineOf(labels, 'priority'),
      service: lineOf(labels, 'service')?.toLowerCase(),
      runbook: lineOf(annotations, 'runbook_url') ?? lineOf(annotations, 'runbook'),
      resourceName: resources[0],
      resources: resources.length > 1 ? resources.slice(1) : undefined,
    }),
    counts: { ...counted, at: context.receivedAt },
  };
  // A pair of Alertmanagers sends the same group from two addresses, in whatever order its alerts are.
  const ids = alerts.map(({ id, isFiring }) => `${id} ${isFiring ? 'firing' : 'resolved'}`).sort();
  const read = {
    tool,
    sourceId: stableId('group', project, key),
    kind,
    alert,
    title,
    description: describe(annotations, telling, alert),
    url: ['panelURL', 'dashboardURL', 'generatorURL']
      .map((each) => first && textOf(first.body, each))
      .find((each) => each),
    area: lineOf(labels, 'area'),
    businessImpact: impactLabels.map((each) => textOf(labels, each)).find((each) => each),
    customer: textOf(labels, 'customer'),
    isDrill: says(textOf(labels, 'drill')),
    content: [ids, counted],
  };
  const reading = alertSignal(read, bytes, context);
  return 'signal' in reading ? { ...reading, alertIds: ids } : reading;
}

function readAlert(body: Body): Alert {
  const [labels, annotations] = [objectAt(body, 'labels'), objectAt(body, 'annotations')];
  const startsAt = timeOf(body, 'startsAt');
  const fingerprint =
    textOf(body, 'fingerprint', 200)?.replace(/\s/g, '') ||
    stableId(
      'labels',
      ...Object.keys(labels)
        .sort()
        .map((each) => `${each}=${textOf(labels, each)}`),
    );
  return {
    isFiring: textOf(body, 'status')?.toLowerCase() !== 'resolved',
    labels,
    annotations,
    startsAt,
    endsAt: timeOf(body, 'endsAt'),
    id: `${fingerprint} ${startsAt?.toISOString() ?? '-'}`,
    body,
  };
}

/** The labels that all alerts share; if the body does not list them, those of the first alert. */
function commonOf(body: Body, name: string, [first]: readonly Alert[], own: 'labels' | 'annotations'): Body {
  return { ...first?.[own], ...objectAt(body, name) };
}

/** With the labels by which the group was formed: “OrderErrors (order, tokyo)”. */
function titleOf(body: Body, name: string): string {
  const group = objectAt(body, 'groupLabels');
  const values = Object.keys(group).flatMap((each) =>
    each === 'alertname' || each === 'rulename' ? [] : (lineOf(group, each) ?? []),
  );
  return values.length > 0 ? `${name} (${values.join(', ')})` : name;
}

function resourcesOf(alerts: readonly Alert[], most: number): string[] {
  const found = new Set<string>();
  for (const { labels } of alerts) {
    if (found.size >= most) break;
    const name = resourceLabels.map((each) => lineOf(labels, each)).find((each) => each);
    if (name) found.add(readableText(name, 300));
  }
  return [...found];
}

/** The number of alerts listed one by one; the raw body has all of them. */
const mostTold = 10;

function describe(annotations: Body, alerts: readonly Alert[], { runbook, severity }: AlertFacts): string {
  const lines = alerts.slice(0, mostTold).map(({ labels, annotations: own }) => {
    const named = Object.keys(labels).flatMap((each) => {
      const value = each === 'alertname' ? undefined : lineOf(labels, each);
      return value === undefined ? [] : `${nameLine(each)}=${readableText(value, 200)}`;
    });
    const summary = lineOf(own, 'summary') ?? lineOf(own, 'description');
    return `- ${[summary && readableText(summary, 500), readableText(named.join(' '), 1_000)].filter((each) => each).join(' · ')}`;
  });
  const more = alerts.length > mostTold ? [`… ${alerts.length - mostTold} more`] : [];
  const facts = [severity && `Severity: ${severity}`, runbook && `Runbook: ${runbook}`].filter((each) => each);
  return paragraphs(textOf(annotations, 'description'), [...lines, ...more].join('\n'), facts.join('\n'));
}

const timesOf = (dates: readonly (Date | undefined)[]): number[] => dates.flatMap((each) => each?.getTime() ?? []);
const dateOf = (time: number | undefined): Date | undefined => (time === undefined ? undefined : new Date(time));
const earliestOf = (dates: readonly (Date | undefined)[]) => dateOf(timesOf(dates).sort((a, b) => a - b)[0]);
const latestOf = (dates: readonly (Date | undefined)[]) => dateOf(timesOf(dates).sort((a, b) => b - a)[0]);
