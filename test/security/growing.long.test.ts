/** Reports that name more and more: what one ticket says never fills the record, so that people and the clock can write. */
import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { zendeskTrigger } from '../fixtures/tickets.ts';
import { type Reply, useScenario } from '../scenarios/house.ts';

const scenario = useScenario('2026-11-24T01:02:00.000Z', {
  environment: { ...process.env, ...toolSecrets, ZENDESK_SIGNING_SECRET: 'zendesk-secret' },
});

/** Hashes, so that no compression makes them short. */
const idsOf = (edit: number): string[] =>
  Array.from({ length: policy.intake.maxNamedCustomers }, (_, each) =>
    createHash('sha512').update(`${edit} ${each}`).digest('hex').slice(0, 126),
  );

async function zendesk(body: object, event = 'updated'): Promise<Reply> {
  const [text, at] = [JSON.stringify(body), new Date(scenario.house.cloud.clock.now()).toISOString()];
  return scenario.post(`/tickets/zendesk?event=${event}`, text, {
    'x-zendesk-webhook-signature-timestamp': at,
    'x-zendesk-webhook-signature': createHmac('sha256', 'zendesk-secret').update(at).update(text).digest('base64'),
  });
}
const edits: Record<string, (ticket: string, edit: number) => Promise<Reply>> = {
  'a template of Zendesk': (ticket_id, edit) => {
    const updated_at = new Date(Date.UTC(2026, 10, 24, 1, 0, edit)).toISOString();
    return zendesk(zendeskTrigger({ ticket_id, updated_at, affectedCustomers: idsOf(edit).join(',') }));
  },
  'the generic door': (id, edit) =>
    scenario.ticket({
      id,
      subject: '注文が通らない',
      ongoing: 'yes',
      updatedAt: new Date(Date.UTC(2026, 10, 24, 1, 0, edit)).toISOString(),
      affectedCustomers: idsOf(edit).map((each) => ({ id: each, name: `${each}${each}店`, contactId: `c${each}` })),
    }),
};

test.each(Object.entries(edits))('many customers named again and again by %s', async (_, edit) => {
  const { id } = (await edit('801', 0)).body.incident;
  for (let each = 1; each < 12; each += 1) expect((await edit('801', each)).status).toBe(200);
  const { impact, namedCustomerCount } = (await scenario.get(`/api/incidents/${id}`)).body;
  // Those that are not named are counted.
  expect(impact.affectedCustomerCount).toBeGreaterThan(namedCustomerCount);
  const state = async (of: string, body: object) => (await scenario.post(`/api/incidents/${of}/events`, body)).status;

  // Another such ticket, and both linked to one incident.
  const other = (await edit('802', 100)).body.incident.id;
  const primary = (await scenario.ticket({ id: '803', subject: '注文が通らない' })).body.incident.id;
  for (const each of [id, other])
    expect(await state(each, { type: 'linked', to: primary, basis: '同じ障害' })).toBe(201);
  expect(await state(primary, { type: 'assigned', assignee: 'sato@example.jp' })).toBe(201);
  await scenario.advance('PT1M');
  expect((await scenario.inbox()).some(({ incidentId }) => incidentId === primary)).toBe(true);
  const recovered = { type: 'customer-updated', customers: 'all', message: '復旧しました。', recovery: true };
  expect(await state(primary, recovered)).toBe(201);

  // What a ticket named is taken back where it is filed; its primary loses it as well, and the ticket names nobody again.
  const own = { 801: id, 802: other };
  for (const [ticket, each] of Object.entries(own))
    expect(await state(each, { type: 'names-removed', ticket, why: '書き込み' })).toBe(201);
  expect((await edit('801', 200)).status).toBe(200);
  const after = (await scenario.get(`/api/incidents/${primary}`)).body;
  expect(after.affectedCustomers.filter((each: { id: string }) => each.id.length > 100)).toEqual([]);
  expect(after.impact.affectedCustomerCount ?? 0).toBe(after.namedCustomerCount);
});

test('a customer who writes and writes, while no tick runs, keeps nobody from stating and no notice from leaving', async () => {
  const { id } = (await zendesk(zendeskTrigger({ ticket_id: '804' }))).body.incident;
  const other = (await zendesk(zendeskTrigger({ ticket_id: '805' }))).body.incident.id;
  expect(
    (await scenario.post(`/api/incidents/${other}/events`, { type: 'linked', to: id, basis: '同じ障害' })).status,
  ).toBe(201);
  const write = (ticket_id: string, each: number) => {
    const message = `${each} ${'あ'.repeat(500)}`;
    return zendesk(zendeskTrigger({ ticket_id, message }), 'customer-wrote');
  };
  expect((await write('805', 0)).body.quarantined).toBeUndefined();
  for (let each = 1; each <= 800; each += 1) {
    const { status, body } = await write('804', each);
    expect([status, body.quarantined]).toEqual([200, undefined]);
  }
  const { status } = await scenario.post(`/api/incidents/${id}/events`, {
    type: 'assigned',
    assignee: 'sato@example.jp',
  });
  expect(status).toBe(201);
  await scenario.advance('PT1M');
  const told = (await scenario.inbox()).filter(({ incidentId }) => incidentId === id);
  expect(told.map(({ text }) => text).join()).toMatch(/: .*1 あ/);
});
