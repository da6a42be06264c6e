import { fromDocument, incidentRef } from '../platform/firestore.ts';
import type { Incident } from './incident.ts';

/** The incident that took a linked one over, or the incident itself. Chains of links are short, and never a circle. */
export async function survivorOf(incident: Incident): Promise<Incident> {
  let current = incident;
  for (let hops = 0; current.status === 'linked' && current.linkedTo && hops < 10; hops += 1) {
    const document = await incidentRef(current.linkedTo).get();
    if (!document.exists) break;
    current = fromDocument<Incident>(document.data());
  }
  return current;
}
