/** Days of incidents that are answered, or not, while PagerDuty fails now and then: who is paged, and that it stops. */
import { expect, it } from 'vitest';
import { openScenario, type Scenario } from './house.ts';
import { filed, state } from './rhythm-details.ts';

const minuteMs = 60_000;
const start = Date.parse('2026-11-24T09:00:00+09:00');
const limitMs = 5 * minuteMs;
/** A tick, a delivery, and the tries that a failing PagerDuty costs. */
const settledMs = 3 * minuteMs;
const retriedMs = 30 * minuteMs;

type Act = 'file' | 'respond' | 'recover' | 'reopen' | 'fail' | 'look';

/** Numbers as the seed has them. */
function drawn(seed: number): () => number {
  let at = seed;
  return () => {
    at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
    return at / 2 ** 32;
  };
}

interface Told {
  id: string;
  isPaged: boolean;
  filedAt: number;
  respondedAt?: number;
  endedAt?: number;
  reopenedAt?: number;
}

it.each([1, 2])('nobody is missed, nobody is paged in vain, and what was answered stops (seed %i)', async (seed) => {
  const next = drawn(seed);
  const channels = [{ kind: 'pagerduty', routingKey: 'a'.repeat(32) }];
  const environment = { ...process.env, NOTIFY_CHANNELS: JSON.stringify(channels) };
  const scenario = await openScenario(new Date(start).toISOString(), { environment });
  try {
    const story: { at: number; act: Act; n: number }[] = [];
    for (let n = 0; n < 14; n += 1) {
      const at = start + Math.floor(next() * 30 * 60) * minuteMs;
      const respond = at + Math.floor(1 + next() * 25) * minuteMs;
      // Before a second update is missed, which would ring again.
      const recover = respond + Math.floor(5 + next() * 25) * minuteMs;
      story.push({ at, act: 'file', n });
      if (next() < 0.8) story.push({ at: respond, act: 'respond', n });
      story.push({ at: recover, act: 'recover', n });
      if (next() < 0.4) {
        story.push({ at: recover + 20 * minuteMs, act: 'reopen', n });
        story.push(
          { at: recover + 45 * minuteMs, act: 'respond', n },
          { at: recover + 70 * minuteMs, act: 'recover', n },
        );
      }
      story.push({ at: at + 3 * minuteMs, act: 'look', n }, { at: respond + 9 * minuteMs, act: 'look', n });
    }
    for (let n = 0; n < 5; n += 1) story.push({ at: start + Math.floor(next() * 30 * 60) * minuteMs, act: 'fail', n });
    const told = new Map<number, Told>();
    let failedAt = 0;
    for (const { at, act, n } of story.toSorted((a, b) => a.at - b.at)) {
      await goTo(scenario, at);
      const known = told.get(n);
      if (act === 'file') {
        const kind = n % 5;
        const calm = { occurredAt: new Date(at - 5 * 60 * minuteMs).toISOString(), ongoing: 'no' };
        const facts = {
          businessImpact: 'degraded',
          ...(kind === 0 ? calm : {}),
          ...(kind === 1 ? { drill: true } : {}),
        };
        const id = await filed(scenario, { id: `T-${n}`, customer: { id: `store-${n}` }, ...facts });
        told.set(n, { id, isPaged: kind > 1, filedAt: at });
      } else if (act === 'fail') {
        failedAt = at;
        const effect = n % 2 === 0 ? 'fail' : 'fail-after';
        await scenario.post('/_local/faults', { target: 'tools.pagerduty.enqueue', effect, times: 2 });
      } else if (act === 'look') await look(scenario, [...told.values()], at, at - failedAt < retriedMs);
      else if (known && act === 'respond') {
        await state(scenario, known.id, { type: 'responded' });
        known.respondedAt = at;
      } else if (known && act === 'recover') {
        await state(scenario, known.id, { type: 'recovered', customers: 'all' });
        known.respondedAt ??= at;
        known.endedAt = at;
      } else if (known && act === 'reopen') {
        await state(scenario, known.id, { type: 'verified', happened: 'yes', ongoing: 'yes', method: '店舗に確認' });
        delete known.endedAt;
        known.reopenedAt = at;
      }
    }
    const end = Math.max(...story.map(({ at }) => at)) + 2 * retriedMs;
    await goTo(scenario, end);
    await look(scenario, [...told.values()], end, false);
  } finally {
    await scenario.stop();
  }
});

async function goTo(scenario: Scenario, at: number): Promise<void> {
  const { now } = (await scenario.get('/_local/clock')).body as { now: string };
  if (at <= Date.parse(now)) return;
  const moved = await scenario.post('/_local/clock', { set: new Date(at).toISOString() });
  expect(moved.status).toBe(200);
}

/** By what was done here alone: what has to ring by now, and what must not. */
async function look(scenario: Scenario, told: Told[], now: number, isFailing: boolean): Promise<void> {
  const { alerts, events } = (await scenario.get('/_local/tools/pagerduty/events')).body as {
    alerts: { dedupKey: string; status: string }[];
    events: { dedupKey: string; action: string; at: string }[];
  };
  for (const { id, isPaged, filedAt, respondedAt, endedAt, reopenedAt } of told) {
    const isOwn = ({ dedupKey }: { dedupKey: string }): boolean => dedupKey.startsWith(`${id}#`);
    const statuses = alerts.filter(isOwn).map(({ status }) => status);
    const own = events.filter(isOwn);
    const wasAnsweredInTime = respondedAt !== undefined && respondedAt <= filedAt + limitMs;
    if (!isPaged || (wasAnsweredInTime && reopenedAt === undefined)) {
      expect(own, `${id} rings for nobody`).toEqual([]);
      continue;
    }
    const firstRing = own.find(({ action }) => action === 'trigger');
    if (firstRing) expect(Date.parse(firstRing.at), `${id} rings too early`).toBeGreaterThanOrEqual(filedAt + limitMs);
    if (isFailing) continue;
    const since = Math.max(...[filedAt + limitMs, respondedAt, endedAt, reopenedAt].map((each) => each ?? 0));
    if (now < since + settledMs) continue;
    const isAnswered = respondedAt !== undefined && respondedAt > (reopenedAt ?? 0);
    const open = statuses.filter((each) => each !== 'resolved');
    expect(open.length, `${id} has alerts that nobody ends`).toBeLessThan(2);
    if (endedAt !== undefined) expect(open, `${id} is over`).toEqual([]);
    else if (isAnswered) expect(open, `${id} was answered`).not.toContain('triggered');
    else if (reopenedAt === undefined) expect(open, `${id} is answered by nobody`).toEqual(['triggered']);
  }
}
