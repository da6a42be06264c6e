/** How each ticket tool's answers are read, with bodies alone: whose comment is ours, what a status means, and until when to wait. */
import { describe, expect, test } from 'vitest';
import { freshdesk } from '../../../functions/outgoing/tickets/freshdesk.ts';
import { intercom } from '../../../functions/outgoing/tickets/intercom.ts';
import { jira } from '../../../functions/outgoing/tickets/jira.ts';
import type {
  Conversation,
  OwnComment,
  TicketTool,
  ToolAnswer,
} from '../../../functions/outgoing/tickets/ticket-tool.ts';
import { zendesk } from '../../../functions/outgoing/tickets/zendesk.ts';

const tools: Record<string, TicketTool> = { zendesk, intercom: intercom('991'), freshdesk, jira };
const now = Date.parse('2026-11-24T10:00:00Z');
const isoAt = (seconds: number): string => new Date(now + seconds * 1_000).toISOString();
const epochAt = (seconds: number): number => now / 1_000 + seconds;

/** @returns what comes of it; what is asked beyond the answers is told as `asked` */
function hold<T>(conversation: Conversation<T>, ...answers: ToolAnswer[]): T | { asked: string } {
  let step = conversation.next();
  for (const answer of answers) {
    if (step.done) break;
    step = conversation.next(answer);
  }
  return step.done ? step.value : { asked: step.value.operation };
}
const ok = (body: unknown, headers: Record<string, string> = {}): ToolAnswer => ({ status: 200, headers, body });
const comment: OwnComment = { ticketId: '1', text: '確認中です。', isPublic: true, reference: 'upd_1' };
const note: OwnComment = { ...comment, isPublic: false };

type Fields = Record<string, unknown>;
/** A public comment of ours as each tool tells it, made so many seconds after it was asked for; and the list that contains it. */
const told: Record<
  string,
  { made: (seconds: number, more?: Fields) => Fields; listed: (...all: Fields[]) => unknown; asNote: Fields }
> = {
  zendesk: {
    made: (seconds, more) => ({ id: 7, public: true, created_at: isoAt(seconds), plain_body: '確認中です。', ...more }),
    listed: (...comments) => ({ comments }),
    asNote: { public: false },
  },
  intercom: {
    made: (seconds, more) => ({
      id: '7',
      part_type: 'comment',
      author: { type: 'admin', id: '991' },
      created_at: epochAt(seconds),
      body: '<p>確認中です。</p>',
      ...more,
    }),
    listed: (...parts) => ({ conversation_parts: { conversation_parts: parts } }),
    asNote: { part_type: 'note' },
  },
  freshdesk: {
    made: (seconds, more) => ({
      id: 7,
      incoming: false,
      private: false,
      created_at: isoAt(seconds),
      body_text: '確認中です。',
      ...more,
    }),
    listed: (...all) => all,
    asNote: { private: true },
  },
  jira: {
    made: (seconds, more) => ({
      id: '7',
      jsdPublic: true,
      created: isoAt(seconds).replace('Z', '+0000'),
      body: '確認中です。',
      ...more,
    }),
    listed: (...comments) => ({ comments }),
    asNote: { jsdPublic: false },
  },
};

