/** What a body says by `docs/reference/rules/a-routing.md` and the tools' documents; it asks nothing of the product. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { Call } from '../stage.ts';

export type What =
  | 'report'
  | 'reply'
  | 'message'
  | 'note'
  | 'end'
  /** Open again at its tool. */
  | 'back'
  | 'opened'
  | 'closed'
  /** Authentic, and not understood. */
  | 'unreadable'
  /** Of no interest: a connection test. */
  | 'nothing';

export interface Said {
  /** The same for the same thing told again. */
  key: string;
  tool: string;
  /** The bytes, as text. */
  raw: string;
  /** Its body says which event it is, or when that was: told again, it is the same however late that is. */
  isDated: boolean;
  what: What;
  /** The ticket's or alert's id at its source. */
  source: string;
  /** Epoch milliseconds. */
  occurredAt?: number;
  /** Of an alert that has closed. */
  endedAt?: number;
  customers: string[];
  isDrill: boolean;
  ongoing?: 'yes' | 'no' | 'unknown';
  title?: string;
  description?: string;
  impact?: string;
  /** How many customers a report counts. */
  count?: number;
  category: 'trouble' | 'question' | 'outside';
  /** Of a question: that nothing in it alone makes it trouble. */
  isPlainQuestion: boolean;
  /** Of a question: its form and area, by which it is compared with others; and its customer. */
  alike?: { form: string; area: string; customer: string };
  area?: string;
  alert?: { project: string; policy: string; service: string };
  /** Of a group of alerts. */
  counts?: { firing: number; resolved: number };
}

// biome-ignore lint/suspicious/noExplicitAny: bodies of others
type Body = any;

const topics: Record<string, string> = { 'ticket-notifications': 'generic', 'alert-notifications': 'monitoring' };

/** @returns undefined for a call that brings nothing in */
export function readCall(call: Call): Said | undefined {
  if (call.kind === 'publish') {
    const tool = topics[call.topic];
    return tool === undefined ? undefined : readBody(tool, call.data);
  }
  const [, door, own] = /^\/(tickets|alerts)(?:\/(\w+))?(?:\?|$)/.exec(call.path) ?? [];
  if (call.method !== 'POST' || door === undefined) return undefined;
  const tool = door === 'tickets' ? (own ?? 'generic') : own === 'generic' ? 'alert' : (own ?? 'monitoring');
  const said = readBody(tool, call.body ?? '');
  // A standard webhook has its id beside it.
  return { ...said, isDated: said.isDated || call.headers['webhook-id'] !== undefined };
}

/** The bytes of a signal or of what is in quarantine, as text. */
export const rawOf = (doc: Body): string =>
  (doc.rawEncoding === 'gzip' || doc.encoding === 'gzip' ? gunzipSync(doc.raw) : Buffer.from(doc.raw)).toString('utf8');

export function readBody(tool: string, raw: string): Said {
  const base = { tool, raw, isDated: false, isDrill: false, category: 'trouble', isPlainQuestion: false } as const;
  const unreadable: Said = { ...base, customers: [], key: `${tool} ${raw}`, what: 'unreadable', source: '' };
  let body: Body;
  try {
    body = JSON.parse(raw);
  } catch {
    return unreadable;
  }
  // What was written in a form of Slack is kept as a ticket of any system.
  const read = { generic, slack: generic, zendesk, intercom, freshdesk, jira, monitoring, alertmanager, alert }[tool];
  const said = read?.(body);
  return said === undefined ? unreadable : { ...unreadable, key: `${tool} ${said.event ?? raw}`, ...said };
}

/** `event`: the tool's own id of what it tells, where it has one. */
type Read = (Partial<Said> & Pick<Said, 'what' | 'source'> & { event?: string }) | undefined;

const time = (text: unknown): { occurredAt?: number } => {
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? {} : { occurredAt: at };
};

/** The phrases of the policy that the world's askers use. */
const anomaly = /エラー|急に|できない|動かない/;
const outsideForms = ['請求', '営業', 'billing', 'sales'];

