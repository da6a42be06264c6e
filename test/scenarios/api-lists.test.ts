/** Every list of the API: what it contains, in which order, and that its pages lose nothing and repeat nothing. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Incident } from '../../functions/incidents/incident.ts';
import { type Delivery, newDelivery } from '../../functions/platform/delivery.ts';
import { collections, firestore, incidentRef } from '../../functions/platform/firestore.ts';
import { incident } from '../postmortems/facts.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');

const at = (text: string): Date => new Date(`2026-11-${text}Z`);
const hexId = (kind: string, n: number): string => `${kind}_${n.toString(16).padStart(24, '0')}`;
const put = (collection: string, id: string, data: object) => firestore().collection(collection).doc(id).set(data);
const file = async (n: number, filedAt: Date, stated: Partial<Incident> = {}): Promise<void> => {
  const id = hexId('inc', n);
  await incidentRef(id).set(incident({ id, filedAt, ...stated }));
};

/** The ids on a list, over all of its pages. */
async function listed(path: string, name: string, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let token = '';
  for (let pages = 0; pages < 30; pages += 1) {
    const { status, body } = await scenario.get(`${path}${path.includes('?') ? '&' : '?'}limit=${limit}${token}`);
    expect(status).toBe(200);
    // A page is full, or it is the last; and the last of several has something on it.
    if (token) expect(body[name]).not.toHaveLength(0);
    if (body.nextPageToken) expect(body[name]).toHaveLength(limit);
    ids.push(...body[name].map((each: { id: string }) => each.id));
    if (!body.nextPageToken) return ids;
    token = `&pageToken=${body.nextPageToken}`;
  }
  throw new Error('It does not end.');
}

/** In this order on one page, and on pages of any size. */
async function expectList(path: string, name: string, expected: string[]): Promise<void> {
  for (const limit of [1, 2, expected.length || 1, 200]) expect(await listed(path, name, limit)).toEqual(expected);
}
const incidentsOf = (...of: number[]): string[] => of.map((n) => hexId('inc', n));

describe('incidents', () => {
  beforeAll(async () => {
    // The week 2026-W47 in Japan: from Sunday 15:00 to Sunday 15:00.
    await file(1, at('15T14:59:59.999'));
    await file(2, at('15T15:00:00.000'), { urgency: { level: 'low' } as Incident['urgency'] });
    await file(4, at('18T00:00:00.000'), { status: 'recovered' });
    await file(3, at('18T00:00:00.000'), { status: 'not-occurring' });
    await file(5, at('22T14:59:59.999'), { status: 'linked', linkedTo: hexId('inc', 4) });
    await file(6, at('22T15:00:00.000'));
    await file(7, at('18T00:00:00.000'), { kind: 'question', status: 'open' });
    await file(9, at('19T00:00:00.000'), { kind: 'question', status: 'answered' as Incident['status'] });
    await file(8, at('18T00:00:00.000'), { kind: 'question', status: 'open' });
    await file(10, at('18T00:00:00.000'), { kind: 'outside' });
  });

  test.each<[string, number[]]>([
    ['', [6, 5, 4, 3, 2, 1]],
    ['?week=2026-W47', [5, 4, 3, 2]],
    ['?week=2026-W46', [1]],
    ['?week=2026-W48', [6]],
    ['?status=open', [6, 2, 1]],
    ['?status=recovered', [4]],
    ['?status=not-occurring', [3]],
    ['?status=linked', [5]],
    ['?urgency=low', [2]],
    ['?urgency=high', [6, 5, 4, 3, 1]],
    ['?urgency=high&week=2026-W47', [5, 4, 3]],
    ['?status=open&urgency=low&week=2026-W47', [2]],
    ['?status=recovered&week=2026-W48', []],
  ])('%s: the newest first, of one moment by their ids', async (query, expected) => {
    await expectList(`/api/incidents${query}`, 'incidents', incidentsOf(...expected));
  });

  test.each<[string, number[]]>([
    ['', [9, 8, 7]],
    ['?status=open', [8, 7]],
    ['?status=answered', [9]],
  ])('questions%s are a list of their own', async (query, expected) => {
    await expectList(`/api/questions${query}`, 'questions', incidentsOf(...expected));
  });

  test('what is beneath one is in the order of its recording, and is no other’s', async () => {
    const id = hexId('inc', 1);
    const ref = incidentRef(id);
    const event = { type: 'responded', actor: 'ann', detail: {} };
    // When it happened is not when it was recorded.
    for (const [name, recordedAt] of [
      ['00000003', at('20T00:00:02')],
      ['00000002', at('20T00:00:01')],
      ['sig_a', at('20T00:00:01')],
      ['00000001', at('20T00:00:09')],
    ] as const)
      await ref
        .collection(collections.timeline)
        .doc(name)
        .set({ ...event, id: name, occurredAt: at('01T00:00:00'), recordedAt });
    const other = incidentRef(hexId('inc', 2)).collection(collections.timeline).doc('00000009');
    await other.set({ ...event, id: '00000009', occurredAt: at('20T00:00:00'), recordedAt: at('20T00:00:00') });
    await expectList(`/api/incidents/${id}/timeline`, 'events', ['00000002', 'sig_a', '00000003', '00000001']);

    for (const name of ['c3', 'c1', 'c2']) await ref.collection(collections.contacts).doc(name).set({ id: name });
    await expectList(`/api/incidents/${id}/contacts`, 'contacts', ['c1', 'c2', 'c3']);

    const raw = { raw: Buffer.from('{}'), contentType: 'application/json', attemptId: 'x' };
    for (const [n, incidentId, receivedAt] of [
      [1, id, at('20T00:00:03')],
      [3, id, at('20T00:00:01')],
      [2, id, at('20T00:00:01')],
      [4, hexId('inc', 2), at('20T00:00:02')],
    ] as const)
      await put(collections.signals, hexId('sig', n), { id: hexId('sig', n), incidentId, receivedAt, ...raw });
    await expectList(
      `/api/incidents/${id}/signals`,
      'signals',
      [2, 3, 1].map((n) => hexId('sig', n)),
    );
    // How many came in is counted on reading.
    expect((await scenario.get(`/api/incidents/${id}`)).body.reportCount).toBe(3);

    for (const [name, incidentId, requestedAt] of [
      ['u2', id, at('20T00:00:05')],
      ['u1', id, at('20T00:00:06')],
      ['u0', id, at('20T00:00:05')],
      ['u9', hexId('inc', 2), at('20T00:00:05')],
    ] as const)
      await put(collections.updates, name, {
        id: name,
        incidentId,
        requestedAt,
        state: 'sent',
        customers: [],
        contacts: [],
      });
    await expectList(`/api/incidents/${id}/updates`, 'updates', ['u0', 'u2', 'u1']);
  });
});

