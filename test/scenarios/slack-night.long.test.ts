/**
 * The night of the phone (`test/browser/night.test.ts`) in Slack, by the default policy and on the same draws: from the cards until
 * every store has its recovery message, the worst of twelve takes at most 14 taps, and nothing is typed.
 */
import { afterAll, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { drawNights } from '../browser/night-titles.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { handsOf } from './slack-hands.ts';
import { openSlackScenario } from './slack-house.ts';
import { expectEachTold, reportNight, stores } from './three-stores.ts';

const mostTaps = 14;
const person = 'UTANAKA';
const nights = drawNights(12, Number(process.env.NIGHT_SEED ?? 71), policy);
const slack = await openSlackScenario('2026-11-24T09:05:00Z', { ...toolSecrets, SENDERS: 'example.jp' });
afterAll(() => slack.stop());

async function play(night: number, titles: readonly string[]) {
  const hands = handsOf(slack, person);
  const ids = await reportNight(slack, night, titles);
  const [first = '', ...others] = ids;
  await hands.settle();
  // Where no words are alike, nobody is asked: who sees that it is one outage merges all that began in the same minutes.
  await hands.press('link', first);
  const { element } = await hands.fieldOf('like');
  const [all] = element.options.map((each: { value: string }) => each.value);
  expect(all.split(' ')).toHaveLength(others.length);
  await hands.submit({ like: all });
  for (const each of others) expect(await hands.incident(each)).toMatchObject({ status: 'linked', linkedTo: first });
  await hands.press('take', first);
  await hands.press('happens', first);
  await hands.press('update', first);
  await hands.submit();
  await hands.press('recover', first);
  for (const store of stores) expect((await slack.told(person)).at(-1)).toContain(store);
  await hands.pressAnswer();
  await hands.press('update', first);
  await hands.submit();
  await slack.advance('PT2M');
  await expectEachTold(slack, night, titles);
  expect(await hands.said(first)).toContain('連絡待ちの店舗はありません');
  return { taps: hands.taps(), typed: hands.typed(), titles };
}

test('from the cards to the last recovery message', async () => {
  const played = [];
  for (const [night, titles] of nights.entries()) {
    played.push(await play(night, titles));
    // The next night begins when nothing of this one is of the same minutes.
    await slack.advance('PT2H');
  }
  const worst = played.toSorted((one, other) => other.taps - one.taps)[0];
  process.stdout.write(
    `The worst of ${played.length} nights in Slack: ${worst?.taps} taps (${worst?.titles.join(' / ')})\n`,
  );
  expect(worst?.taps).toBeLessThanOrEqual(mostTaps);
  expect(played.map(({ typed }) => typed)).toEqual(nights.map(() => 0));
});
