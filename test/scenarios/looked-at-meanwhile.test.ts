/** What is stated while an incident is being looked at is not forgotten by that look. */
import { expect, test } from 'vitest';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:02:00.000Z');

test('a customer who becomes known between what a look records and what it sends has a reminder in time', async () => {
  const { id } = (await scenario.ticket({ id: 'T-1', subject: '会計できない', customer: { id: 'a' } })).body.incident;
  const state = (statement: object) => scenario.post(`/api/incidents/${id}/events`, statement);
  // Nobody had responded for five minutes. By the update, the paged person is to be told so, and `a` waits for half an hour.
  await scenario.advance('PT6M');
  await state({ type: 'customer-updated', customers: 'all', channel: 'phone' });
  const publish = scenario.house.cloud.faults.hold({ target: 'pubsub.Publish' });
  const passing = scenario.advance('PT2M');
  await publish.met();
  await state({ type: 'scoped', affectedCustomerCount: 2, method: 'ログ' });
  publish.letGo();
  await passing;
  await scenario.advance('PT12M');
  const { contacts } = (await scenario.get(`/api/incidents/${id}/contacts`)).body;
  const others = contacts.find((each: { isTheOthers?: boolean }) => each.isTheOthers);
  const due = Date.parse(others.nextUpdateDueAt);
  const { events } = (await scenario.get(`/api/incidents/${id}/timeline`)).body;
  const reminded = events.find(
    ({ type, detail }: { type: string; detail: { customers: string[] } }) =>
      type === 'reminded' && detail.customers.includes('others'),
  );
  expect((due - Date.parse(reminded?.recordedAt)) / 60_000).toBeCloseTo(5, 0);
});
