/** A review that counts is like a scope: the customers it counts wait for updates. And what the bundle says of them has a name. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScenario, type Scenario } from './house.ts';

let scenario: Scenario;
beforeAll(async () => {
  // The Saturday of 2026-W48.
  scenario = await openScenario('2026-11-28T01:00:00Z');
});
afterAll(() => scenario.stop());

test('an open incident that a review counts has the others to tell, who have a name in the bundle', async () => {
  const { id } = (await scenario.ticket({ id: 'V-1', subject: '会計できない', ongoing: 'yes' })).body.incident;
  const linked = (await scenario.ticket({ id: 'V-2', subject: '会計できない', ongoing: 'yes' })).body.incident;
  await scenario.post(`/api/incidents/${linked.id}/events`, { type: 'linked', to: id, basis: '同じ' });
  await scenario.post('/api/postmortems/2026-W48/assemble', {});
  const review = await scenario.post(`/api/incidents/${id}/review`, { affectedCustomerCount: 5 });
  expect(review.status).toBe(201);
  expect(review.body.incident.scopedAt).toBeDefined();
  const [others] = (await scenario.get(`/api/incidents/${id}/contacts`)).body.contacts;
  expect(others).toMatchObject({ isTheOthers: true, nextUpdateDueAt: expect.any(String) });
  await scenario.advance('PT16M');
  expect((await scenario.inbox()).map((each) => each.kind)).toContain('update-due');
  await scenario.advance('PT2H');
  const over = { type: 'customer-updated', customers: 'all', message: '復旧しました', recovery: true };
  await scenario.post(`/api/incidents/${id}/events`, over);
  await scenario.advance('P2D');

  const ja = (await scenario.get('/api/postmortems/2026-W48.md?lang=ja')).body;
  expect(ja).toMatch(/連絡漏れ\d+回\(特定できていない店舗\)/);
  expect((await scenario.get('/api/postmortems/2026-W48.md?lang=en')).body).toMatch(
    /missed \(unidentified customers\)/,
  );
  // The notice counts what its page counts.
  const ready = (await scenario.inbox()).find((each) => each.kind === 'bundle-ready');
  expect(ready?.text).toContain('インシデント1件');
});

test('a customer that a review no longer counts does not wait', async () => {
  const { id } = (
    await scenario.ticket({ id: 'V-4', subject: '遅い', customer: { id: 'v' }, affectedCustomerCount: 3 })
  ).body.incident;
  await scenario.post(`/api/incidents/${id}/events`, { type: 'recovered' });
  const others = async () => {
    const { contacts } = (await scenario.get(`/api/incidents/${id}/contacts`)).body;
    return contacts.find((each: { isTheOthers: boolean }) => each.isTheOthers);
  };
  expect(await others()).toMatchObject({ endsWith: 'recovery', nextUpdateDueAt: expect.any(String) });
  await scenario.post('/api/postmortems/2026-W49/assemble', {});
  expect((await scenario.post(`/api/incidents/${id}/review`, { affectedCustomerCount: 1 })).status).toBe(201);
  expect(await others()).toMatchObject({ nextUpdateDueAt: null });
});
