/** Cloud Monitoring: alerts that open, are told again and close, by webhook, by Pub/Sub or by both, alone or in storms. */
import { thresholdAlert } from '../../fixtures/alerts.ts';
import { minuteMs } from '../calendar.ts';
import { Random } from '../random.ts';
import type { Act } from '../stage.ts';
import { sending, webhook } from './sending.ts';

type Way = 'webhook' | 'pubsub' | 'both';

function tell(at: number, name: string, body: unknown, way: Way): Act[] {
  const text = JSON.stringify(body);
  const posted = sending(at, name, (now) => webhook('alerts', text, now));
  const published = sending(at, `${name}, by Pub/Sub`, () => ({
    kind: 'publish',
    topic: 'alert-notifications',
    data: text,
  }));
  return way === 'both' ? [posted, published] : [way === 'webhook' ? posted : published];
}

const policies = [
  { policy: '9001', policyName: 'Order latency', labels: { service: 'Order', customer: 'chain-3' } },
  { policy: '9002', policyName: 'Payment errors', labels: { service: 'payment' } },
  { policy: '9003', policyName: 'Stock sync', labels: { service: 'stock', 'business-impact': 'degraded' } },
  { policy: '9004', policyName: 'Printing queue', labels: {} },
  { policy: '9005', policyName: 'Metronome: overdue contacts', labels: { service: 'metronome' } },
];

/** One alert from its opening to its close, which may come first; and a second outage, hours after, of which it tells again. */
function life(random: Random, at: number, id: string, policy: (typeof policies)[number]): Act[] {
  const startedAt = new Date(Math.floor(at / 1_000) * 1_000 - random.between(0, 300) * 1_000);
  const options = { id, startedAt, ...policy };
  const way = random.pick<Way>(['webhook', 'webhook', 'pubsub', 'both']);
  // Its close may overtake its opening.
  const isReversed = random.chance(0.1);
  const closesAt = at + (isReversed ? 0 : random.between(1, 150) * minuteMs);
  const opened = thresholdAlert(options);
  const closed = thresholdAlert({ ...options, state: 'closed', endedAt: new Date(closesAt) });
  const acts = tell(isReversed ? at + 2 * minuteMs : at, `alert ${id} opens`, opened, way);
  if (random.chance(0.85)) acts.push(...tell(closesAt, `alert ${id} closes`, closed, way));
  if (random.chance(0.3)) {
    const told = { ...opened, incident: { ...opened.incident, renotify: true } };
    acts.push(...tell(at + random.between(5, 60) * minuteMs, `alert ${id} is told again`, told, way));
  }
  if (random.chance(0.1)) acts.push(...tell(at, `alert ${id} opens, once more`, opened, way));
  const second = new Random(`alert ${id} again`);
  if (second.chance(0.15))
    acts.push(...tell(at + second.between(1, 6) * 55 * minuteMs, `alert ${id} is on again`, opened, way));
  return acts;
}

export function alert(random: Random, at: number, number: number): Act[] {
  return life(random, at, `0.alert${number}`, random.pick(policies));
}

/** Many alerts of one policy within minutes, some at one instant; and stragglers up to two hours later. */
export function storm(random: Random, at: number, number: number): Act[] {
  const policy = random.pick(policies.slice(0, 4));
  const alerts = Array.from({ length: random.between(4, 12) }, (_, index) => {
    const laterMs = random.chance(0.2) ? random.between(30, 130) * minuteMs : random.between(0, 6) * minuteMs;
    return life(random, at + laterMs, `0.storm${number}-${index}`, policy);
  });
  // It continues in one and another for hours, some of it after somebody has said that it is over.
  const on = new Random(`storm ${number} goes on`);
  for (let next = at, index = 0; on.chance(0.75); index += 1) {
    next += on.between(35, 75) * minuteMs;
    alerts.push(life(on, next, `0.storm${number}-on-${index}`, policy));
  }
  return alerts.flat();
}

/** What the console's “send test notification” posts. */
export function testNotification(at: number): Act[] {
  const body = {
    version: 'test',
    incident: { incident_id: '12345', state: 'OPEN', started_at: 0, summary: 'Test Incident' },
  };
  return tell(at, 'a test notification', body, 'webhook');
}