function generic(body: Body): Read {
  if (body.id === undefined || !body.subject) return undefined;
  const category = body.category ?? (outsideForms.includes(body.form) ? 'outside' : 'trouble');
  const isHarmless = body.differsFromExpected === 'no' && !anomaly.test(`${body.subject}${body.description ?? ''}`);
  const isAlike = body.form && body.area && body.customer;
  return {
    what: 'report',
    source: String(body.id),
    isDated: body.updatedAt !== undefined,
    title: body.subject,
    ...(body.description ? { description: body.description } : {}),
    ...(body.businessImpact ? { impact: body.businessImpact } : {}),
    ...(body.affectedCustomerCount === undefined ? {} : { count: body.affectedCustomerCount }),
    ...time(body.occurredAt),
    customers: [
      ...(body.customer && body.reporterAffected !== false ? [body.customer.id] : []),
      ...(body.affectedCustomers ?? []).map((each: Body) => each.id),
    ],
    isDrill: body.drill === true,
    ...(body.ongoing ? { ongoing: body.ongoing } : {}),
    category,
    isPlainQuestion: category === 'question' && isHarmless,
    ...(isAlike ? { alike: { form: body.form, area: body.area, customer: body.customer.id } } : {}),
    ...(body.area ? { area: body.area } : {}),
  };
}

function zendesk(body: Body): Read {
  if (typeof body.type === 'string') {
    const { detail, event, type, id } = body;
    const common = { source: String(detail.id), event: id, isDated: true };
    if (type === 'zen:event-type:ticket.created') {
      return { ...common, what: 'report', customers: [detail.organization_id] };
    }
    if (type === 'zen:event-type:ticket.status_changed') {
      return { ...common, what: event.current === 'SOLVED' ? 'end' : event.previous === 'SOLVED' ? 'back' : 'note' };
    }
    const { comment } = event;
    if (!comment.is_public) return { ...common, what: 'note' };
    return { ...common, what: comment.author.is_staff ? 'reply' : 'message', customers: [detail.organization_id] };
  }
  if (body.ticket_id === undefined) return undefined;
  const affected = String(body.affectedCustomers ?? '').split(/[、,]/);
  const common = { source: String(body.ticket_id), isDated: (body.happened_at ?? body.updated_at) !== undefined };
  const what = ({ 'agent-replied': 'reply', 'customer-wrote': 'message' } as const)[body.event as string];
  if (what !== undefined) return { ...common, what, customers: [body.organization_id] };
  return {
    ...common,
    what: 'report',
    title: body.ticket_title,
    description: body.ticket_description,
    ...(body.businessImpact?.startsWith('停止') ? { impact: 'stopped' } : {}),
    ...(body.ongoing === 'はい' ? { ongoing: 'yes' } : {}),
    ...time(body.occurredAt),
    customers: [body.organization_id, ...affected].filter((each) => each !== ''),
  };
}

function intercom(body: Body): Read {
  const what = (
    {
      'ticket.created': 'report',
      'ticket.admin.replied': 'reply',
      'ticket.contact.replied': 'message',
      'ticket.note.created': 'note',
      'ticket.closed': 'end',
    } as Record<string, What>
  )[body.topic];
  if (what === undefined) return { what: 'nothing', source: '' };
  const ticket = body.data.item.ticket ?? body.data.item;
  return {
    what,
    source: String(ticket.id),
    event: body.id,
    isDated: true,
    customers: [ticket.contacts.contacts[0].id],
  };
}

function freshdesk(given: Body): Read {
  const body = given.freshdesk_webhook ?? given;
  if (body.ticket_id === undefined) return undefined;
  const found = (
    [
      ['ticket_action:created', 'report'],
      ['reply_sent', 'reply'],
      ['agent-replied', 'reply'],
      ['customer_reply', 'message'],
      ['to:4', 'end'],
      ['from:4', 'back'],
    ] as const
  ).find(([text]) => `${body.triggered_event ?? body.event}`.includes(text));
  const isDated = (body.happened_at ?? body.updated_at) !== undefined;
  return { what: found?.[1] ?? 'note', source: String(body.ticket_id), isDated, customers: [body.requester_email] };
}

