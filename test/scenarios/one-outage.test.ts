/** One outage is one card: where a report may be the same trouble as another, everybody is asked, and one tap answers. */
import { afterAll, expect, test } from 'vitest';
import { codeOf } from '../../functions/incidents/incident.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { formsIn, openConsole } from './console.ts';
import { isCard, openSlackScenario, type Shown, saidOn } from './slack-house.ts';

const house = await openSlackScenario('2026-11-24T01:02:00.000Z');
afterAll(() => house.stop());
const first = await report('T-1', '注文が通らない');

async function report(id: string, subject: string): Promise<string> {
  const { incident } = (await house.ticket({ id, subject, customer: { id: `of-${id}` } })).body;
  await announce(incident.code);
  return incident.id;
}
async function announce(code: string): Promise<void> {
  await house.advance('PT1M');
  for (let round = 0; round < 12 && !(await cardOf(code)); round += 1) await house.advance('PT5S');
}
async function cardOf(code: string): Promise<Shown | undefined> {
  return (await house.cards()).find((each) => isCard(each) && saidOn(each).includes(code));
}
const card = async (id: string): Promise<Shown> => (await cardOf(codeOf(id))) as Shown;
const page = async (path: string): Promise<string> =>
  (await fetch(house.url + path, { headers: { 'accept-language': 'ja' } })).text();
const incident = async (id: string) => (await house.get(`/api/incidents/${id}`)).body;
const question = (): string => `${codeOf(first)} と同じトラブル`;

test('the first report is like no other, and asks nothing', async () => {
  expect(saidOn(await card(first))).not.toContain('同じトラブル');
  expect(await page(`/console/incidents/${first}`)).not.toContain('class="same"');
});

test('a report in other words asks on its card, on the board and on its page; merged in Slack with one press', async () => {
  const second = await report('T-2', 'オーダーが送れない');
  expect(saidOn(await card(second))).toContain(`${question()}ですか?`);
  for (const path of ['/console', `/console/incidents/${second}`]) expect(await page(path)).toContain('class="same"');
  expect(await page('/console')).toContain(`action="/console/incidents/${second}/same"`);
  const shown = await card(second);
  await house.press('U1', 'merge', shown);
  await house.settle();
  expect(await incident(second)).toMatchObject({ status: 'linked', linkedTo: first });
  await house.advance('PT1M');
  expect(saidOn(await card(second))).not.toContain('ですか?');
  expect(await page('/console')).not.toContain('class="same"');
  // Pressed on an old card by another, it stays merged.
  await house.press('U2', 'apart', shown);
  await house.settle();
  expect((await incident(second)).status).toBe('linked');
});

test('a no is one tap in the console, and is asked no more', async () => {
  const third = await report('T-3', '注文画面が開かない');
  const visitor = openConsole(house);
  const form = formsIn(await visitor.page('/console')).find(({ action }) => action.endsWith(`${third}/same`));
  expect((await visitor.submit(form ?? { action: '', fields: [] }, [['answer', 'apart']])).status).toBe(303);
  expect((await incident(third)).status).toBe('open');
  expect(await visitor.page('/console')).not.toContain('class="same"');
  expect(await visitor.page(`/console/incidents/${third}`)).not.toContain('class="same"');
  await house.advance('PT1M');
  expect(saidOn(await card(third))).not.toContain('ですか?');
  // Answered already, the other answer is refused.
  expect((await visitor.submit(form ?? { action: '', fields: [] }, [['answer', 'merged']])).status).toBe(409);
});

test('linked the other way round by its code, a report is asked about no more, also once that link has ended', async () => {
  await house.advance('PT30M');
  const earlier = await report('T-5', 'レシートが印刷されない');
  const later = await report('T-6', 'レシートの印刷ができない');
  expect(await page(`/console/incidents/${later}`)).toContain('class="same"');
  await house.post(`/api/incidents/${earlier}/events`, { type: 'linked', to: codeOf(later), basis: '同じ店舗' });
  const isAsked = async (): Promise<boolean[]> =>
    Promise.all(
      [`/console/incidents/${later}`, '/console'].map(async (path) => (await page(path)).includes('class="same"')),
    );
  expect(await isAsked()).toEqual([false, false]);
  await house.advance('PT1M');
  expect(saidOn(await card(later))).not.toContain('ですか?');
  await house.post(`/api/incidents/${earlier}/events`, { type: 'unlinked', basis: '別の店舗' });
  expect(await isAsked()).toEqual([false, false]);
});

test('an alert of the same minutes asks as well', async () => {
  await house.advance('PT30M');
  const fourth = await report('T-4', '釣銭が合わない');
  const alert = (await house.alert(thresholdAlert({ id: '0.9', policy: '9' }))).body.incident;
  await announce(alert.code);
  expect(saidOn(await card(alert.id))).toContain(`${codeOf(fourth)} と同じトラブルですか?`);
});
