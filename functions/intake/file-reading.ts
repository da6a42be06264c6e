/** Files what was read from a verified body. */
import { randomUUID } from 'node:crypto';
import { listedCustomers } from '../find/listed-customers.ts';
import { fileAlert } from '../incidents/signals/file-alert.ts';
import { fileSignal } from '../incidents/signals/file-signal.ts';
import { joinRelated } from '../incidents/signals/join.ts';
import { authorOf, type RawBody, type Tool } from '../incidents/signals/signal.ts';
import { type Delivery, mayBeThere } from '../platform/delivery.ts';
import { collections, dataOf, firestore } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import type { Policy } from '../policy.ts';
import { withSameCustomers } from './same-customers.ts';
import type { Reading } from './sources/source.ts';

/**
 * Files a reading; a connection test is stored as the tool's last one.
 * @returns undefined if there is nothing to file
 */
export async function fileReading(reading: Reading, tool: Tool, raw: RawBody, policy: Policy, now: Date) {
  if ('signal' in reading) {
    const { sentBeside, isAction } = reading;
    const signal = withSameCustomers(reading.signal, await listedCustomers(policy));
    if (isAction && (await isTicketOf(isAction))) {
      log('INFO', 'ignored: the ticket of a next action', { tool });
      return undefined;
    }
    const intake = { signal, sentBeside, raw, attempt: randomUUID(), alertIds: reading.alertIds };
    const context = { ...authorOf(signal), now, policy };
    if (signal.source === 'alert') return fileAlert(intake, context);
    const filing = await fileSignal(intake, context);
    return filing && { ...filing, incident: await joinRelated(filing.incident, signal, context) };
  }
  log('INFO', `ignored: ${reading.ignored}`, { tool });
  if (reading.isConnectionTest) {
    const test = { lastTestAt: raw.receivedAt, lastTest: reading.ignored };
    await firestore().collection(collections.connections).doc(tool).set(test, { merge: true });
  }
  return undefined;
}

/** A label alone proves nothing: otherwise anybody who may label a ticket could suppress a report. */
async function isTicketOf({ id, key }: { id: string; key: string }): Promise<boolean> {
  const action = await firestore().collection(collections.actions).doc(id).get();
  const { ticket, delivery } = (dataOf(action) ?? {}) as { ticket?: { key: string | null }; delivery?: Delivery };
  if (ticket?.key !== null || !delivery) return ticket?.key === key;
  return mayBeThere(delivery);
}
