/** The text of a page. Blocks that still have the text written last are ours; people's blocks stay as they are. */
import { type Client, iteratePaginatedAPI, type ListBlockChildrenParameters } from '@notionhq/client';
import { callAgain } from './connect.ts';
import { blockMark, markOf, type NotionBlock } from './values.ts';

interface BlockOnPage {
  id: string;
  type: string;
  mark: string;
}

/**
 * @param written marks of the blocks that were written or tried before
 * @throws Trouble; the next try recognises what was done
 */
export async function writeBody(client: Client, pageId: string, written: string[], wanted: NotionBlock[]) {
  const own = ownBlocks(await readBlocks(client, pageId), allMarks([written, wanted.map(markOf)]));
  let last: string | undefined;
  for (const [index, block] of wanted.entries()) {
    const known = own[index];
    if (known?.type !== block.type) {
      // A block keeps its type: from the first differing one on, blocks are replaced.
      await remove(client, own.slice(index));
      return append(client, pageId, wanted.slice(index), last);
    }
    if (known.mark !== markOf(block)) {
      const content = { [block.type]: block[block.type] };
      await callAgain(() => client.blocks.update({ block_id: known.id, ...content } as never));
    }
    last = known.id;
  }
  await remove(client, own.slice(wanted.length));
}

async function readBlocks(client: Client, pageId: string): Promise<BlockOnPage[]> {
  const found: BlockOnPage[] = [];
  const list = (asked: ListBlockChildrenParameters) => callAgain(() => client.blocks.children.list(asked));
  for await (const block of iteratePaginatedAPI(list, { block_id: pageId, page_size: 100 })) {
    const each = block as unknown as Record<string, unknown>;
    const type = String(each.type);
    const content = each[type] as { rich_text?: { plain_text?: string }[] } | undefined;
    const text = (content?.rich_text ?? []).map((one) => one.plain_text ?? '').join('');
    found.push({ id: String(each.id), type, mark: blockMark(type, text) });
  }
  return found;
}

/** Each mark as often as in the list that has it most often. */
export function allMarks(lists: readonly (readonly string[])[]): string[] {
  const most = new Map<string, number>();
  for (const marks of lists) {
    for (const [mark, { length }] of Map.groupBy(marks, (each) => each)) {
      most.set(mark, Math.max(most.get(mark) ?? 0, length));
    }
  }
  return [...most].flatMap(([mark, count]) => Array<string>(count).fill(mark));
}

/** In page order. A mark counts as ours as many times as we wrote it. */
function ownBlocks(found: readonly BlockOnPage[], ours: readonly string[]): BlockOnPage[] {
  const left = Map.groupBy(ours, (each) => each);
  return found.filter(({ mark }) => left.get(mark)?.pop() !== undefined);
}

async function remove(client: Client, blocks: readonly BlockOnPage[]): Promise<void> {
  for (const { id } of blocks) await callAgain(() => client.blocks.delete({ block_id: id }));
}

async function append(client: Client, pageId: string, children: NotionBlock[], after: string | undefined) {
  const position = after ? { type: 'after_block', after_block: { id: after } } : { type: 'end' };
  const added = { block_id: pageId, children, position };
  await callAgain(() => client.blocks.children.append(added as never));
}
