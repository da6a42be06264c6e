/** Reads what the situation of an incident is composed of. */
import { readRecord } from '../find/read-incident.ts';
import type { Incident } from '../incidents/incident.ts';
import { composeSituation, type Situation } from './compose-situation.ts';

/** @throws Problem 404 */
export async function loadSituation(id: string, now: Date): Promise<{ incident: Incident; situation: Situation }> {
  const { incident, events, ...contacts } = await readRecord(id);
  return { incident, situation: composeSituation(incident, contacts, events, now) };
}
