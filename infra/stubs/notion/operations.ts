/** Notion's endpoints, as far as records are kept by them: databases, data sources, pages and blocks. */
import { decodedPart, isRecord } from '../values.ts';
import { addBlocks, readChildren, readContent, showBlock } from './blocks.ts';
import { invalid, Refused, unknown } from './errors.ts';
import { readFilter, readSorts } from './filters.ts';
import type { Block, Database, DataSource, Page } from './objects.ts';
import { addOptions, applyValues, changeProperties, listOf, readValues, showProperty, titleOf } from './properties.ts';
import { me, showDatabase, showPage, showSource } from './show.ts';
import { idOf, type Workspace } from './store.ts';
import { plainText, readText, said } from './text.ts';

export interface NotionCall {
  workspace: Workspace;
  query: URLSearchParams;
  body: Record<string, unknown>;
  /** Epoch milliseconds, by the house's clock. */
  now: number;
}

export interface NotionOperation {
  /** The name in fault targets: `tools.notion.<name>`. */
  name: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The first group of the pattern is the ID in the path. */
  path: RegExp;
  /** @throws Refused, with nothing done */
  answer(call: NotionCall, id: string): unknown;
}

const mostListed = 100;

export const operations: NotionOperation[] = [
  {
    name: 'getMe',
    method: 'GET',
    path: /^\/users\/me$/,
    answer: () => ({ ...me, type: 'bot', name: 'Metronome', bot: {} }),
  },
  { name: 'createDatabase', method: 'POST', path: /^\/databases$/, answer: createDatabase },
  {
    name: 'getDatabase',
    method: 'GET',
    path: /^\/databases\/([^/]+)$/,
    answer: ({ workspace }, id) => showDatabase(workspace, found(workspace, 'database', id)),
  },
  {
    name: 'getDataSource',
    method: 'GET',
    path: /^\/data_sources\/([^/]+)$/,
    answer: ({ workspace }, id) => showSource(workspace, found(workspace, 'data_source', id)),
  },
  { name: 'updateDataSource', method: 'PATCH', path: /^\/data_sources\/([^/]+)$/, answer: updateDataSource },
  { name: 'queryDataSource', method: 'POST', path: /^\/data_sources\/([^/]+)\/query$/, answer: queryDataSource },
  { name: 'createPage', method: 'POST', path: /^\/pages$/, answer: createPage },
  {
    name: 'getPage',
    method: 'GET',
    path: /^\/pages\/([^/]+)$/,
    answer: ({ workspace }, id) => showPage(workspace, found(workspace, 'page', id)),
  },
  { name: 'updatePage', method: 'PATCH', path: /^\/pages\/([^/]+)$/, answer: updatePage },
  { name: 'getPageProperty', method: 'GET', path: /^\/pages\/([^/]+)\/properties\/[^/]+$/, answer: getPageProperty },
  { name: 'listChildren', method: 'GET', path: /^\/blocks\/([^/]+)\/children$/, answer: listChildren },
  { name: 'appendChildren', method: 'PATCH', path: /^\/blocks\/([^/]+)\/children$/, answer: appendChildren },
  {
    name: 'getBlock',
    method: 'GET',
    path: /^\/blocks\/([^/]+)$/,
    answer: ({ workspace }, id) => showBlock(workspace, found(workspace, 'block', id), me),
  },
  { name: 'updateBlock', method: 'PATCH', path: /^\/blocks\/([^/]+)$/, answer: updateBlock },
  { name: 'deleteBlock', method: 'DELETE', path: /^\/blocks\/([^/]+)$/, answer: deleteBlock },
];

/** @throws Refused for what is no id at all, in the words for an address */
function uuidOf(object: string, given: unknown): string {
  const id = idOf(given);
  if (id) return id;
  throw new Refused(
    400,
    `path failed validation: path.${object}_id should be a valid uuid, instead was ${said(given)}.`,
  );
}

function found<T extends 'database' | 'data_source' | 'page' | 'block'>(
  workspace: Workspace,
  object: T,
  given: unknown,
) {
  const id = uuidOf(object, given);
  const it = workspace.find(object, id);
  if (!it) throw unknown(object, id);
  return it;
}

/** @throws Refused for a field that the endpoint does not know */
function only(body: Record<string, unknown>, ...known: string[]): void {
  for (const name of Object.keys(body)) {
    if (!known.includes(name)) throw invalid(`body.${name} should be not present, instead was ${said(body[name])}.`);
  }
}

