/** When Notion is asked, what is written of a page, and what is kept of it: one at a time, later the longer it fails. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { noteChanges } from '../../../functions/outgoing/notion/note-changes.ts';
import { toBeWritten } from '../../../functions/outgoing/notion/page-records.ts';
import { blocksOf, markOf } from '../../../functions/outgoing/notion/values.ts';
import { writeBody } from '../../../functions/outgoing/notion/write-body.ts';
import { type Delivery, newDelivery } from '../../../functions/platform/delivery.ts';
import { firestore, fromDocument } from '../../../functions/platform/firestore.ts';
import { policy } from '../../../functions/policy.ts';
import { loadSource, openDesk } from './desk.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

const desk = await openDesk('2026-11-24T01:00:00Z');
beforeEach(async () => {
  desk.faults.clear();
  await desk.anew();
});

type Kept = Record<string, unknown>;
const state = () => firestore().doc('connections/notion');
/** With what the ledger keeps of it. */
async function readState(): Promise<Kept> {
  const { delivery, ...record } = fromDocument<Kept>((await state().get()).data() ?? {});
  const { leasedUntil, retryAt } = (delivery ?? {}) as Kept;
  return { ...record, leasedUntil, restsUntil: retryAt };
}
const recordOf = (id: string) => firestore().doc(`notionPages/${id}`);
const readRecord = async (id: string): Promise<Kept> => fromDocument<Kept>((await recordOf(id).get()).data() ?? {});
const deliveryOf = async (id: string): Promise<Delivery> => (await readRecord(id)).delivery as Delivery;
const waits = async (id: string): Promise<boolean> => {
  const { retryAt } = await deliveryOf(id);
  return retryAt !== null && retryAt <= desk.now();
};
/** What is kept of a page that is as it should be, and of one that Notion has not taken. */
const written = { state: 'delivered', attempts: 0, retryAt: null, lastError: null };
const failed = (retryAt: Date) => newDelivery(desk.now(), { attempts: 3, lastError: 'x', retryAt });
const later = (ms: number): Date => new Date(desk.now().getTime() + ms);
const idsThere = (): unknown[] => desk.pages().map(({ properties }) => properties['Metronome ID']);
const fail = (target: string, code: string, more: object = {}) =>
  desk.faults.add({ target: `tools.notion.${target}`, effect: 'fail', code, ...more });
/** What a minute asked of Notion. */
async function minute(): Promise<number> {
  const before = desk.requests();
  await desk.minute();
  return desk.requests() - before;
}

describe('nothing is asked', () => {
  test.each(['leasedUntil', 'retryAt'])('before %s, to the millisecond', async (field) => {
    await desk.settle();
    await desk.open('inc_1');
    for (const [ms, isAsked] of [
      [1, false],
      [0, true],
    ] as const) {
      await state().update({ [`delivery.${field}`]: later(ms) });
      expect([ms, (await minute()) > 0]).toEqual([ms, isAsked]);
    }
  });

  test('by another while a run that died has the lease, for a minute and a half', async () => {
    await desk.open('inc_1');
    const startedAt = desk.now().getTime();
    desk.killBefore(1);
    await desk.minute();
    expect(((await readState()).leasedUntil as Date).getTime() - startedAt).toBe(90 * secondMs);
    expect(await minute()).toBe(0);
    expect(await minute()).toBeGreaterThan(0);
    expect(idsThere()).toEqual(expect.arrayContaining(['inc_1']));
  });
});

