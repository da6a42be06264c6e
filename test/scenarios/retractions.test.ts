/** What was said by mistake is taken back: the record is as if it had not been said, and the ledger shows both. */
import { describe, expect, test } from 'vitest';
import { type Reply, useScenario } from './house.ts';

// biome-ignore lint/suspicious/noExplicitAny: a scenario reads what it expects, and fails where it is not there
type Body = any;

const scenario = useScenario('2026-11-24T01:00:00Z');

const record = (id: string, event: Record<string, unknown>): Promise<Reply> =>
  scenario.post(`/api/incidents/${id}/events`, event);
const read = async (id: string): Promise<Body> => (await scenario.get(`/api/incidents/${id}`)).body;
const timelineOf = async (id: string): Promise<Body[]> =>
  (await scenario.get(`/api/incidents/${id}/timeline?limit=200`)).body.events;
const contactsOf = async (id: string): Promise<Record<string, Body>> => {
  const { contacts } = (await scenario.get(`/api/incidents/${id}/contacts`)).body;
  return Object.fromEntries(contacts.map((each: Body) => [each.isTheOthers ? 'others' : each.customers[0].id, each]));
};

async function file(id: string, fields: Record<string, unknown> = {}): Promise<string> {
  const reply = await scenario.ticket({
    id,
    subject: '会計できない',
    ongoing: 'yes',
    customer: { id: 'a' },
    ...fields,
  });
  return reply.body.incident.id;
}

/** @returns the event's id */
async function state(id: string, event: Record<string, unknown>): Promise<string> {
  const reply = await record(id, event);
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return reply.body.id;
}

const minutesAfter = (time: string, minutes: number): string =>
  new Date(Date.parse(time) + minutes * 60_000).toISOString();
const retract = (id: string, eventId: string, why = '間違い'): Promise<Reply> =>
  record(id, { type: 'retracted', eventId, why });

describe('what is taken back', () => {
  test('a store that was named by mistake is affected no more, and what was said of the others holds', async () => {
    const id = await file('R-1');
    const scoped = { type: 'scoped', affectedCustomers: [{ id: 'b' }], affectedCustomerCount: 2, method: '一覧' };
    const mistake = await state(id, scoped);
    await state(id, { type: 'mitigated', kind: 'setting' });
    await state(id, { type: 'corrected', field: 'businessImpact', value: 'stopped' });
    const reply = await retract(id, mistake);
    expect(reply.status).toBe(201);
    expect(reply.body.incident).toMatchObject({
      affectedCustomers: [{ id: 'a' }],
      impact: { businessImpact: 'stopped', affectedCustomerCount: 1 },
      score: { reference: { inputs: { affectedCustomerCount: 1 } } },
      mitigation: { kind: 'setting' },
    });
    expect(reply.body.incident.scopedAt).toBeUndefined();
    expect(Object.keys(await contactsOf(id))).toEqual(['a']);
    const events = await timelineOf(id);
    expect(events.find((each) => each.id === mistake)).toMatchObject({ type: 'scoped' });
    const detail = { eventId: mistake, why: '間違い', type: 'scoped' };
    expect(events.at(-1)).toMatchObject({ type: 'retracted', actor: 'local', detail });
  });

  test('an update that was never sent met no slot: what is overdue without it is announced at once', async () => {
    const id = await file('R-4');
    const { filedAt } = await read(id);
    await scenario.advance('PT14M');
    const mistake = await state(id, {
      type: 'customer-updated',
      customers: 'all',
      channel: 'phone',
      message: '調査中',
    });
    expect((await read(id)).slots).toMatchObject({ met: 1 });
    await scenario.advance('PT6M');
    const reply = await retract(id, mistake, '電話がつながらなかった');
    const { slots, firstResponseAt } = reply.body.incident;
    expect(slots).toEqual({ met: 0, late: 0, missed: 0, notReminded: 0 });
    expect(firstResponseAt).toBeUndefined();
    expect(reply.body.detail.slots).toMatchObject([
      { outcome: 'void', corrects: 'met', dueAt: minutesAfter(filedAt, 15) },
    ]);
    const { a } = await contactsOf(id);
    expect(a).toMatchObject({ missedInARow: 0, nextUpdateDueAt: minutesAfter(filedAt, 15) });
    expect(a.lastUpdateAt ?? a.lastMessage).toBeUndefined();
    // Its reminder had been given before the update; the next slot of the row is 30 minutes after it.
    await scenario.advance('PT21M');
    const reminders = (await scenario.inbox()).filter((each) => each.incidentId === id && each.kind === 'update-due');
    expect(reminders).toHaveLength(2);
    expect((await scenario.inbox()).filter((each) => each.kind === 'escalation')).toEqual([]);
  });

  test('the same key is one retraction', async () => {
    const id = await file('R-7');
    const mistake = await state(id, { type: 'commented', text: '別件' });
    const body = { type: 'retracted', eventId: mistake, why: '別件' };
    const path = `/api/incidents/${id}/events`;
    const first = await scenario.post(path, body, { 'idempotency-key': 'retraction-1' });
    const again = await scenario.post(path, body, { 'idempotency-key': 'retraction-1' });
    expect([first.status, again.status, again.body.id]).toEqual([201, 201, first.body.id]);
  });
});