function createDatabase({ workspace, body, now }: NotionCall): unknown {
  only(body, 'parent', 'title', 'description', 'is_inline', 'initial_data_source', 'icon', 'cover');
  const parent = isRecord(body.parent) ? body.parent : {};
  const parentPageId = idOf(parent.page_id);
  if (!parentPageId) throw invalid(`body.parent.page_id should be a valid uuid, instead was ${said(parent.page_id)}.`);
  const title = plainText(readText(body.title ?? [], 'body.title'));
  const initial = isRecord(body.initial_data_source) ? body.initial_data_source : {};
  const source: DataSource = {
    object: 'data_source',
    id: workspace.newId(),
    databaseId: workspace.newId(),
    title,
    properties: {},
    createdAt: now,
  };
  const connect = changeProperties(workspace, source, initial.properties ?? {}, 'body.initial_data_source.properties');
  if (!titleOf(source)) throw invalid('body.initial_data_source.properties should have one property of type title.');
  // Pages are shared with the integration by people: whichever is named is one of those.
  if (!workspace.find('page', parentPageId)) {
    workspace.put(newPage(parentPageId, 'workspace', now));
  }
  connect();
  workspace.put(source);
  const { id: dataSourceId, databaseId: id } = source;
  const database: Database = { object: 'database', id, title, parentPageId, dataSourceId, createdAt: now };
  workspace.put(database);
  return showDatabase(workspace, database);
}

const newPage = (id: string, parent: Page['parent'], now: number): Page => ({
  object: 'page',
  id,
  parent,
  values: {},
  createdAt: now,
  editedAt: now,
  isInTrash: false,
});

function updateDataSource({ workspace, body }: NotionCall, given: string): unknown {
  only(body, 'title', 'icon', 'properties', 'in_trash', 'parent');
  const source = structuredClone(found(workspace, 'data_source', given));
  const connect = changeProperties(workspace, source, body.properties, 'body.properties');
  if (body.title !== undefined) source.title = plainText(readText(body.title, 'body.title'));
  connect();
  workspace.put(source);
  return showSource(workspace, source);
}

function queryDataSource({ workspace, body }: NotionCall, given: string): unknown {
  only(body, 'sorts', 'filter', 'start_cursor', 'page_size', 'in_trash', 'result_type');
  const source = found(workspace, 'data_source', given);
  const test = readFilter(source, body.filter);
  const order = readSorts(body.sorts);
  const isInTrash = body.in_trash === true;
  const all = workspace.pagesOf(source.id).filter((each) => each.isInTrash === isInTrash && test(each));
  return listed(all.sort(order), body.page_size, body.start_cursor, 'page_or_data_source', (each) =>
    showPage(workspace, each),
  );
}

function listed<T extends { id: string }>(
  all: readonly T[],
  size: unknown,
  cursor: unknown,
  type: string,
  show: (each: T) => unknown,
): unknown {
  const pageSize = size === undefined || size === null ? mostListed : Number(size);
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > mostListed) {
    throw invalid(`body.page_size should be a number from 1 to ${mostListed}, instead was ${said(size)}.`);
  }
  const from = cursor === undefined || cursor === null ? 0 : all.findIndex(({ id }) => id === cursor);
  if (from < 0) throw invalid(`body.start_cursor ${said(cursor)} is not one of this list.`);
  const next = all[from + pageSize];
  return {
    object: 'list',
    type,
    [type]: {},
    results: all.slice(from, from + pageSize).map(show),
    has_more: next !== undefined,
    next_cursor: next?.id ?? null,
  };
}

function createPage({ workspace, body, now }: NotionCall): unknown {
  only(body, 'parent', 'properties', 'icon', 'cover', 'children', 'template', 'position');
  const parent = isRecord(body.parent) ? body.parent : {};
  const children = readChildren(body.children, 'body.children');
  if (parent.data_source_id === undefined) {
    throw invalid('body.parent.data_source_id should be defined: the stub makes pages in data sources alone.');
  }
  const source = found(workspace, 'data_source', parent.data_source_id);
  const { values, options } = readValues(workspace, source, body.properties);
  const page = newPage(workspace.newId(), { dataSourceId: source.id }, now);
  addOptions(options);
  if (options.length > 0) workspace.put(source);
  workspace.place(source.id, [page.id]);
  applyValues(workspace, source, page, values, now);
  addBlocks(workspace, page.id, children, now);
  return showPage(workspace, page);
}

function updatePage({ workspace, body, now }: NotionCall, given: string): unknown {
  only(body, 'properties', 'icon', 'cover', 'is_locked', 'in_trash', 'template', 'erase_content');
  const page = found(workspace, 'page', given);
  const isInTrash = body.in_trash === undefined ? page.isInTrash : body.in_trash === true;
  if (page.isInTrash && isInTrash) {
    throw new Refused(400, "Can't edit block that is archived. You must unarchive the block before editing.");
  }
  const { parent } = page;
  if (typeof parent === 'object' && 'dataSourceId' in parent) {
    const source = found(workspace, 'data_source', parent.dataSourceId);
    const { values, options } = readValues(workspace, source, body.properties);
    addOptions(options);
    if (options.length > 0) workspace.put(source);
    page.isInTrash = isInTrash;
    applyValues(workspace, source, page, values, now);
  } else {
    page.isInTrash = isInTrash;
    page.editedAt = now;
    workspace.put(page);
  }
  return showPage(workspace, page);
}