describe('what is kept', () => {
  test('of a page is where it is, what was written last, and its place in its week', async () => {
    const { changedAt } = { changedAt: desk.now() };
    await desk.open('inc_1');
    await desk.settle();
    const page = desk.pages().find(({ properties }) => properties['Metronome ID'] === 'inc_1');
    const { written: values, ...kept } = await readRecord('inc_1');
    expect(kept).toEqual({
      id: 'inc_1',
      kind: 'incidents',
      changedAt,
      version: expect.stringMatching(/^\d+\.\d+$/),
      delivery: expect.objectContaining(written),
      dataSourceId: desk.databases.incidents,
      pageId: page?.id,
      body: blocksOf([{ is: 'text', text: '報告 inc_1' }]).map(markOf),
      place: '2026-W48 incidents',
    });
    expect(Object.keys(values as object)).toEqual(expect.arrayContaining(['title', 'id', 'status', 'week']));
    expect(await readRecord('2026-W48')).toMatchObject({
      kind: 'postmortems',
      dataSourceId: desk.databases.postmortems,
    });
    expect(await readState()).toMatchObject({
      databases: desk.databases,
      seenUpTo: { incidents: changedAt },
      leasedUntil: null,
      restsUntil: null,
      syncedAt: expect.any(Date),
      trouble: null,
      failedSince: null,
      leftOut: [],
    });
  });

  test.each<[kind: string, given: Record<string, string | undefined>]>([
    ['token', { NOTION_TOKEN: undefined }],
    ['databases', { NOTION_DATABASES: '{"incidents": "1"}' }],
  ])('of what is not set is that it is the %s, and nothing is asked', async (kind, given) => {
    await desk.open('inc_1');
    await noteChanges(desk.now(), loadSource);
    desk.give(given);
    const before = desk.requests();
    await desk.minute();
    expect(desk.requests()).toBe(before);
    expect(await readState()).toMatchObject({ trouble: { kind, code: null }, leasedUntil: null, syncedAt: null });
    desk.give({});
    await desk.settle(minuteMs);
    expect(idsThere()).toContain('inc_1');
  });

  test('is nothing, and nothing is asked, where no data sources are set', async () => {
    await desk.open('inc_1');
    desk.give({ NOTION_DATABASES: undefined });
    await desk.minute();
    desk.give({});
    expect([await readState(), await readRecord('inc_1')]).toEqual([{}, {}]);
  });
});

describe('a week of more than its page takes', () => {
  const { mostRelations } = policy.outgoing.notion;
  beforeEach(() => Object.assign(policy.outgoing.notion, { mostRelations: 2 }));
  afterEach(() => Object.assign(policy.outgoing.notion, { mostRelations }));
  const week = (id: string) => desk.pages().find(({ properties }) => properties['Metronome ID'] === id);

  test('continues on a next page, which says which it is, and leaves the numbers to the first', async () => {
    for (const id of ['inc_1', 'inc_2']) await desk.open(id);
    await desk.settle();
    expect(week('2026-W48#2')).toBeUndefined();
    await desk.open('inc_3');
    await desk.settle();
    const [first, second] = [week('2026-W48'), week('2026-W48#2')];
    expect(first?.properties.インシデント).toHaveLength(2);
    expect(second?.properties.インシデント).toHaveLength(1);
    expect(second).toMatchObject({ title: `${first?.title}(2)`, blocks: [] });
    const { 期間, 回, 状態, Metronome, 件数 } = second?.properties ?? {};
    expect({ 期間, 回, 状態, Metronome }).toEqual({
      期間: first?.properties.期間,
      回: first?.properties.回,
      状態: first?.properties.状態,
      Metronome: first?.properties.Metronome,
    });
    expect(件数).toBeNull();
    expect(await readRecord('2026-W48#2')).toMatchObject({
      kind: 'postmortems',
      weekId: '2026-W48',
      delivery: written,
    });
    // An incident stays where it is, and what is written of the week is written of all its pages.
    await recordOf('2026-W48#2').update({ written: {} });
    await recordOf('2026-W48').update({ delivery: toBeWritten(desk.now()) });
    await desk.settle();
    expect((await readRecord('2026-W48#2')).written).toHaveProperty('title');
    expect(await readRecord('inc_3')).toMatchObject({ place: '2026-W48#2 incidents' });
  });
});

describe('a page that is gone for good', () => {
  const gone = '99999999-9999-4999-8999-999999999999';
  test('is made again for who has something to say there', async () => {
    const incident = await desk.open('inc_1');
    await desk.settle();
    await recordOf('inc_1').update({ pageId: gone });
    await desk.keep({ ...incident, title: '別の題', description: '別の話' });
    await desk.settle();
    const { pageId } = await readRecord('inc_1');
    const page = desk.pages().find(({ id }) => id === pageId);
    expect(page).toMatchObject({ title: '別の題', properties: { 状態: '対応中' } });
    expect(page?.blocks.map(({ text }) => text)).toEqual(['別の話']);
  });

  test('and in the trash comes out of it, and is not made once more, also where nobody knows where it was', async () => {
    const incident = await desk.open('inc_1');
    await desk.settle();
    const { pageId } = await readRecord('inc_1');
    const before = desk.pages().length;
    await desk.person.pages.update({ page_id: String(pageId), in_trash: true });
    await recordOf('inc_1').delete();
    await desk.keep({ ...incident, title: '別の題' });
    await desk.settle();
    expect((await readRecord('inc_1')).pageId).toBe(pageId);
    expect(desk.pages()).toHaveLength(before);
    expect(desk.pages().find(({ id }) => id === pageId)).toMatchObject({ title: '別の題', inTrash: false });
  });

  test('is found again by who belongs to it', async () => {
    await desk.open('inc_1');
    await desk.settle();
    const week = await readRecord('2026-W48');
    await recordOf('2026-W48').update({ pageId: gone });
    await desk.open('inc_2');
    await desk.settle();
    expect((await readRecord('2026-W48')).pageId).toBe(week.pageId);
    const page = desk.pages().find(({ properties }) => properties['Metronome ID'] === 'inc_2');
    expect(page?.properties).toMatchObject({ ポストモーテム: [week.pageId] });
  });
});

