/** The Notion of this machine, called by the official client: what it takes, and what it refuses in Notion's words. */
import { createServer, type Server } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { APIErrorCode, Client, isNotionClientError } from '@notionhq/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Faults } from '../../../infra/cloud/src/faults.ts';
import { openStorage } from '../../../infra/cloud/src/storage.ts';
import { listen } from '../../../infra/local/front.ts';
import { pageIdOf, setUp } from '../../../infra/notion/set-up.ts';
import { notion } from '../../../infra/notion.ts';
import { answerNotion, notionSite } from '../../../infra/stubs/notion/routes.ts';
import { createNotion } from '../../../infra/stubs/notion/service.ts';
import { inALine, namedInOrder } from '../../in-a-line.ts';
import { inOwnProcess, typed } from '../../infra/command.ts';

const parent = '11111111-1111-1111-1111-111111111111';
const proof = { authorization: 'Bearer secret', 'notion-version': '2026-03-11' };
const start = Date.parse('2026-11-24T10:00:00Z');

let server: Server;
let house: string;
let now: number;
let clock: { now(): number; isJumping: boolean };
let faults: Faults;
let db: ReturnType<typeof openStorage>;
let client: Client;

function serve(environment: Record<string, string> = { NOTION_TOKEN: 'secret' }): void {
  const notion = createNotion({ db, clock, faults, environment: () => environment });
  server.removeAllListeners('request');
  server.on('request', (request, response) => void answerNotion(notion, request, response));
}
const connect = (more: Record<string, unknown> = {}): Client =>
  new Client({ auth: 'secret', baseUrl: notionSite(house), notionVersion: '2026-03-11', retry: false, ...more });

