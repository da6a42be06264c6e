/** Blocks: what Notion takes of them, and how it tells them. */
import { isRecord } from '../values.ts';
import { invalid } from './errors.ts';
import type { Block, RichText } from './objects.ts';
import type { Workspace } from './store.ts';
import { atMost, readText, said, showText } from './text.ts';

const withText = [
  'paragraph',
  'heading_1',
  'heading_2',
  'heading_3',
  'bulleted_list_item',
  'numbered_list_item',
  'to_do',
  'toggle',
  'quote',
  'callout',
  'code',
];
const withoutText = ['divider', 'bookmark', 'table', 'table_row'];
/** Children of these are taken; of the others Notion refuses them. */
const holders = [
  'paragraph',
  'bulleted_list_item',
  'numbered_list_item',
  'to_do',
  'toggle',
  'quote',
  'callout',
  'table',
];
const mostBlocks = 1_000;
const deepest = 2;

/** A stated block, with its children. */
export interface StatedBlock {
  type: string;
  text: RichText[];
  rest: Record<string, unknown>;
  cells?: RichText[][];
  children: StatedBlock[];
}

/** @throws Refused if a limit is exceeded: 100 in a list, two levels, 1,000 in one request */
export function readChildren(value: unknown, path: string): StatedBlock[] {
  if (value === undefined) return [];
  const read = readLevel(value, path, 1);
  const count = countOf(read);
  if (count > mostBlocks) throw invalid(`${path} should hold ≤ \`${mostBlocks}\` blocks, instead held \`${count}\`.`);
  return read;
}

const countOf = (blocks: readonly StatedBlock[]): number =>
  blocks.reduce((sum, each) => sum + 1 + countOf(each.children), 0);

function readLevel(value: unknown, path: string, level: number): StatedBlock[] {
  if (!Array.isArray(value)) throw invalid(`${path} should be an array, instead was ${said(value)}.`);
  atMost(value, path);
  if (level > deepest && value.length > 0) throw invalid(`${path} should be not present: only two levels are taken.`);
  return value.map((each: unknown, index) => readBlock(each, `${path}[${index}]`, level));
}

function readBlock(value: unknown, path: string, level: number): StatedBlock {
  if (!isRecord(value)) throw invalid(`${path} should be an object, instead was ${said(value)}.`);
  if ('archived' in value)
    throw invalid(`${path}.archived should be not present, instead was ${said(value.archived)}.`);
  const type = [...withText, ...withoutText].find((each) => each in value);
  if (type === undefined) throw invalid(`${path} should have a type that the stub knows, instead was ${said(value)}.`);
  if (value.type !== undefined && value.type !== type)
    throw invalid(`${path}.type should be ${said(type)}, instead was ${said(value.type)}.`);
  const content = value[type];
  if (!isRecord(content)) throw invalid(`${path}.${type} should be an object, instead was ${said(content)}.`);
  const children = content.children ?? value.children;
  if (children !== undefined && !holders.includes(type))
    throw invalid(`${path}.${type}.children should be not present.`);
  return {
    type,
    ...readContent(type, content, `${path}.${type}`),
    children: children === undefined ? [] : readLevel(children, `${path}.${type}.children`, level + 1),
  };
}

/** A block's own content, without its children. */
export function readContent(
  type: string,
  content: Record<string, unknown>,
  path: string,
): Pick<StatedBlock, 'text' | 'rest' | 'cells'> {
  const { rich_text: text, cells, children: _, ...rest } = content;
  if (type === 'table_row') {
    if (!Array.isArray(cells)) throw invalid(`${path}.cells should be defined, instead was ${said(cells)}.`);
    atMost(cells, `${path}.cells`);
    return { text: [], rest, cells: cells.map((each, index) => readText(each, `${path}.cells[${index}]`)) };
  }
  if (!withText.includes(type)) return { text: [], rest };
  return { text: readText(text, `${path}.rich_text`), rest };
}

/** @param after the sibling before them, or `start` or `end` */
export function addBlocks(
  workspace: Workspace,
  parentId: string,
  blocks: readonly StatedBlock[],
  now: number,
  after = 'end',
): Block[] {
  const added = blocks.map(({ children, ...stated }): Block => {
    const block: Block = {
      object: 'block',
      id: workspace.newId(),
      parentId,
      ...stated,
      createdAt: now,
      editedAt: now,
      isInTrash: false,
    };
    workspace.put(block);
    addBlocks(workspace, block.id, children, now);
    return block;
  });
  const ids = added.map(({ id }) => id);
  if (ids.length > 0) workspace.place(parentId, ids, after);
  return added;
}

export function showBlock(workspace: Workspace, block: Block, me: object): Record<string, unknown> {
  const { id, parentId, type, text, rest, cells, createdAt, editedAt, isInTrash } = block;
  const isInPage = workspace.find('page', parentId) !== undefined;
  return {
    object: 'block',
    id,
    parent: isInPage ? { type: 'page_id', page_id: parentId } : { type: 'block_id', block_id: parentId },
    created_time: new Date(createdAt).toISOString(),
    last_edited_time: new Date(editedAt).toISOString(),
    created_by: me,
    last_edited_by: me,
    has_children: workspace.blocksOf(id).some((each) => !each.isInTrash),
    in_trash: isInTrash,
    type,
    [type]: {
      ...rest,
      ...(withText.includes(type) ? { rich_text: showText(text) } : {}),
      ...(cells ? { cells: cells.map(showText) } : {}),
    },
  };
}