test('a value that was another for a while is written back, also where Notion gave no answer to the other', async () => {
  const incident = await desk.open('inc_1');
  await desk.settle();
  const title = () => desk.pages().find(({ properties }) => properties['Metronome ID'] === 'inc_1')?.title;
  desk.faults.add({ target: 'tools.notion.updatePage', effect: 'fail-after', code: '503', times: 9 });
  await desk.keep({ ...incident, title: '別の題' });
  await desk.minute();
  desk.faults.clear();
  expect(title()).toBe('別の題');
  await desk.keep(incident);
  await desk.settle(minuteMs);
  expect(title()).toBe(incident.title);
});

describe('where Notion takes nothing', () => {
  test.each<[operation: string, code: string, trouble: { kind: string; code: string } | null]>([
    ['getDataSource', '503', { kind: 'away', code: '503, service_unavailable' }],
    ['getDataSource', '401', { kind: 'refused', code: '401, unauthorized' }],
    ['getDataSource', '404', { kind: 'gone', code: '404, object_not_found' }],
    ['getDataSource', '429', null],
    ['createPage', '429', null],
    ['createPage', '401', { kind: 'refused', code: '401, unauthorized' }],
  ])('%s answers %s: it is said why, since when, and everything waits', async (operation, code, trouble) => {
    await desk.open('inc_1');
    fail(operation, code);
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await desk.minute();
    const logged = written.mock.calls.map(([line]) => JSON.parse(String(line)));
    written.mockRestore();
    const { failedSince, restsUntil, ...kept } = await readState();
    expect(kept).toMatchObject({ trouble, leasedUntil: null });
    // The log says what became of the call, also where no answer came.
    if (trouble)
      expect(logged).toContainEqual(
        expect.objectContaining({ severity: 'WARNING', ...trouble, error: `It answered ${trouble.code}.` }),
      );
    expect(restsUntil).toBeInstanceOf(Date);
    expect(failedSince instanceof Date).toBe(trouble !== null);
    // A rest is none of Notion's failures: what was written until then is as it should be.
    expect(kept.syncedAt instanceof Date).toBe(trouble === null);
    expect(await waits('inc_1')).toBe(true);
    await desk.settle(minuteMs);
    expect(await readState()).toMatchObject({ trouble: null, failedSince: null, restsUntil: null });
    expect(idsThere().toSorted()).toEqual(['2026-W48', 'inc_1']);
  });

  test('it is asked again after as long as it has failed, of 50 s at least and ten minutes at most', async () => {
    await desk.settle();
    await desk.open('inc_1');
    for (const [lastedMs, expectedMs] of [
      [0, 50 * secondMs],
      [50 * secondMs, 50 * secondMs],
      [51 * secondMs, 51 * secondMs],
      [10 * minuteMs, 10 * minuteMs],
      [10 * minuteMs + 1, 10 * minuteMs],
      [24 * 60 * minuteMs, 10 * minuteMs],
    ] as const) {
      await state().update({ failedSince: later(-lastedMs), 'delivery.retryAt': null });
      fail('getDataSource', '503');
      const at = desk.now().getTime();
      await desk.minute();
      const { restsUntil, failedSince } = (await readState()) as { restsUntil: Date; failedSince: Date };
      expect([at - failedSince.getTime(), restsUntil.getTime() - at]).toEqual([lastedMs, expectedMs]);
    }
  });

  test('what was written before it failed says that it is away since now, and not since before', async () => {
    await desk.settle();
    await desk.open('inc_1');
    await desk.open('inc_2');
    const before = desk.now().getTime();
    await state().update({ failedSince: later(-5 * minuteMs) });
    fail('createPage', '401', { skip: 2 });
    await desk.minute();
    const { failedSince, syncedAt } = (await readState()) as { failedSince: Date; syncedAt: Date };
    expect(failedSince.getTime()).toBeGreaterThanOrEqual(before);
    expect(syncedAt).toEqual(failedSince);
  });
});

