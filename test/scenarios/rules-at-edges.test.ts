import { describe, expect, test } from 'vitest';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');

const record = (id: string, event: Record<string, unknown>) => scenario.post(`/api/incidents/${id}/events`, event);
const read = async (id: string) => (await scenario.get(`/api/incidents/${id}`)).body;
const contactsOf = async (id: string) => (await scenario.get(`/api/incidents/${id}/contacts`)).body.contacts;
const question = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  subject: '場所',
  category: 'question',
  differsFromExpected: 'no',
  ...more,
});

describe('the third customer', () => {
  test('seven customers with the same question are one incident: from the third on, each joins it', async () => {
    const ids: string[] = [];
    for (let index = 1; index <= 7; index += 1) {
      const { body } = await scenario.ticket(
        question(`S-${index}`, { form: 'how-to', area: 'menu', customer: { id: `c-${index}` } }),
      );
      ids.push((body.incident ?? body.question).id);
    }
    const survivor = ids[2] as string;
    expect((await read(survivor)).status).toBe('open');
    for (const id of ids.filter((each) => each !== survivor)) {
      expect(await read(id)).toMatchObject({ kind: 'incident', status: 'linked', linkedTo: survivor });
    }
    expect(await contactsOf(survivor)).toHaveLength(7);
  });
});

test('the third customer joins the incident that another’s question has been linked to, and takes nothing over', async () => {
  const asks = (index: number) =>
    question(`J-${index}`, { form: 'how-to', area: 'stock', customer: { id: `j-${index}` } });
  const to = (await scenario.ticket({ id: 'J-0', subject: 'x', customer: { id: 'j-0' } })).body.incident.id;
  const first = (await scenario.ticket(asks(1))).body.question.id;
  expect((await record(first, { type: 'linked', to, basis: 'same' })).status).toBe(201);
  await scenario.ticket(asks(2));
  expect((await scenario.ticket(asks(3))).body.incident).toMatchObject({ status: 'linked', linkedTo: to });
  expect((await read(to)).status).toBe('open');
  expect(await contactsOf(to)).toHaveLength(4);
});

describe('questions are answered, not recovered', () => {
  test('what is stated of incidents alone is refused on a question; a linked one is not answered', async () => {
    const { id } = (await scenario.ticket(question('K-1'))).body.question;
    expect((await record(id, { type: 'recovered' })).status).toBe(409);
    expect((await record(id, { type: 'commented', text: 'looking' })).status).toBe(201);
    const to = (await scenario.ticket({ id: 'K-0', subject: 'x' })).body.incident.id;
    expect((await record(id, { type: 'linked', to, basis: 'same' })).status).toBe(201);
    expect((await scenario.post(`/api/questions/${id}/answer`, { kind: 'explained' })).status).toBe(409);
  });
});

describe('corrections keep the record whole', () => {
  test('a count above the named opens a contact for the others; below it, and times ahead, are refused', async () => {
    const { id } = (await scenario.ticket({ id: 'C-1', subject: 'x', customer: { id: 'one' } })).body.incident;
    expect((await record(id, { type: 'corrected', field: 'affectedCustomerCount', value: 30 })).status).toBe(201);
    expect((await contactsOf(id)).filter((each: { isTheOthers: boolean }) => each.isTheOthers)).toHaveLength(1);
    expect((await record(id, { type: 'corrected', field: 'affectedCustomerCount', value: 0 })).status).toBe(422);
    expect((await record(id, { type: 'corrected', field: 'recoveredAt', value: '2026-11-24T00:30:00Z' })).status).toBe(
      422,
    );
    expect((await record(id, { type: 'recovered', occurredAt: '2126-11-24T00:00:00Z' })).status).toBe(422);
    expect((await read(id)).status).toBe('open');
  });
});

describe('alerts and time', () => {
  test('a re-notification does not keep a storm alive', async () => {
    const first = (await scenario.alert(thresholdAlert({ id: '0.r1', policy: '700' }))).body.incident.id;
    await scenario.advance('PT58M');
    const again = thresholdAlert({ id: '0.r1', policy: '700' });
    await scenario.alert({ ...again, incident: { ...again.incident, renotify: true, observed_value: '9999' } });
    await scenario.advance('PT5M');
    const next = await scenario.alert(thresholdAlert({ id: '0.r2', policy: '700' }));
    expect(next.status).toBe(201);
    expect(next.body.incident.id).not.toBe(first);
  });

  test('an alert that opened lately makes a question of its service an incident, though its storm is older', async () => {
    const labels = { service: 'pay' };
    await scenario.alert(thresholdAlert({ id: '0.s1', policy: '701', labels }));
    await scenario.advance('PT50M');
    await scenario.alert(thresholdAlert({ id: '0.s2', policy: '701', labels }));
    await scenario.advance('PT30M');
    const { body } = await scenario.ticket(question('P-1', { area: 'Pay' }));
    expect(body.incident?.routing.rule).toBe('question-open-alert');
  });
});