test.each<[string, string[]]>([
  ['', ['act_2', 'act_4', 'act_1', 'act_3', 'act_0']],
  ['?status=open', ['act_2', 'act_4', 'act_1']],
  ['?status=proposed', ['act_2', 'act_4']],
  ['?status=agreed', ['act_1']],
  ['?status=done', ['act_3']],
  ['?status=dropped', ['act_0']],
])('actions%s: the next due first, of one moment by their ids', async (query, expected) => {
  const actions: [id: string, status: string, dueAt: Date][] = [
    ['act_0', 'dropped', at('30T00:00:00')],
    ['act_1', 'agreed', at('28T00:00:00')],
    ['act_2', 'proposed', at('27T00:00:00')],
    ['act_3', 'done', at('29T00:00:00')],
    ['act_4', 'proposed', at('27T00:00:00')],
  ];
  for (const [id, status, dueAt] of actions) {
    const createdAt = at('20T00:00:00');
    const due = { rule: 'replanned', inputs: { confirmedScore: null, from: createdAt } };
    await put(collections.actions, id, { id, status, dueAt, due, bundleId: '2026-W47', createdAt, history: [] });
  }
  await expectList(`/api/actions${query}`, 'actions', expected);
});

test.each<[string, number[]]>([
  ['', [2, 4, 3, 1]],
  ['?state=open', [4, 3]],
  ['?state=replayed', [2]],
  ['?state=dismissed', [1]],
])('quarantine%s: the newest first, of one moment by their ids', async (query, expected) => {
  const entries: [n: number, state: string, quarantinedAt: Date][] = [
    [1, 'dismissed', at('20T00:00:00')],
    [2, 'replayed', at('22T00:00:00')],
    [3, 'open', at('21T00:00:00')],
    [4, 'open', at('21T00:00:00')],
  ];
  for (const [n, state, quarantinedAt] of entries) {
    const id = hexId('qua', n);
    const raw = { raw: Buffer.from('{}'), contentType: 'application/json', source: 'generic' };
    await put(collections.quarantine, id, { id, state, quarantinedAt, receivedAt: quarantinedAt, ...raw });
  }
  await expectList(
    `/api/quarantine${query}`,
    'quarantine',
    expected.map((n) => hexId('qua', n)),
  );
});

