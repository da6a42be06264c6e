/** Customers are people one knows: found by name, and asked for where a name may be several. */
import { beforeAll, expect, test } from 'vitest';
import { formsIn, openConsole } from './console.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T00:00:00Z');
let id = '';
beforeAll(async () => {
  const customer = { id: 'store-31', name: 'とり吉 渋谷店' };
  id = (await scenario.ticket({ id: 'T-1', subject: '注文が通らない', customer })).body.incident.id;
  await scenario.ticket({ id: 'T-2', subject: '印刷できない', customer: { id: 'store-32', name: '麺処 はる' } });
});

const found = async (q: string) => (await scenario.get(`/api/customers?q=${encodeURIComponent(q)}`)).body.customers;
async function scope(affectedCustomers: string) {
  const { page, submit } = openConsole(scenario);
  const form = formsIn(await page(`/console/incidents/${id}`)).find(({ action }) => action.endsWith('/events/scoped'));
  return submit(form ?? { action: '', fields: [] }, [['affectedCustomers', affectedCustomers]]);
}
const affected = async () => (await scenario.get(`/api/incidents/${id}`)).body.affectedCustomers;

test('they are found by id and by name, and listed without a question', async () => {
  expect(await found('とり吉')).toEqual([{ id: 'store-31', name: 'とり吉 渋谷店', aliases: [] }]);
  expect(await found('store-32')).toEqual([{ id: 'store-32', name: '麺処 はる', aliases: [] }]);
  expect(await found('どこにもない')).toEqual([]);
  expect((await scenario.get('/api/customers')).body.customers).toHaveLength(2);
  expect((await scenario.get('/console/customers?q=%E9%BA%BA')).body).toContain('麺処 はる');
});

test('a name with a blank is one name, and a known one is the known customer', async () => {
  expect((await scope('とり吉　渋谷店\n炭火 いわし 新宿店\nstore-40 = Kobe Main')).status).toBe(303);
  expect(await affected()).toEqual([
    { id: 'store-31', name: 'とり吉 渋谷店' },
    { id: '炭火 いわし 新宿店' },
    { id: 'store-40', name: 'Kobe Main' },
  ]);
});

test('a part of a name makes no ghost: it is asked which one is meant', async () => {
  const before = await affected();
  const { status, text } = await scope('麺処');
  expect([status, text.includes('麺処 はる (store-32)')]).toEqual([422, true]);
  expect(await affected()).toEqual(before);
});
