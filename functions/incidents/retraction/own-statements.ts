/** Which events tell what people have stated, and the statement that each of them tells. Pure. */
import type { TimelineEvent } from '../events.ts';
import { optional } from '../incident.ts';
import type { OwnStatement } from '../statements/given.ts';
import { statementSchema } from '../statements/statement-schemas.ts';

/** What a person stated of this incident alone: neither a tool's word nor what a rule made of it. */
export function isOwnStatement(event: TimelineEvent): boolean {
  return event.actor !== 'rule' && event.detail.signalId === undefined && ownTypes.has(event.type);
}

const ownTypes: ReadonlySet<string> = new Set<OwnStatement['type']>([
  'responded',
  'assigned',
  'verified',
  'scoped',
  'mitigated',
  'customer-updated',
  'recovered',
  'caused',
  'fixed',
  'prevention',
  'corrected',
  'commented',
  'role-taken',
  'role-handed-over',
]);

/** The statement that an event tells of. */
export function statementOf(event: TimelineEvent): OwnStatement | undefined {
  const { occurredAt, evidenceUrl } = event;
  const said = saidIn(event);
  const stated = { ...said, type: event.type, occurredAt, ...optional('evidenceUrl', evidenceUrl) };
  const parsed = statementSchema.safeParse(JSON.parse(JSON.stringify(stated)));
  return parsed.success ? (parsed.data as OwnStatement) : undefined;
}

/** An update that was sent holds its ticket beside what was said. */
function saidIn(event: TimelineEvent): object {
  if (event.type === 'corrected') return { field: event.detail.field, value: event.detail.new };
  if (event.type !== 'customer-updated') return event.detail;
  const { customers, message, channel, recovery } = event.detail;
  return { customers, message, channel, recovery };
}
