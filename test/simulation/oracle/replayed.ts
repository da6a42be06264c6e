/** What a drill has filed says, which no sender has: it is judged as what it replays would be. */
import { rawOf, type Said, type What } from './said.ts';

const whats: Record<string, What> = {
  stated: 'report',
  'customer-wrote': 'message',
  reopened: 'back',
  'alert-opened': 'opened',
  'alert-closed': 'closed',
};

// biome-ignore lint/suspicious/noExplicitAny: a document as it is found
export function readReplayed(doc: any): Said {
  const raw = rawOf(doc);
  const body = JSON.parse(raw);
  const { id, tool, sourceId, kind, ongoing, alert, customer, isReporterAffected } = body;
  const occurredAt = body.occurredAt ? { occurredAt: Date.parse(body.occurredAt.at) } : {};
  const named: { id: string }[] = [...(customer && isReporterAffected ? [customer] : []), ...body.affectedCustomers];
  return {
    key: `drill ${id}`,
    tool,
    raw,
    isDated: true,
    what: whats[kind] ?? 'note',
    source: sourceId,
    ...occurredAt,
    customers: named.map((each) => each.id),
    isDrill: body.isDrill === true,
    ongoing,
    category: 'trouble',
    isPlainQuestion: false,
    ...(alert ? { alert: { project: alert.project, policy: alert.policy ?? '', service: alert.service ?? '' } } : {}),
  };
}
