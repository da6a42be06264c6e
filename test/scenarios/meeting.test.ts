/** What a meeting says is kept with its bundle, appears next week, and is frozen once the meeting was held. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Reply, useScenario } from './house.ts';

// The Sunday of 2026-W45.
const scenario = useScenario('2026-11-08T01:00:00Z');
const ids: Record<string, string> = {};
beforeAll(async () => {
  ids.order = (await scenario.ticket({ id: 'T-1', subject: '注文が通らない', ongoing: 'no' })).body.incident.id;
  const asks = { category: 'question', differsFromExpected: 'no', form: 'spec-question', ongoing: 'no' };
  ids.asked = (await scenario.ticket({ id: 'Q-1', subject: '並び順の変え方', ...asks })).body.question.id;
  const explained = { kind: 'explained', note: '設定の画面にあります' };
  await scenario.post(`/api/questions/${ids.asked}/answer`, explained);
  await scenario.post('/_local/clock', { set: '2026-11-09T00:10:00Z' });
});

const set = async (at: string): Promise<void> => {
  expect((await scenario.post('/_local/clock', { set: at })).status).toBe(200);
};
const say = (week: string, what: string, body: unknown, as?: string): Promise<Reply> =>
  scenario.post(`/api/postmortems/${week}/${what}`, body, as ? { authorization: tokenOf(as) } : {});
const bundle = async (week: string) => (await scenario.get(`/api/postmortems/${week}`)).body;
/** Locally nobody proves who they are: the name of a token that nobody checks is taken. */
const tokenOf = (email: string): string =>
  `Bearer e30.${Buffer.from(JSON.stringify({ email })).toString('base64url')}.e30`;

describe('answers', () => {
  test('are taken for falling counts, also where nothing fell, and for whatever is on the agenda', async () => {
    expect((await scenario.get('/api/questions?status=answered')).body.questions).toHaveLength(1);
    const { agenda } = await bundle('2026-W45');
    const kinds = agenda.map((each: { kind: string }) => each.kind);
    expect(kinds).toEqual(
      expect.arrayContaining(['guide', 'actions', 'falling-counts', 'question', 'missing-data', 'incidents']),
    );
    expect(agenda.map((each: { id: string }) => each.id)).toContain(ids.asked);
    const first = await say(
      '2026-W45',
      'answers',
      { item: 'falling-counts', text: '新しい窓口へ流れている' },
      'ann@a.jp',
    );
    expect([first.status, first.body]).toEqual([
      201,
      expect.objectContaining({ item: 'falling-counts', text: '新しい窓口へ流れている', by: 'ann@a.jp' }),
    ]);
    for (const item of [ids.asked, ids.order, 'missing-data']) {
      expect((await say('2026-W45', 'answers', { item, text: `${item} を見た` })).status).toBe(201);
    }
    expect((await bundle('2026-W45')).answers).toMatchObject([
      { item: 'falling-counts', by: 'ann@a.jp' },
      { item: ids.asked, title: '並び順の変え方' },
      { item: ids.order, title: '注文が通らない' },
      { item: 'missing-data' },
    ]);
  });

  test('of two people at one item both stay; the same words again are one answer', async () => {
    const later = { item: 'falling-counts', text: '質問の窓口に入っていた' };
    await say('2026-W45', 'answers', later, 'bob@a.jp');
    await say('2026-W45', 'answers', later, 'bob@a.jp');
    const [answer] = (await bundle('2026-W45')).answers;
    expect(answer).toMatchObject({
      ...later,
      by: 'bob@a.jp',
      before: [{ text: '新しい窓口へ流れている', by: 'ann@a.jp' }],
    });
    expect(answer.before).toHaveLength(1);
  });

  test('to what is not on the agenda, of no week, or without a word are refused', async () => {
    const statuses = await Promise.all([
      say('2026-W45', 'answers', { item: 'nothing-of-ours', text: 'x' }),
      say('2026-W45', 'answers', { item: `inc_${'0'.repeat(24)}`, text: 'x' }),
      say('2026-W45', 'answers', { item: 'falling-counts', text: ' ' }),
      say('2026-W45', 'answers', { item: 'falling-counts', text: 'x', more: 1 }),
      say('2026-W54', 'answers', { item: 'falling-counts', text: 'x' }),
      say('2026-W30', 'answers', { item: 'falling-counts', text: 'x' }),
    ]);
    expect(statuses.map((each) => each.status)).toEqual([422, 422, 422, 422, 422, 404]);
  });

  test('of ten at once none is lost', async () => {
    const texts = Array.from({ length: 10 }, (_, index) => `同時に ${index}`);
    const replies = await Promise.all(texts.map((text) => say('2026-W45', 'answers', { item: 'guide', text })));
    expect(replies.map((each) => each.status)).toEqual(texts.map(() => 201));
    const answer = (await bundle('2026-W45')).answers.find((each: { item: string }) => each.item === 'guide');
    const kept = [answer, ...answer.before].map((each: { text: string }) => each.text);
    expect(kept.toSorted()).toEqual(texts);
  });
});