describe.each(Object.entries(told))('by %s', (name, { made, listed, asNote }) => {
  const tool = tools[name] as TicketTool;
  const find = (all: Fields[], own = comment, headers = {}) =>
    (hold(tool.find(own, now, now), ok(listed(...all), headers)) as { kind: string }).kind;

  test.each<[string, number, Fields, string]>([
    ['made when it was asked for', 0, {}, 'found'],
    ['dated a minute before, since clocks differ', -60, {}, 'found'],
    ['dated earlier', -61, {}, 'absent'],
    ['of the team’s own', 0, asNote, 'absent'],
  ])('a comment of the same words %s is %s', (_, seconds, more, kind) => {
    expect(find([made(seconds, more)])).toBe(kind);
  });

  test('a note is found as a note, and not as what the customer reads', () => {
    expect([find([made(0, asNote)], note), find([made(0)], note)]).toEqual(['found', 'absent']);
  });

  test('what is another update of ours is passed over, whatever kind its id is', () => {
    const own = { ...comment, taken: new Set(['7']) };
    expect([find([made(0)], own), find([made(0), made(0, { id: 8 })], own)]).toEqual(['absent', 'found']);
  });

  test('a tool whose clock is behind dates what it takes by its own, one that is ahead hides nothing', () => {
    const date = (seconds: number) => ({ date: new Date(now + seconds * 1_000).toUTCString() });
    expect([find([made(-600)], comment, date(-600)), find([made(-661)], comment, date(-600))]).toEqual([
      'found',
      'absent',
    ]);
    expect(find([made(0)], comment, date(600))).toBe('found');
  });

  test('it says when the tool took it', () => {
    expect(hold(tool.find(comment, now, now), ok(listed(made(5))))).toEqual({
      kind: 'found',
      commentId: '7',
      at: now + 5_000,
    });
  });

  // Zendesk’s ticket is read first, and of Jira’s issue whether it is a customer’s request.
  const before: ToolAnswer[] =
    name === 'zendesk' ? [ok({ ticket: { status: 'open' } })] : name === 'jira' ? [ok({ issueId: '1' })] : [];

  test.each<[body: unknown, isReadable: boolean]>([
    [{}, true],
    [{ ok: true }, true],
    [undefined, false],
    ['<html>', false],
  ])('a 2xx that names no comment, of %j, has been taken: the tool’s own word is %s', (body, isReadable) => {
    for (const own of [comment, note]) {
      const answers = name === 'jira' && !own.isPublic ? [] : before;
      expect(hold(tool.send(own, now), ...answers, ok(body))).toMatchObject({ kind: 'taken', isReadable });
    }
  });

  test.each([
    [400, 'rejected', 'rejected'],
    [401, 'rejected', 'rejected'],
    [403, 'rejected', 'rejected'],
    [404, 'by-hand', 'by-hand'],
    [408, 'unknown', 'retry'],
    [410, 'by-hand', 'by-hand'],
    [413, 'rejected', 'rejected'],
    [425, 'retry', 'retry'],
    [429, 'retry', 'retry'],
    [500, 'unknown', 'retry'],
    [504, 'unknown', 'retry'],
  ])('%i to what writes is %s, to what reads %s', (status, ofWriting, ofReading) => {
    const answer: ToolAnswer = { status, headers: {}, body: {} };
    // Intercom does not say whether an id is a conversation’s or a ticket’s: both are asked.
    const answers = [answer, answer];
    const meant = (kind: string) => (kind === 'by-hand' ? byHand : { kind });
    expect(hold(tool.send(comment, now), ...before, ...answers)).toMatchObject(meant(ofWriting));
    expect(hold(tool.find(comment, now, now), ...answers)).toMatchObject(meant(ofReading));
  });

  test('without an answer it may have been taken, unless nothing was reached', () => {
    const silent = (wasSent: boolean): ToolAnswer => ({ status: undefined, wasSent, why: 'Nothing.' });
    expect(hold(tool.send(comment, now), ...before, silent(true))).toMatchObject({ kind: 'unknown' });
    expect(hold(tool.send(comment, now), ...before, silent(false))).toMatchObject({ kind: 'retry' });
    expect(hold(tool.find(comment, now, now), silent(true))).toMatchObject({ kind: 'retry' });
  });

  test.each<[string, Record<string, string>, number | undefined]>([
    ['seconds', { 'retry-after': ' 30 ' }, now + 30_000],
    ['a date', { 'retry-after': 'Tue, 24 Nov 2026 10:02:00 GMT' }, now + 120_000],
    ['a date that has passed', { 'retry-after': 'Tue, 24 Nov 2026 09:00:00 GMT' }, now],
    ['the second of its window', { 'x-ratelimit-reset': String(epochAt(45)) }, now + 45_000],
    ['the end of its window', { 'x-ratelimit-reset': isoAt(50) }, now + 50_000],
    ['both: what it asks for', { 'retry-after': '10', 'x-ratelimit-reset': String(epochAt(45)) }, now + 10_000],
    [
      'both: the day and time that it asks for',
      { 'retry-after': 'Tue, 24 Nov 2026 10:02:00 GMT', 'x-ratelimit-reset': String(epochAt(45)) },
      now + 120_000,
    ],
    ['neither', {}, undefined],
    ['no time', { 'retry-after': 'soon' }, undefined],
  ])('429 with %s says until when', (_, headers, until) => {
    const { until: said } = hold(tool.find(comment, now, now), { status: 429, headers, body: {} }) as { until?: Date };
    expect(said?.getTime()).toBe(until);
  });
});