describe('a page that Notion does not take', () => {
  test('is tried again after a minute, twice as long each time, up to an hour', async () => {
    await desk.open('inc_of_week');
    await desk.settle();
    const lastError = 'It answered 400, validation_error.';
    // The longest first: none comes again before all have failed.
    for (const [attempts, expectedMs] of [
      [50, 60 * minuteMs],
      [6, 60 * minuteMs],
      [5, 32 * minuteMs],
      [1, 2 * minuteMs],
      [0, minuteMs],
    ] as const) {
      const id = `inc_${attempts}`;
      await desk.open(id);
      await noteChanges(desk.now(), loadSource);
      await recordOf(id).update({ 'delivery.attempts': attempts });
      fail('createPage', '400');
      await desk.minute();
      const { syncedAt } = (await readState()) as { syncedAt: Date };
      const { retryAt, ...kept } = await deliveryOf(id);
      expect(kept).toMatchObject({ state: 'waiting', attempts: attempts + 1, lastError });
      expect(Number(retryAt) - syncedAt.getTime()).toBe(expectedMs);
    }
  });

  test.each<[code: string, isNotionThere: boolean, waits: boolean]>([
    ['503', true, false],
    ['503', false, true],
    ['400', false, false],
  ])('with %s, and Notion answers at all: %s, waits for Notion: %s', async (code, isNotionThere, isWaiting) => {
    await desk.open('inc_1');
    fail('createPage', code, { skip: 1 });
    if (!isNotionThere) fail('getMe', '503');
    await desk.minute();
    const { retryAt, attempts } = await deliveryOf('inc_1');
    expect([attempts, Number(retryAt) > desk.now().getTime() - minuteMs]).toEqual(isWaiting ? [0, false] : [1, true]);
    expect(((await readState()).trouble !== null) === isWaiting).toBe(true);
  });

  test('comes at once where what it shows has changed, and waits for no time of its own any more', async () => {
    const incident = await desk.open('inc_1');
    await desk.settle();
    await recordOf('inc_1').update({ delivery: failed(later(minuteMs)) });
    await desk.keep({ ...incident, title: '別の題' });
    await noteChanges(desk.now(), loadSource);
    expect([await waits('inc_1'), (await deliveryOf('inc_1')).attempts]).toEqual([true, 0]);
  });

  test('comes when its time has come and not before, and then nothing is left of it', async () => {
    await desk.open('inc_1');
    await desk.settle();
    const { version } = await readRecord('inc_1');
    await recordOf('inc_1').update({ delivery: failed(later(minuteMs / 2)), written: {} });
    await desk.minute();
    expect(await readRecord('inc_1')).toMatchObject({ version, delivery: { attempts: 3 } });
    await desk.minute();
    expect(await readRecord('inc_1')).toMatchObject({ version, delivery: written });
  });
});

