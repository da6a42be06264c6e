/** What Metronome knows goes to Notion: each record's page once, related both ways, and nothing of people's is touched. */
import { isFullPage, iteratePaginatedAPI, type PageObjectResponse } from '@notionhq/client';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { firestore } from '../../functions/platform/firestore.ts';
import { eraseCustomer } from '../../infra/erase/erase-customer.ts';
import { type Any, openNotionHouse } from './notion-house.ts';

/** Late on a Sunday: the week is over within the hour. */
const start = '2026-11-29T14:32:00.000Z';

const house = await openNotionHouse(start);
const { scenario, databases } = house;
const client = house.client();
afterAll(() => house.stop());
beforeEach(() => scenario.house.cloud.faults.clear());

const pages = (dataSource?: string) => house.pages(dataSource);
const pageOf = async (id: string): Promise<Any> => {
  const found = (await pages()).filter((each) => each.properties['Metronome ID'] === id);
  expect(found).toHaveLength(1);
  return found[0];
};
let ticketNumber = 0;
async function report(more: Record<string, unknown> = {}): Promise<string> {
  ticketNumber += 1;
  const { body } = await scenario.ticket({
    id: `N-${ticketNumber}`,
    subject: '注文が通らない',
    occurredAt: (await scenario.get('/_local/clock')).body.now,
    customer: { id: 'store-12', name: '渋谷店' },
    businessImpact: 'stopped',
    affectedCustomerCount: 3,
    url: 'https://support.example.jp/tickets/1',
    ...more,
  });
  return body.incident.id;
}
const state = (id: string, body: Record<string, unknown>) => scenario.post(`/api/incidents/${id}/events`, body);

test('an incident is there within two minutes, with what the practice’s format holds, and follows its record', async () => {
  const id = await report();
  await scenario.advance('PT2M');
  const page = await pageOf(id);
  expect(page.title).toBe('注文が通らない');
  expect(page.properties).toMatchObject({
    状態: '対応中',
    緊急性: '高',
    業務影響度: '業務停止',
    影響店舗数: 3,
    参考値: 8,
    確定値: null,
    原因カテゴリ: '記録なし',
    対応チケット: 'https://support.example.jp/tickets/1',
    起票元: 'ユーザーサポート',
  });
  await state(id, { type: 'caused', category: 'release', summary: '決済の変更' });
  await state(id, { type: 'mitigated', kind: 'setting', note: '設定を戻した' });
  await state(id, { type: 'fixed', permanentFix: '修正版を出した' });
  await state(id, { type: 'prevention', text: 'テストを足した' });
  await scenario.advance('PT2M');
  expect((await pageOf(id)).properties).toMatchObject({
    原因カテゴリ: 'リリース',
    原因: '決済の変更',
    一次対応: '設定変更\n設定を戻した',
    恒久対応: '修正版を出した',
    再発防止: 'テストを足した',
  });
});

test('incident, week and action are related both ways; the week’s page holds numbers and checkpoints', async () => {
  const id = await report();
  const { body: action } = await scenario.post('/api/actions', {
    incidentId: id,
    description: '監視を足す',
    kind: 'detect',
  });
  await scenario.advance('PT40M');
  const [week] = (await pages('ポストモーテム')).filter((each) => each.properties['Metronome ID'] === '2026-W48');
  const [incident, next] = [await pageOf(id), await pageOf(action.id)];
  expect(incident.properties).toMatchObject({ ポストモーテム: [week.id], ネクストアクション: [next.id] });
  expect(week.properties.インシデント).toContain(incident.id);
  expect(next.properties.インシデント).toEqual([incident.id]);
  expect(week.properties).toMatchObject({ 件数: 2, 参考値の合計: 16, 影響店舗数の合計: 6, 状態: '準備中' });
  const text = week.blocks.map((each: Any) => each.text);
  expect(text).toContain('チェックポイント');
  expect(text.find((each: string) => each.startsWith('初動は十分に早かったか'))).toMatch(/適切|要改善|記録なし/);
  await scenario.post('/api/postmortems/2026-W48/hold', {});
  await scenario.advance('PT2M');
  expect((await pageOf('2026-W48')).properties).toMatchObject({ 状態: '実施済み' });
});