const byHand = { kind: 'rejected', fields: { state: 'by-hand' } };

describe('who said it', () => {
  test.each<[string, Fields, string]>([
    ['us', {}, 'found'],
    ['an account as a number', { author: { id: 991 } }, 'found'],
    ['another teammate, in the same words', { author: { type: 'admin', id: '992' } }, 'absent'],
    ['nobody who is named', { author: {} }, 'found'],
  ])('Intercom: %s', (_, more, kind) => {
    const { made, listed } = told.intercom as (typeof told)[string];
    const tool = tools.intercom as TicketTool;
    expect(hold(tool.find(comment, now, now), ok(listed(made(0, more))))).toMatchObject({ kind });
    expect(hold(tool.send(comment, now), ok(made(0, more)))).toMatchObject({
      kind: kind === 'found' ? 'delivered' : 'taken',
    });
  });

  test('Freshdesk: the customer, who quotes us, has not heard it from us', () => {
    const { made } = told.freshdesk as (typeof told)[string];
    expect(hold(freshdesk.find(comment, now, now), ok([made(0, { incoming: true })]))).toEqual({ kind: 'absent' });
  });

  test('Freshdesk: of two the later, on whatever page', () => {
    const { made } = told.freshdesk as (typeof told)[string];
    const full = [made(0), ...Array.from({ length: 99 }, (_, id) => made(0, { id: 100 + id, body_text: 'x' }))];
    expect(
      hold(freshdesk.find(comment, now, now), ok(full), ok([made(1, { id: 8 }), made(2, { id: 9 })])),
    ).toMatchObject({ commentId: '9' });
    expect(hold(freshdesk.find(comment, now, now), ok(full), ok([]))).toMatchObject({ commentId: '7' });
    expect(hold(freshdesk.find(comment, now, now), ok(full))).toEqual({ asked: 'listConversations' });
  });

  test('Jira: what carries our reference is ours, whatever its time and words', () => {
    const { made, listed } = told.jira as (typeof told)[string];
    const marked = (reference: string) => ({
      created: '2020-01-01T00:00:00.000+0000',
      body: '直された文面',
      properties: [
        { key: 'other', value: { reference: 'upd_1' } },
        { key: 'metronome', value: { reference } },
      ],
    });
    const found = (reference: string) => hold(jira.find(comment, now, now), ok(listed(made(0, marked(reference)))));
    expect([found('upd_1'), found('upd_2')]).toMatchObject([{ kind: 'found' }, { kind: 'absent' }]);
  });

  test.each<[string, unknown, string]>([
    ['a document', { type: 'doc', content: [{ type: 'paragraph', content: [{ text: '確認中です。' }] }] }, 'found'],
    ['two parts', { content: [{ text: '確認中' }, { text: 'です。' }] }, 'found'],
    ['parts of which one is nothing', { content: [null, { text: '確認中です。' }, 7] }, 'found'],
    ['other words', { content: [{ text: '確認中です。' }, { text: 'か' }] }, 'absent'],
    ['nothing', null, 'absent'],
    ['a number', 7, 'absent'],
  ])('Jira: a comment whose body is %s', (_, body, kind) => {
    const { made, listed } = told.jira as (typeof told)[string];
    expect(hold(jira.find(comment, now, now), ok(listed(made(0, { body }))))).toMatchObject({ kind });
  });

  test.each(['open', 'close', 'assignment', 'comment'])(
    'Intercom: our reply is ours where its part is “%s”',
    (part_type) => {
      const { made, listed } = told.intercom as (typeof told)[string];
      const tool = tools.intercom as TicketTool;
      const part = made(0, { part_type });
      expect(hold(tool.send(comment, now), ok(listed(part)))).toEqual({
        kind: 'delivered',
        fields: { commentId: '7' },
      });
      expect(hold(tool.find(comment, now, now), ok(listed(part)))).toMatchObject({ kind: 'found' });
      expect(hold(tool.find(note, now, now), ok(listed(part)))).toEqual({ kind: 'absent' });
    },
  );

  test.each([
    [true, { kind: 'rejected', why: expect.stringContaining('light agent') }],
    [false, { kind: 'delivered' }],
  ])('Zendesk: where the audit says private, a comment for the customer (%s) is %j', (isPublic, expected) => {
    const written = ok({ audit: { events: [{ id: 7, type: 'Comment', public: false }] } });
    const own = { ...comment, isPublic };
    expect(hold(zendesk.send(own, now), ok({ ticket: { status: 'open' } }), written)).toMatchObject(expected);
  });

  test('Zendesk: an account that may write to the team alone is nobody who answers tickets', () => {
    const as = (more: object) =>
      hold(zendesk.introduce(now), ok({ user: { id: 1, name: 'M', role: 'agent', ...more } }));
    expect([as({ only_private_comments: true }), as({ only_private_comments: false })]).toMatchObject([
      { kind: 'refused' },
      { kind: 'known', as: 'M' },
    ]);
  });

  test('Jira: nothing is said to the customer on an issue that is no customer’s request', () => {
    expect(hold(jira.send(comment, now), { status: 404, headers: {}, body: {} })).toMatchObject(byHand);
  });

  test('Jira: a comment that it keeps from the customer has not been sent', () => {
    const { made, listed } = told.jira as (typeof told)[string];
    const kept = made(0, { jsdPublic: false, properties: [{ key: 'metronome', value: { reference: 'upd_1' } }] });
    expect(hold(jira.send(comment, now), ok({}), ok(kept))).toMatchObject({ kind: 'rejected' });
    expect(hold(jira.find(comment, now, now), ok(listed(kept)))).toMatchObject({ kind: 'withheld' });
    expect(hold(jira.find(note, now, now), ok(listed(kept)))).toMatchObject({ kind: 'found' });
    expect(hold(jira.send(note, now), ok({ id: '7', jsdPublic: false }))).toMatchObject({ kind: 'delivered' });
  });
});

