/** A correction of the recovery reaches everything that depends on it, and what is reported again is open without a trace of its end. */
import { expect, test } from 'vitest';
import { type Reply, useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');

const record = (id: string, event: Record<string, unknown>): Promise<Reply> =>
  scenario.post(`/api/incidents/${id}/events`, event);
const read = async (id: string) => (await scenario.get(`/api/incidents/${id}`)).body;
const contactsOf = async (id: string) => (await scenario.get(`/api/incidents/${id}/contacts`)).body.contacts;
const minutesAfter = (time: string, minutes: number): string =>
  new Date(Date.parse(time) + minutes * 60_000).toISOString();

/** Reported now by two customers. */
async function file(id: string): Promise<{ id: string; filedAt: string }> {
  const customers = { customer: { id: `${id}-a` }, affectedCustomers: [{ id: `${id}-b` }] };
  const { incident } = (await scenario.ticket({ id, subject: '会計できない', ongoing: 'yes', ...customers })).body;
  return incident;
}

test('a corrected recovery is the time of each customer who recovered last, and the recovery message leaves it as it is', async () => {
  const { id, filedAt } = await file('C-1');
  await scenario.advance('PT20M');
  const [first, last, right] = [5, 20, 12].map((minutes) => minutesAfter(filedAt, minutes));
  await record(id, { type: 'recovered', customers: ['C-1-a'], occurredAt: first });
  await record(id, { type: 'recovered', customers: ['C-1-b'], occurredAt: last });
  expect((await record(id, { type: 'corrected', field: 'recoveredAt', value: right })).status).toBe(201);
  const recoveries = async () =>
    (await contactsOf(id))
      .map((each: { customers: { id: string }[]; recoveredAt: string }) => [each.customers[0]?.id, each.recoveredAt])
      .sort();
  expect(await recoveries()).toEqual([
    ['C-1-a', first],
    ['C-1-b', right],
  ]);
  await record(id, { type: 'customer-updated', customers: 'all', message: '復旧しました', recovery: true });
  expect(await recoveries()).toEqual([
    ['C-1-a', first],
    ['C-1-b', right],
  ]);
  expect(await read(id)).toMatchObject({ status: 'recovered', recoveredAt: right });
});

test('what was found not to occur and is reported again is open, and nothing says that it is over', async () => {
  const { id } = await file('C-4');
  await record(id, { type: 'recovered' });
  const shown = { type: 'verified', happened: 'no', method: '再現試験', evidenceUrl: 'https://example.com/e' };
  await record(id, shown);
  expect(await read(id)).toMatchObject({ status: 'not-occurring', ongoing: 'no' });
  await scenario.ticket({ id: 'C-4', subject: '会計できない', description: 'また起きた', customer: { id: 'C-4-a' } });
  const again = await read(id);
  expect(again).toMatchObject({ status: 'open', ongoing: 'unknown' });
  expect(again.recoveredAt).toBeUndefined();
});

test('a customer has the ticket that they reported on, and no other', async () => {
  const { id } = await file('C-5');
  const ticketOf = async (customer: string) =>
    (await contactsOf(id)).find((each: { customers: { id: string }[] }) => each.customers[0]?.id === customer)?.ticket;
  expect(await ticketOf('C-5-a')).toMatchObject({ tool: 'generic', id: 'C-5' });
  expect(await ticketOf('C-5-b')).toBeUndefined();
  // A further word of the reporter's names one more who is affected.
  const more = { customer: { id: 'C-5-a' }, affectedCustomers: [{ id: 'C-5-c' }] };
  await scenario.ticket({ id: 'C-5', subject: '会計できない', description: 'もう一店舗', ...more });
  expect(await ticketOf('C-5-c')).toBeUndefined();
});
