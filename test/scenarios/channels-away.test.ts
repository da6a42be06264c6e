/** The drill of docs/how-to/operate.md: who hears of it, by which path, while PagerDuty and then Firestore are away. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { topics } from '../../functions/topology.ts';
import { openOtherSide } from '../outgoing/other-side.ts';
import { openScenario, type Scenario } from './house.ts';

const guide = readFileSync(join(import.meta.dirname, '../../docs/how-to/operate.md'), 'utf8');
/** What the guide's command sends, by what it begins with. */
const inGuide = (beginning: string): Record<string, unknown> => {
  const [, body = ''] = guide.split(beginning)[1]?.match(/^[^']*'(.*)'$/m) ?? [];
  return JSON.parse(body);
};
const sentBy = (target: string): Record<string, unknown> => {
  const line = guide.split('\n').find((each) => each.startsWith('fault ') && each.includes(target)) ?? '';
  return JSON.parse(line.slice("fault '".length, -1));
};

let calls = 0;
const deadMan = await openOtherSide((_, response) => {
  calls += 1;
  response.end();
});
let scenario: Scenario;
beforeAll(async () => {
  const environment = {
    ...process.env,
    NOTIFY_CHANNELS: JSON.stringify(inGuide('export NOTIFY_CHANNELS')),
    DEADMAN_URL: deadMan.url,
  };
  scenario = await openScenario('2026-11-24T10:00:00+09:00', { environment });
});
afterAll(() => scenario.stop());

const rung = async (): Promise<{ action: string }[]> =>
  (await scenario.get('/_local/tools/pagerduty/events')).body.events;

it('a page that PagerDuty puts off for three days is told to the other channels, and tried on', async () => {
  expect((await scenario.post('/_local/faults', sentBy('tools.pagerduty'))).status).toBe(200);
  expect((await scenario.ticket(inGuide("-H 'Content-Type: application/json' \\\n"))).status).toBe(201);
  await scenario.advance('PT8M');
  const failed = (await scenario.inbox()).filter((each) => each.kind === 'delivery-failed');
  expect(failed).toHaveLength(1);
  expect(failed[0]?.text).toContain('pagerduty');
  const { channels } = (await scenario.get('/api/channels')).body;
  expect(channels).toMatchObject([
    { name: 'inbox', waits: null },
    { name: 'pagerduty', waits: { why: 'it answered 503' } },
  ]);
  const left = (await scenario.get('/_local/faults')).body.faults[0].times;
  // Triggered after five minutes, it has been tried every other minute at least since then.
  expect(100 - left).toBeGreaterThanOrEqual(2);
  expect(await rung()).toEqual([]);
});

it('the page rings within a minute once somebody has it tried', async () => {
  await fetch(`${scenario.url}/_local/faults`, { method: 'DELETE' });
  expect((await scenario.post('/api/channels/pagerduty/retry', {})).status).toBe(202);
  await scenario.advance('PT1M');
  expect(await rung()).toMatchObject([{ action: 'trigger' }]);
});

it('the dead man’s switch is called, and no more while Firestore is away', async () => {
  const during = async (): Promise<number> => {
    const before = calls;
    // A clock that is moved passes over minutes in which nothing is due.
    await scenario.publish(topics.minuteTick, {});
    await scenario.advance('PT1M');
    return calls - before;
  };
  expect(await during()).toBeGreaterThan(0);
  await scenario.post('/_local/faults', sentBy('firestore'));
  expect(await during()).toBe(0);
  await fetch(`${scenario.url}/_local/faults`, { method: 'DELETE' });
  expect(await during()).toBeGreaterThan(0);
});
