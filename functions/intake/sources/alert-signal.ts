/** What an alert's tool says, as a signal. Each tool's file reads its own body into an `ReadAlert`. */
import {
  type AlertFacts,
  businessImpacts,
  type Customer,
  readableText,
  type Signal,
  type SignalKind,
  type Tool,
} from '../../incidents/signals/signal.ts';
import { isPlausibleTime } from '../../incidents/signals/times.ts';
import { defined } from '../../platform/defined.ts';
import { authorization, basicPassword, isOneOf } from '../../platform/door.ts';
import { stableId } from '../../platform/ids.ts';
import { type Body, field } from '../../platform/loose.ts';
import { nameLine, oneLine } from '../../platform/one-line.ts';
import type { FieldError } from '../../platform/problem.ts';
import { idsByContent } from './fields.ts';
import type { IntakeSource, Reading, SourceContext } from './source.ts';

/** What a tool's file reads out of an alert, or of a group of them. */
export interface ReadAlert {
  tool: Tool;
  /** The ID of the alert or of its group. */
  sourceId: string;
  kind: Extract<SignalKind, 'alert-opened' | 'alert-closed' | 'noted'>;
  /** Where it belongs. Its names are lines already. */
  alert: AlertFacts;
  /** Absent if only the id is told: then nothing is filed of an alert that is not known. */
  title?: string | undefined;
  description?: string | undefined;
  url?: string | undefined;
  area?: string | undefined;
  /** The impact stated by a label; otherwise `policy.routing.severities` decides. */
  businessImpact?: string | undefined;
  customer?: string | undefined;
  /** A note's text. */
  message?: string | undefined;
  /** Who acted, as `<tool>:<account>`. */
  agent?: string | undefined;
  isDrill?: boolean | undefined;
  /** Tells this message apart from others about the same alert. */
  content: unknown;
  problems?: FieldError[];
}

/** Filters and texts are cut to this length; the raw body has all of them. */
const mostFactBytes = 4_000;

export function alertSignal(read: ReadAlert, bytes: Buffer, context: SourceContext): Reading {
  const { tool, sourceId, kind, alert, message } = read;
  const { maxDescriptionBytes, maxTitleCharacters } = context.policy.intake;
  const { severities, services } = context.policy.routing;
  const { startedAt, endedAt, service, severity } = alert;
  const impact = read.businessImpact ?? field(severities, severity?.toLowerCase() ?? '');
  const area = read.area ?? (service && (field(services, service) as string | undefined)) ?? service;
  const stated = defined({
    happenedAt: kind === 'alert-closed' ? endedAt : kind === 'alert-opened' ? startedAt : undefined,
    description: readableText(read.description ?? '', maxDescriptionBytes) || undefined,
    url: read.url && /^https?:\/\//i.test(read.url) ? readableText(read.url, 2_000) : undefined,
    area: area || undefined,
    occurredAt: startedAt && { at: startedAt, isApproximate: false },
    customer: read.customer ? ({ id: readableText(oneLine(read.customer), 500) } satisfies Customer) : undefined,
    businessImpact: businessImpacts.find((each) => each === String(impact).toLowerCase()),
    title: read.title === undefined ? undefined : readableText(nameLine(read.title), maxTitleCharacters * 4),
    message: message ? readableText(message, maxDescriptionBytes) || undefined : undefined,
    agent: read.agent,
  });
  // The tool repeats the same message while the alert is open.
  const { id, ...beside } = idsByContent([tool, sourceId, stateIn[kind]], read.content, bytes, context, false);
  const signal: Signal = {
    id,
    source: 'alert',
    tool,
    sourceId,
    kind,
    receivedAt: context.receivedAt,
    tags: [],
    differsFromExpected: 'unknown',
    ongoing: 'yes',
    isReporterAffected: true,
    affectedCustomers: [],
    isDrill: read.isDrill ?? false,
    alert,
    problems: read.problems ?? [],
    ...stated,
  };
  return { signal, ...beside };
}

/** Parts of ids: they never change. */
const stateIn = { 'alert-opened': 'open', 'alert-closed': 'closed', noted: 'noted' } as const;

/** Longer identities, such as aliases, dedup keys and group keys, are hashed. */
const mostIdCharacters = 128;

export const alertId = (text: string): string =>
  text.length <= mostIdCharacters ? readableText(oneLine(text), 500) : stableId('alert', text);

/** Text that says something; numbers count as their text. */
export function textOf(body: Body, name: string, mostBytes = mostFactBytes): string | undefined {
  const value = field(body, name);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' ? readableText(value, mostBytes) || undefined : undefined;
}

/** Each entry of a map that says something, a line each: labels, or details. */
export const entriesOf = (map: Body): string =>
  Object.keys(map)
    .flatMap((name) => (lineOf(map, name) ? `${nameLine(name)}: ${lineOf(map, name)}` : []))
    .join('\n');

export const paragraphs = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((each) => each).join('\n\n');

/** The same as one line. */
export function lineOf(body: Body, name: string): string | undefined {
  const text = textOf(body, name);
  return (text && nameLine(text)) || undefined;
}

/** A time with a zone; Alertmanager writes the year 1 for one that is not known yet, and nanoseconds. */
export function timeOf(body: Body, name: string): Date | undefined {
  const value = field(body, name);
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/i.test(value)) return undefined;
  const at = new Date(value.replace(/(\.\d{3})\d+/, '$1'));
  return isPlausibleTime(at) ? at : undefined;
}

export const says = (value: string | undefined): boolean => /^(?:true|yes|1|on)$/i.test(value ?? '');

/**
 * A door whose sender presents `ALERTS_TOKEN`: as a bearer, as the password of basic auth, or, where that is all that a
 * tool can do, as `?auth_token=`.
 */
export const tokenDoor = {
  secretNames: ['ALERTS_TOKEN'],
  challenge: 'Bearer realm="metronome"',
  needsBody: () => false,
  refuse({ headers, query }, _bytes, config) {
    const { scheme, value } = authorization(headers.authorization) ?? {};
    const given = scheme === 'bearer' ? value : scheme === 'basic' && value ? basicPassword(value) : undefined;
    const token = given ?? query.get('auth_token') ?? undefined;
    if (token === undefined) return 'There is no token. Send “Authorization: Bearer …” with the value of ALERTS_TOKEN.';
    return isOneOf(token, config.ALERTS_TOKEN) ? undefined : 'The token is not the configured one.';
  },
  givesUpOnRefusals: true,
} as const satisfies Partial<IntakeSource>;
