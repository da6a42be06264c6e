/** The stub of PagerDuty rings when PagerDuty does: by what its Events API v2 and its documentation say. */
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { Faults } from '../../../infra/cloud/src/faults.ts';
import { pagerduty } from '../../../infra/stubs/notices/pagerduty.ts';
import { openReceiver } from '../../../infra/stubs/notices/receiver.ts';

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

test('it answers as strangers do: an absurd Retry-After, a deployment’s 404, and a proxy’s page with 200', async () => {
  const faults = new Faults();
  const opened = openReceiver(pagerduty, { db: new DatabaseSync(':memory:'), clock: { now: () => start }, faults });
  const event = { routing_key: 'k'.repeat(32), event_action: 'trigger', payload: {}, dedup_key: 'inc_1#1' };
  const take = () => opened.take('/v2/enqueue', Buffer.from(JSON.stringify(event)));
  const target = 'tools.pagerduty.enqueue';
  faults.add({ target, effect: 'fail', code: '503', retryAfter: '259200' });
  faults.add({ target, effect: 'fail', code: '429' });
  faults.add({ target, effect: 'fail', code: '404', retryAfter: '1' });
  faults.add({ target, effect: 'garble' });
  expect([await take(), await take(), await take(), await take()]).toEqual([
    { status: 503, headers: { 'retry-after': '259200' } },
    { status: 429, headers: { 'retry-after': '30' } },
    { status: 404, headers: {} },
    { status: 200, headers: { 'content-type': 'text/html' }, body: expect.stringMatching(/^<!doctype html>/) },
  ]);
  expect(opened.show()).toMatchObject({ events: [] });
});