function jira(body: Body): Read {
  const { issue, comment, webhookEvent } = body;
  // A comment's event does not say who reported the issue.
  const { reporter, project } = issue.fields;
  const customers = reporter ? [reporter.accountId] : [];
  const common = { source: String(issue.id), isDated: (comment?.created ?? body.timestamp) !== undefined };
  if (webhookEvent === 'jira:issue_created') return { ...common, what: 'report', customers };
  if (webhookEvent === 'jira:issue_updated') {
    return { what: body.changelog.items[0].fromString === 'Done' ? 'back' : 'end', ...common };
  }
  if (comment.author.accountType === 'customer') return { ...common, what: 'message', customers };
  const isPublic = comment.jsdPublic && project?.projectTypeKey === 'service_desk';
  return { ...common, what: isPublic ? 'reply' : 'note', customers };
}

function monitoring(body: Body): Read {
  const { incident, version } = body;
  if (version === 'test') return { what: 'nothing', source: '' };
  const what = ({ open: 'opened', closed: 'closed' } as const)[incident?.state as 'open' | 'closed'];
  if (what === undefined) return undefined;
  // That it is told again is no part of what it says.
  const { renotify: _, ...content } = incident;
  const labels = incident.policy_user_labels ?? {};
  const project = incident.scoping_project_id;
  const policy = /alertPolicies\/([^/]+)/.exec(incident.condition.name)?.[1] ?? incident.policy_name;
  return {
    what,
    event: JSON.stringify(content),
    source: `${project}/${incident.incident_id}`,
    occurredAt: Math.round(incident.started_at * 1_000),
    ...(what === 'closed' && incident.ended_at ? { endedAt: Math.round(incident.ended_at * 1_000) } : {}),
    customers: labels.customer ? [labels.customer] : [],
    alert: { project, policy, service: String(labels.service ?? '').toLowerCase() },
  };
}

/** As `functions/platform/ids.ts` says ids are made. */
function hashedId(prefix: string, ...parts: string[]): string {
  const whole = [`v1:${prefix}`, ...parts.map((each) => `${Buffer.byteLength(each)}:${each}`)].join(':');
  return `${prefix}_${createHash('sha256').update(whole).digest('hex').slice(0, 24)}`;
}

/** A group: which of its alerts fire is all that it says; which of a pair tells it is no part of that. */
function alertmanager(body: Body): Read {
  const alerts: Body[] = body.alerts;
  const firing = alerts.filter(({ status }) => status === 'firing');
  const what = firing.length > 0 ? 'opened' : 'closed';
  const project = `alertmanager/${body.receiver}`;
  const times = (of: Body[], name: string): number[] => of.map((each) => Date.parse(each[name]));
  const labels = body.commonLabels;
  return {
    what,
    event: JSON.stringify([
      body.groupKey,
      alerts.map(({ fingerprint, startsAt, status }) => [fingerprint, startsAt, status]),
    ]),
    source: hashedId('group', project, body.groupKey),
    occurredAt: Math.min(...times(firing.length > 0 ? firing : alerts, 'startsAt')),
    ...(what === 'closed' ? { endedAt: Math.max(...times(alerts, 'endsAt')) } : {}),
    ...(labels.business_impact ? { impact: labels.business_impact } : {}),
    customers: [],
    title: body.commonAnnotations.summary,
    alert: { project, policy: hashedId('group', body.groupKey), service: String(labels.service ?? '').toLowerCase() },
    counts: { firing: firing.length, resolved: alerts.length - firing.length },
  };
}

/** By a template: the words are Datadog's. */
function alert(body: Body): Read {
  const what = body.status === 'Recovered' ? 'closed' : 'opened';
  const at = Number(body.occurredAt);
  return {
    what,
    source: body.id,
    ...(what === 'closed' ? { endedAt: at } : { occurredAt: at }),
    customers: [],
    title: body.title,
    alert: { project: 'alert/', policy: body.group, service: '' },
  };
}

/** What somebody states of one incident through the API; undefined for any other call. */
export function readStatement(call: Call): { incidentId: string; statement: Body } | undefined {
  if (call.kind !== 'http' || call.method !== 'POST') return undefined;
  const [, incidentId] = /^\/api\/incidents\/(\w+)\/events$/.exec(call.path) ?? [];
  return incidentId === undefined ? undefined : { incidentId, statement: JSON.parse(call.body ?? '{}') };
}