test('drills: the newest first', async () => {
  for (const [id, startedAt] of [
    ['drl_1', at('20T00:00:00')],
    ['drl_3', at('21T00:00:00')],
    ['drl_2', at('21T00:00:00')],
  ] as const)
    await put(collections.drills, id, {
      id,
      startedAt,
      state: 'done',
      from: 'inc_1',
      speed: 1,
      times: 1,
      total: 1,
      next: 1,
    });
  await expectList('/api/drills', 'drills', ['drl_3', 'drl_2', 'drl_1']);
});

test('bundles: the newest week first, over a year’s end', async () => {
  for (const [id, start] of [
    ['2026-W53', '2026-12-27T15:00:00Z'],
    ['2027-W01', '2027-01-03T15:00:00Z'],
    ['2026-W52', '2026-12-20T15:00:00Z'],
  ] as const)
    await put(collections.postmortems, id, { id, state: 'draft', period: { start: new Date(start) } });
  await expectList('/api/postmortems', 'postmortems', ['2027-W01', '2026-W53', '2026-W52']);
});

test.each<[string, Buffer, object]>([
  ['text', Buffer.from('{"a": "注文が通らない"}'), { encoding: 'utf8', body: '{"a": "注文が通らない"}' }],
  ['nothing', Buffer.alloc(0), { encoding: 'utf8', body: '' }],
  ['what is no text', Buffer.from([0x7b, 0xff, 0x7d]), { encoding: 'base64', body: 'e/99' }],
  ['a byte order mark', Buffer.from('\uFEFF{}'), { encoding: 'utf8', body: '\uFEFF{}' }],
])('a signal shows its body as it came: %s', async (_, raw, expected) => {
  const id = hexId('sig', 99);
  const at = new Date('2026-11-20T00:00:00Z');
  await put(collections.signals, id, {
    id,
    incidentId: hexId('inc', 99),
    receivedAt: at,
    raw,
    contentType: 'text/x',
    attemptId: 'x',
  });
  const { body } = await scenario.get(`/api/signals/${id}`);
  expect(body.raw).toEqual({ contentType: 'text/x', ...expected });
  expect(body).not.toHaveProperty('attemptId');
});

test('deliveries are what has not arrived, of every kind, the newest first; or those of one state', async () => {
  const entry = (minute: number, more: Partial<Delivery> = {}) => ({
    delivery: newDelivery(new Date(Date.UTC(2026, 10, 20, 0, minute)), more),
  });
  const about = { incidentId: hexId('inc', 8), noticeId: 'n', channelKind: 'webhook', createdAt: new Date(0) };
  await put(collections.notices, 'n_waits', { ...about, channel: 'chat', kind: 'update-due', ...entry(1) });
  await put(collections.notices, 'n_done', {
    ...about,
    channel: 'chat',
    kind: 'update-due',
    ...entry(2, { state: 'delivered' }),
  });
  const page = { ...about, channel: 'pager', kind: 'page', action: 'trigger' };
  await put(collections.notices, 'p_done', { ...page, ...entry(3, { state: 'delivered', attempts: 2 }) });
  const update = { incidentId: about.incidentId, tool: 'zendesk', ticketId: '7', state: 'unknown', customers: [] };
  await put(collections.updates, 'upd_x', {
    ...update,
    ...entry(4, { state: 'unknown', lastError: 'It answered 500.' }),
  });
  await put(collections.ticketNotes, 'note_x', { ...update, ...entry(5, { state: 'given-up' }) });
  await put(collections.cards, 'inc_8_night', {
    incidentId: about.incidentId,
    name: 'night',
    ...entry(6, { state: 'rejected' }),
  });
  await put(collections.actions, hexId('act', 8), { incidentId: null, ...entry(7, { retryAt: new Date(0) }) });
  const list = async (query: string) => (await scenario.get(`/api/deliveries${query}`)).body.deliveries;
  const ids = async (query: string) => (await list(query)).map((each: { id: string }) => each.id);
  expect(await ids('')).toEqual([hexId('act', 8), 'inc_8_night', 'note_x', 'upd_x', 'n_waits']);
  expect(await ids('?state=waiting')).toEqual([hexId('act', 8), 'n_waits']);
  expect(await ids('?state=given-up')).toEqual(['note_x']);
  expect(await list('?state=unknown')).toEqual([
    {
      id: 'upd_x',
      kind: 'update',
      incidentId: about.incidentId,
      to: 'zendesk',
      what: '7',
      state: 'unknown',
      attempts: 0,
      since: '2026-11-20T00:04:00.000Z',
      updatedAt: '2026-11-20T00:04:00.000Z',
      retryAt: null,
      lastError: 'It answered 500.',
    },
  ]);
  // That PagerDuty has taken a page is kept, and not only that it was decided.
  expect((await list('?state=delivered'))[0]).toMatchObject({
    kind: 'page',
    to: 'pager',
    what: 'trigger',
    attempts: 2,
  });
});
