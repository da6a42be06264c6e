/** After an erasure a record is still the fold of its timeline: pseudonyms and erased words agree in facts, documents and contacts. */
import { beforeAll, expect, test } from 'vitest';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import { eraseCustomer } from '../../infra/erase/erase-customer.ts';
import { expectFolds } from '../scenarios/folds.ts';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario('2026-11-24T00:00:00Z');
const ids: string[] = [];
const shop = { id: 'store-12', name: '山田商店' };
const neighbour = { id: 'store-13', name: '鈴木商店' };
const chain = { id: 'store-14', name: '高橋商店', contactId: 'chain-1' };

const say = async (index: number, statement: Record<string, unknown>): Promise<void> => {
  const reply = await scenario.post(`/api/incidents/${ids[index]}/events`, statement);
  expect([statement.type, reply.status]).toEqual([statement.type, 201]);
};
const report = async (body: Record<string, unknown>): Promise<void> => {
  const filed = await scenario.ticket(body);
  expect(filed.status).toBe(201);
  ids.push(filed.body.incident.id);
};
const lastOf = async (index: number, type: string): Promise<string> => {
  const timeline = firestore().collection(`${collections.incidents}/${ids[index]}/${collections.timeline}`);
  const found = await timeline.where('type', '==', type).get();
  return found.docs.at(-1)?.id ?? '';
};

beforeAll(async () => {
  await report({
    id: 'T-1',
    subject: '山田商店で注文が止まった',
    description: '電話 090-0000-0000',
    customer: shop,
    affectedCustomers: [neighbour, chain],
    affectedCustomerCount: 5,
    businessImpact: 'stopped',
    url: 'https://support.example/yamada',
    area: '山田レジ',
  });
  await report({ id: 'T-2', subject: '山田商店から聞いた', customer: neighbour, affectedCustomers: [shop] });
  await report({ id: 'T-3', subject: '会計', customer: { ...shop, contactId: 'chain-1' }, affectedCustomers: [chain] });
  await report({ id: 'T-4', subject: '裏口', customer: chain });
  for (const index of [0, 1, 2])
    await say(index, { type: 'verified', happened: 'yes', ongoing: 'yes', method: '山田商店に電話' });
  await scenario.advance('PT50M');
  for (const index of [0, 1, 2])
    await say(index, {
      type: 'customer-updated',
      customers: [shop.id],
      message: '山田商店さま、確認中です',
      channel: 'phone',
    });
  await scenario.advance('PT50M');
  await say(0, {
    type: 'scoped',
    affectedCustomerCount: 12,
    affectedCustomers: [{ id: 'store-20', name: '佐藤' }, shop],
    method: '山田商店の話',
  });
  await say(0, { type: 'corrected', field: 'title', value: '山田商店の注文' });
  await say(1, { type: 'corrected', field: 'description', value: 'store-12 も' });
  await scenario.ticket({
    id: 'T-1',
    subject: '山田商店でまだ止まっている',
    description: 'また電話する',
    customer: shop,
    affectedCustomers: [neighbour, { id: 'store-31', name: '別の店' }],
  });
  await say(0, { type: 'caused', category: 'release', summary: '山田商店の設定' });
  await say(0, { type: 'mitigated', kind: 'setting', note: '山田商店の設定を戻した' });
  const told = await lastOf(1, 'customer-updated');
  await say(1, { type: 'retracted', eventId: told, why: '山田商店ではない' });
  await say(3, { type: 'linked', to: ids[0], basis: '山田商店と同じ' });
  await scenario.advance('PT50M');
  await say(2, { type: 'recovered', customers: [shop.id] });
  await scenario.advance('PT10M');
});

test.each([shop, neighbour, chain])(
  'as $name is erased, each record stays the fold of its timeline',
  async ({ id }) => {
    await expectFolds();
    await eraseCustomer(firestore(), { customerId: id, pseudonym: `erased-${id.slice(-2)}` });
    await expectFolds();
  },
);

test('what those who are erased have shared goes with the last of them, and a link still ends as if nothing had been', async () => {
  const signals = await firestore().collection(collections.signals).get();
  expect(JSON.stringify(signals.docs.map((each) => each.data()))).not.toContain('chain-1');
  await say(3, { type: 'unlinked' });
  await scenario.advance('PT20M');
  await expectFolds();
});
