/** A house that 0.1.0 has filled keeps its links, and what was said by way of them, in the form of today. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Timestamp } from '@google-cloud/firestore';
import { expect, test } from 'vitest';
import { membersOf } from '../../functions/incidents/facts/outage.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { contactsInAll, type StoredContact } from '../../functions/incidents/record/cohorts.ts';
import { collections, firestore, fromDocument, incidentRef } from '../../functions/platform/firestore.ts';
import { migrateRecords } from '../../infra/migrate-records.ts';
import { useScenario } from '../scenarios/house.ts';

/** Documents as 0.1.0 stored them at 10:32, its times as `{$time}` and its bytes as `{$bytes}`. */
const stored: { path: string; data: Record<string, unknown> }[] = readFileSync(
  join(import.meta.dirname, '../fixtures/house-of-0.1.0.jsonl'),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) =>
    JSON.parse(line, (_, value) =>
      value?.$time
        ? Timestamp.fromDate(new Date(value.$time))
        : value?.$bytes
          ? Buffer.from(value.$bytes, 'base64')
          : value,
    ),
  );
const filed = stored.filter(({ path }) => /^incidents\/[^/]+$/.test(path));
/** By the ticket. */
const ids = Object.fromEntries(filed.map(({ data }) => [(data.origin as { id: string }).id, String(data.id)]));
const scenario = useScenario('2026-11-24T01:32:30Z');

const read = async (ticket: string): Promise<Incident> =>
  fromDocument((await incidentRef(ids[ticket] ?? '').get()).data());
const statusOf = async (path: string): Promise<number> => (await scenario.get(path)).status;

/** What people see of a record. */
async function seen(id: string) {
  const ref = incidentRef(id);
  const incident = fromDocument<Incident>((await ref.get()).data());
  const { status, ongoing, impact, recoveredAt, firstResponseAt, affectedCustomers } = incident;
  const { docs } = await ref.collection(collections.contacts).get();
  const contacts = contactsInAll(docs.map((each) => fromDocument<StoredContact>(each.data())));
  return {
    shown: { status, ongoing, impact, recoveredAt, firstResponseAt },
    customers: affectedCustomers.map((each) => each.id).sort(),
    contacts: contacts
      .filter((each) => status !== 'linked' && !each.isTheOthers)
      .map(({ customers, nextUpdateDueAt, recoveredAt: at, lastUpdateAt, stoppedAt }) => ({
        customers: customers.map((each) => each.id),
        nextUpdateDueAt,
        recoveredAt: at,
        lastUpdateAt,
        stoppedAt,
      }))
      .sort((one, other) => ((one.customers[0] ?? '') < (other.customers[0] ?? '') ? -1 : 1)),
  };
}

test('every record and due time is as before, and each primary is the sum of its members', async () => {
  for (const { path, data } of stored) await firestore().doc(path).set(data);
  for (const id of Object.values(ids))
    expect([await statusOf(`/api/incidents/${id}`), await statusOf(`/console/incidents/${id}`)]).toEqual([200, 200]);
  const before = await Promise.all(Object.values(ids).map(seen));

  const total = filed.length;
  expect(await migrateRecords(firestore(), { isDryRun: true })).toEqual({ total, read: total, changed: total });
  expect(await Promise.all(Object.values(ids).map(seen))).toEqual(before);
  expect(await migrateRecords(firestore())).toEqual({ total, read: total, changed: total });
  expect(await migrateRecords(firestore())).toEqual({ total, read: total, changed: 0 });

  const after = await Promise.all(Object.values(ids).map(seen));
  const isPrimary = ({ shown }: (typeof before)[number]): boolean => shown.status !== 'linked';
  // P had taken the count of L's ticket for its own; what each part counts without a name is added up by now.
  const expected = before.map((each) =>
    each.customers.includes('x-1')
      ? { ...each, shown: { ...each.shown, impact: { ...each.shown.impact, affectedCustomerCount: 9 } } }
      : each,
  );
  expect(after.filter(isPrimary)).toEqual(expected.filter(isPrimary));
  const members = async (ticket: string) =>
    membersOf(await read(ticket)).map(({ incident, by }) => [incident.id, by?.[0]?.id]);
  expect(await members('P')).toEqual([[ids.L, undefined]]);
  expect(await members('C2')).toEqual([[ids.C1, undefined]]);
  expect(new Set(await members('C3'))).toEqual(
    new Set([
      [ids.C2, undefined],
      [ids.C1, ids.C2],
    ]),
  );
  expect(await members('G')).toEqual([]);
  // What a ticket said while it was linked is on its own record by now.
  expect(await read('L')).toMatchObject({
    status: 'linked',
    outage: { own: { ongoing: 'yes', impact: { affectedCustomerCount: 8 } } },
  });
});

test('a ticket of a linked record is heard by its primary, and the end of a link gives back what is its own', async () => {
  const word = {
    id: 'L',
    eventId: 'L-3',
    subject: '注文が通らない',
    businessImpact: 'stopped',
    customer: { id: 'of-L' },
  };
  expect((await scenario.ticket(word)).status).toBe(200);
  expect((await read('P')).impact).toEqual({ businessImpact: 'stopped', affectedCustomerCount: 9 });
  for (const ticket of ['L', 'C2'])
    expect((await scenario.post(`/api/incidents/${ids[ticket]}/events`, { type: 'unlinked' })).status).toBe(201);
  const named = async (ticket: string) => (await read(ticket)).affectedCustomers.map(({ id }) => id).sort();
  expect([await named('P'), await named('L')]).toEqual([['of-P'], ['of-L', 'x-1']]);
  expect([await named('C3'), await named('C2')]).toEqual([['of-C3'], ['of-C1', 'of-C2']]);
  expect((await read('P')).impact.businessImpact).toBe('degraded');
});
