/** The stub of Zendesk refuses what Zendesk refuses, and tells of what was said as Zendesk does. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { zendeskComment, zendeskEvent, zendeskTrigger } from '../../fixtures/tickets.ts';
import { type LocalTools, startTools } from './tools.ts';

const ticket = '/api/v2/tickets/9120.json';
let tools: LocalTools;
let doorStatus = 200;
beforeEach(async () => {
  doorStatus = 200;
  tools = await startTools(() => doorStatus);
  await tools.tell('zendesk', zendeskEvent('created'));
  tools.posted.length = 0;
});
afterEach(() => tools.close());

const say = (comment: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  tools.call('zendesk', 'PUT', ticket, { ticket: { comment, ...more } });

describe('what it takes', () => {
  test('who has not proved themselves is refused before anything else', async () => {
    const refused = await tools.call('zendesk', 'PUT', ticket, '{', { authorization: 'Basic eDp5' });
    expect(refused).toMatchObject({ status: 401, body: { error: "Couldn't authenticate you" } });
  });

  test('a public comment in HTML is read back as text, in the audit of the answer and in the list of comments', async () => {
    const answer = await say({ html_body: '<p>A &amp; B<br>&lt;b&gt;<br><br>次回は10:30です。</p>', public: true });
    const text = 'A & B\n<b>\n\n次回は10:30です。';
    expect(answer.status).toBe(200);
    const [event] = answer.body.audit.events;
    expect(event).toMatchObject({ type: 'Comment', public: true, body: text });
    const { body } = await tools.call('zendesk', 'GET', '/api/v2/tickets/9120/comments.json?sort=-created_at');
    expect(body.comments).toMatchObject([{ id: event.id, author_id: answer.body.audit.author_id, plain_body: text }]);
    expect((await tools.look('zendesk', '9120')).body.comments).toMatchObject([
      { id: String(event.id), body: text, isPublic: true, author: 'Metronome' },
    ]);
  });

  test('comments and audits come in pages, and the newest first where that is asked for', async () => {
    for (const name of ['a', 'b', 'c']) await say({ body: name });
    const url = '/api/v2/tickets/9120/comments.json?sort=-created_at&page[size]=2';
    const first = (await tools.call('zendesk', 'GET', url)).body;
    expect(first.comments.map((each: { body: string }) => each.body)).toEqual(['c', 'b']);
    const rest = (await tools.call('zendesk', 'GET', `${url}&page[after]=${first.meta.after_cursor}`)).body;
    expect(rest).toMatchObject({ comments: [{ body: 'a' }], meta: { has_more: false } });
    const audits = (await tools.call('zendesk', 'GET', '/api/v2/tickets/9120/audits.json?page[size]=1')).body;
    expect(audits).toMatchObject({ audits: [{ events: [{ body: 'a' }] }], meta: { has_more: true } });
  });

  test('each comment and its audit are its author’s and of its time, as public as it was said', async () => {
    await say({ body: 'a' });
    await tools.advance(5_000);
    await tools.tell('zendesk', zendeskComment({ id: '7001', name: '佐藤', is_staff: false }, false, 'b'));
    const read = async (what: string) =>
      (await tools.call('zendesk', 'GET', `/api/v2/tickets/9120/${what}.json`)).body[what];
    const [mine, theirs] = await read('comments');
    expect(mine).toMatchObject({ body: 'a', public: true, created_at: '2026-11-24T10:00:01Z' });
    expect(theirs).toMatchObject({ id: 771, body: 'b', public: false, author_id: 7001 });
    expect(Date.parse(theirs.created_at)).toBeGreaterThanOrEqual(Date.parse('2026-11-24T10:00:05Z'));
    expect(mine.author_id).not.toBe(7001);
    const audits = await read('audits');
    expect(audits).toMatchObject([
      { ticket_id: 9120, author_id: mine.author_id, events: [{ id: mine.id, public: true }] },
      {
        ticket_id: 9120,
        author_id: 7001,
        created_at: theirs.created_at,
        events: [{ id: 771, author_id: 7001, public: false }],
      },
    ]);
  });

  test('a placeholder is filled in before anybody reads it', async () => {
    await say({ body: 'チケット {{ticket.id}} {{ ticket.title }}: {% if x %}{{secret}}' });
    expect((await tools.look('zendesk', '9120')).body.comments[0].body).toBe('チケット 9120 注文が確定できない:');
  });

  test.each([
    ['a blank comment', { html_body: '<p> </p>' }],
    ['a comment that is too long', { body: 'x'.repeat(65_536) }],
  ])('%s is a 422', async (_, comment) => {
    expect(await say(comment)).toMatchObject({ status: 422, body: { error: 'RecordInvalid' } });
    expect((await tools.look('zendesk', '9120')).body.comments).toEqual([]);
  });

  test('a comment of 65,535 characters is taken', async () => {
    expect((await say({ body: 'x'.repeat(65_535) })).status).toBe(200);
  });
});

describe('a safe update', () => {
  const stamp = async (): Promise<string> => (await tools.call('zendesk', 'GET', ticket)).body.ticket.updated_at;

  test('is refused where somebody has written meanwhile, also within the same second, and taken with the new stamp', async () => {
    const seen = await stamp();
    await tools.tell('zendesk', zendeskComment({ id: 8, is_staff: true, name: '鈴木' }));
    const conflict = await say({ body: 'x' }, { safe_update: true, updated_stamp: seen });
    expect(conflict).toMatchObject({ status: 409, body: { error: 'UpdateConflict' } });
    expect((await say({ body: 'x' }, { safe_update: true, updated_stamp: await stamp() })).status).toBe(200);
    const { comments } = (await tools.look('zendesk', '9120')).body;
    expect(comments.map((each: { author: string }) => each.author)).toEqual(['鈴木', 'Metronome']);
  });

  test('is taken with the newest stamp alone, which moves on with whatever is told within one second', async () => {
    const seen = [await stamp()];
    for (const body of [
      zendeskEvent('status_changed', { event: { current: 'OPEN' }, id: 'a' }),
      zendeskTrigger({ ticket_id: '9120', ticket_title: '別の題' }),
      zendeskEvent('created', { id: 'b' }),
    ]) {
      await tools.tell('zendesk', body);
      seen.push(await stamp());
    }
    expect(seen.map((each) => Date.parse(each) - tools.clock.now())).toEqual([0, 1_000, 2_000, 3_000]);
    const statuses = [];
    for (const updated_stamp of seen)
      statuses.push((await say({ body: 'x' }, { safe_update: true, updated_stamp })).status);
    expect(statuses).toEqual([409, 409, 409, 200]);
  });

  test('needs a stamp, whatever its value', async () => {
    expect((await say({ body: 'x' }, { safe_update: false })).status).toBe(422);
  });

  test.each<[status: string, updated: number]>([
    ['New', 200],
    ['Pending', 200],
    ['Solved', 200],
    ['Closed', 422],
  ])(
    'a ticket of which the published template told that it is %s is known so, and an update answered %i',
    async (status, updated) => {
      await tools.tell('zendesk', zendeskTrigger({ ticket_id: '9200', ticket_status: status }));
      const known = { id: 9200, subject: '注文が確定できない', requester_id: 7001, organization_id: 8100 };
      const path = '/api/v2/tickets/9200.json';
      const seen = async () => (await tools.call('zendesk', 'GET', path)).body.ticket;
      expect(await seen()).toMatchObject({ ...known, status: status.toLowerCase() });
      // What a later word leaves out stays.
      await tools.tell('zendesk', { ticket_id: '9200', ticket_title: '別の題' });
      expect(await seen()).toMatchObject({ ...known, subject: '別の題', status: status.toLowerCase() });
      const update = await tools.call('zendesk', 'PUT', path, { ticket: { comment: { body: 'x' } } });
      expect(update.status).toBe(updated);
    },
  );

  test('a closed ticket takes nothing more; a solved one does', async () => {
    const become = (current: string) =>
      tools.tell('zendesk', zendeskEvent('status_changed', { event: { current }, id: current }));
    await become('SOLVED');
    expect((await say({ body: 'x' })).status).toBe(200);
    await become('CLOSED');
    const refused = await say({ body: 'x' });
    expect(refused.status).toBe(422);
    expect(refused.body.details.status[0].description).toMatch(/closed prevents ticket update/);
  });
});

test('a ticket takes thirty updates in ten minutes of the house’s clock, then 429 until the window ends', async () => {
  for (let count = 0; count < 30; count += 1) expect((await say({ body: `${count}` })).status).toBe(200);
  // A second that has begun counts whole.
  await tools.advance(60_001);
  const refused = await say({ body: '31' });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('540');
  expect((await tools.call('zendesk', 'GET', ticket)).headers.get('x-rate-limit-remaining')).toBe('699');
  await tools.advance(539_999);
  expect((await say({ body: '31' })).status).toBe(200);
});

describe('its webhook', () => {
  test('is posted once however often it is asked what is due while the door still reads it', async () => {
    await say({ body: 'x' });
    await Promise.all([tools.advance(0), tools.advance(0), tools.advance(9_999)]);
    expect(tools.posted).toHaveLength(1);
  });

  test.each([
    ['fail', 0],
    ['double', 2],
  ] as const)('meets faults of its own: %s', async (effect, times) => {
    tools.faults.add({ target: 'tools.zendesk.webhook', effect });
    await say({ body: 'x' });
    await tools.advance(60_000);
    expect(tools.posted).toHaveLength(times);
  });

  test('can come before the answer to what it tells of, or later', async () => {
    tools.faults.add({ target: 'tools.zendesk.webhook', effect: 'reorder' });
    await say({ body: 'x' });
    expect(tools.posted).toHaveLength(1);
    tools.faults.add({ target: 'tools.*', effect: 'delay', delayMs: 300_000, skip: 1 });
    await say({ body: 'y' });
    await tools.advance(299_000);
    expect(tools.posted).toHaveLength(1);
    await tools.advance(1_000);
    expect(tools.posted).toHaveLength(2);
  });
});

describe('faults of a call', () => {
  test('fails without having done it, or having done it, with the status that is asked for', async () => {
    tools.faults.add({ target: 'tools.zendesk.*', effect: 'fail', code: '429' });
    const refused = await say({ body: 'x' });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect((await tools.look('zendesk', '9120')).body.comments).toHaveLength(0);
    tools.faults.add({ target: 'tools.zendesk.updateTicket', match: '9120', effect: 'fail-after', code: '500' });
    expect((await say({ body: 'x' })).status).toBe(500);
    expect((await tools.look('zendesk', '9120')).body.comments).toHaveLength(1);
  });

  test.each([
    ['hang', 0],
    ['hang-after', 1],
  ] as const)('%s: no answer, and %i comments', async (effect, count) => {
    tools.faults.add({ target: 'tools.zendesk.updateTicket', effect });
    const pending = say({ body: 'x' });
    const isAnswered = await Promise.race([
      pending.then(
        () => true,
        () => true,
      ),
      tools.call('zendesk', 'GET', ticket).then(() => false),
    ]);
    expect(isAnswered).toBe(false);
    expect((await tools.look('zendesk', '9120')).body.comments).toHaveLength(count);
    pending.catch(() => undefined);
  });
});
