/** A tap sends an update to the customer's ticket: once, word for word, and what became of it is seen. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { zendeskEvent } from '../fixtures/tickets.ts';
import { useHouses, withPolicy } from './house.ts';
import { playedTools, sendOperations, type Tool, ticketDoors } from './ticket-doors.ts';

const start = '2026-11-24T01:02:00.000Z';
const message = '渋谷店 ご担当者様\n<注文> & 会計の件、ただいま確認しております。';

const { scenario, moveIn } = useHouses(start, {
  environment: { ...toolSecrets, SENDERS: 'local, tanaka@example.jp, acme.example' },
});
beforeEach(() => scenario.house.cloud.faults.clear());

const told = () => ticketDoors(scenario);
const zendesk = (body: unknown) => told().event(body);

async function incidentOf(tool: Tool, ticketId: string): Promise<string> {
  const reply = await told().reported(tool, ticketId);
  expect(reply.body.created).toBe(true);
  // The note that it was filed is on the ticket before anybody taps: faults meet updates alone.
  await scenario.advance('PT1M');
  return reply.body.incident.id;
}
const tap = (id: string, more: Record<string, unknown> = {}, headers = {}) =>
  scenario.post(`/api/incidents/${id}/updates`, { customers: 'all', message, ...more }, headers);
const updatesOf = async (id: string) => (await scenario.get(`/api/incidents/${id}/updates`)).body.updates;
/** What the customer sees. */
const commentsOf = async (tool: Tool, id: string) =>
  (await scenario.get(`/_local/tools/${tool}/tickets/${id}`)).body.comments.filter(
    (each: { isPublic: boolean }) => each.isPublic,
  );
const eventsOf = async (id: string, type: string) =>
  (await scenario.get(`/api/incidents/${id}/timeline`)).body.events.filter(
    (each: { type: string }) => each.type === type,
  );
const fault = (body: Record<string, unknown>) => scenario.post('/_local/faults', body);
let ticket = 70_000;
const nextTicket = (): string => {
  ticket += 1;
  return String(ticket);
};