describe('what is asked', () => {
  const on = (own: OwnComment): OwnComment => ({ ...own, ticketId: 'a/1' });
  const html = '<p>確認中です。</p>';

  test.each([
    ['zendesk', 'listComments', '/api/v2/tickets/a%2F1/comments.json?sort=-created_at&page%5Bsize%5D=100'],
    ['intercom', 'getConversation', '/conversations/a%2F1'],
    ['freshdesk', 'listConversations', '/api/v2/tickets/a%2F1/conversations?per_page=100&page=1'],
    ['jira', 'listComments', '/rest/api/3/issue/a%2F1/comment?orderBy=-created&maxResults=100&expand=properties'],
  ])('%s for a comment is the newest, with all that tells ours from others', (name, operation, path) => {
    const request = (tools[name] as TicketTool).find(on(comment), now, now).next().value;
    expect(request).toEqual({ operation, method: 'GET', path });
  });

  const admin = { type: 'admin', admin_id: '991', body: html };
  const document = (text: string) => ({
    type: 'doc',
    version: 1,
    content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
  });
  const inJira = (internal: boolean) => ({
    body: document(comment.text),
    properties: [
      { key: 'sd.public.comment', value: { internal } },
      { key: 'metronome', value: { reference: 'upd_1' } },
    ],
  });
  const conversation = ['replyConversation', '/conversations/a%2F1/reply'] as const;
  const issue = ['addComment', '/rest/api/3/issue/a%2F1/comment'] as const;
  test.each<[name: string, own: OwnComment, operation: string, path: string, body: object]>([
    ['intercom', comment, ...conversation, { message_type: 'comment', ...admin }],
    ['intercom', note, ...conversation, { message_type: 'note', ...admin }],
    ['freshdesk', comment, 'reply', '/api/v2/tickets/a%2F1/reply', { body: html }],
    ['freshdesk', note, 'addNote', '/api/v2/tickets/a%2F1/notes', { body: html, private: true }],
    ['jira', comment, ...issue, inJira(false)],
    ['jira', note, ...issue, inJira(true)],
  ])('%s to take a comment is that comment, public or not', (name, own, operation, path, body) => {
    const sending = (tools[name] as TicketTool).send(on(own), now);
    const isRead = name === 'jira' && own.isPublic;
    if (isRead) {
      const reads = { operation: 'getRequest', method: 'GET', path: '/rest/servicedeskapi/request/a%2F1' };
      expect(sending.next().value).toEqual(reads);
    }
    const request = isRead ? sending.next(ok({})) : sending.next();
    expect(request.value).toEqual({ operation, method: 'POST', path, body });
  });

  test.each([true, false])('zendesk is one comment, on the ticket as it was read; public: %s', (isPublic) => {
    const sending = zendesk.send(on({ ...comment, isPublic }), now);
    const path = '/api/v2/tickets/a%2F1.json';
    expect(sending.next().value).toEqual({ operation: 'getTicket', method: 'GET', path });
    const read = ok({ ticket: { status: 'open', updated_at: isoAt(60) } });
    expect(sending.next(read).value).toEqual({
      operation: 'updateTicket',
      method: 'PUT',
      path,
      body: {
        ticket: {
          comment: { html_body: html, public: isPublic },
          metadata: { metronome: 'upd_1' },
          safe_update: true,
          updated_stamp: isoAt(60),
        },
      },
    });
    // Changed meanwhile by what nobody reads, such as a tag, it is written on the new state.
    sending.next({ status: 409, headers: {}, body: { error: 'UpdateConflict' } });
    const reread = sending.next(ok({ ticket: { status: 'open', updated_at: isoAt(90) } }));
    const again = isPublic ? sending.next(ok({ comments: [] })) : reread;
    expect(again.value).toMatchObject({ operation: 'updateTicket', body: { ticket: { updated_stamp: isoAt(90) } } });
  });

  test('a ticket of Zendesk’s that is closed takes nothing, and one that is solved does', () => {
    const of = (status: string) => hold(zendesk.send(comment, now), ok({ ticket: { status } }));
    expect(of('closed')).toMatchObject({ ...byHand, why: 'The ticket is closed.' });
    expect(of('solved')).toEqual({ asked: 'updateTicket' });
  });

  test('a conversation in Zendesk’s messaging is answered by hand, and takes the team’s own notes', () => {
    const read = (isMessaging: boolean) => ok({ ticket: { status: 'open', from_messaging_channel: isMessaging } });
    const of = (isPublic: boolean, isMessaging: boolean) =>
      hold(zendesk.send({ ...comment, isPublic }, now), read(isMessaging));
    expect(of(true, true)).toMatchObject({ ...byHand, why: expect.stringContaining('messaging conversation') });
    expect([of(false, true), of(true, false)]).toEqual([{ asked: 'updateTicket' }, { asked: 'updateTicket' }]);
  });

  test('Jira for more than 32,000 characters is nothing: it would not take them', () => {
    expect(jira.refuseText?.('x'.repeat(32_000))).toBeUndefined();
    expect(jira.refuseText?.('x'.repeat(32_001))).toMatchObject({ code: 'too-long-for-jira' });
  });
});

