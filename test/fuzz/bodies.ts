/** The bodies that mutations begin from: each intake door's own fixtures, and a way to make each delivery its own. */
import { alertGroup, datadogAlert, grafanaGroup, grafanaTest } from '../fixtures/alert-groups.ts';
import { logMatchAlert, thresholdAlert } from '../fixtures/alerts.ts';
import { alertSecrets } from '../fixtures/secrets.ts';
import {
  freshdeskBody,
  intercomConversation,
  intercomNotification,
  intercomPart,
  intercomTicket,
  jiraEvent,
  zendeskComment,
  zendeskEvent,
  zendeskTrigger,
} from '../fixtures/tickets.ts';

export type IntakeDoor =
  | 'tickets'
  | 'signed'
  | 'zendesk'
  | 'intercom'
  | 'freshdesk'
  | 'jira'
  | 'alerts'
  | 'alertmanager'
  | 'grafana'
  | 'alert'
  | 'opsgenie'
  | 'pagerduty';

const genericTickets: unknown[] = [
  { id: 'T-1', subject: '注文が通らない' },
  {
    id: 'T-2',
    subject: '注文が通らない',
    description: 'レジが止まった',
    url: 'https://desk.example/T-2',
    category: 'trouble',
    differsFromExpected: 'yes',
    form: 'pos-trouble',
    channel: 'phone',
    area: 'order',
    occurredAt: '2026-11-24T09:50:00+09:00',
    reportedAt: '2026-11-24T10:02:00+09:00',
    ongoing: 'yes',
    customer: { id: 'store-12', name: '渋谷店', contactId: 'chain-3' },
    reporterAffected: true,
    affectedCustomers: [{ id: 'store-13' }, { id: 'store-14', name: '新宿店' }],
    affectedCustomerCount: 3,
    businessImpact: 'stopped',
    relatedIncidentId: 'inc_000000000000000000000000',
    drill: false,
  },
  { id: 'T-3', subject: '設定の場所', category: 'question', differsFromExpected: 'no', form: 'q', area: 'menu' },
  { id: 'T-4', subject: '請求書', category: 'outside' },
];

export const intakeBodies: Record<IntakeDoor, unknown[]> = {
  tickets: genericTickets,
  signed: genericTickets,
  zendesk: [
    zendeskEvent('created'),
    zendeskEvent('subject_changed', { event: { current: 'new', previous: 'old' } }),
    zendeskEvent('status_changed', { event: { current: 'SOLVED', previous: 'OPEN' } }),
    zendeskEvent('problem_link_changed', { event: { current: '9000', previous: null } }),
    zendeskComment({ id: 8, is_staff: true, name: '鈴木' }),
    zendeskComment({ id: 7001, is_staff: false }),
    zendeskTrigger(),
    zendeskTrigger({ event: 'agent-replied', message: '<p>見ています</p>', agent: '鈴木' }),
  ],
  intercom: [
    intercomNotification('ticket.created', intercomTicket()),
    intercomNotification('ticket.admin.replied', {
      ticket: intercomTicket(),
      ticket_part: intercomPart({ type: 'admin', name: '鈴木' }),
    }),
    intercomNotification('ticket.state.updated', {
      ticket: intercomTicket({ ticket_state: { category: 'resolved' } }),
      ticket_part: { previous_ticket_state: 'submitted', ticket_state: 'resolved' },
    }),
    intercomNotification('conversation.user.created', intercomConversation()),
    intercomNotification('conversation.user.replied', intercomConversation()),
  ],
  freshdesk: [{ freshdesk_webhook: freshdeskBody() }, freshdeskBody(), freshdeskBody({ event: 'agent-replied' })],
  jira: [
    jiraEvent('jira:issue_created'),
    jiraEvent('jira:issue_updated', {
      changelog: { items: [{ field: 'status', fromString: 'To Do', toString: 'Done' }] },
    }),
    jiraEvent('comment_created', {
      comment: { id: '1', body: '見ています', author: { accountId: 'a', displayName: '鈴木' } },
    }),
    jiraEvent('jira:issue_deleted'),
  ],
  alerts: [
    thresholdAlert(),
    thresholdAlert({ state: 'closed', endedAt: new Date('2026-11-24T01:30:00Z') }),
    thresholdAlert({ labels: { service: 'order', customer: 'store-12', 'business-impact': 'stopped', runbook: 'x' } }),
    logMatchAlert('0.log1'),
  ],
  alertmanager: [
    alertGroup(),
    alertGroup({ pods: ['a', 'b'], resolved: ['c'] }),
    alertGroup({ pods: [], resolved: ['a'] }),
  ],
  opsgenie: [
    { message: 'Orders fail', alias: 'orders', priority: 'P1', details: { service: 'order', host: 'a' }, tags: ['x'] },
    { message: '注文エラー', description: 'x', entity: 'order-1', source: 'script', user: 'kana', note: 'n' },
  ],
  pagerduty: [
    {
      routing_key: alertSecrets.PAGERDUTY_ROUTING_KEYS,
      event_action: 'trigger',
      dedup_key: 'orders',
      payload: { summary: 'Orders fail', source: 'a', severity: 'critical', custom_details: { service: 'order' } },
      links: [{ href: 'https://example.jp/1', text: 'x' }],
    },
  ],
  grafana: [grafanaGroup(), grafanaGroup({ pods: [], resolved: ['a'] }), grafanaTest()],
  alert: [
    datadogAlert(),
    datadogAlert({ status: 'Recovered' }),
    { id: 1, title: 'x', status: 'firing', labels: { a: 'b' }, drill: true },
  ],
};

