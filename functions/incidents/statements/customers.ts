/** What customers are told, and that their business works again. Pure. */
import type { Changes } from '../facts/events.ts';
import { type Incident, optional } from '../incident.ts';
import type { Reducer } from './given.ts';

export const customerUpdated: Reducer<'customer-updated'> = ({ statement, at }) => {
  // A statement without a channel is taken for a word on the customer's ticket.
  const { customers, message, channel = 'ticket', recovery } = statement;
  const sent = { whom: customers, sentAt: at, ...optional('message', message), channel };
  return { changes: {}, effects: [{ kind: 'updated', ...sent, isRecovery: recovery === true }] };
};

export const recovered: Reducer<'recovered'> = ({ statement: { customers = 'all' }, at }) => ({
  changes: {},
  effects: [{ kind: 'recovered', whom: customers, recoveredAt: at }],
});

/**
 * The incident's own recovery, once its contacts are known: it has recovered when the last affected customer has.
 * @param recoveries of every contact; undefined where its business does not work yet
 * @param statedAt counts where there is no contact; of two statements the earlier, as with a contact's own
 */
export function decideRecovery(
  incident: Incident,
  recoveries: (Date | undefined)[],
  statedAt: Date,
): Changes | undefined {
  if (incident.status !== 'open' && incident.status !== 'recovered') return undefined;
  if (recoveries.some((each) => each === undefined)) return undefined;
  const times = (recoveries as Date[]).map((each) => each.getTime());
  const known = incident.recoveredAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const recoveredAt = new Date(times.length > 0 ? Math.max(...times) : Math.min(known, statedAt.getTime()));
  const isSame = incident.status === 'recovered' && incident.recoveredAt?.getTime() === recoveredAt.getTime();
  return isSame ? undefined : { status: 'recovered', recoveredAt };
}
