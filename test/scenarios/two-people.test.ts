/** Two people at one record: an action on an outdated page is refused with the news, and nothing is recorded. */
import { describe, expect, test } from 'vitest';
import { type Reply, useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');

const etagOf = (reply: Reply): string => reply.headers.get('etag') ?? '';
const file = async (id: string, also: Record<string, unknown> = {}): Promise<string> => {
  const { body } = await scenario.ticket({ id, subject: '会計できない', customer: { id: `store-${id}` }, ...also });
  return (body.incident ?? body.question).id;
};
const state = (id: string, event: object, ifMatch?: string, key?: string): Promise<Reply> =>
  scenario.post(`/api/incidents/${id}/events`, event, {
    ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  });

describe('an incident', () => {
  test('is changed by who has seen it as it is, and refused to who has not', async () => {
    const id = await file('E-1');
    const read = await scenario.get(`/api/incidents/${id}`);
    expect(etagOf(read)).toMatch(/^"\d{8}"$/);
    const taken = await state(id, { type: 'assigned', assignee: 'a@example.jp' }, etagOf(read));
    expect(taken.status).toBe(201);
    expect(etagOf(taken)).not.toBe(etagOf(read));
    expect(etagOf(await scenario.get(`/api/incidents/${id}`))).toBe(etagOf(taken));

    const late = await state(id, { type: 'assigned', assignee: 'b@example.jp' }, etagOf(read));
    expect([late.status, late.headers.get('content-type'), etagOf(late)]).toEqual([
      412,
      'application/problem+json',
      etagOf(taken),
    ]);
    expect((await scenario.get(`/api/incidents/${id}`)).body.assignee).toBe('a@example.jp');
    let known = etagOf(taken);
    for (const form of ['{}', 'W/{}', '"0", {}', '*']) {
      const reply = await state(id, { type: 'commented', text: form }, form.replace('{}', known));
      expect([form, reply.status]).toEqual([form, 201]);
      known = etagOf(reply);
    }
    expect((await state(id, { type: 'commented', text: 'no tag' }, 'yesterday')).status).toBe(422);
  });

  test('is changed once by many who state at the same moment what they have all seen', async () => {
    const id = await file('E-7');
    const seen = etagOf(await scenario.get(`/api/incidents/${id}`));
    const names = Array.from({ length: 8 }, (_, each) => `${each}@example.jp`);
    const all = await Promise.all(names.map((assignee) => state(id, { type: 'assigned', assignee }, seen)));
    const [taken, ...others] = all.map(({ status }) => status).sort();
    expect([taken, new Set(others)]).toEqual([201, new Set([412])]);
    const winner = names[all.findIndex(({ status }) => status === 201)];
    expect((await scenario.get(`/api/incidents/${id}`)).body.assignee).toBe(winner);
  });

  test('stays the same to its reader while only rules and further reports are recorded', async () => {
    const id = await file('E-2');
    const before = etagOf(await scenario.get(`/api/incidents/${id}`));
    await scenario.advance('PT35M');
    await scenario.ticket({ id: 'E-2', subject: '会計できない、まだです', customer: { id: 'store-E-2' } });
    const types = (await scenario.get(`/api/incidents/${id}/timeline`)).body.events.map(
      (each: { type: string }) => each.type,
    );
    expect(types).toEqual(expect.arrayContaining(['reminded', 'signal-received']));
    expect(etagOf(await scenario.get(`/api/incidents/${id}`))).toBe(before);
  });

  test('is refused by every operation that would change it, until it is read again', async () => {
    const [id, other] = [await file('E-4'), await file('E-5')];
    const asks = { subject: '使い方を知りたい', category: 'question', differsFromExpected: 'no', ongoing: 'no' };
    const question = await file('E-6', asks);
    const old = { 'if-match': '"99999999"' };
    const post = (path: string, body: object): Promise<Reply> => scenario.post(`/api${path}`, body, old);
    await state(id, { type: 'commented', text: 'first' });
    const refused = await Promise.all([
      post(`/incidents/${id}/events`, { type: 'recovered', customers: 'all' }),
      post(`/incidents/${id}/events`, { type: 'linked', to: other, basis: 'same' }),
      post(`/incidents/${id}/events`, { type: 'retracted', eventId: '00000002', why: 'a mistake' }),
      post(`/incidents/${id}/updates`, { customers: 'all', message: '確認しています。' }),
      post(`/incidents/${id}/review`, { note: 'seen' }),
      post(`/questions/${question}/answer`, { kind: 'explained' }),
      post(`/questions/${question}/reclassify`, { why: 'it is trouble' }),
    ]);
    expect(refused.map((each) => each.status)).toEqual(refused.map(() => 412));
    const { status, headers } = await scenario.post(`/api/questions/${question}/answer`, { kind: 'explained' });
    expect(status).toBe(201);
    expect(headers.get('etag')).toBe(etagOf(await scenario.get(`/api/incidents/${question}`)));
  });
});

test('a next action has a tag of its own, to which a change may be held', async () => {
  const made = await scenario.post('/api/actions', { description: 'Watch the queue', kind: 'detect' });
  const path = `/api/actions/${made.body.id}`;
  const read = await scenario.get(path);
  expect([read.status, etagOf(read), read.body.description]).toEqual([200, etagOf(made), 'Watch the queue']);
  const patch = (body: object, ifMatch: string): Promise<Response> =>
    fetch(scenario.url + path, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'if-match': ifMatch },
      body: JSON.stringify(body),
    });
  const changed = await patch({ owner: 'a@example.jp' }, etagOf(read));
  expect([changed.status, changed.headers.get('etag')]).not.toContain(etagOf(read));
  expect((await patch({ owner: 'b@example.jp' }, etagOf(read))).status).toBe(412);
  expect((await scenario.get(path)).body.owner).toBe('a@example.jp');
  expect(etagOf(await scenario.get(path))).toBe(changed.headers.get('etag'));
  expect((await scenario.get('/api/actions/act_000000000000000000000000')).status).toBe(404);
});