describe.each(playedTools)('by %s', (tool) => {
  beforeEach(moveIn);

  test('the comment is there once, word for word, meets one slot, and its echo is a signal alone', async () => {
    const ticketId = nextTicket();
    const id = await incidentOf(tool, ticketId);
    const tapped = await tap(id);
    expect(tapped.status).toBe(202);
    expect(tapped.body.updates).toMatchObject([{ state: 'sending', tool, ticketId, customerId: `store-${ticketId}` }]);
    await scenario.advance('PT1M');
    expect(await updatesOf(id)).toMatchObject([{ state: 'sent', text: message, error: null }]);
    const comments = await commentsOf(tool, ticketId);
    expect(comments).toMatchObject([{ body: message, isPublic: true }]);
    const updated = await eventsOf(id, 'customer-updated');
    expect(updated).toHaveLength(1);
    expect(updated[0].detail).toMatchObject({
      message,
      channel: 'ticket',
      sentAs: { tool, id: comments[0].id, url: expect.stringMatching(/^https?:/) },
    });
    const [contact] = (await scenario.get(`/api/incidents/${id}/contacts`)).body.contacts;
    expect(contact.lastUpdateAt).toBe(updated[0].occurredAt);
    expect(
      (await eventsOf(id, 'slot-closed')).map((each: { detail: { outcome: string } }) => each.detail.outcome),
    ).toEqual(['met']);
    // The tool has told us of our own note, and of our own comment.
    const kinds = (await eventsOf(id, 'signal-received')).map((each: { detail: { kind: string } }) => each.detail.kind);
    expect(kinds.filter((each: string) => each !== 'noted')).toEqual(['agent-replied']);
  });

  test('a webhook that comes first, twice, never or late, and a 500 with or without a comment, leave one comment', async () => {
    const faults = [
      ...['reorder', 'double', 'fail', 'delay'].map((effect) => ({ target: `tools.${tool}.webhook`, effect })),
      ...['fail', 'fail-after'].map((effect) => ({
        target: `tools.${tool}.${sendOperations[tool]}`,
        effect,
        code: '500',
      })),
    ];
    const incidents: [ticketId: string, id: string][] = [];
    for (const each of faults) {
      const ticketId = nextTicket();
      const id = await incidentOf(tool, ticketId);
      incidents.push([ticketId, id]);
      await fault({ ...each, match: ticketId, delayMs: 600_000 });
      expect((await tap(id)).status).toBe(202);
    }
    await scenario.advance('PT12M');
    for (const [ticketId, id] of incidents) {
      expect(await updatesOf(id)).toMatchObject([{ state: 'sent' }]);
      expect(await commentsOf(tool, ticketId)).toHaveLength(1);
      expect(await eventsOf(id, 'customer-updated')).toHaveLength(1);
    }
  });

  test('what was taken and nobody knows of is found by a new tap of the same words, and not said twice', async () => {
    const ticketId = nextTicket();
    const id = await incidentOf(tool, ticketId);
    const at = { target: `tools.${tool}`, match: ticketId, times: 1_000 };
    await fault({ ...at, target: `tools.${tool}.${sendOperations[tool]}`, effect: 'hang-after', times: 1 });
    await fault({ ...at, target: `tools.${tool}.webhook`, effect: 'fail' });
    await withPolicy(policy.outgoing, { toolTimeout: 'PT2S' }, async () => {
      await tap(id);
      await scenario.advance('PT10S');
    });
    await fault({ ...at, target: `tools.${tool}.*`, effect: 'fail', code: '503' });
    await scenario.advance('PT20M');
    expect(await updatesOf(id)).toMatchObject([{ state: 'unknown' }]);
    scenario.house.cloud.faults.clear();
    expect((await tap(id)).status).toBe(202);
    await scenario.advance('PT2M');
    expect((await updatesOf(id)).at(-1)).toMatchObject({ state: 'sent' });
    expect(await commentsOf(tool, ticketId)).toHaveLength(1);
  });

  test('what is not taken within a quarter of an hour has failed, is announced, and can be sent by a new tap', async () => {
    const ticketId = nextTicket();
    const id = await incidentOf(tool, ticketId);
    await fault({ target: `tools.${tool}.*`, effect: 'fail', code: '429', times: 1_000 });
    await tap(id);
    const again = await tap(id);
    expect(again).toMatchObject({ status: 409, body: { detail: expect.stringContaining(`store-${ticketId}`) } });
    await scenario.advance('PT18M');
    expect(await updatesOf(id)).toMatchObject([{ state: 'failed', error: expect.stringContaining('15 min') }]);
    expect(await commentsOf(tool, ticketId)).toEqual([]);
    const told = (await scenario.inbox()).filter((each) => each.incidentId === id && each.kind === 'update-failed');
    expect(told).toHaveLength(1);
    // Who was not reached, where, and why.
    expect(told[0]?.text).toMatch(new RegExp(`^- .+ \\(.+ ${ticketId}\\): .*15分以内.*429`, 'm'));
    expect((await scenario.get(`/api/incidents/${id}`)).body.failedUpdates).toBe(1);
    scenario.house.cloud.faults.clear();
    expect((await tap(id)).status).toBe(202);
    await scenario.advance('PT2M');
    expect((await updatesOf(id)).map((each: { state: string }) => each.state)).toEqual(['failed', 'sent']);
    expect((await scenario.get(`/api/incidents/${id}`)).body).not.toHaveProperty('failedUpdates');
  });
});

describe('its recipients', () => {
  beforeAll(moveIn);

  test('those who have not reported themselves, drills and generic tickets are sent by hand', async () => {
    const other = await scenario.ticket({
      id: 'G-1',
      subject: 'x',
      customer: { id: 'a' },
      affectedCustomers: [{ id: 'b' }],
    });
    const { body } = await tap(other.body.incident.id);
    expect(body.updates).toMatchObject([
      { state: 'by-hand', text: message, error: expect.any(String) },
      { state: 'by-hand', error: expect.stringContaining('no ticket') },
    ]);
    const ticketId = nextTicket();
    const drill = await zendesk(
      zendeskEvent('created', { id: 'drill', detail: { id: ticketId, tags: ['metronome-drill'] } }),
    );
    expect((await tap(drill.body.incident.id)).body.updates).toMatchObject([{ state: 'by-hand' }]);
    await scenario.advance('PT2M');
    expect(await commentsOf('zendesk', ticketId)).toEqual([]);
  });

  test('a closed ticket and an unknown one are sent by hand, and somebody is told', async () => {
    const ticketId = nextTicket();
    const id = await incidentOf('zendesk', ticketId);
    await zendesk(
      zendeskEvent('status_changed', { id: `c-${ticketId}`, detail: { id: ticketId }, event: { current: 'CLOSED' } }),
    );
    await tap(id);
    await scenario.advance('PT2M');
    expect(await updatesOf(id)).toMatchObject([{ state: 'by-hand', error: 'The ticket is closed.' }]);
    expect((await scenario.inbox()).some((each) => each.incidentId === id && each.kind === 'update-failed')).toBe(true);
  });
});

