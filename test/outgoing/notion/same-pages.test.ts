/** After any order of changes, faults and restarts, once it is quiet, Notion holds what the record holds, each page once. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { runs } from '../../fuzz/runs.ts';
import { openDesk } from './desk.ts';

const impacts = { stopped: '業務停止', degraded: '一部支障', none: '影響なし' } as const;

/** What Notion has not taken is tried again within an hour. */
const tenMinutesMs = 600_000;

const which = fc.nat({ max: 3 });
const step = fc.oneof(
  fc.record({ does: fc.constant('open' as const) }),
  fc.record({ does: fc.constant('impact' as const), of: which, to: fc.constantFrom('stopped', 'degraded', 'none') }),
  fc.record({ does: fc.constant('cause' as const), of: which, to: fc.constantFrom('決済の変更', '設定の誤り', '') }),
  fc.record({ does: fc.constant('text' as const), of: which, to: fc.constantFrom('一行', '二行\n目', '', '一行 ') }),
  fc.record({ does: fc.constant('propose' as const), of: which }),
  fc.record({ does: fc.constant('trash' as const), of: which }),
  fc.record({ does: fc.constant('write' as const), of: which }),
  fc.record({ does: fc.constant('minute' as const) }),
  fc.record({ does: fc.constant('kill' as const), before: fc.nat({ max: 12 }) }),
  fc.record({
    does: fc.constant('fault' as const),
    target: fc.constantFrom('createPage', 'updatePage', 'queryDataSource', 'appendChildren', 'updateBlock', '*'),
    meets: fc.constantFrom(
      { effect: 'fail', code: '429' },
      { effect: 'fail', code: '409' },
      { effect: 'fail', code: '529' },
      { effect: 'fail', code: '400' },
      { effect: 'fail-after', code: '500' },
      { effect: 'fail-after', code: '504' },
      { effect: 'hang' },
      { effect: 'hang-after' },
    ),
    times: fc.constantFrom(1, 2, 7),
    skip: fc.nat({ max: 3 }),
  } as const),
);

const desk = await openDesk('2026-11-24T01:00:00Z');

test('drawn changes, faults and restarts', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
      desk.faults.clear();
      await desk.anew();
      const incidents: Incident[] = [];
      const actions = new Map<string, string>();
      /** What people have written, and of that what surely came to be there. */
      const own: string[] = [];
      const kept: string[] = [];
      const change = async (of: number, more: (incident: Incident) => Partial<Incident>): Promise<void> => {
        const incident = incidents[of];
        if (!incident) return;
        Object.assign(incident, more(incident));
        await desk.keep(incident);
      };
      for (const each of steps) {
        desk.pass(1_000);
        if (each.does === 'open' && incidents.length < 4) incidents.push(await desk.open(`inc_${incidents.length}`));
        else if (each.does === 'impact') {
          const { to } = each;
          await change(each.of, ({ impact }) => ({
            impact: { ...impact, businessImpact: to as keyof typeof impacts },
          }));
        } else if (each.does === 'cause') {
          await change(each.of, () => ({ cause: { category: 'release', ...(each.to ? { summary: each.to } : {}) } }));
        } else if (each.does === 'text') await change(each.of, () => ({ description: each.to }));
        else if (each.does === 'propose' && incidents[each.of]) {
          const id = `act_${actions.size}`;
          actions.set(id, `inc_${each.of}`);
          await desk.propose(id, `inc_${each.of}`, `対策 ${id}`);
        } else if (each.does === 'trash' || each.does === 'write') {
          const page = desk.pages()[each.of];
          if (!page || page.inTrash) continue;
          if (each.does === 'trash')
            await personally(() => desk.person.pages.update({ page_id: page.id, in_trash: true }));
          else {
            const text = `手書き ${own.length}`;
            own.push(text);
            const children = [{ paragraph: { rich_text: [{ text: { content: text } }] } }];
            if (await personally(() => desk.person.blocks.children.append({ block_id: page.id, children })))
              kept.push(text);
          }
        } else if (each.does === 'minute') await desk.minute();
        else if (each.does === 'kill') {
          desk.killBefore(each.before);
          await desk.minute();
        } else if (each.does === 'fault') {
          const { target, meets, times, skip } = each;
          desk.faults.add({ target: `tools.notion.${target}`, ...meets, times, skip } as never);
        }
      }
      desk.faults.clear();
      await desk.settle(tenMinutesMs);
      // A page in the trash is restored when there is something new.
      for (const index of incidents.keys()) await change(index, ({ title }) => ({ title: `${title}。` }));
      await desk.settle(tenMinutesMs);

      const pages = desk.pages();
      const of = (id: string) => pages.filter((page) => page.properties['Metronome ID'] === id);
      const weeks = incidents.length > 0 ? of('2026-W48') : [];
      expect(pages).toHaveLength(incidents.length + actions.size + (incidents.length > 0 ? 1 : 0));
      for (const { id, title, description, impact, cause } of incidents) {
        const [page, ...others] = of(id);
        expect(others).toEqual([]);
        expect(page).toMatchObject({
          title,
          inTrash: false,
          properties: {
            業務影響度: impacts[impact.businessImpact as keyof typeof impacts] ?? '不明',
            原因カテゴリ: cause ? 'リリース' : '記録なし',
            原因: cause?.summary ?? '',
            ポストモーテム: weeks.map((week) => week.id),
          },
        });
        const texts = page?.blocks.map(({ text }) => text) ?? [];
        expect(texts.filter((text) => !own.includes(text))).toEqual(description ? [description] : []);
        const related = [...actions].filter(([, about]) => about === id).flatMap(([action]) => of(action));
        expect(new Set(page?.properties.ネクストアクション as string[])).toEqual(
          new Set(related.map((each) => each.id)),
        );
      }
      for (const id of actions.keys()) expect(of(id)).toHaveLength(1);
      const texts = pages.flatMap(({ blocks }) => blocks.map(({ text }) => text)).filter((text) => own.includes(text));
      expect(new Set(texts).size).toBe(texts.length);
      expect(texts).toEqual(expect.arrayContaining(kept));
    }),
    runs(2),
  );
});

/** A person meets faults too, and then leaves it. */
async function personally(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch {
    return false;
  }
}