describe('an open page of the console', () => {
  const open = async (path: string): Promise<{ cookie: string; text: string; fields: Record<string, string> }> => {
    const page = await fetch(`${scenario.url}${path}?lang=ja`);
    const cookies = page.headers.getSetCookie().map((each) => each.split(';')[0]);
    const text = await page.text();
    const [, name = '', value = ''] =
      /name="([a-z]+)" value="([^"]+)"><input type="hidden" name="key"/.exec(text) ?? [];
    const seen = /name="seen" value="(\d+)"/.exec(text)?.[1] ?? '';
    return { cookie: cookies.join('; '), text, fields: { [name]: value, seen } };
  };
  const send = async (path: string, from: Awaited<ReturnType<typeof open>>, fields: object): Promise<Response> =>
    fetch(`${scenario.url}${path}`, {
      method: 'POST',
      body: new URLSearchParams({ ...from.fields, ...fields }),
      headers: { cookie: from.cookie, origin: scenario.url },
      redirect: 'manual',
    });

  test('hears of what others have recorded, and is refused with it while what was typed stays', async () => {
    const id = await file('P-1');
    const path = `/console/incidents/${id}`;
    const [mine, theirs] = [await open(path), await open(path)];
    const news = async (page: typeof mine): Promise<string> => {
      const [, address = ''] = /data-news="([^"]+)"/.exec(page.text) ?? [];
      return (await fetch(scenario.url + address, { headers: { cookie: page.cookie } })).text();
    };
    expect(await news(mine)).toBe('');
    expect((await send(`${path}/events/assigned`, theirs, { assignee: 'sato@example.jp' })).status).toBe(303);
    expect(await news(mine)).toContain('担当決定');

    const note = '再起動を案内しました';
    const refused = await send(`${path}/events/mitigated`, mine, { kind: 'workaround', note });
    const page = await refused.text();
    expect(refused.status).toBe(412);
    // The refusal itself shows what they did, and not only further down on the timeline.
    const said = /この画面を開いた後に.*?<\/(?:div|section|aside)>/s.exec(page)?.[0] ?? '';
    expect(said).toContain('担当決定');
    expect(page).toContain(`${note}</textarea>`);
    const again = { ...mine, fields: { ...mine.fields, seen: /name="seen" value="(\d+)"/.exec(page)?.[1] ?? '' } };
    expect(await news({ ...mine, text: page })).toBe('');
    expect((await send(`${path}/events/mitigated`, again, { kind: 'workaround', note })).status).toBe(303);
  });

  test('hears of the last five things, of all that have been recorded', async () => {
    const id = await file('P-3');
    const [, address = ''] = /data-news="([^"]+)"/.exec((await open(`/console/incidents/${id}`)).text) ?? [];
    const heard: number[] = [];
    for (let count = 1; count <= 6; count += 1) {
      await state(id, { type: 'assigned', assignee: `sato${count}@example.jp` });
      const told = await (await fetch(`${scenario.url}${address}?lang=ja`)).text();
      heard.push(told.split('担当決定').length - 1);
    }
    expect(heard).toEqual([1, 2, 3, 4, 5, 5]);
  });

  test('keeps why something was to be taken back, and a message that was to be sent', async () => {
    const id = await file('P-2');
    const path = `/console/incidents/${id}`;
    const eventId = (await state(id, { type: 'commented', text: 'by mistake' })).body.id;
    const mine = await open(path);
    await state(id, { type: 'assigned', assignee: 'sato@example.jp' });
    const retracted = await send(`${path}/events/retracted`, mine, { eventId, why: '別の店舗でした' });
    expect([retracted.status, await retracted.text()]).toEqual([
      412,
      expect.stringContaining('value="別の店舗でした"'),
    ]);
    for (const step of ['updates/confirm', 'updates']) {
      const update = await send(`${path}/${step}`, mine, { whom: 'all', message: 'お待ちください' });
      expect([step, update.status, await update.text()]).toEqual([
        step,
        412,
        expect.stringContaining('お待ちください'),
      ]);
    }
  });

  test('holds for the next actions too', async () => {
    const made = await scenario.post('/api/actions', { description: 'Watch the door', kind: 'detect' });
    const path = '/console/actions';
    const mine = await open(path);
    const seen = '00000001';
    await scenario.patch(`/api/actions/${made.body.id}`, { owner: 'sato@example.jp' });
    const late = await send(`${path}/${made.body.id}`, mine, { seen, doneWhen: 'An alert has fired' });
    expect([late.status, await late.text()]).toEqual([412, expect.stringContaining('value="An alert has fired"')]);
  });
});
