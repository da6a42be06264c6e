/** What people have written and arranged in Notion is there after any number of syncs. */
import { expect, test } from 'vitest';
import { openDesk } from './desk.ts';

/** `NOTION_SYNCS=1000 npm test -- test/outgoing/notion/people-write` is the long form, and `npm run test:long` one between. */
const syncs = Number(process.env.NOTION_SYNCS ?? 24);
const pagesAtOnce = 8;

const desk = await openDesk('2026-11-24T01:00:00Z');

const text = (content: string) => ({ rich_text: [{ text: { content } }] });
const paragraph = (content: string) => ({ paragraph: text(content) });
const change = (properties: Record<string, unknown>) =>
  desk.person.dataSources.update({ data_source_id: desk.databases.incidents, properties: properties as never });
const pageOf = (id: string) => {
  const [page, ...others] = desk.pages().filter((each) => each.properties['Metronome ID'] === id);
  if (!page || others.length > 0) throw new Error(`${id} has ${others.length + 1} pages.`);
  return page;
};

test(`${syncs} syncs`, { timeout: 600_000 }, async () => {
  const ids = Array.from({ length: pagesAtOnce }, (_, index) => `inc_${index}`);
  const incidents = await Promise.all(ids.map((id) => desk.open(id)));
  await desk.settle();
  await change({ メモ: { rich_text: {} }, 承認: { checkbox: {} }, 原因: { name: '根本原因' }, 製品領域: null });
  const rewritten = ids[0] as string;
  for (const id of ids) {
    const page = pageOf(id);
    await desk.person.pages.update({
      page_id: page.id,
      properties: { メモ: text(`${id} は電話済み`), 承認: { checkbox: true }, 再発防止: text(`${id} の案`) } as never,
    });
    await desk.person.blocks.children.append({
      block_id: page.id,
      children: [paragraph(`${id} の上`)],
      position: { type: 'start' },
    });
    await desk.person.blocks.children.append({ block_id: page.id, children: [paragraph(`${id} の下`)] });
    if (id !== rewritten) continue;
    const [block] = page.blocks;
    await desk.person.blocks.update({ block_id: block?.id ?? '', ...paragraph('私が書き直した') } as never);
  }

  const rounds = Math.ceil(syncs / pagesAtOnce);
  for (let round = 1; round <= rounds; round += 1) {
    for (const incident of incidents) {
      incident.cause = { category: 'release', summary: `原因 ${round}` };
      // Text is changed more seldom than properties are.
      if (round % 3 === 0 || round === rounds) incident.description = `報告 ${round}`;
      await desk.keep(incident);
    }
    if (round === Math.floor(rounds / 2)) await change({ 根本原因: { name: 'なぜ' }, 一次対応: null });
    await desk.minute();
  }
  await desk.settle();

  for (const id of ids) {
    const page = pageOf(id);
    expect(page.properties).toMatchObject({
      メモ: `${id} は電話済み`,
      承認: true,
      再発防止: `${id} の案`,
      なぜ: `原因 ${rounds}`,
    });
    for (const taken of ['製品領域', '一次対応', '原因', '根本原因']) expect(page.properties).not.toHaveProperty(taken);
    const texts = page.blocks.map((each) => each.text);
    expect(texts.filter((each) => each.startsWith(id))).toEqual([`${id} の上`, `${id} の下`]);
    const others = texts.filter((each) => !each.startsWith(id));
    expect(others.toSorted()).toEqual([`報告 ${rounds}`, ...(id === rewritten ? ['私が書き直した'] : [])].toSorted());
  }
});
