/**
 * Random histories through a whole house: reports, statements, links, their ends and retractions come to its doors at their
 * times, and each record is what the same history makes in memory, where the laws hold. As the house stops, each is its fold.
 */
import { expect, test } from 'vitest';
import type { Incident } from '../../functions/incidents/incident.ts';
import { contactsInAll, type StoredContact } from '../../functions/incidents/record/cohorts.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import { allOf, collections, fromDocument, incidentRef } from '../../functions/platform/firestore.ts';
import { playMorning } from '../simulation/in-memory.ts';
import type { Call } from '../simulation/stage.ts';
import { openScenario, type Scenario } from './house.ts';

const tickets = 40;
const start = '2026-11-23T22:00:00Z';

/** Always the same ones, or another one where the search draws it. */
const seeds = process.env.FUZZ_SEED ? [process.env.FUZZ_SEED] : ['1', '2', '3', '4', '5'];

test.each(seeds)('forty tickets of morning %s', async (seed) => {
  const { end, sent, records } = await playMorning(seed, Date.parse(start), tickets);
  const scenario = await openScenario(start);
  const { clock } = scenario.house.cloud;
  const until = async (at: number): Promise<void> => {
    await clock.jump(at);
    clock.hold();
    clock.moveHeld(at);
  };
  for (const { at, call, status } of sent) {
    if (call.kind === 'http' && call.method === 'GET') continue;
    await until(at);
    expect([call, await isTaken(scenario, call)]).toEqual([call, status < 300]);
  }
  await until(end);
  for (const record of records) {
    const { id } = record.incident;
    const [document, contacts] = await Promise.all([
      incidentRef(id).get(),
      incidentRef(id).collection(collections.contacts).get(),
    ]);
    const stored = seen(fromDocument<Incident>(document.data()), contactsInAll(allOf<StoredContact>(contacts)));
    expect(stored).toEqual(seen(record.incident, [...record.contacts.values()]));
  }
  await scenario.stop();
});

const fields = [
  'status',
  'ongoing',
  'occurredAt',
  'recoveredAt',
  'firstResponseAt',
  'urgency',
  'impact',
  'score',
  'slots',
  'missing',
  'affectedCustomers',
  'unlinkedFrom',
] as const;

/** What people and notices go by. */
function seen(incident: Incident, contacts: readonly Contact[]): object {
  const waiting = contacts.map(({ id, nextUpdateDueAt, stoppedAt, recoveredAt, endsWith, pastSlots }) => {
    const outcomes = pastSlots.map(({ dueAt, endAt, outcome }) => ({ dueAt, endAt, outcome }));
    return { id, nextUpdateDueAt, stoppedAt, recoveredAt, endsWith, outcomes };
  });
  return {
    ...Object.fromEntries(fields.map((field) => [field, incident[field]])),
    links: incident.links?.map((each) => each.incidentId),
    waiting: waiting.sort((one, other) => (one.id < other.id ? -1 : 1)),
  };
}

/** What somebody publishes is a ticket as well, and comes to the door with the others. */
async function isTaken({ post, ticket }: Scenario, call: Call): Promise<boolean> {
  const [path, body] = call.kind === 'publish' ? ['/tickets', call.data] : [call.path, call.body ?? ''];
  const { status } = await (path === '/tickets' ? ticket(JSON.parse(body)) : post(path, JSON.parse(body)));
  return status < 300;
}
