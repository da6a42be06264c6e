/**
 * The text of a page. Ours are the blocks that still say what was written last; whatever people have added or rewritten is
 * theirs, and is neither changed nor moved.
 */
import type { Client } from '@notionhq/client';
import { callAgain } from './connect.ts';
import { blockMark, markOf, type NotionBlock } from './values.ts';

interface Found {
  id: string;
  type: string;
  mark: string;
}

/**
 * @param written marks of what was written last
 * @param wanted what the page is to say
 * @throws Trouble; what was done until then is recognised the next time
 */
export async function writeBody(
  client: Client,
  pageId: string,
  written: readonly string[],
  wanted: readonly NotionBlock[],
): Promise<void> {
  const own = ownBlocks(await readBlocks(client, pageId), written, wanted.map(markOf));
  let last: string | undefined;
  for (const [index, block] of wanted.entries()) {
    const known = own[index];
    if (known && known.mark !== markOf(block) && known.type === block.type) {
      const content = { [block.type]: block[block.type] };
      await callAgain(() => client.blocks.update({ block_id: known.id, ...content } as never));
    } else if (known && known.type !== block.type) {
      // A block stays of its type: from here on they are made anew.
      await remove(client, own.splice(index));
      last = await append(client, pageId, wanted.slice(index), last);
      return;
    } else if (!known) {
      await append(client, pageId, wanted.slice(index), last);
      return;
    }
    last = known?.id;
  }
  await remove(client, own.slice(wanted.length));
}

async function readBlocks(client: Client, pageId: string): Promise<Found[]> {
  const found: Found[] = [];
  let cursor: string | undefined;
  do {
    const page = await callAgain(() =>
      client.blocks.children.list({ block_id: pageId, page_size: 100, ...(cursor ? { start_cursor: cursor } : {}) }),
    );
    for (const each of page.results as unknown as Record<string, unknown>[]) {
      const type = String(each.type);
      const content = each[type] as { rich_text?: { plain_text?: string }[] } | undefined;
      const text = (content?.rich_text ?? []).map((one) => one.plain_text ?? '').join('');
      found.push({ id: String(each.id), type, mark: blockMark(type, text) });
    }
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return found;
}

/** In their order: those that were written last, and those of a try whose answer was lost. Each mark is ours once. */
function ownBlocks(found: readonly Found[], written: readonly string[], wanted: readonly string[]): Found[] {
  const left = new Map<string, number>();
  for (const marks of [written, wanted]) {
    const counts = new Map<string, number>();
    for (const mark of marks) counts.set(mark, (counts.get(mark) ?? 0) + 1);
    for (const [mark, count] of counts) left.set(mark, Math.max(left.get(mark) ?? 0, count));
  }
  return found.filter(({ mark }) => {
    const count = left.get(mark) ?? 0;
    left.set(mark, count - 1);
    return count > 0;
  });
}

async function remove(client: Client, blocks: readonly Found[]): Promise<void> {
  for (const { id } of blocks) await callAgain(() => client.blocks.delete({ block_id: id }));
}

/** @returns the last of those that were added */
async function append(
  client: Client,
  pageId: string,
  blocks: readonly NotionBlock[],
  after: string | undefined,
): Promise<string | undefined> {
  if (blocks.length === 0) return after;
  const position = after ? { type: 'after_block', after_block: { id: after } } : { type: 'end' };
  const added = await callAgain(() =>
    client.blocks.children.append({ block_id: pageId, children: blocks, position } as never),
  );
  return added.results.at(-1)?.id ?? after;
}
