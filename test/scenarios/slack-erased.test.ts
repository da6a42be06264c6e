/** A card in Slack quotes a customer's own words: once the customer is erased, the card is edited. */
import { afterAll, expect, test } from 'vitest';
import { firestore } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { eraseCustomer } from '../../infra/erase/erase-customer.ts';
import { withPolicy } from './house.ts';
import { openSlackScenario, saidOn } from './slack-house.ts';

const night = await openSlackScenario('2026-11-24T09:00:00.000Z');
afterAll(() => night.stop());

let reports = 0;
async function reported() {
  reports += 1;
  const customer = { id: `store-${reports}`, name: `とり吉 ${reports}号店` };
  await night.ticket({
    id: `T-${reports}`,
    subject: `${customer.name}で会計できません`,
    description: `${customer.name}の田中です。至急お願いします。`,
    customer,
    businessImpact: 'stopped',
  });
  await night.advance('PT2M');
  return customer;
}
const all = async (): Promise<string> => (await night.cards()).map(saidOn).join('\n');
const erase = (customerId: string, more: { pseudonym: string; isDryRun?: boolean }) =>
  eraseCustomer(firestore(), { customerId, ...more });

test('what a card quotes and names is gone from it within minutes, and is counted', async () => {
  const { id, name } = await reported();
  expect(await all()).toContain(`${name}の田中です`);
  expect(await erase(id, { pseudonym: 'erased-1', isDryRun: true })).toMatchObject({ cards: 1 });
  await night.advance('PT2M');
  expect(await all()).toContain(name);
  expect(await erase(id, { pseudonym: 'erased-1' })).toMatchObject({ cards: 1, left: [] });
  await night.advance('PT2M');
  expect(await all()).not.toMatch(/田中|とり吉/);
  expect(await night.cards()).toHaveLength(1);
  // Run again after it was broken off, it asks for the same cards.
  expect(await erase(id, { pseudonym: 'erased-1' })).toMatchObject({ cards: 1, changed: {} });
});

test('a card that Slack refuses to edit is listed with the deliveries that failed', async () => {
  const { id } = await reported();
  await night.post('/_local/faults', { target: 'tools.slack.update', effect: 'fail', code: 'is_inactive', times: 9 });
  expect(await erase(id, { pseudonym: 'erased-2' })).toMatchObject({ cards: 1 });
  await night.advance('PT2M');
  expect(JSON.stringify((await night.get('/api/deliveries')).body)).toContain('is_inactive');
  await fetch(`${night.url}/_local/faults`, { method: 'DELETE' });
});

test('a team may keep its customers’ words out of Slack', () =>
  withPolicy(policy.slack, { quote: false }, async () => {
    const { name } = await reported();
    expect(await all()).toContain(`${name}で会計できません`);
    expect(await all()).not.toContain(`${name}の田中です`);
  }));
