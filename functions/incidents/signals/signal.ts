/** A signal: one thing that came in. Every tool's body becomes this shape, the only one known after the doors. Pure. */

import { given } from '../../platform/defined.ts';
import type { FieldError } from '../../platform/problem.ts';
import type { StatedTime } from './times.ts';

export type Source = 'ticket' | 'alert';
export const tools = [
  'generic',
  'zendesk',
  'intercom',
  'freshdesk',
  'jira',
  'monitoring',
  'alertmanager',
  'grafana',
  'alert',
  'opsgenie',
  'pagerduty',
  'console',
  'slack',
  'import',
] as const;
export type Tool = (typeof tools)[number];

/**
 * What the signal says happened at its source. `stated` is a report or any change of its content; the others are
 * follow-ups to it. `agent-replied` is a human agent's public reply to the customer.
 */
export const signalKinds = [
  'stated',
  'agent-replied',
  'customer-wrote',
  'noted',
  'solved',
  'reopened',
  'alert-opened',
  'alert-closed',
] as const;
export type SignalKind = (typeof signalKinds)[number];

export const categories = ['trouble', 'question', 'outside'] as const;
export const yesNoUnknown = ['yes', 'no', 'unknown'] as const;
/** Worst first. */
export const businessImpacts = ['stopped', 'degraded', 'inconvenient', 'none'] as const;
export type Category = (typeof categories)[number];
export type YesNoUnknown = (typeof yesNoUnknown)[number];
export type BusinessImpact = (typeof businessImpacts)[number];

/** The first customers whose IDs and names together fit this many bytes. */
export function withinBytes<T extends Customer>(customers: readonly T[], mostBytes: number): T[] {
  let bytes = 0;
  return customers.filter(({ id, name = '', contactId = '' }) => {
    bytes += Buffer.byteLength(`${id}${name}${contactId}`);
    return bytes <= mostBytes;
  });
}

export interface Customer {
  /** The source's own id. */
  id: string;
  name?: string;
  /** Only another customer's report gave this name, so no message addresses them by it. */
  isNamedByOthers?: true;
  /** Customers with the same ID are updated together: the branches of a chain. */
  contactId?: string;
}

/** An alert's additional fields: where it belongs, and what the rule for alert groups compares. */
export interface AlertFacts {
  project: string;
  /** The policy's resource name where the body has it, else its display name. */
  policy: string;
  policyName: string;
  startedAt?: Date;
  endedAt?: Date;
  severity?: string;
  service?: string;
  runbook?: string;
  conditionKind?: string;
  conditionName?: string;
  metricType?: string;
  filter?: string;
  resourceName?: string;
  /** For an alert group: the first of its other resources. */
  resources?: string[];
  /** For an alert group: the counts that its tool reported. Truncated alerts are counted but not in the body. */
  counts?: AlertCounts;
}

export interface AlertCounts {
  firing: number;
  resolved: number;
  truncated: number;
  at: Date;
}

export interface Signal {
  /** `sig_` and a hash of (tool, source id, event id or content): the same thing sent again has the same id. */
  id: string;
  source: Source;
  tool: Tool;
  /** The ticket's or the alert's id at its source, always text. */
  sourceId: string;
  kind: SignalKind;
  receivedAt: Date;
  /** When it happened at the source, if known; for a reply, when it was sent. */
  happenedAt?: Date;
  title?: string;
  description?: string;
  url?: string;
  form?: string;
  channel?: string;
  area?: string;
  tags: string[];
  category?: Category;
  differsFromExpected: YesNoUnknown;
  occurredAt?: StatedTime;
  reportedAt?: Date;
  ongoing: YesNoUnknown;
  customer?: Customer;
  isReporterAffected: boolean;
  affectedCustomers: Customer[];
  affectedCustomerCount?: number;
  businessImpact?: BusinessImpact;
  relatedIncidentId?: string;
  /** The id of the tool's ticket that this is a case of, such as Zendesk's problem ticket: a reason to link the two. */
  relatedSourceId?: string;
  isDrill: boolean;
  /** The drill that it was replayed by, and the incident that it came in about. */
  drill?: { id: string; from: string };
  /** Who wrote it: a verified e-mail, or `<tool>:<account id>`; for the timeline's `actor`. */
  agent?: string;
  /** The account's display name: shown, never compared. */
  agentName?: string;
  /** The account that made the ticket, of a tool that leaves it out of its later events: Jira. */
  reporterAccount?: string;
  /** The words of a reply or a message. */
  message?: string;
  /** The tool's ID of that reply or message, if it sends one. */
  commentId?: string;
  alert?: AlertFacts;
  /** Optional fields that were wrong and have been left out. */
  problems: FieldError[];
}

/** The original bytes, and what is needed to read them again. */
export interface RawBody {
  bytes: Buffer;
  contentType: string;
  /** When the first byte of the body arrived. */
  receivedAt: Date;
}

const ellipsis = '…';

/** Text that can be stored and shown: well-formed, without null bytes, no longer than `maxBytes` in UTF-8. */
export function readableText(value: string, maxBytes: number): string {
  const text = value.toWellFormed().replaceAll('\0', '').trim();
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const cut = Buffer.from(text)
    .subarray(0, maxBytes - Buffer.byteLength(ellipsis))
    .toString('utf8');
  return `${cut.replace(/\uFFFD+$/, '')}${ellipsis}`;
}

/** Fields that a later report may raise. Their values are ordered from mild to severe. */
export const worsening = ['ongoing', 'impact.businessImpact', 'impact.affectedCustomerCount'] as const;
export type Worsening = (typeof worsening)[number];

const order: readonly string[] = businessImpacts.toReversed();
const rank = (value: string | number): number =>
  typeof value === 'number' ? value : value === 'yes' ? 1 : Math.max(0, order.indexOf(value));

export const isWorse = (
  reported: string | number | undefined,
  known: string | number | null | undefined,
): reported is string | number =>
  reported !== undefined && known !== undefined && known !== null && rank(reported) > rank(known);

/**
 * Who acted. An `actor` is a verified e-mail, `rule`, `metronome`, `local` (on this machine), a tool where it names nobody,
 * or `<tool>:<account id>`. What an account calls itself is its `actorName`: shown, and never compared.
 */
export interface Author {
  actor: string;
  actorName?: string;
}

export const accountOf = (tool: Tool, id: string): string => `${tool}:${id}`;

/** Only the actor and its name, from a context, an event or a stored record. */
export const authorIn = (of: Author): Author => given(of, ['actor', 'actorName']);

export const authorOf = ({ agent, agentName, tool }: Pick<Signal, 'agent' | 'agentName' | 'tool'>): Author => ({
  actor: agent ?? tool,
  ...(agentName === undefined ? {} : { actorName: agentName }),
});

/** What accounts call themselves, by actor; the last name counts. */
export type ActorNames = Readonly<Record<string, string>>;

export function alsoCalled(names: ActorNames | undefined, { actor, actorName }: Author): ActorNames | undefined {
  return actorName === undefined || names?.[actor] === actorName ? names : { ...names, [actor]: actorName };
}