test('taps at once send one comment; the same key answers the same', async () => {
  const ticketId = nextTicket();
  const id = await incidentOf('zendesk', ticketId);
  // A second tap while it is being sent is told so; a later one gets what was sent.
  const replies = await Promise.all([tap(id), tap(id), tap(id)]);
  const taken = replies.filter(({ status }) => status === 202);
  expect(taken.length).toBeGreaterThan(0);
  expect(replies.every(({ status }) => status === 202 || status === 409)).toBe(true);
  expect(new Set(taken.map(({ body }) => body.updates[0].id)).size).toBe(1);
  await scenario.advance('PT2M');
  expect(await commentsOf('zendesk', ticketId)).toHaveLength(1);
  const key = { 'idempotency-key': 'k-1' };
  const [first, again] = [await tap(id, { message: 'two' }, key), await tap(id, { message: 'two' }, key)];
  expect(again).toMatchObject({ status: 202, body: { updates: [{ id: first.body.updates[0].id }] } });
  expect((await tap(id, { message: 'three' }, key)).status).toBe(422);
  await scenario.advance('PT2M');
  expect(await commentsOf('zendesk', ticketId)).toHaveLength(2);
});

test('what waits to be sent of a report that is linked leaves all the same', async () => {
  const ticketId = nextTicket();
  const id = (await told().reported('zendesk', ticketId)).body.incident.id;
  const to = await incidentOf('zendesk', nextTicket());
  // The note that it was filed, and an update that nothing has published: both wait for the next look.
  const other = nextTicket();
  const noted = (await told().reported('zendesk', other)).body.incident.id;
  await fault({ target: 'pubsub.Publish', effect: 'fail', code: 'PERMISSION_DENIED' });
  expect((await tap(id)).status).toBe(202);
  for (const each of [id, noted]) {
    const linked = await scenario.post(`/api/incidents/${each}/events`, { type: 'linked', to, basis: 'the same' });
    expect(linked.status).toBe(201);
  }
  await scenario.advance('PT2M');
  expect(await commentsOf('zendesk', ticketId)).toMatchObject([{ body: message }]);
  const { comments } = (await scenario.get(`/_local/tools/zendesk/tickets/${other}`)).body;
  expect(comments).toMatchObject([{ isPublic: false, body: expect.stringContaining(noted) }]);
});

test('what is to be announced of a report as it is linked, a failed update and a recovery that is questioned, is told there', async () => {
  const to = await incidentOf('zendesk', nextTicket());
  const [closed, questioned] = [nextTicket(), nextTicket()];
  const [failing, over] = [await incidentOf('zendesk', closed), await incidentOf('zendesk', questioned)];
  const about = (ticketId: string, event: Record<string, unknown>) => ({
    id: `w-${ticketId}`,
    detail: { id: ticketId },
    event,
  });
  await zendesk(zendeskEvent('status_changed', about(closed, { current: 'CLOSED' })));
  await scenario.post(`/api/incidents/${over}/events`, { type: 'recovered' });
  await scenario.advance('PT2M');
  await tap(failing);
  // Long enough to fail, and not until the next look.
  await scenario.advance('PT10S');
  const author = { id: `store-${questioned}`, is_staff: false };
  const comment = { id: `8${questioned}`, body: 'まだ止まります', is_public: true, author };
  await zendesk(zendeskEvent('comment_added', about(questioned, { comment })));
  for (const id of [failing, over]) {
    expect((await scenario.post(`/api/incidents/${id}/events`, { type: 'linked', to, basis: 'x' })).status).toBe(201);
  }
  await scenario.advance('PT1M');
  const notice = (await scenario.inbox()).find((each) => each.incidentId === to && each.kind === 'update-failed');
  expect(notice?.customers).toContain(`store-${closed}`);
  expect(notice?.text).toContain('まだ止まります');
});