describe('of what is or was linked', () => {
  const impact = { type: 'corrected', field: 'businessImpact', value: 'stopped' };

  test('a statement from before the link is taken back of both incidents', async () => {
    const [id, other] = [await file('R-30'), await file('R-31', { customer: { id: 'b' } })];
    const mistake = await state(other, impact);
    await state(other, { type: 'linked', to: id, basis: '同じ' });
    expect((await read(id)).impact.businessImpact).toBe('stopped');
    expect((await retract(other, mistake)).status).toBe(201);
    expect([(await read(id)).impact, (await read(other)).impact]).toMatchObject([{}, {}]);
    expect((await read(id)).impact.businessImpact).toBeUndefined();
    const last = (await timelineOf(id)).at(-1);
    expect(last).toMatchObject({
      type: 'withdrawn',
      actor: 'local',
      detail: { incident: other, why: '間違い' },
    });
    expect(last.detail).toEqual({ incident: other, eventId: mistake, why: '間違い', type: 'corrected', of: other });
  });

  test('a recovery that is taken back once the link has ended has those wait again who took it home', async () => {
    const [id, other] = [await file('R-32'), await file('R-33', { customer: { id: 'b' } })];
    await state(other, { type: 'linked', to: id, basis: '同じ' });
    const mistake = await state(id, { type: 'recovered', customers: 'all' });
    await state(other, { type: 'unlinked' });
    expect((await read(other)).status).toBe('recovered');
    expect((await retract(id, mistake)).status).toBe(201);
    await scenario.advance('PT1M');
    expect((await read(other)).status).toBe('open');
    const { b } = await contactsOf(other);
    expect(b).toMatchObject({ nextUpdateDueAt: minutesAfter((await read(other)).filedAt, 15) });
    expect(b.recoveredAt).toBeUndefined();
  });
});

describe('what is not taken back', () => {
  test('a link, its end, a retraction, what came in, and what rules decided: 409', async () => {
    const [id, other] = [await file('R-10', { customer: { id: 'c' } }), await file('R-11', { customer: { id: 'd' } })];
    await state(other, { type: 'linked', to: id, basis: '同じ' });
    await state(other, { type: 'unlinked' });
    const comment = await state(id, { type: 'commented', text: 'x' });
    await retract(id, comment);
    await scenario.advance('PT11M');
    const types = ['filed', 'linked', 'unlinked', 'retracted', 'reminded', 'reported', 'signal-received'];
    for (const tags of [[], ['again']])
      await scenario.ticket({ id: 'R-10', subject: '会計できない', description: '続報', customer: { id: 'c' }, tags });
    const events = await timelineOf(id);
    for (const type of types) {
      const event = events.find((each) => each.type === type);
      expect(event, type).toBeDefined();
      expect([type, (await retract(id, event.id)).status]).toEqual([type, 409]);
    }
    expect((await retract(id, comment)).status).toBe(409);
  });

  test('an event that is not there, or no reason: 422', async () => {
    const other = await file('R-14');
    const comment = await state(other, { type: 'commented', text: 'x' });
    expect((await retract(other, '00000099')).status).toBe(422);
    expect((await record(other, { type: 'retracted', eventId: comment })).status).toBe(422);
    expect((await record(other, { type: 'retracted', eventId: comment, why: ' ' })).status).toBe(422);
    expect((await retract('inc_000000000000000000000000', comment)).status).toBe(404);
  });
});

test('the page offers it where it is shown, and shows what was taken back beside why', async () => {
  const id = await file('R-20');
  const mistake = await state(id, { type: 'recovered' });
  const page = async (): Promise<string> => (await scenario.get(`/console/incidents/${id}?lang=ja`)).body;
  const before = await page();
  expect(before).toContain('回復していなかった場合は、時系列の「業務回復」を取り消してください。');
  expect(before).toContain(`name="eventId" value="${mistake}"`);
  await retract(id, mistake, '別の店舗だった');
  const after = await page();
  expect(after).not.toContain(`name="eventId" value="${mistake}"`);
  expect(after).toContain('ローカルの利用者が取り消し(理由: 別の店舗だった)');
  expect(after).toContain('is-retracted');
});