beforeEach(async () => {
  now = start;
  clock = { now: () => now, isJumping: true };
  faults = new Faults();
  db = openStorage(undefined);
  server = createServer();
  house = `http://127.0.0.1:${await listen(server, 0)}`;
  serve();
  client = connect();
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape are looked at
type Any = any;
const text = (content: string) => [{ text: { content } }];

async function makeDatabase(title: string, properties: Record<string, Any> = {}): Promise<string> {
  const made: Any = await client.databases.create({
    parent: { type: 'page_id', page_id: parent },
    title: text(title),
    initial_data_source: { properties: { Name: { title: {} }, Key: { rich_text: {} }, ...properties } },
  });
  return made.data_sources[0].id;
}
/** Properties of a database by their names, each of its usual type. */
function columns(...names: (keyof typeof usual)[]): Record<string, Any> {
  return Object.fromEntries(names.map((name) => [name, { [usual[name]]: {} }]));
}
const usual = {
  Count: 'number',
  Done: 'checkbox',
  Link: 'url',
  Mail: 'email',
  Tel: 'phone_number',
  Due: 'date',
  Level: 'select',
  State: 'status',
  Tags: 'multi_select',
  Who: 'people',
};
const makePage = (source: string, key: string, properties: Record<string, Any> = {}, children?: Any): Promise<Any> =>
  client.pages.create({
    parent: { type: 'data_source_id', data_source_id: source },
    properties: { Name: { title: text(key) }, Key: { rich_text: text(key) }, ...properties },
    ...(children ? { children } : {}),
  });
const byKey = async (source: string, key: string): Promise<Any[]> => {
  const found = await client.dataSources.query({
    data_source_id: source,
    filter: { property: 'Key', rich_text: { equals: key } },
  });
  return found.results;
};
async function refusal(work: Promise<unknown>): Promise<{ code: string; status: number; message: string }> {
  const [{ reason: error }] = (await Promise.allSettled([work])) as [{ reason?: unknown }];
  if (!isNotionClientError(error)) throw new Error(`It was not refused: ${String(error)}`);
  const { code, message, status } = error as Any;
  return { code, message, status };
}
const paragraph = (content: string) => ({ paragraph: { rich_text: text(content) } });
const toggle = (...children: object[]) => ({ toggle: { rich_text: [] as object[], children } });
const blocksOf = async (id: string): Promise<string[]> => {
  const found: Any = await client.blocks.children.list({ block_id: id });
  return found.results.map(
    (each: Any) => each[each.type].rich_text?.map((one: Any) => one.plain_text).join('') ?? each.type,
  );
};

test('a page is made, found by its key, changed, and still there after a restart', async () => {
  const source = await makeDatabase('Cases', { Done: { checkbox: {} }, Level: { select: { options: [] } } });
  const page = await makePage(source, 'case-42', { Level: { select: { name: 'high' } } });
  expect(await byKey(source, 'case-4')).toEqual([]);
  expect((await byKey(source, 'case-42')).map((each) => each.id)).toEqual([page.id]);
  await client.pages.update({ page_id: page.id, properties: { Done: { checkbox: true } } });
  serve();
  const [found] = await byKey(source, 'case-42');
  expect(found.properties).toMatchObject({
    Name: { type: 'title', title: [{ plain_text: 'case-42' }] },
    Done: { checkbox: true },
    Level: { select: { name: 'high' } },
  });
  const { pages } = (await (await fetch(`${house}/_local/tools/notion/pages`)).json()) as Any;
  expect(pages).toMatchObject([
    { id: page.id, dataSource: 'Cases', title: 'case-42', properties: { Key: 'case-42', Done: true } },
  ]);
});

test('a relation of two sides is seen at both ends, and taken back at both', async () => {
  const cases = await makeDatabase('Cases');
  const weeks = await makeDatabase('Weeks', {
    Cases: { relation: { data_source_id: cases, dual_property: { synced_property_name: 'Week' } } },
  });
  const [one, other] = [await makePage(cases, 'one'), await makePage(cases, 'other')];
  const week = await makePage(weeks, 'W47', { Cases: { relation: [{ id: one.id }] } });
  const related = async (id: string, name: string) => {
    const page: Any = await client.pages.retrieve({ page_id: id });
    return page.properties[name].relation.map((each: Any) => each.id);
  };
  expect(await related(one.id, 'Week')).toEqual([week.id]);
  await client.pages.update({ page_id: other.id, properties: { Week: { relation: [{ id: week.id }] } } });
  expect(await related(week.id, 'Cases')).toEqual([one.id, other.id]);
  await client.pages.update({ page_id: one.id, properties: { Week: { relation: [] } } });
  expect(await related(week.id, 'Cases')).toEqual([other.id]);
});

test('who comes where no token is set is refused, whatever they say', async () => {
  serve({});
  for (const authorization of ['', 'Bearer', 'Bearer undefined', 'Bearer secret']) {
    const { status } = await fetch(`${notionSite(house)}/v1/users/me`, { headers: { ...proof, authorization } });
    expect([authorization, status]).toEqual([authorization, 401]);
  }
});

test('who has no token, names no version or asks for what there is not is refused', async () => {
  const stranger = await refusal(connect({ auth: 'wrong' }).users.me({}));
  expect(stranger).toMatchObject({ status: 401, code: APIErrorCode.Unauthorized });
  const unversioned = await fetch(`${notionSite(house)}/v1/users/me`, { headers: { authorization: 'Bearer secret' } });
  expect([unversioned.status, ((await unversioned.json()) as Any).code]).toEqual([400, 'missing_version']);
  const nowhere = await refusal(client.request({ path: 'nowhere', method: 'get' }));
  expect(nowhere.code).toBe(APIErrorCode.InvalidRequestURL);
  expect(await refusal(client.dataSources.query({ data_source_id: parent }))).toMatchObject({
    status: 404,
    code: APIErrorCode.ObjectNotFound,
    message: expect.stringContaining('Could not find data_source with ID'),
  });
});

const address = (characters: number): string => 'https://a.jp/'.padEnd(characters, 'x');
const hundred = (more = 0): string[] => Array.from({ length: 100 + more }, (_, index) => `n${index}`);
const namedAll = (names: string[]) => names.map((name) => ({ name }));
const piecesOf = (contents: string[]) => contents.map((content) => ({ text: { content } }));

test('what is as long and as many as Notion allows is taken, and shown as it was given', async () => {
  const source = await makeDatabase('Cases', {
    ...columns('Link', 'Who', 'Due'),
    Level: { select: { options: [{ name: 'x'.repeat(100) }] } },
    Tags: { multi_select: { options: namedAll(hundred()) } },
  });
  const uuid = (last: string) => `22222222-2222-4222-8222-${last.slice(1).padStart(12, '0')}`;
  const link = { url: address(2_000) };
  const same = {
    Link: link,
    Level: { select: { name: 'y'.repeat(100) } },
    Tags: { multi_select: namedAll(hundred()) },
    Who: { people: hundred().map((each) => ({ id: uuid(each) })) },
  };
  const given = {
    ...same,
    Name: { title: [{ text: { content: 'x'.repeat(2_000), link } }] },
    Key: { rich_text: piecesOf(hundred()) },
    Due: { date: { start: '2026-11-01', end: '2026-11-01' } },
  };
  const page = await makePage(source, 'key', given, hundred().map(paragraph));
  expect(page.properties).toMatchObject({
    ...same,
    Name: { title: [{ plain_text: 'x'.repeat(2_000), href: link.url }] },
    Key: { rich_text: hundred().map((each) => ({ plain_text: each })) },
    Due: { date: { start: '2026-11-01', end: '2026-11-01', time_zone: null } },
  });
  expect(await blocksOf(page.id)).toEqual(hundred());
});

test('of each property nothing, nought and no are told apart, by the API and from outside', async () => {
  const all = columns('Count', 'Done', 'Link', 'Mail', 'Due', 'Level', 'Tags', 'Who');
  const source = await makeDatabase('Cases', all);
  const bare = await makePage(source, 'bare');
  const set = await makePage(source, 'set', {
    Count: { number: 0 },
    Done: { checkbox: false },
    Mail: { email: '' },
    Key: { rich_text: [...text('a'), ...text('b')] },
  });
  const nothing = {
    Count: { number: null },
    Done: { checkbox: false },
    Link: { url: null },
    Mail: { email: null },
    Due: { date: null },
    Level: { select: null },
    Tags: { multi_select: [] },
    Who: { people: [] },
  };
  expect(bare.properties).toMatchObject(nothing);
  expect(set.properties).toMatchObject({ ...nothing, Count: { number: 0 }, Mail: { email: '' } });
  const { pages } = (await (await fetch(`${house}/_local/tools/notion/pages`)).json()) as Any;
  const seen = { Name: 'bare', Key: 'bare', Count: null, Done: false, Link: null, Mail: null, Due: null, Level: null };
  expect(pages.map((each: Any) => each.properties)).toEqual([
    { ...seen, Tags: [], Who: [] },
    { ...seen, Tags: [], Who: [], Name: 'set', Key: 'ab', Count: 0, Mail: '' },
  ]);
});

test('a body of 500 KiB is read, and none that is longer', async () => {
  const source = await makeDatabase('Cases');
  const ask = async (bytes: number) => {
    const headers = { ...proof, 'content-type': 'application/json' };
    const path = `${notionSite(house)}/v1/data_sources/${source}/query`;
    return (await fetch(path, { method: 'POST', headers, body: '{}'.padEnd(bytes) })).status;
  };
  expect([await ask(500 * 1_024), await ask(500 * 1_024 + 1)]).toEqual([200, 413]);
});

describe('a page with this is refused, and nothing of it is there', () => {
  const linking = (link: object) => ({ Key: { rich_text: [{ text: { content: 'x', link } }] } });
  const cases: [name: string, properties: Record<string, Any>, says: RegExp, children?: Any][] = [
    ['a property that there is not', { Nobody: { checkbox: true } }, /Nobody is not a property that exists/],
    ['a value of another type', { Count: { rich_text: text('3') } }, /Count is expected to be number/],
    ['a text of 2,001 characters', { Key: { rich_text: text('x'.repeat(2_001)) } }, /should be ≤ `2000`/],
    ['101 pieces of text', { Key: { rich_text: piecesOf(hundred(1)) } }, /≤ `100`/],
    ['101 relations', { Self: { relation: Array.from({ length: 101 }, () => ({ id: parent })) } }, /≤ `100`/],
    ['no page', { Self: { relation: [{ id: '22222222-2222-4222-8222-222222222222' }] } }, /Could not find page/],
    ['a status that nobody has made', { State: { status: { name: 'new' } } }, /Status option "new" does not exist/],
    ['an option of 101 characters', { Level: { select: { name: 'x'.repeat(101) } } }, /1 to 100 characters/],
    ['an option without a name', { Level: { select: { name: '' } } }, /1 to 100 characters/],
    ['101 options', { Tags: { multi_select: namedAll(hundred(1)) } }, /≤ `100`/],
    ['101 people', { Who: { people: hundred(1).map(() => ({ id: parent })) } }, /≤ `100`/],
    ['a link of 2,001 characters', linking({ url: address(2_001) }), /link.url.length should be ≤ `2000`/],
    ['an option with a comma', { Level: { select: { name: 'a, b' } } }, /cannot contain commas/],
    ['an address of 2,001 characters', { Link: { url: address(2_001) } }, /≤ `2000`/],
    ['an end before its start', { Due: { date: { start: '2026-11-02', end: '2026-11-01' } } }, /not be before/],
    ['an end alone', { Due: { date: { end: '2026-11-02' } } }, /date.start should be defined/],
    ['101 blocks in a list', {}, /≤ `100`/, hundred(1).map(paragraph)],
    ['three levels of blocks', {}, /only two levels/, [toggle(toggle(paragraph('x')))]],
  ];
  test.each(cases)('%s', async (_, properties, says, children) => {
    const all = ['Count', 'Level', 'State', 'Link', 'Due', 'Tags', 'Who'] as const;
    const source = await makeDatabase('Cases', columns(...all));
    const self = { relation: { data_source_id: source, single_property: {} } };
    await client.dataSources.update({ data_source_id: source, properties: { Self: self } });
    const refused = await refusal(makePage(source, 'key', properties, children));
    expect([400, 404]).toContain(refused.status);
    expect(refused.message).toMatch(says);
    expect((await client.dataSources.query({ data_source_id: source })).results).toEqual([]);
  });
});

test('of each type of property another shape of value is refused by its name, and the page stays as it was', async () => {
  const options = { options: [{ name: 'old' }] };
  const source = await makeDatabase('Cases', {
    ...columns('Count', 'Done', 'Link', 'Mail', 'Tel', 'Due', 'Who'),
    Level: { select: options },
    State: { status: options },
    Tags: { multi_select: options },
  });
  const other = await makePage(await makeDatabase('Others'), 'other');
  const self = { relation: { data_source_id: source, single_property: {} } };
  await client.dataSources.update({ data_source_id: source, properties: { Self: self } });
  const page = await makePage(source, 'key', { Count: { number: 7 }, Level: { select: { name: 'old' } } });
  const gone = await makePage(source, 'gone');
  await client.pages.update({ page_id: gone.id, in_trash: true });
  const day = '2026-11-01';
  const rows: [name: string, value: Record<string, Any>, says: RegExp][] = [
    ['Name', { title: 'x' }, /Name.title should be an array/],
    ['Name', { title: ['x'] }, /title\[0\] should be an object/],
    ['Key', { rich_text: null }, /Key.rich_text should be an array/],
    ['Key', { rich_text: [{ text: { content: 3 } }] }, /content should be a string/],
    ['Count', { number: '3' }, /Count.number should be a number or `null`, instead was `"3"`/],
    ['Done', { checkbox: null }, /Done.checkbox should be a boolean, instead was `null`/],
    ['Done', { checkbox: 'true' }, /Done.checkbox should be a boolean/],
    ['Link', { url: 3 }, /Link.url should be a populated string or `null`/],
    ['Mail', { email: 3 }, /Mail.email should be a string or `null`/],
    ['Tel', { phone_number: {} }, /Tel.phone_number should be a string or `null`/],
    ['Level', { select: 'old' }, /Level.select should be an object/],
    ['Level', { select: { name: 3 } }, /select.name should be a string/],
    ['Level', { select: {} }, /select.name should be a string/],
    ['State', { status: 'old' }, /State.status should be an object/],
    ['Tags', { multi_select: null }, /Tags.multi_select should be an array/],
    ['Tags', { multi_select: { name: 'old' } }, /Tags.multi_select should be an array/],
    ['Tags', { multi_select: [{ name: 'old' }, 'new'] }, /multi_select\[1\] should be an object/],
    ['Due', { date: day }, /Due.date should be an object or `null`/],
    ['Due', { date: { start: 3 } }, /date.start should be a valid ISO 8601 date/],
    ['Due', { date: { start: '2026-13-01' } }, /date.start should be a valid ISO 8601 date/],
    ['Due', { date: { start: '2026-11-01 10:00' } }, /date.start should be a valid ISO 8601 date/],
    ['Due', { date: { start: day, end: 'never' } }, /date.end should be a valid ISO 8601 date/],
    ['Due', { date: { start: null } }, /date.start should be defined/],
    ['Due', { date: { start: day, time_zone: 9 } }, /date.time_zone should be a string or `null`/],
    ['Due', { date: { start: '2026-11-01T10:00:00Z', time_zone: 'UTC' } }, /no UTC offset/],
    ['Who', { people: { id: parent } }, /Who.people should be an array/],
    ['Who', { people: [parent] }, /people\[0\].id should be a valid uuid/],
    ['Who', { people: [{ id: 'ada' }] }, /people\[0\].id should be a valid uuid/],
    ['Self', { relation: null }, /Self.relation should be an array/],
    ['Self', { relation: [{ id: parent }, {}] }, /relation\[1\].id should be a valid uuid/],
    ['Self', { relation: [{ id: other.id }] }, /is not in the data source of the relation/],
    ['Self', { relation: [{ id: gone.id }] }, /Could not find page/],
    ['Count', {}, /Count.number should be defined/],
    ['Count', [] as Any, /Count should be an object|Count.number should be defined/],
    ['Count', 3 as Any, /properties.Count should be an object/],
  ];
  for (const [name, value, says] of rows) {
    const first = { Level: { select: { name: 'new' } }, ...(name === 'Count' ? {} : { Count: { number: 8 } }) };
    const { status, message } = await refusal(
      client.pages.update({ page_id: page.id, properties: { ...first, [name]: value } }),
    );
    expect([name, status, message]).toEqual([name, /Could not/.test(message) ? 404 : 400, expect.stringMatching(says)]);
  }
  const found: Any = await client.pages.retrieve({ page_id: page.id });
  expect(found.properties).toEqual(page.properties);
  const { properties }: Any = await client.dataSources.retrieve({ data_source_id: source });
  expect(properties.Level.select.options).toMatchObject([{ name: 'old' }]);
});

test('blocks that Notion does not take are refused, and nothing of them is there', async () => {
  const source = await makeDatabase('Cases');
  const page = await makePage(source, 'key');
  const row = (cells: Any) => ({ table_row: { cells } });
  const rows: [block: object, says: RegExp][] = [
    [row(hundred(1).map(text)), /table_row.cells.length should be ≤ `100`/],
    [row([piecesOf(hundred(1))]), /cells\[0\].length should be ≤ `100`/],
    [row(undefined), /cells should be defined/],
    [{ paragraph: { rich_text: piecesOf(hundred(1)) } }, /rich_text.length should/],
    [{ paragraph: {} }, /rich_text should be an array/],
    [{ paragraph: 'x' }, /paragraph should be an object/],
    [{ ...paragraph('x'), archived: false }, /archived should be not present/],
    [{ ...paragraph('x'), type: 'quote' }, /type should be `"paragraph"`/],
    [{ pigeon: {} }, /a type that the stub knows/],
    [{ heading_1: { rich_text: [], children: [paragraph('x')] } }, /heading_1.children should be not present/],
    [{ toggle: { rich_text: [], children: {} } }, /children should be an array/],
    [toggle(...hundred(1).map(paragraph)), /children.length should be ≤ `100`/],
  ];
  const append = (...children: object[]): Promise<Any> =>
    client.blocks.children.append({ block_id: page.id, children: children as Any });
  for (const [block, says] of rows) {
    expect((await refusal(append(paragraph('before'), block))).message, JSON.stringify(block)).toMatch(says);
  }
  expect(await blocksOf(page.id)).toEqual([]);
  const { results } = await append(row(hundred().map(text)), { ...paragraph('x'), type: 'paragraph' });
  expect(results[0].table_row.cells).toMatchObject(hundred().map((content) => [{ plain_text: content }]));
});

test('a change of properties that is refused leaves nothing of itself, here and at the other end of a relation', async () => {
  const [cases, weeks] = [await makeDatabase('Cases'), await makeDatabase('Weeks', { Level: { select: {} } })];
  const namesOf = async (id: string) =>
    Object.keys((await client.dataSources.retrieve({ data_source_id: id })).properties).toSorted();
  const first: Record<string, Any> = {
    New: { number: {} },
    Level: null,
    Key: { name: 'Code' },
    Cases: { relation: { data_source_id: cases, dual_property: { synced_property_name: 'Week' } } },
  };
  const change = (more: object) =>
    client.dataSources.update({ data_source_id: weeks, properties: first, ...more } as Any);
  for (const [more, says] of [
    [{ properties: { ...first, Bad: { pigeon: {} } } }, /a type that the stub knows/],
    [{ properties: { ...first, Name: null } }, /Cannot delete title property/],
    [{ properties: { ...first, Nobody: null } }, /Nobody is not a property that exists/],
    [{ title: [{ text: {} }] }, /content should be a string/],
  ] as const) {
    expect((await refusal(change(more))).message).toMatch(says);
    expect([await namesOf(weeks), await namesOf(cases)]).toEqual([
      ['Key', 'Level', 'Name'],
      ['Key', 'Name'],
    ]);
  }
  const titleless = { parent: { type: 'page_id', page_id: parent }, initial_data_source: { properties: first } };
  const { Cases, New } = first;
  titleless.initial_data_source.properties = { Cases, New };
  expect((await refusal(client.databases.create(titleless as Any))).message).toMatch(/one property of type title/);
  expect(await namesOf(cases)).toEqual(['Key', 'Name']);
  await change({});
  expect([await namesOf(weeks), await namesOf(cases)]).toEqual([
    ['Cases', 'Code', 'Name', 'New'],
    ['Key', 'Name', 'Week'],
  ]);
});

test('blocks of some types hold others, and those of all others hold none', async () => {
  const page = await makePage(await makeDatabase('Cases'), 'key');
  const holding = [
    'paragraph',
    'bulleted_list_item',
    'numbered_list_item',
    'to_do',
    'toggle',
    'quote',
    'callout',
    'table',
  ];
  const others = ['table_row', 'heading_1', 'heading_2', 'heading_3', 'code', 'divider', 'bookmark'];
  for (const type of [...holding, ...others]) {
    const child = type === 'table' ? { table_row: { cells: [text('x')] } } : paragraph('x');
    const content = { rich_text: text(type), cells: [text(type)] };
    const added: Any = client.blocks.children.append({
      block_id: page.id,
      children: [{ [type]: { ...content, children: [child] } } as Any],
    });
    if (others.includes(type))
      expect((await refusal(added)).message, type).toContain('.children should be not present');
    else {
      const [block] = (await added).results;
      expect([block.type, block.has_children]).toEqual([type, true]);
      const held: Any = await client.blocks.children.list({ block_id: block.id });
      expect([type, held.results.map((each: Any) => each.type)]).toEqual([type, [Object.keys(child)[0]]]);
    }
  }
  expect(await blocksOf(page.id)).toHaveLength(8);
});

test('of the options of a property, a hundred are made, and each is one that a page may have', async () => {
  const define = (type: string, options: object[]) => makeDatabase('Cases', { Level: { [type]: { options } } });
  for (const type of ['select', 'multi_select', 'status']) {
    const defined = await define(type, namedAll(hundred()));
    const source: Any = await client.dataSources.retrieve({ data_source_id: defined });
    expect(source.properties.Level[type].options.map(({ name }: Any) => name)).toEqual(hundred());
    for (const [options, says] of [
      [namedAll(hundred(1)), /options.length should be ≤ `100`/],
      [[{ name: '' }], /should be 1 to 100 characters/],
      [[{}], /should be 1 to 100 characters/],
      [[{ name: 'x'.repeat(101) }], /should be 1 to 100 characters/],
      [[{ name: 'a,b' }], /cannot contain commas/],
    ] as const)
      expect((await refusal(define(type, options as never))).message, type).toMatch(says);
  }
});

test('a thousand blocks at most come in one request', async () => {
  const source = await makeDatabase('Cases');
  const holding = (last: number) =>
    Array.from({ length: 10 }, (_, index) => toggle(...Array(index < 9 ? 100 : last).fill(paragraph('x'))));
  await makePage(source, 'many', {}, holding(90));
  expect((await refusal(makePage(source, 'more', {}, holding(91)))).message).toMatch(/≤ `1000` blocks/);
});

test('a page is made in a data source alone, and the page that holds the databases has none', async () => {
  await makeDatabase('Cases');
  const below = client.pages.create({
    parent: { type: 'page_id', page_id: parent },
    properties: { title: { title: text('below') } },
  });
  expect((await refusal(below)).message).toMatch(/parent.data_source_id should be defined/);
  const page: Any = await client.pages.retrieve({ page_id: parent });
  expect(page.parent).toEqual({ type: 'workspace', workspace: true });
});

test('a database names its data source as that is called now, and both say where they lie', async () => {
  const source = await makeDatabase('Cases');
  await client.dataSources.update({ data_source_id: source, title: text('障害') as Any });
  const found: Any = await client.dataSources.retrieve({ data_source_id: source });
  const database: Any = await client.databases.retrieve({ database_id: found.parent.database_id });
  expect(found).toMatchObject({ object: 'data_source', id: source, title: [{ plain_text: '障害' }], in_trash: false });
  expect(database).toMatchObject({
    object: 'database',
    id: found.parent.database_id,
    title: [{ plain_text: 'Cases' }],
    parent: { type: 'page_id', page_id: parent },
    data_sources: [{ id: source, name: '障害' }],
    created_time: new Date(start).toISOString(),
  });
});

test('a database, its data source, a page, its blocks and a property are told whole', async () => {
  const option = { name: 'high', color: 'red' };
  const source = await makeDatabase('Cases', {
    ...columns('Count', 'Link', 'Due', 'Who'),
    Level: { select: { options: [option] } },
    State: { status: { options: [{ name: 'new', color: 'blue' }] } },
    Tags: { multi_select: { options: [option] } },
  });
  const weeks = await makeDatabase('Weeks', {
    Cases: { relation: { data_source_id: source, dual_property: { synced_property_name: 'Week' } } },
  });
  now += 1_000;
  const values = {
    Count: { number: 7 },
    Due: { date: { start: '2026-11-01' } },
    Level: { select: { name: 'high' } },
    State: { status: { name: 'new' } },
    Tags: { multi_select: [{ name: 'high' }, { name: 'more' }] },
    Who: { people: [{ id: parent }] },
  };
  const page = await makePage(source, 'key', values, [
    paragraph('x'),
    { to_do: { rich_text: text('t'), checked: true } },
  ]);
  now += 1_000;
  const week = await makePage(weeks, 'W47', { Cases: { relation: [{ id: page.id }] } });

  const found: Any = await client.dataSources.retrieve({ data_source_id: source });
  const { results }: Any = await client.blocks.children.list({ block_id: page.id });
  const changed = { block_id: results[1].id, to_do: { rich_text: text('T') } };
  const item = (of: Any, name: string): Promise<Any> =>
    client.pages.properties.retrieve({ page_id: of.id, property_id: of.properties[name].id });
  const told = [
    found,
    await client.dataSources.retrieve({ data_source_id: weeks }),
    await client.databases.retrieve({ database_id: found.parent.database_id }),
    await client.pages.retrieve({ page_id: page.id }),
    week,
    ...results,
    await client.blocks.update(changed as Any),
    await client.blocks.delete({ block_id: results[0].id }),
    await item(page, 'Count'),
    await item(week, 'Cases'),
  ];
  const random = /\b[\da-f]{8}(-?)[\da-f]{4}\1[\da-f]{4}\1[\da-f]{4}\1[\da-f]{12}\b/g;
  const lines = told.map((each) => `${inALine(each)}\n`).join('');
  await expect(namedInOrder(lines, random)).toMatchFileSnapshot('notion-whole.txt');
});

test('who renames a property is followed by its id; who takes it away ends its values', async () => {
  const source = await makeDatabase('Cases', { Level: { rich_text: {} } });
  const page = await makePage(source, 'key', { Level: { rich_text: text('high') } });
  const { id } = page.properties.Level;
  await client.dataSources.update({ data_source_id: source, properties: { Level: { name: '緊急度' } } });
  const write = (name: string) =>
    client.pages.update({ page_id: page.id, properties: { [name]: { rich_text: text('low') } } });
  expect((await refusal(write('Level'))).message).toBe('Level is not a property that exists.');
  const renamed: Any = await write(id);
  expect(renamed.properties.緊急度.rich_text[0].plain_text).toBe('low');
  await client.dataSources.update({ data_source_id: source, properties: { 緊急度: null } });
  expect(await refusal(write(id))).toMatchObject({ status: 400, code: APIErrorCode.ValidationError });
});

test('what is in the trash is in no list and takes nothing until it is taken out', async () => {
  const source = await makeDatabase('Cases');
  const page = await makePage(source, 'key', {}, [paragraph('one')]);
  await client.pages.update({ page_id: page.id, in_trash: true });
  expect(await byKey(source, 'key')).toEqual([]);
  const change = { page_id: page.id, properties: { Name: { title: text('other') } } };
  expect((await refusal(client.pages.update(change))).message).toMatch(/must unarchive/);
  const append = client.blocks.children.append({ block_id: page.id, children: [paragraph('two')] });
  expect((await refusal(append)).message).toMatch(/must unarchive/);
  await client.pages.update({ ...change, in_trash: false });
  expect(await byKey(source, 'key')).toHaveLength(1);
});

test('what lies below something in the trash takes nothing either, and is changed by being taken out alone', async () => {
  const source = await makeDatabase('Cases');
  const page = await makePage(source, 'key', {}, [
    { toggle: { rich_text: text('t'), children: [paragraph('below')] } },
  ]);
  const childrenOf = async (id: string): Promise<Any[]> =>
    (await client.blocks.children.list({ block_id: id })).results as Any[];
  const [toggle] = await childrenOf(page.id);
  const [below] = await childrenOf(toggle.id);
  const append = (id: string) => client.blocks.children.append({ block_id: id, children: [paragraph('more')] });
  const change = (more: object) => client.blocks.update({ block_id: toggle.id, ...more } as Any);
  const toggled = { toggle: { rich_text: text('T') } };
  await client.blocks.delete({ block_id: toggle.id });
  expect(await childrenOf(page.id)).toEqual([]);
  for (const refused of [
    append(toggle.id),
    append(below.id),
    change(toggled),
    change({ in_trash: true }),
    change({ ...toggled, in_trash: true }),
  ])
    expect((await refusal(refused)).message).toMatch(/must unarchive/);
  expect(await change({ ...toggled, in_trash: false })).toMatchObject({ in_trash: false, has_children: true });
  expect(await blocksOf(page.id)).toEqual(['T']);
  await append(below.id);
  await client.pages.update({ page_id: page.id, in_trash: true });
  for (const id of [page.id, toggle.id, below.id])
    expect((await refusal(append(id))).message).toMatch(/must unarchive/);
  // Content that says nothing of the trash leaves a block where it is.
  await client.pages.update({ page_id: page.id, in_trash: false });
  expect(await change(toggled)).toMatchObject({ in_trash: false });
  expect(await blocksOf(below.id)).toEqual(['more']);
});

test('blocks are put where they are asked for, changed and deleted', async () => {
  const source = await makeDatabase('Cases');
  const page = await makePage(source, 'key', {}, [paragraph('b')]);
  const append = async (content: string, position?: Any) => {
    const added: Any = await client.blocks.children.append({
      block_id: page.id,
      children: [paragraph(content)],
      ...(position ? { position } : {}),
    });
    return added.results[0].id as string;
  };
  const last = await append('d');
  await append('a', { type: 'start' });
  const first: Any = await client.blocks.children.list({ block_id: page.id, page_size: 2 });
  expect(first.has_more).toBe(true);
  await append('c', { type: 'after_block', after_block: { id: first.results[1].id } });
  expect(await blocksOf(page.id)).toEqual(['a', 'b', 'c', 'd']);
  await client.blocks.update({ block_id: last, paragraph: { rich_text: text('D') } });
  await client.blocks.delete({ block_id: first.results[0].id });
  expect(await blocksOf(page.id)).toEqual(['b', 'c', 'D']);
  // A page whose children are all in the trash has none.
  const holds = async () => ((await client.blocks.retrieve({ block_id: last })) as Any).has_children;
  const inner: Any = await client.blocks.children.append({ block_id: last, children: [paragraph('e')] } as Any);
  const seen = [await holds()];
  await client.blocks.delete({ block_id: inner.results[0].id });
  expect([...seen, await holds()]).toEqual([true, false]);
});

test('three requests a second are taken, in a jump 180 a minute; others are told when to come again', async () => {
  clock.isJumping = false;
  const ask = () => client.users.me({});
  const told = await Promise.allSettled(Array.from({ length: 10 }, ask));
  expect(told.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  const refused = await fetch(`${notionSite(house)}/v1/users/me`, { headers: proof });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await refused.json()).toMatchObject({ code: 'rate_limited', additional_data: { retry_after: '1' } });
  now += 1_000;
  await ask();

  clock.isJumping = true;
  now += 120_000;
  for (let index = 0; index < 180; index += 1) await ask();
  expect((await refusal(ask())).code).toBe(APIErrorCode.RateLimited);
  now += 334;
  await ask();

  // A clock that was set back owes nothing of the time that it had been.
  clock.isJumping = false;
  now -= 3_600_000;
  await ask();
});

test('of two writes to one page at once one is a conflict, also where somebody reads it meanwhile', async () => {
  const source = await makeDatabase('Cases');
  const page = await makePage(source, 'key');
  const rename = (name: string) =>
    client.pages.update({ page_id: page.id, properties: { Name: { title: text(name) } } });
  const taken = async () =>
    ((await (await fetch(`${house}/_local/tools/notion/asked`)).json()) as Any).taken.updatePage;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    faults.add({ target: 'tools.notion.updatePage', effect: 'delay', delayMs: 50 });
    const first = rename('first').then(() => 'taken');
    while (!(await taken())) await new Promise((resolve) => setImmediate(resolve));
    expect((await refusal(rename('second'))).code).toBe(APIErrorCode.ConflictError);
    await client.pages.retrieve({ page_id: page.id });
    expect((await refusal(rename('third'))).code).toBe(APIErrorCode.ConflictError);
    vi.advanceTimersByTime(50);
    expect(await first).toBe('taken');
    await rename('fourth');
  } finally {
    vi.useRealTimers();
  }
});

test('an address that is none is told so, and so is a name that only every object has', async () => {
  const source = await makeDatabase('Cases');
  const self = { relation: { data_source_id: source, single_property: {} } };
  await client.dataSources.update({ data_source_id: source, properties: { Self: self } });
  const page = await makePage(source, 'key');
  const none = '22222222-2222-4222-8222-222222222222';
  const encoded = [...Buffer.from(page.properties.Self.id)].map((byte) => `%${byte.toString(16)}`).join('');
  const rows: [method: string, path: string, status: number, code: string][] = [
    ['GET', '/v1/pages/%zz', 400, 'validation_error'],
    ['GET', '/v1/pages/key', 400, 'validation_error'],
    ['GET', `/v1/pages/${none}`, 404, 'object_not_found'],
    ['GET', `/v1/pages/${encodeURIComponent(page.id)}?filter_properties=%zz`, 200, ''],
    ['GET', `/v1/pages/${page.id}/properties/${encoded}`, 200, ''],
    ['GET', `/v1/pages/${page.id}/properties/%zz`, 404, 'object_not_found'],
    ['GET', `/v1/pages/${page.id}/properties/constructor`, 404, 'object_not_found'],
    ['GET', '/v1/blocks/%E3%81/children', 400, 'validation_error'],
    ['GET', `/v1/blocks/${none}`, 404, 'object_not_found'],
    ['GET', `/v1/blocks/${none}/children`, 404, 'object_not_found'],
    ['GET', `/v1/databases/${none}`, 404, 'object_not_found'],
    ['DELETE', `/v1/blocks/${none}`, 404, 'object_not_found'],
    ['GET', '/v1/databases/%zz', 400, 'validation_error'],
    ['GET', `/v1/data_sources/${page.id}`, 404, 'object_not_found'],
    ['PUT', `/v1/pages/${page.id}`, 400, 'invalid_request_url'],
    ['DELETE', `/v1/pages/${page.id}`, 400, 'invalid_request_url'],
    ['GET', `/v2/pages/${page.id}`, 400, 'invalid_request_url'],
    ['GET', `/pages/${page.id}`, 400, 'invalid_request_url'],
    ['GET', `/v1/pages/${page.id}/more`, 400, 'invalid_request_url'],
  ];
  for (const [method, path, status, code] of rows) {
    const answer = await fetch(notionSite(house) + path, { method, headers: proof });
    const body: Any = await answer.json();
    expect([method, path, answer.status, body.code ?? '']).toEqual([method, path, status, code]);
    // It says of what kind there is none: of children, of a block.
    const kind = /^\/v1\/([a-z_]+)s\/[^/]+(?:\/children)?$/.exec(path)?.[1];
    if (code === 'object_not_found' && kind)
      expect([path, body.message]).toEqual([path, expect.stringContaining(`Could not find ${kind} with ID`)]);
  }
  for (const name of ['constructor', '__proto__', '100%']) {
    const asked = { page_id: page.id, properties: JSON.parse(`{"${name}": {"checkbox": true}}`) };
    expect((await refusal(client.pages.update(asked))).message).toBe(`${name} is not a property that exists.`);
  }
});

test('a field that an address does not know is refused there, whatever it holds, and nothing is done', async () => {
  const source = await makeDatabase('Cases');
  const page = await makePage(source, 'key', {}, [paragraph('x')]);
  const [block]: Any[] = (await client.blocks.children.list({ block_id: page.id })).results;
  const title = { Name: { title: text('other') } };
  const first = { properties: { Name: { title: {} } } };
  const rows: [method: string, path: string, body: object][] = [
    ['POST', '/v1/databases', { parent: { page_id: parent }, title: text('More'), initial_data_source: first }],
    ['PATCH', `/v1/data_sources/${source}`, { title: text('More') }],
    ['POST', `/v1/data_sources/${source}/query`, {}],
    ['POST', '/v1/pages', { parent: { data_source_id: source }, properties: title }],
    ['PATCH', `/v1/pages/${page.id}`, { properties: title }],
    ['PATCH', `/v1/blocks/${page.id}/children`, { children: [paragraph('y')] }],
    ['PATCH', `/v1/blocks/${block.id}`, paragraph('y')],
  ];
  const ask = async (method: string, path: string, body: object) => {
    const answer = await fetch(notionSite(house) + path, { method, headers: proof, body: JSON.stringify(body) });
    return [answer.status, ((await answer.json()) as Any).message];
  };
  const look = async () => [
    await byKey(source, 'key'),
    await blocksOf(page.id),
    await client.dataSources.retrieve({ data_source_id: source }),
    (await client.dataSources.query({ data_source_id: source })).results.length,
  ];
  const before = await look();
  for (const [method, path, body] of rows)
    for (const pigeon of ['x', null, false, {}]) {
      const says = expect.stringContaining('body.pigeon should be not present');
      expect([path, pigeon, await ask(method, path, { ...body, pigeon })]).toEqual([path, pigeon, [400, says]]);
    }
  // Of a block, the content of another type as well.
  const quote = await ask('PATCH', `/v1/blocks/${block.id}`, { quote: { rich_text: text('y') } });
  expect(quote).toEqual([400, expect.stringContaining('body.quote should be not present')]);
  expect(await look()).toEqual(before);
  for (const [method, path, body] of rows) expect([path, (await ask(method, path, body))[0]]).toEqual([path, 200]);
});

test('faults answer as Notion does, and what they fail after is done', async () => {
  const source = await makeDatabase('Cases');
  const page = await makePage(source, 'key');
  const rename = (name: string) =>
    client.pages.update({ page_id: page.id, properties: { Name: { title: text(name) } } });
  for (const [code, says] of [
    ['503', 'service_unavailable'],
    ['529', 'service_overload'],
    ['500', 'internal_server_error'],
  ] as const) {
    faults.add({ target: 'tools.notion.*', effect: 'fail-after', code });
    expect((await refusal(rename(code))).code).toBe(says);
    const after: Any = await client.pages.retrieve({ page_id: page.id });
    expect(after.properties.Name.title[0].plain_text).toBe(code);
  }
});

describe('a query of three pages', () => {
  const level = { select: { options: [{ name: 'high' }] } };
  const tags = { multi_select: { options: [{ name: 'a' }, { name: 'b' }] } };
  const properties = { Count: { number: {} }, Due: { date: {} }, Done: { checkbox: {} }, Level: level, Tags: tags };
  const counted = (number: number) => ({ Count: { number }, Due: { date: { start: `2026-11-0${number}` } } });
  const all: [key: string, properties: Record<string, Any>][] = [
    ['one', { ...counted(1), Done: { checkbox: true }, Tags: { multi_select: [{ name: 'a' }] } }],
    ['two', { ...counted(2), Level: { select: { name: 'high' } } }],
    ['none', { Tags: { multi_select: [] } }],
  ];
  const due = (condition: object) => ({ property: 'Due', date: condition });
  const count = (condition: object) => ({ property: 'Count', number: condition });
  const key = (condition: object) => ({ property: 'Key', rich_text: condition });
  let source: string;
  beforeEach(async () => {
    source = await makeDatabase('Cases', properties);
    for (const each of all) {
      now += 1_000;
      await makePage(source, ...each);
    }
  });
  const found = async (asked: object): Promise<string[]> => {
    const { results }: Any = await client.dataSources.query({ data_source_id: source, ...asked } as Any);
    return results.map((each: Any) => each.properties.Key.rich_text[0].plain_text);
  };

  test('finds what its filter says and nothing else', async () => {
    const rows: [filter: object, keys: string[]][] = [
      [count({ equals: 2 }), ['two']],
      [count({ does_not_equal: 2 }), ['none', 'one']],
      [count({ greater_than: 1 }), ['two']],
      [count({ less_than: 2 }), ['one']],
      [count({ is_empty: true }), ['none']],
      [count({ is_not_empty: true }), ['two', 'one']],
      [due({ on_or_after: '2026-11-02' }), ['two']],
      [due({ on_or_before: '2026-11-01' }), ['one']],
      [key({ contains: 'o' }), ['none', 'two', 'one']],
      [key({ contains: 'on' }), ['none', 'one']],
      [key({ starts_with: 'on' }), ['one']],
      [{ property: 'Done', checkbox: { equals: false } }, ['none', 'two']],
      [{ property: 'Level', select: { equals: 'high' } }, ['two']],
      [{ property: 'Level', select: { is_empty: true } }, ['none', 'one']],
      [{ property: 'Tags', multi_select: { contains: 'a' } }, ['one']],
      [{ property: 'Tags', multi_select: { is_empty: true } }, ['none', 'two']],
      [{ property: 'Tags', multi_select: { is_not_empty: true } }, ['one']],
      [{ or: [count({ equals: 1 }), count({ equals: 2 })] }, ['two', 'one']],
      [{ and: [count({ less_than: 3 }), { or: [key({ equals: 'one' }), key({ equals: 'none' })] }] }, ['one']],
    ];
    for (const [filter, keys] of rows) expect([filter, await found({ filter })]).toEqual([filter, keys]);
  });

  test('has the newest first, or sorted as it says, a page at a time', async () => {
    const span = { start: '2026-11-01', end: '2026-11-01', time_zone: 'Asia/Tokyo' };
    const [kept] = await byKey(source, 'one');
    const whole: Any = await client.pages.update({ page_id: kept.id, properties: { Due: { date: span as Any } } });
    expect(whole.properties.Due.date).toEqual(span);
    expect(await found({})).toEqual(['none', 'two', 'one']);
    const oldestFirst = { sorts: [{ timestamp: 'created_time', direction: 'ascending' }] };
    expect(await found(oldestFirst)).toEqual(['one', 'two', 'none']);
    now += 1_000;
    const [first] = await byKey(source, 'one');
    await client.pages.update({ page_id: first.id, properties: { Count: { number: 3 } } });
    const editedLastFirst = { sorts: [{ timestamp: 'last_edited_time', direction: 'descending' }] };
    expect(await found(editedLastFirst)).toEqual(['one', 'none', 'two']);
    const head: Any = await client.dataSources.query({ data_source_id: source, page_size: 2 });
    expect([head.results.length, head.has_more]).toEqual([2, true]);
    expect(await found({ page_size: 2, start_cursor: head.next_cursor })).toEqual(['one']);
    const rest: Any = await client.dataSources.query({ data_source_id: source, start_cursor: head.next_cursor });
    expect([rest.has_more, rest.next_cursor]).toEqual([false, null]);
  });

  test('is refused where it is none', async () => {
    const deep = { and: [{ or: [{ and: [count({ equals: 1 })] }] }] };
    const rows: [asked: object, says: RegExp][] = [
      [{ filter: { property: 'Nobody', number: { equals: 1 } } }, /Could not find property with name or id: Nobody/],
      [{ filter: { property: 'Count', checkbox: { equals: true } } }, /does not match the property type/],
      [{ filter: count({ resembles: 1 }) }, /no condition that the stub knows/],
      [{ filter: deep }, /only two levels/],
      [{ page_size: 0 }, /from 1 to 100/],
      [{ page_size: 101 }, /from 1 to 100/],
      [{ start_cursor: parent }, /is not one of this list/],
      [{ sorts: [{ property: 'Count', direction: 'ascending' }] }, /by timestamps alone/],
    ];
    for (const [asked, says] of rows) expect((await refusal(found(asked))).message).toMatch(says);
    expect(await found({ page_size: 100 })).toHaveLength(3);
  });
});

test('of 26 related pages 25 come with the page, and all of them by the property', async () => {
  const cases = await makeDatabase('Cases');
  const weeks = await makeDatabase('Weeks', { Cases: { relation: { data_source_id: cases, single_property: {} } } });
  const made = [];
  for (let count = 0; count < 26; count += 1) made.push({ id: (await makePage(cases, String(count))).id });
  const week = await makePage(weeks, 'W47', { Cases: { relation: made } });
  expect([week.properties.Cases.relation, week.properties.Cases.has_more]).toEqual([made.slice(0, 25), true]);
  const asked = { page_id: week.id, property_id: week.properties.Cases.id, page_size: 20 };
  const first: Any = await client.pages.properties.retrieve(asked);
  const rest: Any = await client.pages.properties.retrieve({ ...asked, start_cursor: first.next_cursor });
  expect([...first.results, ...rest.results].map((each: Any) => each.relation)).toEqual(made);
  const relation = made.slice(1);
  const fewer: Any = await client.pages.update({ page_id: week.id, properties: { Cases: { relation } } });
  expect(fewer.properties.Cases).toMatchObject({ relation, has_more: false });
});

describe('the set-up', () => {
  const namesOf = async (databases: Record<string, string>) => {
    const names: Record<string, string[]> = {};
    for (const [kind, id] of Object.entries(databases)) {
      const { properties } = await client.dataSources.retrieve({ data_source_id: id });
      names[kind] = Object.keys(properties).toSorted();
    }
    return names;
  };

  test('gives the other end of a relation its name also where Notion has made up one of its own', async () => {
    const made = await namesOf((await setUp(client, parent)) as never);
    const front = createServer((request, response) => {
      void textOf(request).then(async (body) => {
        const { authorization = '', 'content-type': type = '', 'notion-version': version = '' } = request.headers;
        const headers = { authorization, 'content-type': type, 'notion-version': String(version) };
        const { method = 'GET' } = request;
        const own = body.replaceAll(/"dual_property":\{[^}]*\}/g, '"dual_property":{}');
        const answer = await fetch(house + request.url, { method, headers, ...(own ? { body: own } : {}) });
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
      });
    });
    const baseUrl = notionSite(`http://127.0.0.1:${await listen(front, 0)}`);
    const again = (await setUp(connect({ baseUrl }), parent)) as never;
    front.closeAllConnections();
    front.close();
    expect(await namesOf(again)).toEqual(made);
  });

  const page = 'abcdef0123456789abcdef0123456789';
  const dashed = 'abcdef01-2345-6789-abcd-ef0123456789';
  const block = '11111111222233334444555555555555';
  test.each([
    [page, page],
    [dashed, dashed],
    [page.toUpperCase(), page.toUpperCase()],
    [`https://www.notion.so/${page}`, page],
    [`https://www.notion.so/shop/Ours-${page}`, page],
    // Of a title that ends in hexadecimal digits, none is the id's.
    [`https://www.notion.so/Our-cafe-2026-${page}?pvs=4`, page],
    // A copied link of a heading or a block names that behind the page.
    [`https://www.notion.so/Ours-${page}#${block}`, page],
    [`https://www.notion.so/Ours-${page}?pvs=4#${block}`, page],
    [`https://www.notion.so/${page}?v=${block}`, page],
    [`https://app.notion.com/p/${dashed}?source=copy_link`, dashed],
    // What is no id is for Notion to refuse.
    ['our page', 'our page'],
    [page.slice(1), page.slice(1)],
  ])('finds the page in %s', (given, id) => {
    expect(pageIdOf(given)).toBe(id);
  });

  test('typed, it prints what the functions need; and says why where it cannot', async () => {
    const page = 'https://www.notion.so/Ours-ABCDEF0123456789ABCDEF0123456789?pvs=4';
    const set = (args: string[], token?: string) =>
      typed(notion, args, { NOTION_API_URL: notionSite(house), ...(token ? { NOTION_TOKEN: token } : {}) });
    const [done, stranger, tokenless, pageless, unknown, helped] = await Promise.all([
      set(['setup', '--parent', page], 'secret'),
      set(['setup', '--parent', page], 'wrong'),
      set(['setup', '--parent', page]),
      set(['setup'], 'secret'),
      set(['status', '--parent', page], 'secret'),
      inOwnProcess('notion.ts', ['--help']),
    ]);
    const created = /^created postmortems: .*\ncreated incidents: .*\ncreated actions: .*\n$/;
    expect([done.code, done.err]).toEqual([0, expect.stringMatching(created)]);
    const printed = JSON.parse(/^NOTION_DATABASES='(.*)'\n$/.exec(done.out)?.[1] ?? '{}');
    for (const [kind, id] of Object.entries(printed)) expect(done.err).toContain(`created ${kind}: ${id}\n`);
    expect(Object.keys(printed)).toEqual(['incidents', 'postmortems', 'actions']);
    const actions: Any = await client.dataSources.retrieve({ data_source_id: printed.actions });
    const { parent: of }: Any = await client.databases.retrieve({ database_id: actions.parent.database_id });
    expect(of.page_id).toBe('abcdef01-2345-6789-abcd-ef0123456789');
    const unshared = expect.stringContaining('Is the page shared with the integration');
    expect([stranger.code, stranger.err]).toEqual([1, unshared]);
    expect([tokenless.code, tokenless.err]).toEqual([2, 'NOTION_TOKEN is not set.\n\n']);
    for (const { code, err, out } of [pageless, unknown]) expect([code, err, out]).toEqual([2, '', helped.out]);
    expect([helped.code, helped.err, helped.out]).toEqual([0, '', expect.stringContaining('npm run notion -- setup')]);
  });
});
