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
  /** As it came, without the key. */
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

/** By routing key and dedup key: without an open alert, what acknowledges or resolves is dropped. */
function alertsOf(posts: Posted<Event>[]): { dedupKey: string; status: string; triggers: number }[] {
  const alerts = new Map<string, { dedupKey: string; status: string; triggers: number }>();
  for (const { body } of posts) {
    const key = `${body.routingKey} ${body.dedupKey}`;
    const known = alerts.get(key);
    const isOn = known !== undefined && known.status !== 'resolved';
    if (body.action === 'trigger') {
      // Of an alert that is on another trigger is one more entry, and an acknowledged one rings no more.
      const status = isOn ? known.status : 'triggered';
      alerts.set(key, { dedupKey: body.dedupKey, status, triggers: (known?.triggers ?? 0) + 1 });
    } else if (isOn) {
      alerts.set(key, { ...known, status: body.action === 'resolve' ? 'resolved' : 'acknowledged' });
    }
  }
  return [...alerts.values()];
}