test('Intercom answers with what it has made: of two in the same words the later, and none of ten minutes ago', () => {
  const { made, listed } = told.intercom as (typeof told)[string];
  const tool = tools.intercom as TicketTool;
  const sent = (...parts: Fields[]) => hold(tool.send(comment, now), ok(listed(...parts)));
  expect(sent(made(0), made(1, { id: '8' }), made(2, { id: '9', body: '<p>別</p>' }))).toEqual({
    kind: 'delivered',
    fields: { commentId: '8' },
  });
  expect([sent(made(-660)), sent(made(-661))]).toMatchObject([{ kind: 'delivered' }, { kind: 'taken' }]);
});

describe('Zendesk, where the ticket has changed since it was first read', () => {
  const seen = isoAt(0);
  const changed = ok({ ticket: { status: 'open', updated_at: isoAt(60) } });
  const written = ok({
    audit: {
      events: [
        { id: 1, type: 'Change' },
        { id: 9, type: 'Comment' },
      ],
    },
  });
  const send = (own: OwnComment, ...answers: ToolAnswer[]) => hold(zendesk.send(own, now), ...answers);
  const other = (seconds: number, more: Fields = {}) => ({
    id: 8,
    public: true,
    created_at: isoAt(seconds),
    plain_body: '直りました。',
    author_id: 12,
    ...more,
  });

  test.each<[string, Fields, object]>([
    ['somebody’s reply', other(1), { kind: 'rejected', why: expect.stringContaining('直りました。') }],
    ['a reply of before', other(0), { kind: 'delivered', fields: { commentId: '9' } }],
    ['a note of the team’s', other(1, { public: false }), { kind: 'delivered', fields: { commentId: '9' } }],
    [
      'our own, which was taken late',
      other(1, { id: 7, plain_body: comment.text }),
      { kind: 'delivered', fields: { commentId: '7' } },
    ],
    ['another update of ours in the same words', other(1, { id: 3, plain_body: comment.text }), { kind: 'rejected' }],
  ])('%s', (_, listed, outcome) => {
    const own = { ...comment, seen, taken: new Set(['3']) };
    expect(send(own, changed, ok({ comments: [listed] }), written)).toMatchObject(outcome);
  });

  test('what somebody has said is shown in its plain words, and no more of it than its beginning', () => {
    const shown = (more: Fields) => {
      const listed = ok({ comments: [other(1, more)] });
      return (send({ ...comment, seen }, changed, listed, written) as { why?: string }).why?.split(': ')[1];
    };
    expect(shown({ body: '**直りました。**' })).toBe('直りました。');
    expect(shown({ plain_body: undefined, body: '**直りました。**' })).toBe('**直りました。**');
    expect(shown({ plain_body: 'あ'.repeat(2_001) })).toBe('あ'.repeat(2_000));
  });

  test('a note of ours asks nobody’s leave', () => {
    expect(send({ ...note, seen }, changed, written)).toEqual({ kind: 'delivered', fields: { commentId: '9' } });
  });

  test('unchanged, it is written at once', () => {
    expect(send({ ...comment, seen: isoAt(60) }, changed, written)).toEqual({
      kind: 'delivered',
      fields: { commentId: '9' },
    });
  });

  test('however often it changes, it is read four times and no more, and comes again as it was first seen', () => {
    const refused: ToolAnswer = { status: 409, headers: {}, body: {} };
    const rounds = Array.from({ length: 4 }, (_, round) => [
      ok({ ticket: { status: 'open', updated_at: isoAt(round) } }),
      ...(round > 0 ? [ok({ comments: [] })] : []),
      refused,
    ]).flat();
    expect(send(comment, ...rounds.slice(0, -1))).toEqual({ asked: 'updateTicket' });
    expect(send(comment, ...rounds)).toMatchObject({ kind: 'retry', fields: { seen } });
  });

  test.each<[string, ToolAnswer[], string]>([
    ['the ticket is not told', [], 'retry'],
    ['what was said on it is not told', [changed], 'retry'],
    ['the update is not answered', [changed, ok({ comments: [] })], 'unknown'],
  ])('refused once, and then %s: it comes again as it was first seen, lest a reply be missed', (_, before, kind) => {
    const first = ok({ ticket: { status: 'open', updated_at: seen } });
    const refused: ToolAnswer = { status: 409, headers: {}, body: {} };
    const fails: ToolAnswer[] = [
      { status: 503, headers: {}, body: {} },
      { status: undefined, wasSent: true, why: 'Nothing.' },
    ];
    for (const failure of fails) {
      expect(send(comment, first, refused, ...before, failure)).toMatchObject({ kind, fields: { seen } });
    }
  });

  test('closed meanwhile, it is for a person', () => {
    const body = { details: { status: [{ description: 'Status: closed prevents ticket update' }] } };
    expect(send(comment, changed, { status: 422, headers: {}, body })).toMatchObject(byHand);
    expect(send(comment, changed, { status: 422, headers: {}, body: { error: 'RecordInvalid' } })).toMatchObject({
      kind: 'rejected',
    });
  });
});

