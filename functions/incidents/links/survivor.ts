import type { Transaction } from '@google-cloud/firestore';
import { dataOf, incidentRef } from '../../platform/firestore.ts';
import { milliseconds } from '../../policy.ts';
import type { Context } from '../facts/decision.ts';
import type { Incident } from '../incident.ts';
import { readIncident } from '../record/change.ts';
import { incidentIdOf } from '../record/records.ts';

/** The incidents that a ticket has made, from the first one on. */
export async function* incidentsOf(tool: string, sourceId: string): AsyncGenerator<Incident> {
  for (let generation = 0; ; generation += 1) {
    const incident = dataOf<Incident>(await incidentRef(incidentIdOf(tool, sourceId, generation)).get());
    if (!incident) return;
    yield incident;
  }
}

/** The incident that took a linked one over, or the incident itself. Chains of links are short, and never a circle. */
export async function survivorOf(incident: Incident): Promise<Incident> {
  const { status, linkedTo } = incident;
  const next = status === 'linked' && linkedTo ? dataOf<Incident>(await incidentRef(linkedTo).get()) : undefined;
  return next ? survivorOf(next) : incident;
}

/**
 * Whether it, or its primary, recovered so long ago that a further report on its ticket becomes a new incident, and a
 * ticket that names it is not joined to it.
 */
export async function isLongOver(
  known: Incident,
  { policy, now }: Pick<Context, 'policy' | 'now'>,
  mostMs = milliseconds(policy.routing.newGenerationAfter),
): Promise<boolean> {
  const { status, recoveredAt } = await survivorOf(known);
  if (status !== 'recovered' || !recoveredAt) return false;
  return now.getTime() - recoveredAt.getTime() > mostMs;
}

/**
 * The incident that survives, as it is in a transaction, so that whatever links or unlinks meanwhile is seen.
 * @returns with the linked incidents on the way
 */
export async function followLinks(
  transaction: Transaction,
  id: string,
): Promise<{ incident: Incident; passed: Incident[] }> {
  const passed: Incident[] = [];
  let incident = await readIncident(transaction, id);
  while (incident.status === 'linked' && incident.linkedTo) {
    passed.push(incident);
    incident = await readIncident(transaction, incident.linkedTo);
  }
  return { incident, passed };
}
