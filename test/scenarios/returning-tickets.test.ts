import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openScenario, type Scenario } from './house.ts';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await openScenario('2026-11-24T01:00:00Z');
});
afterAll(() => scenario.stop());

const read = async (id: string) => (await scenario.get(`/api/incidents/${id}`)).body;
const recover = (id: string) =>
  scenario.post(`/api/incidents/${id}/events`, {
    type: 'customer-updated',
    customers: 'all',
    message: 'x',
    recovery: true,
  });

describe('a ticket that comes back', () => {
  test('a report that names an incident is linked to it at intake', async () => {
    const to = (await scenario.ticket({ id: 'R-0', subject: 'x', customer: { id: 'r0' } })).body.incident.id;
    const related = { id: 'R-1', subject: 'x', customer: { id: 'r1' }, relatedIncidentId: to };
    const linked = (await scenario.ticket(related)).body.incident;
    expect(linked).toMatchObject({ status: 'linked', linkedTo: to });
    expect((await read(to)).impact.affectedCustomerCount).toBe(2);
    // Undone by a person, it stays undone though the ticket comes again.
    await scenario.post(`/api/incidents/${linked.id}/events`, { type: 'unlinked' });
    expect((await scenario.ticket(related)).body.incident.status).toBe('open');
    await recover(linked.id);
    const unknown = { id: 'R-2', subject: 'x', relatedIncidentId: 'inc_000000000000000000000000' };
    const open = (await scenario.ticket(unknown)).body.incident;
    expect(open.status).toBe('open');
    // Nothing lies open when the next test lets two weeks pass.
    for (const id of [to, open.id]) await recover(id);
  });

  test('within fourteen days of its recovery it is the same incident; after that a new one', async () => {
    const { id } = (await scenario.ticket({ id: 'G-1', subject: 'x' })).body.incident;
    await scenario.post(`/api/incidents/${id}/events`, { type: 'recovered' });
    await scenario.advance('P13D');
    expect((await scenario.ticket({ id: 'G-1', subject: 'x', description: 'again' })).body.incident.id).toBe(id);
    await scenario.advance('P2D');
    const anew = await scenario.ticket({ id: 'G-1', subject: 'x', description: 'and again' });
    expect(anew.status).toBe(201);
    expect(anew.body.incident).toMatchObject({ generation: 1, status: 'open' });
    expect((await scenario.ticket({ id: 'G-1', subject: 'x', description: 'more' })).body.incident.id).toBe(
      anew.body.incident.id,
    );
  });
});