test.each([
  [{ errors: [{ code: 'parameter_mismatch', message: '渋谷店' }] }, ', parameter_mismatch'],
  [{ error: 'RecordInvalid', description: '渋谷店' }, ', RecordInvalid'],
  [{ code: 'invalid_json' }, ', invalid_json'],
  [{ error: { title: '渋谷店' } }, ''],
  [{ error: '渋谷店 is no field' }, ''],
  [{ error: 'x'.repeat(61) }, ''],
  ['渋谷店', ''],
])('a refusal of %j says the code alone, never words that may hold what was sent', (body, said) => {
  expect(hold(freshdesk.send(comment, now), { status: 400, headers: {}, body })).toEqual({
    kind: 'rejected',
    why: `It answered 400${said}.`,
  });
});

describe('who we are', () => {
  test.each<[string, unknown, object]>([
    ['zendesk', { user: { id: 1, name: '鈴木', role: 'agent' } }, { kind: 'known', as: '鈴木' }],
    ['zendesk', { user: { id: 1, email: 'a@x.jp', role: 'admin' } }, { kind: 'known', as: 'a@x.jp' }],
    ['zendesk', { user: { id: 1, name: '鈴木', email: 'a@x.jp', role: 'agent' } }, { kind: 'known', as: '鈴木' }],
    ['zendesk', { user: { id: 1, name: 'x'.repeat(201), role: 'agent' } }, { kind: 'known', as: 'x'.repeat(200) }],
    ['zendesk', { user: { id: null, name: 'Anonymous user', role: 'end-user' } }, { kind: 'refused' }],
    ['zendesk', { user: { id: 1, name: '佐藤', role: 'end-user' } }, { kind: 'refused' }],
    ['intercom', { type: 'admin', name: '鈴木' }, { kind: 'known', as: '鈴木' }],
    ['intercom', { type: 'admin', email: 'a@x.jp' }, { kind: 'known', as: 'a@x.jp' }],
    ['intercom', { type: 'admin', name: '鈴木', email: 'a@x.jp' }, { kind: 'known', as: '鈴木' }],
    ['intercom', { type: 'user', name: '佐藤' }, { kind: 'refused' }],
    ['freshdesk', { contact: { name: '鈴木', email: 'a@x.jp' } }, { kind: 'known', as: '鈴木' }],
    ['freshdesk', { contact: { email: 'a@x.jp' } }, { kind: 'known', as: 'a@x.jp' }],
    ['freshdesk', {}, { kind: 'refused' }],
    ['jira', { displayName: '鈴木', accountType: 'atlassian' }, { kind: 'known', as: '鈴木' }],
    ['jira', { displayName: '鈴木', emailAddress: 'a@x.jp' }, { kind: 'known', as: '鈴木' }],
    ['jira', { emailAddress: 'a@x.jp' }, { kind: 'known', as: 'a@x.jp' }],
    ['jira', { displayName: '佐藤', accountType: 'customer' }, { kind: 'refused' }],
  ])('%s: %j', (name, body, outcome) => {
    expect(hold((tools[name] as TicketTool).introduce(now), ok(body))).toMatchObject(outcome);
  });

  test.each([
    [401, 'refused'],
    [429, 'unknown'],
    [503, 'unknown'],
  ])('%i says %s', (status, kind) => {
    for (const tool of Object.values(tools)) {
      expect(hold(tool.introduce(now), { status, headers: {}, body: {} })).toMatchObject({ kind });
    }
  });
});