test('an importer of the practice’s format reads all of it by the official client, and finds the way from page to page', async () => {
  const id = await report({ subject: '会計が止まった', customer: { id: 'store-31', name: '恵比寿店' } });
  await state(id, { type: 'mitigated', kind: 'setting', note: '設定を戻した' });
  await state(id, { type: 'fixed', permanentFix: '修正版を出した' });
  await state(id, { type: 'prevention', text: 'テストを足した' });
  await scenario.post('/api/postmortems/2026-W49/assemble', {});
  const cause = { category: 'configuration', summary: '決済の設定', releaseId: 'none' };
  const review = { businessImpact: 'stopped', affectedCustomerCount: 12, cause };
  expect((await scenario.post(`/api/incidents/${id}/review`, review)).status).toBe(201);
  const action = { incidentId: id, bundleId: '2026-W49', description: '決済の監視を足す', kind: 'detect' };
  const { body: made } = await scenario.post('/api/actions', { ...action, owner: 'mori@example.jp' });
  await scenario.post('/api/postmortems/2026-W49/assemble', {});
  await scenario.advance('PT3M');

  const incident = (await rowsOf(databases.incidents)).find((each) => each['Metronome ID'] === id);
  expect(incident).toMatchObject({
    名前: '会計が止まった',
    業務影響度: '業務停止',
    影響店舗数: 12,
    原因カテゴリ: '設定',
    原因: '決済の設定',
    参考値: 8,
    確定値: 12,
    一次対応: '設定変更\n設定を戻した',
    恒久対応: '修正版を出した',
    再発防止: 'テストを足した',
    対応チケット: 'https://support.example.jp/tickets/1',
  });
  const weeks = await rowsOf(databases.postmortems);
  const week = weeks.find((each) => incident?.ポストモーテム.includes(each.page));
  const { length: incidents } = week?.インシデント ?? [];
  expect(week).toMatchObject({ 'Metronome ID': '2026-W49', 状態: '準備中', 件数: incidents });
  expect(week?.インシデント).toContain(incident?.page);
  const all = (await rowsOf(databases.incidents)).filter((each) => week?.インシデント.includes(each.page));
  const sum = (name: string): number => all.reduce((total, each) => total + (each[name] ?? 0), 0);
  expect([week?.参考値の合計, week?.確定値の合計, week?.影響店舗数の合計]).toEqual([
    sum('参考値'),
    sum('確定値'),
    sum('影響店舗数'),
  ]);
  expect(week?.業務停止の件数).toBe(all.filter((each) => each.業務影響度 === '業務停止').length);
  for (const checkpoint of ['リリースフロー', 'テスト', '初動', '影響範囲の確認', '定期連絡']) {
    const counts = ['適切', '要改善', '該当なし', '記録なし'].map((result) => week?.[`${checkpoint}(${result})`]);
    expect(counts.reduce((total, each) => total + each, 0)).toBe(incidents);
  }
  expect(week?.['リリースフロー(該当なし)']).toBeGreaterThanOrEqual(1);
  const next = (await rowsOf(databases.actions)).find((each) => each['Metronome ID'] === made.id);
  expect(next).toMatchObject({ 名前: '決済の監視を足す', 担当: 'mori@example.jp', 種類: '検知', 状態: '提案' });
  expect([next?.インシデント, next?.ポストモーテム]).toEqual([[incident?.page], [week?.page]]);
});

describe('what people do in Notion', () => {
  test('their properties and their text survive', async () => {
    const id = await report({ description: '会計でエラーになる' });
    await scenario.advance('PT2M');
    const { id: pageId } = await pageOf(id);
    await client.dataSources.update({ data_source_id: databases.incidents, properties: { メモ: { rich_text: {} } } });
    await client.pages.update({
      page_id: pageId,
      properties: { メモ: { rich_text: [{ text: { content: '店長に電話済み' } }] } },
    });
    const own = (content: string) => ({ paragraph: { rich_text: [{ text: { content } }] } });
    await client.blocks.children.append({ block_id: pageId, children: [own('上のメモ')], position: { type: 'start' } });
    await client.blocks.children.append({ block_id: pageId, children: [own('下のメモ')] });
    for (let round = 0; round < 4; round += 1) {
      await state(id, { type: 'corrected', field: 'description', value: `会計でエラー ${round}` });
      await scenario.advance('PT1M');
    }
    await scenario.advance('PT2M');
    const page = await pageOf(id);
    expect(page.properties.メモ).toBe('店長に電話済み');
    expect(page.blocks.map((each: Any) => each.text)).toEqual(['上のメモ', '会計でエラー 3', '下のメモ']);
  });

  test('a renamed property is followed, one that is taken away holds nothing up, a page comes out of the trash', async () => {
    const id = await report();
    await scenario.advance('PT2M');
    const { id: pageId } = await pageOf(id);
    await client.dataSources.update({
      data_source_id: databases.incidents,
      properties: { 原因: { name: '根本原因' }, 製品領域: null },
    });
    await state(id, { type: 'caused', category: 'data', summary: '重複' });
    await client.pages.update({ page_id: pageId, in_trash: true });
    await scenario.advance('PT3M');
    const page = await pageOf(id);
    expect(page).toMatchObject({ inTrash: false, properties: { 根本原因: '重複', 原因カテゴリ: 'データ' } });
  });
});

