/** Alerts of other tools than Cloud Monitoring, and releases that GitHub tells of: each is sent again until it is taken. */
import { alertGroup, datadogAlert, type GroupOptions } from '../../fixtures/alert-groups.ts';
import { minuteMs } from '../calendar.ts';
import type { Random } from '../random.ts';
import type { Act } from '../stage.ts';
import { sending, webhook } from './sending.ts';

const iso = (at: number): string => new Date(at).toISOString();

/** A group of a pair of Alertmanagers: it fires, grows, shrinks, is told by both, and may end. */
export function alertmanagerGroup(random: Random, at: number, number: number): Act[] {
  const name = `Group${number}`;
  const service = random.pick([{ service: 'Order' }, { service: 'stock', business_impact: 'degraded' }, {}]);
  const startsAt = iso(at - random.between(0, 300) * 1_000);
  const pods = Array.from({ length: random.between(1, 40) }, (_, pod) => `pod-${pod}`);
  const tell = (when: number, what: string, options: GroupOptions): Act[] => {
    const whole = { name, startsAt, labels: { severity: 'critical', ...service }, ...options };
    const one = JSON.stringify(alertGroup(whole));
    const twin = JSON.stringify(alertGroup({ ...whole, more: { externalURL: 'http://alertmanager-2.example:9093' } }));
    const sent = [sending(when, `${name} ${what}`, (now) => webhook('alertmanager', one, now))];
    const laterMs = random.between(0, 5) * 1_000;
    if (random.chance(0.5))
      sent.push(sending(when + laterMs, `${name} ${what}, by the twin`, (now) => webhook('alertmanager', twin, now)));
    return sent;
  };
  const acts = tell(at, 'fires', { pods: pods.slice(0, 1) });
  const growsAt = at + random.between(1, 30) * minuteMs;
  acts.push(...tell(growsAt, 'grows', { pods }));
  const endsAt = growsAt + random.between(1, 90) * minuteMs;
  if (random.chance(0.6)) {
    const half = Math.ceil(pods.length / 2);
    const parts = { pods: pods.slice(half), resolved: pods.slice(0, half), endsAt: iso(endsAt - 30_000) };
    acts.push(...tell(endsAt, 'shrinks', parts));
  }
  if (random.chance(0.8)) {
    const ended = { pods: [], resolved: pods, endsAt: iso(endsAt + minuteMs) };
    acts.push(...tell(endsAt + 2 * minuteMs, 'ends', ended));
  }
  return acts;
}

/** By a template of one's own: it begins, and may be told again and end. */
export function templateAlert(random: Random, at: number, number: number): Act[] {
  const common = { id: `cycle-${number}`, title: `Monitor ${number % 3}`, group: `monitor-${number % 3}` };
  const tell = (when: number, what: string, status: string): Act => {
    const body = JSON.stringify(
      datadogAlert({ ...common, status, occurredAt: String(Math.floor(when / 1_000) * 1_000) }),
    );
    return sending(when, `template alert ${number} ${what}`, (now) => webhook('alert', body, now));
  };
  const acts = [tell(at, 'begins', 'Triggered')];
  if (random.chance(0.7)) acts.push(tell(at + random.between(1, 120) * minuteMs, 'ends', 'Recovered'));
  return acts;
}

/** A deployment as GitHub tells of it, whose states may overtake each other. */
export function githubDeployment(random: Random, at: number, number: number): Act[] {
  const isEnded = random.chance(0.9);
  const states = ['in_progress', ...(isEnded ? [random.pick(['success', 'failure'])] : []), 'inactive'];
  return states.map((state, index) => {
    const created = iso(at + index * minuteMs);
    const body = JSON.stringify({
      action: 'created',
      deployment_status: { id: number * 10 + index, state, created_at: created },
      deployment: { id: number, sha: String(number).padStart(40, '0'), environment: 'production', created_at: iso(at) },
      repository: { full_name: 'shop/order' },
    });
    const sentAt = at + random.between(0, 3) * minuteMs;
    return sending(sentAt, `deployment ${number} ${state}`, (now) => webhook('github', body, now));
  });
}