test('an answered question becomes an incident with who and why, and is asked for like any other', async () => {
  const path = `/api/questions/${ids.asked}/reclassify`;
  for (const none of [{}, { why: '' }, { why: ' \n' }]) expect((await scenario.post(path, none)).status).toBe(422);
  const reply = await scenario.post(path, { why: ' 画面が消えていた ' }, { authorization: tokenOf('ann@a.jp') });
  expect([reply.status, reply.body.kind, reply.body.status]).toEqual([201, 'incident', 'open']);
  const { events } = (await scenario.get(`/api/incidents/${ids.asked}/timeline`)).body;
  const event = events.find((each: { type: string }) => each.type === 'reclassified');
  expect(event).toMatchObject({ actor: 'ann@a.jp', detail: { why: '画面が消えていた' } });
  expect((await scenario.post(path, { why: 'x' })).status).toBe(409);
});

describe('attendance, and the end', () => {
  test('who was there and who chaired is kept; what is blank is refused', async () => {
    const present = ['ann', 'bob', ' ann ', '新人'];
    const reply = await say('2026-W45', 'attendance', { present, chair: 'bob' }, 'bob@a.jp');
    expect([reply.status, reply.body]).toEqual([
      201,
      expect.objectContaining({ present: ['ann', 'bob', '新人'], chair: 'bob', by: 'bob@a.jp' }),
    ]);
    for (const wrong of [{ present: ['ann'] }, { present: 'ann', chair: 'bob' }, { present: [''], chair: 'bob' }]) {
      expect((await say('2026-W45', 'attendance', wrong)).status).toBe(422);
    }
    expect((await bundle('2026-W45')).attendance).toMatchObject({ chair: 'bob', present: ['ann', 'bob', '新人'] });
  });

  test('held, it says what was skipped, takes nothing more, and reads the same for ever', async () => {
    const by = { authorization: tokenOf('chair@a.jp') };
    const held = await scenario.post('/api/postmortems/2026-W45/hold', {}, by);
    expect(held.body.heldBy).toBe('chair@a.jp');
    expect(held.body.skipped).toMatchObject([{ item: ids.order, kind: 'incident', title: '注文が通らない' }]);
    for (const [what, body] of [
      ['answers', { item: 'falling-counts', text: 'あとから' }],
      ['attendance', { present: ['x'], chair: 'x' }],
    ] as const) {
      expect((await say('2026-W45', what, body)).status).toBe(409);
    }
    const forms = ['2026-W45', '2026-W45.md?lang=ja', '2026-W45.html?lang=en', '2026-W45.md?lang=en'];
    const texts = async () =>
      Promise.all(forms.map(async (each) => (await fetch(`${scenario.url}/api/postmortems/${each}`)).text()));
    const before = await texts();
    expect(before[1]).toContain('質問の窓口に入っていた');
    expect(before[1]).toContain('新人');
    expect(before[2]).toContain('新人');
    await scenario.post(`/api/incidents/${ids.order}/events`, { type: 'commented', text: 'あとから' });
    // An earlier week is made after it: it is still the first that was held.
    await scenario.post('/api/postmortems/2026-W40/assemble', {});
    await set('2026-11-16T00:10:00Z');
    expect(await texts()).toEqual(before);
  });

  test('next week it is there: the answers, who chaired, who was there, what was skipped', async () => {
    const next = await bundle('2026-W46');
    expect(next.lastMeeting).toMatchObject({
      week: '2026-W45',
      attendance: { chair: 'bob', present: ['ann', 'bob', '新人'] },
      skipped: [{ item: ids.order }],
    });
    const [falling] = next.lastMeeting.answers;
    expect(falling).toMatchObject({ item: 'falling-counts', text: '質問の窓口に入っていた', by: 'bob@a.jp' });
    expect(next.fallingCountsAnswers).toMatchObject([{ week: '2026-W45', text: '質問の窓口に入っていた' }]);
    expect(next.answers).toEqual([]);
    for (const form of ['2026-W46.md?lang=ja', '2026-W46.html?lang=en']) {
      expect((await scenario.get(`/api/postmortems/${form}`)).body).toContain('質問の窓口に入っていた');
    }
    expect((await scenario.get('/console/postmortems/2026-W46')).body).toContain('質問の窓口に入っていた');
  });

  test('held in its turn, it ends without what nobody reviewed, what it carried first', async () => {
    const { carriedIncidents, entries } = await bundle('2026-W46');
    const held = await scenario.post('/api/postmortems/2026-W46/hold', {});
    const skipped = held.body.skipped.map((each: { item: string }) => each.item);
    expect(skipped).toEqual([ids.order, ids.asked]);
    const shown = [...carriedIncidents, ...entries].map((each: { id: string }) => each.id);
    expect([carriedIncidents.length, shown]).toEqual([1, skipped]);
  });
});