describe.each([
  ['fails', 100, 'update-failed'],
  ['arrives', 1, 'customer-updated'],
])('an update that %s after the link has ended by which its customer was told', (_, times, type) => {
  const ways: [how: string, isFurther: boolean][] = [
    ['directly', false],
    ['by way of another', true],
  ];
  // `npm test` plays one of the two: a failure by way of another, and an arrival directly.
  const played = ways.filter(([, isFurther]) => playedTools.length > 1 || isFurther === (type === 'update-failed'));
  test.each(played)('is recorded with who has that customer now, linked %s', async (__, isFurther) => {
    const [ticketId, ...others] = [nextTicket(), nextTicket(), nextTicket()];
    const [member, to, above] = [
      await incidentOf('zendesk', ticketId),
      await incidentOf('zendesk', others[0] ?? ''),
      await incidentOf('zendesk', others[1] ?? ''),
    ];
    const state = async (id: string, body: object) =>
      expect((await scenario.post(`/api/incidents/${id}/events`, body)).status).toBe(201);
    await state(member, { type: 'linked', to, basis: 'the same' });
    if (isFurther) await state(to, { type: 'linked', to: above, basis: 'the same' });
    const primary = isFurther ? above : to;
    await fault({ target: 'tools.zendesk.updateTicket', effect: 'fail', code: '503', match: ticketId, times });
    expect((await tap(primary)).body.updates).toHaveLength(isFurther ? 3 : 2);
    await scenario.advance('PT5S');
    // Its customer is then the one's that it was linked to, or its own.
    await state(isFurther ? to : member, { type: 'unlinked' });
    const has = isFurther ? to : member;
    await scenario.advance('PT20M');
    const customers = [`store-${ticketId}`];
    const recorded = (await eventsOf(has, type)).filter(
      (each: { detail: { updateId?: string } }) => each.detail.updateId,
    );
    expect(recorded.map((each: { detail: { customers: string[] } }) => each.detail.customers)).toContainEqual(
      customers,
    );
    expect(
      (await eventsOf(primary, type)).flatMap((each: { detail: { customers: string[] } }) => each.detail.customers),
    ).not.toContain(customers[0]);
    const notices = (await scenario.inbox()).filter((each) => each.kind === 'update-failed' && each.incidentId === has);
    expect(notices.flatMap((each) => each.customers)).toEqual(type === 'update-failed' ? customers : []);
  });
});

test('a ticket that has changed under us, without a word to the customer, takes the update on its new state', async () => {
  const ticketId = nextTicket();
  const id = await incidentOf('zendesk', ticketId);
  await fault({ target: 'tools.zendesk.updateTicket', effect: 'fail', code: '409' });
  await tap(id);
  await scenario.advance('PT1M');
  expect(await updatesOf(id)).toMatchObject([{ state: 'sent' }]);
});

test('what somebody else has told the customer before a second try is shown, and nothing is sent over it', async () => {
  const ticketId = nextTicket();
  const id = await incidentOf('zendesk', ticketId);
  await fault({ target: 'tools.zendesk.updateTicket', effect: 'fail', code: '503' });
  await tap(id);
  await scenario.advance('PT10S');
  const comment = {
    id: `9${ticketId}`,
    body: '直りました。',
    is_public: true,
    author: { id: 8, is_staff: true, name: '鈴木' },
  };
  await zendesk(zendeskEvent('comment_added', { id: `r-${ticketId}`, detail: { id: ticketId }, event: { comment } }));
  await scenario.advance('PT3M');
  expect(await updatesOf(id)).toMatchObject([{ state: 'failed', error: expect.stringContaining('直りました。') }]);
  expect(await commentsOf('zendesk', ticketId)).toMatchObject([{ body: '直りました。', author: '鈴木' }]);
  expect((await eventsOf(id, 'customer-updated')).map((each: { actor: string }) => each.actor)).toEqual(['zendesk:8']);
  const notice = (await scenario.inbox()).find((each) => each.incidentId === id && each.kind === 'update-failed');
  expect(notice?.text).toContain('直りました。');
});

