/** The button that replays an incident, as a browser without scripts presses it. */
import { beforeAll, expect, test } from 'vitest';
import { formsIn, openConsole } from '../scenarios/console.ts';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');
let real: string;
let drill: string;
let question: string;
beforeAll(async () => {
  const report = async (body: object): Promise<string> => {
    const { incident, question: asked } = (await scenario.ticket({ subject: '会計できない', ...body })).body;
    return (incident ?? asked).id;
  };
  real = await report({ id: 'T-1', customer: { id: 'store-1', name: '渋谷本店' } });
  drill = await report({ id: 'T-2', drill: true });
  question = await report({ id: 'T-3', subject: '使い方は', category: 'question', differsFromExpected: 'no' });
});

/** Opens the incident's page in a language, and sends its form unchanged but for what is typed. */
async function press(id: string, typed: Record<string, string>, language = 'ja', origin = scenario.url) {
  const { page, submit } = openConsole(scenario, language);
  const action = `/console/incidents/${id}/drill`;
  const form = formsIn(await page(`/console/incidents/${id}`)).find((each) => each.action === action);
  return submit(form ?? { action, fields: [] }, Object.entries(typed), { origin });
}
const started = async () => (await scenario.get('/api/drills')).body.drills;

test('pressed without a change it replays the incident as it was, and leads to how it goes', async () => {
  const { status, location } = await press(real, {});
  expect([status, location]).toEqual([303, expect.stringMatching(/^\/console\/drills\/drl_[\da-f]{24}$/)]);
  expect(await started()).toMatchObject([{ from: real, speed: 1, times: 1, startedBy: 'local', state: 'running' }]);
  await scenario.advance('PT2M');
  const ja = (await scenario.get(location)).body;
  for (const text of ['訓練の結果', '再現済み', '報告 1/1件', '初動は十分に早かったか']) expect(ja).toContain(text);
  const en = await (await fetch(scenario.url + location, { headers: { 'accept-language': 'en' } })).text();
  for (const text of ['Drill report', 'all reports filed', '1 of 1 reports']) expect(en).toContain(text);
});

test('what is typed counts, and the same form sent twice starts one drill', async () => {
  const before = (await started()).length;
  const typed = { speed: '2.5', times: '3', key: 'k'.repeat(20) };
  const [one, other] = [await press(real, typed), await press(real, typed)];
  expect([one.status, other.location]).toEqual([303, one.location]);
  const drills = await started();
  expect(drills).toHaveLength(before + 1);
  expect(drills[0]).toMatchObject({ speed: 2.5, times: 3, total: 3 });
  expect((await press(real, { ...typed, times: '4' })).status).toBe(422);
});

test.each<[typed: Record<string, string>, ja: string, en: string]>([
  [{ speed: '0' }, '0.1から1000までの数値', 'a number from 0.1 to 1000'],
  [{ speed: '1001' }, '0.1から1000までの数値', 'a number from 0.1 to 1000'],
  [{ speed: 'fast' }, '0.1から1000までの数値', 'a number from 0.1 to 1000'],
  [{ times: '0' }, '1から50までの整数', 'a whole number from 1 to 50'],
  [{ times: '2.5' }, '1から50までの整数', 'a whole number from 1 to 50'],
  [{ times: '51' }, '1から50までの整数', 'a whole number from 1 to 50'],
])('%j is asked again, in the reader’s language', async (typed, ja, en) => {
  const before = (await started()).length;
  for (const [language, said] of [
    ['ja', ja],
    ['en', en],
  ] as const) {
    const { status, text } = await press(real, typed, language);
    expect([status, text.includes(said)]).toEqual([422, true]);
  }
  expect(await started()).toHaveLength(before);
});

test('another site cannot press it, and what is no real incident has no such button', async () => {
  const before = (await started()).length;
  expect((await press(real, {}, 'ja', 'https://elsewhere.example')).status).toBe(403);
  for (const id of [drill, question]) {
    const page = (await scenario.get(`/console/incidents/${id}`)).body;
    expect(page).not.toContain(`/console/incidents/${id}/drill"`);
  }
  expect(await started()).toHaveLength(before);
});