/** Ids by which a tool tells its deliveries apart: another delivery has another one. */
export function tellApart(body: unknown, count: number): unknown {
  const copy = structuredClone(body) as Record<string, unknown>;
  if ('id' in copy && ('zendesk_event_version' in copy || 'topic' in copy)) copy.id = `delivery-${count}`;
  return copy;
}

/** A key that no reader knows: what a mutation made alike is still not the same. Alerts are compared by their inner part. */
export function marked(text: string, count: number): string {
  return text
    .replace(/\}$/, `,"mark":${count}}`)
    .replace('"incident":{"', `"incident":{"mark":${count},"`)
    .replace('"groupKey":"', `"groupKey":"${count} `);
}

/** What tells of releases, by the source that a message names. */
export const releaseBodies: Record<string, unknown[]> = {
  github: [
    {
      deployment_status: { state: 'success', created_at: '2026-11-24T00:45:00Z', log_url: 'https://github.example/1' },
      deployment: { id: 1, sha: 'a'.repeat(40), ref: 'main', environment: 'production' },
      repository: { full_name: 'shop/order' },
    },
  ],
  gitlab: [
    {
      object_kind: 'deployment',
      status: 'success',
      status_changed_at: '2026-11-24 09:48:00 +0900',
      deployment_id: 5,
      environment: 'production',
      project: { path_with_namespace: 'shop/order' },
      commit_url: `https://gitlab.example/-/commit/${'a'.repeat(40)}`,
    },
    {
      object_kind: 'pipeline',
      object_attributes: { id: 8, status: 'success', created_at: '2026-11-24 00:20:00 UTC', sha: 'a'.repeat(40) },
      project: { path_with_namespace: 'shop/order' },
      builds: [{ stage: 'deploy', name: 'prod', status: 'success', environment: { name: 'production' } }],
    },
  ],
  pagerduty: [{ payload: { summary: 'Build 12', source: 'ci', custom_details: { commit: 'a'.repeat(40) } } }],
};

export const buildMessage = {
  id: '0d97c63e-a349-4bf7-80d0-8f6e21786d87',
  status: 'SUCCESS',
  projectId: 'shop-production',
  buildTriggerId: '33f60a9c-3d79-4941-bfb1-fccbdd9cf38c',
  createTime: '2026-11-23T16:56:35.560619Z',
  startTime: '2026-11-23T16:56:36.1Z',
  finishTime: '2026-11-23T17:01:00Z',
  logUrl: 'https://console.cloud.google.com/cloud-build/builds/0d97c63e',
  substitutions: { TRIGGER_NAME: 'deploy-shop', BRANCH_NAME: 'main', COMMIT_SHA: 'a017b5e' },
  steps: [{ name: 'node:24', entrypoint: 'npm', args: ['run', 'test'], status: 'SUCCESS' }],
  results: { images: [{ name: 'shop/web', digest: 'sha256:1f2e' }] },
  tags: ['trigger-33f60a9c'],
};

export const noticeMessage = {
  id: 'ntc_0123456789abcdef01234567',
  kind: 'update-due',
  incidentId: 'inc_000000000000000000000000',
  customers: ['store-12'],
  isDrill: false,
  subject: { ja: '連絡の時刻です', en: 'An update is due' },
  text: { ja: '連絡の時刻です\n渋谷店', en: 'An update is due\nShibuya' },
  url: 'https://console.example/console/incidents/inc_000000000000000000000000',
  createdAt: '2026-11-24T01:00:00.000Z',
};
