/** The button that replays an incident, as a browser without scripts presses it. */
import { beforeAll, expect, test } from 'vitest';
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

interface Pressed {
  status: number;
  to: string | null;
  page: string;
}

/** Opens the incident's page in a language, and sends its form unchanged but for what is typed. */
async function press(
  id: string,
  typed: Record<string, string>,
  language = 'ja',
  origin = scenario.url,
): Promise<Pressed> {
  const accept = { 'accept-language': language };
  const opened = await fetch(`${scenario.url}/console/incidents/${id}`, { headers: accept });
  const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const form = /<form[^>]*action="[^"]*\/drill"[\s\S]*?<\/form>/.exec(await opened.text())?.[0] ?? '';
  const inputs = [...form.matchAll(/<input[^>]*>/g)].flatMap(([input]): [string, string][] => {
    const name = /name="([^"]*)"/.exec(input)?.[1];
    return name === undefined ? [] : [[name, /value="([^"]*)"/.exec(input)?.[1] ?? '']];
  });
  const body = new URLSearchParams({ ...Object.fromEntries(inputs), ...typed });
  const headers = { ...accept, origin, cookie };
  const path = `${scenario.url}/console/incidents/${id}/drill`;
  const answer = await fetch(path, { method: 'POST', redirect: 'manual', headers, body });
  return { status: answer.status, to: answer.headers.get('location'), page: await answer.text() };
}
const started = async () => (await scenario.get('/api/drills')).body.drills;

test('pressed without a change it replays the incident as it was, and leads to how it goes', async () => {
  const { status, to } = await press(real, {});
  expect([status, to]).toEqual([303, expect.stringMatching(/^\/console\/drills\/drl_[\da-f]{24}$/)]);
  expect(await started()).toMatchObject([{ from: real, speed: 1, times: 1, startedBy: 'local', state: 'running' }]);
  await scenario.advance('PT2M');
  const ja = (await scenario.get(to ?? '')).body;
  for (const text of ['訓練の結果', '再現済み', '報告 1/1件', '初動は十分に早かったか']) expect(ja).toContain(text);
  const en = await (await fetch(scenario.url + to, { headers: { 'accept-language': 'en' } })).text();
  for (const text of ['Drill report', 'all reports filed', '1 of 1 reports']) expect(en).toContain(text);
});

test('what is typed counts, and the same form sent twice starts one drill', async () => {
  const before = (await started()).length;
  const typed = { speed: '2.5', times: '3', key: 'k'.repeat(20) };
  const [one, other] = [await press(real, typed), await press(real, typed)];
  expect([one.status, other.to]).toEqual([303, one.to]);
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
    const { status, page } = await press(real, typed, language);
    expect([status, page.includes(said)]).toEqual([422, true]);
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
