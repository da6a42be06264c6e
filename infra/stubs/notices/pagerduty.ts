/** PagerDuty's Events API v2: what it refuses, and which alerts are on. */

import type { Answer } from '../tool.ts';
import { isRecord, record, textOf } from '../values.ts';
import type { Posted } from './post-store.ts';
import type { Receiver } from './receiver.ts';

interface Event {
  action: string;
  dedupKey: string;
  routingKey: string;
  summary?: string;
  severity?: string;
  /** The event as received, without its key. */
  event: Record<string, unknown>;
}

const actions = ['trigger', 'acknowledge', 'resolve'];
const severities = ['critical', 'error', 'warning', 'info'];

function faultsOf(event: Record<string, unknown>): string[] {
  const payload = record(event, 'payload');
  const { severity, source } = payload;
  const [key, summary] = [textOf(event.routing_key), textOf(payload.summary)];
  const dedupKey = textOf(event.dedup_key);
  const action = textOf(event.event_action) ?? '';
  const isTrigger = action === 'trigger';
  const wrong: [is: boolean, message: string][] = [
    [!key || !/^[\w-]{32}$/.test(key), 'Invalid routing key'],
    [!actions.includes(action), "'event_action' is missing or invalid"],
    [(dedupKey?.length ?? 0) > 255, "'dedup_key' is too long (maximum is 255 characters)"],
    [!isTrigger && !dedupKey, "'dedup_key' is missing or blank"],
    [isTrigger && !summary, "'payload.summary' is missing or blank"],
    [(summary?.length ?? 0) > 1_024, "'payload.summary' is too long (maximum is 1024 characters)"],
    [isTrigger && !textOf(source), "'payload.source' is missing or blank"],
    [
      isTrigger && !severities.includes(String(severity)),
      "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
    ],
  ];
  return wrong.filter(([is]) => is).map(([, message]) => message);
}

const invalid = (errors: string[]): Answer => ({
  status: 400,
  body: { status: 'invalid event', message: 'Event object is invalid', errors },
});

export const pagerduty: Receiver<Event> = {
  name: 'pagerduty',
  operation: 'enqueue',
  path: /^\/v2\/enqueue$/,
  limits: [{ name: 'key', most: 120, perMs: 60_000, counts: (_, key) => key }],
  longestBytes: 512 * 1024,
  tooLong: { status: 413 },
  subjectOf: (body) => (isRecord(body) && textOf(body.routing_key)) || 'no key',
  judge(body) {
    if (!isRecord(body)) return { refused: invalid(['Event object format is unrecognized']) };
    const errors = faultsOf(body);
    if (errors.length > 0) return { refused: invalid(errors) };
    const { routing_key: routingKey, ...event } = body;
    const payload = record(event, 'payload');
    const dedupKey = textOf(event.dedup_key) ?? `made-${Date.now()}`;
    const [summary, severity] = [textOf(payload.summary), textOf(payload.severity)];
    return {
      taken: {
        action: String(event.event_action),
        dedupKey,
        routingKey: String(routingKey),
        ...(summary ? { summary } : {}),
        ...(severity ? { severity } : {}),
        event,
      },
      answer: { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: dedupKey } },
    };
  },
  shows: 'events',
  show: (posts) => ({
    events: posts.map(({ at, body: { action, dedupKey, summary, severity, event } }) => ({
      at,
      action,
      dedupKey,
      ...(summary ? { summary } : {}),
      ...(severity ? { severity } : {}),
      event,
    })),
    alerts: alertsOf(posts),
  }),
};

interface Alert {
  dedupKey: string;
  /** While `triggered`, it rings on by its escalation policy. */
  status: 'triggered' | 'acknowledged' | 'resolved';
  triggers: number;
  /** When PagerDuty notified a person. */
  rangAt: string[];
}

/**
 * By routing key and dedup key. Only an event that opens an alert notifies anybody: a trigger of an open one is "an
 * additional Trigger log entry" (support.pagerduty.com/docs/event-management), and an acknowledged one "won't generate any
 * additional notifications, even if it receives new trigger events" (Events API v2, as its client libraries quote it:
 * docs.rs/pagerduty-rs, `Action`). A trigger with the key of a resolved alert opens another (the same page). Without an
 * open alert, what acknowledges or resolves is dropped.
 */
function alertsOf(posts: Posted<Event>[]): Alert[] {
  const alerts = new Map<string, Alert>();
  for (const { at, body } of posts) {
    const key = `${body.routingKey} ${body.dedupKey}`;
    const known = alerts.get(key);
    const isOpen = known !== undefined && known.status !== 'resolved';
    if (body.action === 'trigger') {
      const { triggers = 0, rangAt = [] } = known ?? {};
      alerts.set(key, {
        dedupKey: body.dedupKey,
        status: isOpen ? known.status : 'triggered',
        triggers: triggers + 1,
        rangAt: isOpen ? rangAt : [...rangAt, at],
      });
    } else if (isOpen) {
      alerts.set(key, { ...known, status: body.action === 'resolve' ? 'resolved' : 'acknowledged' });
    }
  }
  return [...alerts.values()];
}
