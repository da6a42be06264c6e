/** The stand-in of PagerDuty rings when PagerDuty does: by what its Events API v2 and its documentation say. */
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { Faults } from '../../../infra/local/faults.ts';
import { pagerduty } from '../../../infra/local/tools/notices/pagerduty.ts';
import { openReceiver } from '../../../infra/local/tools/notices/receiver.ts';

const minuteMs = 60_000;
const start = Date.parse('2026-11-24T01:00:00Z');

/** @returns what its one alert is after the events, sent a minute apart, and at which minutes it rang */
async function after(...actions: string[]): Promise<{ status: string | undefined; rangAt: number[] }> {
  let now = start;
  const clock = { now: () => now };
  const opened = openReceiver(pagerduty, { db: new DatabaseSync(':memory:'), clock, faults: new Faults() });
  for (const action of actions) {
    const event = {
      routing_key: 'k'.repeat(32),
      event_action: action,
      dedup_key: 'inc_1#1',
      payload: { summary: 's', source: 'metronome', severity: 'critical' },
    };
    const answer = await opened.take('/v2/enqueue', Buffer.from(JSON.stringify(event)));
    expect(answer?.status).toBe(202);
    now += minuteMs;
  }
  const { alerts } = opened.show() as { alerts: { status: string; rangAt: string[] }[] };
  const rangAt = alerts.flatMap((each) => each.rangAt).map((at) => (Date.parse(at) - start) / minuteMs);
  return { status: alerts[0]?.status, rangAt };
}

test.each<[what: string, actions: string[], status: string | undefined, rangAt: number[]]>([
  ['the first trigger rings', ['trigger'], 'triggered', [0]],
  ['another trigger of an alert that rings is an entry in its log', ['trigger', 'trigger'], 'triggered', [0]],
  ['an acknowledged alert rings for no trigger', ['trigger', 'acknowledge', 'trigger'], 'acknowledged', [0]],
  ['a resolved alert is closed', ['trigger', 'acknowledge', 'resolve'], 'resolved', [0]],
  ['a trigger after the end opens another', ['trigger', 'resolve', 'trigger'], 'triggered', [0, 2]],
  ['what ends nothing is dropped', ['acknowledge', 'resolve'], undefined, []],
  ['an end that comes before the trigger ends nothing', ['resolve', 'trigger'], 'triggered', [1]],
])('%s', async (_, actions, status, rangAt) => {
  expect(await after(...actions)).toEqual({ status, rangAt });
});