describe('what has changed', () => {
  test.each([
    [120 * secondMs, true],
    [121 * secondMs, false],
  ])('%i ms before what was seen last is still found: %s', async (ms, isFound) => {
    const { id, changedAt } = { id: 'inc_late', changedAt: desk.now() };
    await desk.settle();
    await state().update({ 'seenUpTo.incidents': new Date(changedAt.getTime() + ms) });
    desk.pass(10 * minuteMs);
    const incident = await desk.open(id);
    await firestore().doc(`incidents/${incident.id}`).update({ changedAt });
    await desk.minute();
    expect(idsThere().includes(id)).toBe(isFound);
  });

  test('is written the newest first, and once', async () => {
    for (const id of ['inc_1', 'inc_2', 'inc_3']) {
      await desk.open(id);
      desk.pass(secondMs);
    }
    await desk.settle();
    expect(idsThere().filter((id) => id !== '2026-W48')).toEqual(['inc_3', 'inc_2', 'inc_1']);
    const asked = desk.asked();
    await desk.minute();
    expect([desk.asked().createPage, desk.asked().updatePage]).toEqual([asked.createPage, asked.updatePage]);
  });

  test('is written for forty seconds at a time, and what is left comes with the next minute', async () => {
    const ids = ['inc_1', 'inc_2', 'inc_3', 'inc_4'];
    for (const id of ids) {
      await desk.open(id);
      desk.pass(secondMs);
    }
    const made = (): number => desk.asked().createPage ?? 0;
    const [start, before] = [Math.round(performance.now()), made()];
    // Each page takes a quarter of a minute: the first is the week's, with the first incident.
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => start + (made() - before) * 15 * secondMs);
    try {
      await desk.minute();
    } finally {
      clock.mockRestore();
    }
    expect(ids.filter((id) => idsThere().includes(id))).toEqual(['inc_3', 'inc_4']);
    expect(await readState()).toMatchObject({ leasedUntil: null, trouble: null });
    await desk.minute();
    expect(idsThere()).toEqual(expect.arrayContaining(ids));
  });

  test('while its page is written is written after it', async () => {
    const incident = await desk.open('inc_1');
    desk.faults.add({ target: 'tools.notion.createPage', effect: 'delay', delayMs: 150, skip: 1 });
    const running = desk.minute();
    await expect.poll(() => desk.faults.list(), { interval: 2 }).toEqual([]);
    await desk.keep({ ...incident, title: '別の題' });
    await noteChanges(desk.now(), loadSource);
    await running;
    expect(await waits('inc_1')).toBe(true);
    await desk.minute();
    expect(desk.pages().map(({ title }) => title)).toContain('別の題');
    expect(await waits('inc_1')).toBe(false);
  });

  test('to say nothing any more takes away what was said', async () => {
    const incident = await desk.open('inc_1');
    await desk.settle();
    const said = () =>
      desk
        .pages()
        .find(({ title }) => title === incident.title)
        ?.blocks.map(({ text }) => text);
    expect(said()).toEqual(['報告 inc_1']);
    await desk.keep({ ...incident, description: '' });
    await desk.minute();
    expect(said()).toEqual([]);
  });

  test('of nothing but the place leaves it to its own time where Notion has not taken it', async () => {
    await desk.open('inc_1');
    await desk.settle();
    await recordOf('inc_1').update({ dataSourceId: 'another', delivery: failed(later(minuteMs)) });
    await noteChanges(desk.now(), loadSource);
    expect(await waits('inc_1')).toBe(false);
  });

  test('is everything where it is to be written elsewhere', async () => {
    await desk.open('inc_1');
    await desk.settle();
    const known = await readRecord('inc_1');
    await recordOf('inc_1').update({ dataSourceId: 'another' });
    await state().update({ 'databases.actions': 'another' });
    await desk.minute();
    expect((await readState()).databases).toEqual(desk.databases);
    // What is there already is found, and not made again.
    expect(await readRecord('inc_1')).toMatchObject({ pageId: known.pageId, dataSourceId: desk.databases.incidents });
    expect(idsThere().toSorted()).toEqual(['2026-W48', 'inc_1']);
  });
});

describe('properties as people have left them', () => {
  const change = (properties: object) =>
    desk.person.dataSources.update({ data_source_id: desk.databases.incidents, properties: properties as never });
  test('one of another type is left out, and said so; the title may be called anything', async () => {
    await change({ 原因: null, 名前: { name: '件名' } });
    await change({ 原因: { number: {} } });
    await desk.open('inc_1');
    await desk.settle();
    expect((await readState()).leftOut).toEqual(['原因']);
    const [page] = desk.pages().filter(({ properties }) => properties['Metronome ID'] === 'inc_1');
    expect(page).toMatchObject({ title: '止まった inc_1', properties: { 状態: '対応中' } });
  });

  test('one that was renamed is followed, also where another is called as it was', async () => {
    await desk.open('inc_1');
    await desk.settle();
    await change({ 原因: { name: '根本原因' } });
    await change({ 原因: { rich_text: {} } });
    await desk.open('inc_2', { cause: { category: 'release', summary: '決済の変更' } });
    await desk.settle();
    const [page] = desk.pages().filter(({ properties }) => properties['Metronome ID'] === 'inc_2');
    expect(page?.properties).toMatchObject({ 根本原因: '決済の変更', 原因: '' });
  });

  test('the one that pages are found by is made again', async () => {
    await change({ 'Metronome ID': null });
    await desk.open('inc_1');
    await desk.settle();
    expect(idsThere()).toContain('inc_1');
  });
});

