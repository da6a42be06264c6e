/** A text belongs to its recipients: what was written for one customer is on nobody else's ticket, by whichever door. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toolSecrets } from '../fixtures/secrets.ts';
import { zendeskTrigger } from '../fixtures/tickets.ts';
import { openScenario, type Scenario } from './house.ts';
import { ticketDoors } from './ticket-doors.ts';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await openScenario('2026-11-24T01:02:00.000Z', { environment: toolSecrets });
});
afterAll(() => scenario.stop());

let tickets = 80_000;
interface Store {
  id: string;
  name: string;
  ticketId: string;
  incidentId: string;
}
/** A store reports at Zendesk's door. */
async function reports(name: string, subject = '注文が確定できない'): Promise<Store> {
  tickets += 1;
  const [id, ticketId] = [`org-${tickets}`, String(tickets)];
  const told = { organization_id: id, organization_name: name, ticket_id: ticketId, ticket_title: subject };
  const { body } = await ticketDoors(scenario).event(zendeskTrigger({ ...told, affectedCustomers: '' }));
  return { id, name, ticketId, incidentId: body.incident.id };
}
const linked = async ({ incidentId }: Store, to: Store) =>
  expect(
    (await scenario.post(`/api/incidents/${incidentId}/events`, { type: 'linked', to: to.incidentId, basis: 'x' }))
      .status,
  ).toBe(201);
const send = ({ incidentId }: Store, body: Record<string, unknown>) =>
  scenario.post(`/api/incidents/${incidentId}/updates`, body);
/** What the customer of a ticket has read. */
async function readBy({ ticketId }: Store): Promise<string[]> {
  await scenario.advance('PT1M');
  const { comments } = (await scenario.get(`/_local/tools/zendesk/tickets/${ticketId}`)).body;
  return comments.flatMap((each: { isPublic: boolean; body: string }) => (each.isPublic ? [each.body] : []));
}

test('by the API, a text that names one store reaches no other until that is confirmed', async () => {
  const [first, second] = [await reports('目黒本店'), await reports('品川港南店')];
  await linked(second, first);
  const message = '目黒本店 ご担当者様\n確認しております。';
  expect(await send(first, { customers: [second.id], message })).toMatchObject({
    status: 422,
    body: {
      code: 'names-another-customer',
      detail: expect.stringContaining('目黒本店'),
      errors: [{ path: 'message', message: expect.stringContaining('目黒本店') }],
    },
  });
  expect((await send(first, { customers: [first.id], message })).status).toBe(202);
  expect([await readBy(first), await readBy(second)]).toEqual([[message], []]);
  const meant = { customers: [second.id], message: '目黒 本店様の件も確認しております。', confirmedNames: true };
  expect((await send(first, { ...meant, confirmedNames: false })).status).toBe(422);
  expect((await send(first, meant)).status).toBe(202);
  expect(await readBy(second)).toEqual([meant.message]);
});

test('by the API, “all” leaves out who has been told the end', async () => {
  const [over, waits] = [await reports('大崎駅前店'), await reports('五反田西店')];
  await linked(waits, over);
  expect((await send(over, { customers: [over.id], message: '復旧しました。', recovery: true })).status).toBe(202);
  expect(await readBy(over)).toEqual(['復旧しました。']);
  const { body } = await send(over, { customers: 'all', message: '引き続き確認しております。' });
  expect(body.updates).toMatchObject([{ customers: [waits.id] }]);
  expect([await readBy(over), await readBy(waits)]).toEqual([['復旧しました。'], ['引き続き確認しております。']]);
});
