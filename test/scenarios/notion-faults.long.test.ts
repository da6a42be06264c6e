/** Whatever changes, fails and restarts in whatever order: once it is quiet, Notion holds what the record holds, each page once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Any, type NotionHouse, openNotionHouse } from './notion-house.ts';

const impacts = { stopped: '業務停止', degraded: '一部支障', inconvenient: '軽微', none: '影響なし' };
const causes = { release: 'リリース', data: 'データ', capacity: '容量' };
type Impact = keyof typeof impacts;
type Cause = keyof typeof causes;

/** Draws the same for the same seed. */
function drawing(seed: number) {
  let state = seed;
  return <T>(of: readonly T[]): T => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return of[Math.floor((state / 2 ** 32) * of.length)] as T;
  };
}

let house: NotionHouse;
beforeAll(async () => {
  house = await openNotionHouse('2026-11-24T01:02:00.000Z');
});
afterAll(() => house.stop());

interface Known {
  impact: Impact;
  cause?: Cause;
  summary?: string;
}

test.each([1])('drawn changes, faults and restarts, seed %i', async (seed) => {
  const draw = drawing(seed);
  const records = new Map<string, Known>();
  const actions = new Map<string, string>();
  const get = () => house.scenario;
  for (let step = 0; step < 24; step += 1) {
    const known = [...records.keys()];
    const what = draw([
      'report',
      'report',
      'cause',
      'correct',
      'action',
      'fault',
      'fault',
      'minute',
      'minute',
      'restart',
    ]);
    const id = known.length > 0 ? draw(known) : undefined;
    if (what === 'report') {
      const impact = draw(Object.keys(impacts) as Impact[]);
      const { body } = await get().ticket({
        id: `F-${seed}-${step}`,
        subject: `止まった ${seed}-${step}`,
        customer: { id: `store-${step}` },
        businessImpact: impact,
      });
      records.set(body.incident.id, { impact });
    } else if (what === 'cause' && id) {
      const [category, summary] = [draw(Object.keys(causes) as Cause[]), `原因 ${step}`];
      await get().post(`/api/incidents/${id}/events`, { type: 'caused', category, summary });
      records.set(id, { ...(records.get(id) as Known), cause: category, summary });
    } else if (what === 'correct' && id) {
      const value = draw(Object.keys(impacts) as Impact[]);
      const said = await get().post(`/api/incidents/${id}/events`, {
        type: 'corrected',
        field: 'impact.businessImpact',
        value,
      });
      if (said.status < 300) records.set(id, { ...(records.get(id) as Known), impact: value });
    } else if (what === 'action' && id) {
      const made = await get().post('/api/actions', { incidentId: id, description: `対策 ${step}`, kind: 'fix' });
      actions.set(made.body.id, id);
    } else if (what === 'fault') {
      await get().post('/_local/faults', {
        target: draw([
          'tools.notion.createPage',
          'tools.notion.updatePage',
          'tools.notion.*',
          'tools.notion.queryDataSource',
        ]),
        effect: draw(['fail', 'fail-after', 'double', 'delay']),
        code: draw(['500', '503', '529', '409', '429', '504']),
        times: draw([1, 1, 2, 5]),
        delayMs: 5,
      });
    } else if (what === 'restart' && step % 3 === 0) await house.restart();
    else await get().advance('PT1M');
  }
  house.scenario.house.cloud.faults.clear();
  await get().advance('PT65M');

  const pages = await house.pages();
  const own = (id: string): Any => {
    const found = pages.filter((each) => each.properties['Metronome ID'] === id && !each.inTrash);
    expect(found).toHaveLength(1);
    return found[0];
  };
  for (const [id, { impact, cause, summary }] of records) {
    const { properties, title } = own(id);
    expect(title).toMatch(/^止まった /);
    expect([properties.業務影響度, properties.原因カテゴリ, properties.原因]).toEqual([
      impacts[impact],
      cause ? causes[cause] : '記録なし',
      summary ?? '',
    ]);
    const related = [...actions].filter(([, of]) => of === id).map(([action]) => own(action).id);
    expect(properties.ネクストアクション.toSorted()).toEqual(related.toSorted());
    expect(properties.ポストモーテム).toEqual([own('2026-W48').id]);
  }
});

test('a week of more than a hundred incidents goes on on a next page', async () => {
  const before = (await house.pages('インシデント')).length;
  const reports = Array.from({ length: 130 }, (_, index) =>
    house.scenario.ticket({ id: `W-${index}`, subject: `多い ${index}`, customer: { id: `w-${index}` } }),
  );
  await Promise.all(reports);
  await house.scenario.advance('PT4M');
  const [first, second, ...others] = (await house.pages('ポストモーテム')).filter((each) =>
    each.properties['Metronome ID'].startsWith('2026-W48'),
  );
  expect(others).toEqual([]);
  expect(second.properties['Metronome ID']).toBe('2026-W48#2');
  expect(second.title).toBe(`${first.title}(2)`);
  expect(first.properties.インシデント).toHaveLength(100);
  expect(second.properties.インシデント).toHaveLength(before + 130 - 100);
});