test.each(['zendesk', 'freshdesk'] as const)(
  'of %s’s ticket nobody can read, its own word says that the update is there, also after a quarter of an hour',
  async (tool) => {
    await moveIn();
    const ticketId = nextTicket();
    const id = await incidentOf(tool, ticketId);
    const read = { zendesk: 'listComments', freshdesk: 'listConversations' }[tool];
    await fault({
      target: `tools.${tool}.${sendOperations[tool]}`,
      match: ticketId,
      effect: 'fail-after',
      code: '500',
    });
    await fault({ target: `tools.${tool}.${read}`, match: ticketId, effect: 'fail', code: '503', times: 1_000 });
    await fault({ target: `tools.${tool}.webhook`, match: ticketId, effect: 'delay', delayMs: 1_500_000 });
    await tap(id);
    await scenario.advance('PT20M');
    expect(await updatesOf(id)).toMatchObject([{ state: 'unknown' }]);
    expect((await scenario.get(`/api/incidents/${id}`)).body.failedUpdates).toBe(1);
    expect(await eventsOf(id, 'customer-updated')).toEqual([]);
    await scenario.advance('PT8M');
    expect(await updatesOf(id)).toMatchObject([{ state: 'sent', error: null }]);
    expect(await commentsOf(tool, ticketId)).toHaveLength(1);
    expect(await eventsOf(id, 'customer-updated')).toMatchObject([{ detail: { message, sentAs: { tool } } }]);
    expect((await scenario.get(`/api/incidents/${id}`)).body).not.toHaveProperty('failedUpdates');
  },
);

test('a reply of an agent, or a statement by hand, ends what failed', async () => {
  const ticketId = nextTicket();
  const id = await incidentOf('zendesk', ticketId);
  await fault({ target: 'tools.zendesk.*', effect: 'fail', code: '403' });
  await tap(id);
  await scenario.advance('PT2M');
  expect(await updatesOf(id)).toMatchObject([{ state: 'failed', error: expect.stringContaining('403') }]);
  expect((await scenario.get(`/api/incidents/${id}`)).body.failedUpdates).toBe(1);
  await scenario.post(`/api/incidents/${id}/events`, {
    type: 'customer-updated',
    customers: 'all',
    message,
    channel: 'phone',
  });
  expect((await scenario.get(`/api/incidents/${id}`)).body).not.toHaveProperty('failedUpdates');
});

test('the drafts are there to read, with their recipients, and one that says too little is not sent', async () => {
  const id = await incidentOf('zendesk', nextTicket());
  await scenario.post(`/api/incidents/${id}/events`, {
    type: 'scoped',
    affectedCustomerCount: 2,
    affectedCustomers: [{ id: 'store-99', name: '目黒店' }],
  });
  const draftsIn = async (query = '') => (await scenario.get(`/api/incidents/${id}/drafts${query}`)).body.drafts;
  const [contact, other] = (await scenario.get(`/api/incidents/${id}/contacts`)).body.contacts;
  const drafts: { customers: string[]; language: string; kind: string; text: string }[] = await draftsIn();
  expect(drafts.flatMap(({ customers }) => customers).toSorted()).toEqual(
    [contact, other].flatMap((each) => each.customers.map((customer: { id: string }) => customer.id)).toSorted(),
  );
  expect(drafts.map(({ language, kind }) => [language, kind])).toEqual([
    [policy.sender.language, 'first'],
    [policy.sender.language, 'first'],
  ]);
  expect((await draftsIn('?language=en')).map((each: { text: string }) => each.text.slice(0, 6))).toContain('Hello ');
  // 目黒店 has reported nothing, and the area has no public name: nobody has said yet what it is about.
  const open = drafts.find(({ customers }) => customers.includes('store-99'));
  expect(open?.text).toContain('【要記入');
  expect(open).toMatchObject({ needs: ['described'], sendable: false, due: false, dueAt: expect.any(String) });
  const refused = await tap(id, { customers: open?.customers, message: open?.text });
  expect([refused.status, refused.body.errors?.[0].path]).toEqual([422, 'message']);
  const filled = open?.text.replace(/【.*】/, '会計画面が開きません。');
  expect((await tap(id, { customers: open?.customers, message: filled })).status).toBe(202);
  // Once somebody has said what it is, nobody is asked again.
  await scenario.post(`/api/incidents/${id}/events`, { type: 'described', text: '会計画面が開かない' });
  const described = (await draftsIn()).find(({ customers }: { customers: string[] }) => customers.includes('store-99'));
  expect(described).toMatchObject({ needs: [], text: expect.stringContaining('「会計画面が開かない」の件で') });
  expect((await scenario.get('/api/incidents/inc_000000000000000000000000/drafts')).status).toBe(404);
});