function getPageProperty({ workspace, query }: NotionCall, given: string): unknown {
  const page = found(workspace, 'page', given);
  const { source, property } = propertyOf(workspace, page, query.get('property') ?? '');
  if (property.type !== 'relation')
    return { object: 'property_item', ...showProperty(property, page.values[property.id]) };
  const items = listOf(page.values[property.id]).map((id) => ({ id }));
  const show = ({ id }: { id: string }) => ({
    object: 'property_item',
    id: property.id,
    type: 'relation',
    relation: { id },
    data_source_id: source.id,
  });
  return listed(
    items,
    query.get('page_size') ?? undefined,
    query.get('start_cursor') ?? undefined,
    'property_item',
    show,
  );
}

function propertyOf(workspace: Workspace, page: Page, id: string) {
  const source =
    typeof page.parent === 'object' &&
    'dataSourceId' in page.parent &&
    workspace.find('data_source', page.parent.dataSourceId);
  const property = source && Object.values(source.properties).find((each) => each.id === decodedPart(id));
  if (!source || !property) throw new Refused(404, `Could not find property with ID: ${id}.`);
  return { source, property };
}

/** A page, or a block of one, that is not in the trash. */
function holding(workspace: Workspace, given: string): Page | Block {
  const id = uuidOf('block', given);
  const it = workspace.find('page', id) ?? workspace.find('block', id);
  if (!it) throw unknown('block', id);
  return it;
}

function holder(workspace: Workspace, given: string): Page | Block {
  const it = holding(workspace, given);
  if (isInTrash(workspace, it)) {
    throw new Refused(400, "Can't edit block that is archived. You must unarchive the block before editing.");
  }
  return it;
}

function isInTrash(workspace: Workspace, it: Page | Block): boolean {
  if (it.isInTrash || it.object === 'page') return it.isInTrash;
  const above = workspace.find('page', it.parentId) ?? workspace.find('block', it.parentId);
  return above !== undefined && isInTrash(workspace, above);
}

function listChildren({ workspace, query }: NotionCall, given: string): unknown {
  const it = holding(workspace, given);
  const all = workspace.blocksOf(it.id).filter((each) => !each.isInTrash);
  const [size, cursor] = [query.get('page_size') ?? undefined, query.get('start_cursor') ?? undefined];
  return listed(all, size, cursor, 'block', (each) => showBlock(workspace, each, me));
}

function appendChildren({ workspace, body, now }: NotionCall, given: string): unknown {
  only(body, 'children', 'position');
  const parent = holder(workspace, given);
  const children = readChildren(body.children, 'body.children');
  if (body.children === undefined) throw invalid('body.children should be defined, instead was `undefined`.');
  const added = addBlocks(workspace, parent.id, children, now, placeOf(workspace, parent.id, body.position));
  return listed(added, undefined, undefined, 'block', (each) => showBlock(workspace, each, me));
}

function placeOf(workspace: Workspace, parentId: string, position: unknown): string {
  if (position === undefined) return 'end';
  const { type, after_block: after } = isRecord(position) ? position : {};
  if (type === 'end' || type === 'start') return type;
  const id = type === 'after_block' && isRecord(after) ? idOf(after.id) : undefined;
  if (!id || !workspace.childrenOf(parentId).includes(id)) {
    throw invalid(`body.position.after_block.id should be a block of the parent, instead was ${said(position)}.`);
  }
  return id;
}

function updateBlock({ workspace, body, now }: NotionCall, given: string): unknown {
  const block = found(workspace, 'block', given);
  const { in_trash: trashed, [block.type]: content, ...others } = body;
  only(others);
  if (block.isInTrash && trashed !== false) {
    throw new Refused(400, "Can't edit block that is archived. You must unarchive the block before editing.");
  }
  const changed: Block = {
    ...block,
    editedAt: now,
    isInTrash: trashed === undefined ? block.isInTrash : trashed === true,
  };
  if (content !== undefined) {
    if (!isRecord(content)) throw invalid(`body.${block.type} should be an object, instead was ${said(content)}.`);
    const read = readContent(block.type, content, `body.${block.type}`);
    Object.assign(changed, { ...read, rest: { ...block.rest, ...read.rest } });
  }
  workspace.put(changed);
  return showBlock(workspace, changed, me);
}

function deleteBlock({ workspace, now }: NotionCall, given: string): unknown {
  const id = idOf(given);
  const page = id ? workspace.find('page', id) : undefined;
  if (page) {
    const trashed = { ...page, isInTrash: true, editedAt: now };
    workspace.put(trashed);
    return showPage(workspace, trashed);
  }
  const block = found(workspace, 'block', given);
  const trashed = { ...block, isInTrash: true, editedAt: now };
  workspace.put(trashed);
  return showBlock(workspace, trashed, me);
}