test('an erased customer is erased in Notion too, within minutes', async () => {
  const customer = { id: 'store-erased', name: '恵比寿店 山田' };
  const id = await report({ customer, subject: '恵比寿店 山田です', description: '折り返し 恵比寿店 山田まで' });
  await scenario.advance('PT2M');
  expect(JSON.stringify(await pageOf(id))).toContain('恵比寿店 山田');
  const erased = await eraseCustomer(firestore(), { customerId: customer.id, pseudonym: 'erased-1' });
  expect(erased.notionPages).toBe(1);
  await scenario.advance('PT2M');
  const page = await pageOf(id);
  expect(JSON.stringify(page)).not.toContain('山田');
  expect([page.title, page.blocks.map((each: Any) => each.text)]).toEqual(['[erased]', ['[erased]']]);
});

test('the connections page says how far behind it is and why, in both languages', async () => {
  const page = async (language: string) =>
    await (await fetch(`${scenario.url}/console/connections`, { headers: { 'accept-language': language } })).text();
  expect(await page('ja')).toContain('すべて反映済み');
  await scenario.post('/_local/faults', { target: 'tools.notion.*', effect: 'fail', code: '503', times: 1_000 });
  await report();
  await scenario.advance('PT2M');
  expect(await page('ja')).toMatch(
    /停止中[\s\S]*反映待ち\d+件[\s\S]*Notionが応答しません \(503, service_unavailable\)/,
  );
  expect(await page('en')).toMatch(
    /stopped[\s\S]*\d+ records? waiting[\s\S]*Notion isn’t responding \(503, service_unavailable\)/,
  );
  scenario.house.cloud.faults.clear();
  await scenario.advance('PT2M');
  expect(await page('en')).toContain('up to date');
});

test('a drill, a question and what is no incident stay out', async () => {
  const drill = await report({ drill: true });
  await scenario.ticket({
    id: 'Q-1',
    subject: '営業時間の変え方',
    category: 'question',
    differsFromExpected: 'no',
    form: 'spec-question',
    customer: { id: 'store-1' },
  });
  await scenario.advance('PT3M');
  const there = await pages('インシデント');
  expect(
    there.filter(({ title, properties }) => title === '営業時間の変え方' || properties['Metronome ID'] === drill),
  ).toEqual([]);
});

/** All rows of a data source, by the names of their properties, as an importer would read them. */
async function rowsOf(id: string): Promise<Record<string, Any>[]> {
  const rows: Record<string, Any>[] = [];
  for await (const page of iteratePaginatedAPI(client.dataSources.query, { data_source_id: id })) {
    if (!isFullPage(page)) throw new Error('It is no page.');
    const values = Object.entries(page.properties).map(([name, each]): [string, Any] => [name, valueIn(each)]);
    rows.push({ page: page.id, ...Object.fromEntries(values) });
  }
  return rows;
}

function valueIn(property: PageObjectResponse['properties'][string]): unknown {
  switch (property.type) {
    case 'title':
      return property.title.map((each) => each.plain_text).join('');
    case 'rich_text':
      return property.rich_text.map((each) => each.plain_text).join('');
    case 'number':
      return property.number;
    case 'select':
      return property.select?.name ?? null;
    case 'date':
      return property.date?.start ?? null;
    case 'url':
      return property.url;
    case 'relation':
      return property.relation.map((each) => each.id);
    default:
      throw new Error(`Nobody expects a property of type ${property.type}.`);
  }
}

test.each(['500', '504'])('a page whose answer was lost (%s) is found again, and not made twice', async (code) => {
  const ids = [await report(), await report(), await report()];
  scenario.house.cloud.faults.add({ target: 'tools.notion.createPage', effect: 'fail-after', code, times: 3 });
  await scenario.advance('PT10M');
  expect(scenario.house.cloud.faults.list()).toEqual([]);
  for (const id of ids) await state(id, { type: 'corrected', field: 'title', value: `題 ${id}` });
  await scenario.advance('PT2M');
  for (const id of ids) expect((await pageOf(id)).title).toBe(`題 ${id}`);
});
