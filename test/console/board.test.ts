/** The board where more customers wait than one look at the store brings. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScenario, type Scenario } from '../scenarios/house.ts';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await openScenario('2026-11-24T00:00:00Z');
});
afterAll(async () => scenario.stop());

test('an incident of hundreds of customers hides from nobody who waits in another', async () => {
  const large = (await scenario.ticket({ id: 'T-large', subject: 'Everywhere', customer: { id: 'store-0' } })).body
    .incident.id;
  for (const hundreds of [1, 2]) {
    const affectedCustomers = Array.from({ length: 350 }, (_, index) => ({ id: `store-${hundreds}-${index}` }));
    const stated = { type: 'scoped', affectedCustomers, method: 'list', evidenceUrl: 'https://x.example/1' };
    expect((await scenario.post(`/api/incidents/${large}/events`, stated)).status).toBe(201);
  }
  await scenario.advance('PT1M');
  await scenario.ticket({ id: 'T-small', subject: 'Here only', customer: { id: 'corner-shop' } });
  const page = await (await fetch(`${scenario.url}/console`, { headers: { 'accept-language': 'en' } })).text();
  const card = page.split('<li id="').find((each) => each.includes('Here only')) ?? '';
  expect(card).toContain('corner-shop');
});