describe('the text of a page', () => {
  type Said = readonly [is: 'heading' | 'item' | 'text', text: string];
  const blocks = (lines: readonly Said[]) => blocksOf(lines.map(([is, text]) => ({ is, text })));
  const t = (text: string): Said => ['text', text];
  const own = (content: string) => ({ paragraph: { rich_text: [{ text: { content } }] } });
  const mostAtOnce = 100;

  /** A page that says this by us, with what a person has written below it. */
  async function pageOf(lines: readonly Said[], below: readonly string[]): Promise<string> {
    const parent = { type: 'data_source_id', data_source_id: desk.databases.incidents };
    const children = blocks(lines);
    const { id } = await desk.person.pages.create({ parent, properties: {}, children } as never);
    for (let at = 0; at < below.length; at += mostAtOnce)
      await desk.person.blocks.children.append({ block_id: id, children: below.slice(at, at + mostAtOnce).map(own) });
    return id;
  }
  const said = (pageId: string) => desk.pages().find(({ id }) => id === pageId)?.blocks ?? [];

  const rows: [what: string, before: Said[], below: string[], wanted: Said[], then: string[]][] = [
    ['more', [t('a')], [], [t('a'), t('b'), t('c')], ['a', 'b', 'c']],
    ['more, above what a person wrote', [t('a')], ['me'], [t('a'), t('b'), t('c')], ['a', 'b', 'c', 'me']],
    ['more, where a person says the same', [t('x')], ['x'], [t('x'), t('y')], ['x', 'y', 'x']],
    ['less', [t('a'), t('b'), t('c')], ['me'], [t('a')], ['a', 'me']],
    ['nothing', [t('a'), t('b')], ['me'], [], ['me']],
    ['other words', [t('a'), t('b')], ['me'], [t('a'), t('c')], ['a', 'c', 'me']],
    ['another kind', [t('a'), t('b'), t('c')], ['me'], [t('a'), ['item', 'b'], t('c')], ['a', 'b', 'c', 'me']],
    ['another kind first', [t('a'), t('b')], ['me'], [['heading', 'a'], t('b')], ['me', 'a', 'b']],
    ['the same twice, which a person says too', [t('x'), t('x')], ['x'], [t('y'), t('y')], ['y', 'y', 'x']],
  ];
  test('says more, less, nothing, other words or the same twice, and what people wrote stays', async () => {
    for (const [what, before, below, wanted, then] of rows) {
      const id = await pageOf(before, below);
      await writeBody(desk.person, id, blocks(before).map(markOf), blocks(wanted));
      expect([what, ...said(id).map(({ text }) => text)]).toEqual([what, ...then]);
    }
  });

  test('keeps the blocks that it can: of what has comments only words change', async () => {
    const id = await pageOf([t('a'), t('b')], []);
    const ids = said(id).map((each) => each.id);
    await writeBody(desk.person, id, blocks([t('a'), t('b')]).map(markOf), blocks([t('a'), t('c'), t('d')]));
    expect(said(id).map((each) => each.id)).toEqual([...ids, expect.any(String)]);
  });

  test('is not doubled by what was written before an answer was lost', async () => {
    const id = await pageOf([t('a'), t('b')], ['me']);
    await writeBody(desk.person, id, blocks([t('a')]).map(markOf), blocks([t('a'), t('b')]));
    expect(said(id).map(({ text }) => text)).toEqual(['a', 'b', 'me']);
  });

  test.each<[what: string, operation: string, before: string, lost: string, skip: number]>([
    ['a page was made', 'createPage', '', 'a', 1],
    ['words were changed', 'updateBlock', 'a', 'b', 0],
    ['a block was added', 'appendChildren', '', 'b', 0],
  ])('is what the record says by then, where the answer was lost as %s', async (_, operation, before, lost, skip) => {
    const incident = await desk.open('inc_1', { description: before });
    if (operation !== 'createPage') await desk.settle();
    desk.faults.add({ target: `tools.notion.${operation}`, effect: 'hang-after', skip, times: 1 });
    await desk.keep(Object.assign(incident, { description: lost }));
    await desk.minute();
    expect(desk.faults.list().filter(({ times }) => times !== 0)).toEqual([]);
    await desk.keep(Object.assign(incident, { description: 'c' }));
    await desk.settle(10 * minuteMs);
    const page = desk.pages().find(({ properties }) => properties['Metronome ID'] === 'inc_1');
    expect(page?.blocks.map(({ text }) => text)).toEqual(['c']);
    expect(await readRecord('inc_1')).not.toHaveProperty('tried');
  });

  test('is found also where a person has written more than one answer holds above it', async () => {
    const id = await pageOf([], [...Array.from({ length: 120 }, (_, index) => `me ${index}`), 'a']);
    await writeBody(desk.person, id, blocks([t('a')]).map(markOf), blocks([t('b')]));
    expect(
      said(id)
        .map(({ text }) => text)
        .slice(119),
    ).toEqual(['me 119', 'b']);
  });
});
