/**
 * Half a year of a company: who reports what and when, and what the responders do. A seed gives the same half year every time,
 * in any language. Pure.
 */

import type { Language } from '../../functions/words/text.ts';
import { tellEmergency } from './emergency.ts';
import { build, monitoringAlert, prometheusGroup } from './machines.ts';
import { storyTexts } from './words.ts';

export interface Step {
  at: number;
  /** An event of the story; `id` is the ticket's, and identifies its incident. */
  do:
    | { kind: 'ticket'; id: string; body: Record<string, unknown>; desk?: 'freshdesk' }
    /** Updates for the customers' tickets. */
    | { kind: 'update'; id: string; who: string; message: string; recovery?: boolean }
    | { kind: 'alert'; id: string; tool: 'monitoring' | 'alertmanager'; body: unknown }
    /** Reported by Cloud Build, and by GitHub too. */
    | { kind: 'build'; body: Record<string, unknown>; deployment?: Record<string, unknown> }
    /** The error rate of orders in percent, as the company's own service reports it. */
    | { kind: 'measured'; value: number }
    | { kind: 'say'; id: string; who: string; statement: Record<string, unknown> }
    | { kind: 'answer'; id: string; who: string; answer: Record<string, unknown> }
    | { kind: 'meeting'; before: number }
    | { kind: 'nonsense' };
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const week = 7 * day;
export const weeks = 26;
/** From this week on, a new workflow files trouble as questions. */
const workflowFrom = 14;

/** Some shops' support works in Freshdesk: their tickets come from there, and updates are sent to them. */
const worksInFreshdesk = (shop: number): boolean => shop % 3 === 0;

/** The weeks with drills: the next one is due soon after a visitor arrives. */
const drillWeeks = [9, 22];

/** Mulberry32: small, and the same everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const troubles = [
  ['order', 'stopped', 'release', 'revert'],
  ['receipt', 'degraded', 'device-or-network', 'workaround'],
  ['booking', 'degraded', 'data', 'data-repair'],
  ['kitchen', 'stopped', 'dependency', 'isolated'],
  ['report', 'inconvenient', 'capacity', 'self-healed'],
  ['login', 'degraded', 'configuration', 'setting'],
  ['payment', 'stopped', 'dependency', 'vendor'],
  ['menu', 'inconvenient', 'release', 'fix-release'],
  ['queue', 'degraded', 'configuration', 'setting'],
  ['pos', 'stopped', 'infrastructure', 'isolated'],
] as const;
const people = ['aoki@example.jp', 'mori@example.jp', 'sato@example.jp', 'ueda@example.jp'] as const;

/** @param start the first Monday, 00:00 in the policy's zone @param end now */
export function tell(start: number, end: number, seed: number, language: Language): Step[] {
  const words = storyTexts(language);
  const { shops } = words;
  const next = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  const between = (from: number, to: number): number => from + next() * (to - from);
  const steps: Step[] = [];
  const add = (at: number, what: Step['do']): void => {
    if (at >= end - 90 * minute) return;
    if (what.kind !== 'say') {
      steps.push({ at, do: what });
      return;
    }
    // Facts of five minutes are recorded together, with their own times: steps of the clock are what half a year costs.
    const statement = { ...what.statement, occurredAt: new Date(at).toISOString() };
    steps.push({ at: Math.ceil(at / (5 * minute)) * 5 * minute, do: { ...what, statement } });
  };
  let tickets = 1000;
  const ticketId = (): string => `T-${++tickets}`;

  const incident = (at: number, isDrill: boolean): void => {
    const [area, businessImpact, cause, mitigation] = pick(troubles);
    const subject = words.troubles[area];
    const id = ticketId();
    const shop = Math.floor(next() * shops.length);
    // One person responds more often than the others: the imbalance that the review shows.
    const who = next() < 0.45 ? people[0] : pick(people);
    const occurredAt = at - between(3, next() < 0.75 ? 50 : 300) * minute;
    const release = cause === 'release' ? build(`b-${id}`, occurredAt - between(5, 90) * minute, next()) : undefined;
    if (release) add(release.at, release.do);
    const others = next() < 0.4 ? [{ id: `store-${(shop + 3) % 12}`, name: shops[(shop + 3) % 12] }] : [];
    // If the ticket names every affected customer, all of them can be updated.
    const isAtDesk = worksInFreshdesk(shop) && !isDrill && others.length === 0;
    add(at, {
      kind: 'ticket',
      id,
      ...(isAtDesk ? { desk: 'freshdesk' as const } : {}),
      body: {
        id,
        subject,
        area,
        form: 'pos-trouble',
        channel: pick(['phone', 'chat', 'mail']),
        url: `https://support.example.jp/tickets/${id}`,
        occurredAt: new Date(occurredAt).toISOString(),
        ...(next() < 0.7 ? { ongoing: 'yes', businessImpact } : {}),
        customer: { id: `store-${shop}`, name: shops[shop] },
        affectedCustomers: others,
        drill: isDrill,
      },
    });
    const say = (after: number, statement: Record<string, unknown>): void =>
      add(at + after * minute, { kind: 'say', id, who, statement });
    /** Customers with a ticket at the desk are updated there; other updates are recorded. */
    const tell = (after: number, message: string, recovery?: true): void => {
      if (!isAtDesk) {
        say(after, { type: 'customer-updated', customers: 'all', message, ...(recovery ? { recovery } : {}) });
        return;
      }
      const sentAt = Math.floor((at + after * minute) / (5 * minute)) * 5 * minute;
      add(Math.max(sentAt, at + minute), { kind: 'update', id, who, message, ...(recovery ? { recovery } : {}) });
    };
    const respondedAfter = next() < 0.75 ? between(1, 4.5) : between(6, 25);
    say(respondedAfter, { type: 'assigned', assignee: who });
    say(respondedAfter + between(3, 8), {
      type: 'verified',
      happened: 'yes',
      ongoing: 'yes',
      method: words.reproduced,
      evidenceUrl: `https://support.example.jp/tickets/${id}#log`,
    });
    // If many customers were stopped, it would be a second emergency, and the half year has only one.
    const mostOthers = isAtDesk ? 1 : businessImpact === 'stopped' ? 8 : 40;
    const helpedAfter = between(18, 70);
    say(helpedAfter, {
      type: 'mitigated',
      kind: mitigation,
      ...(mitigation === 'revert' ? { lighterWayTried: words.lighterWay } : {}),
    });
    if (next() < 0.85) {
      say(helpedAfter + 3, {
        type: 'scoped',
        affectedCustomerCount: 1 + others.length + Math.floor(next() ** 3 * mostOthers),
        method: words.countedInLogs,
        evidenceUrl: 'https://logs.example.jp/q/7',
        recurrenceRisk: pick(['yes', 'no', 'unknown']),
      });
    }
    const recoveredAfter = helpedAfter + between(5, 50);
    const isForgotten = next() < 0.2;
    for (let due = 13; due < recoveredAfter; due += 29) {
      if (!isForgotten) tell(Math.max(due + between(-2, 1), respondedAfter + 1), words.investigating);
    }
    say(recoveredAfter, { type: 'recovered', customers: 'all' });
    tell(recoveredAfter + between(2, isForgotten ? 60 : 9), words.worksAgain, true);
    if (next() < 0.8)
      say(recoveredAfter + 70, {
        type: 'caused',
        category: cause,
        summary: `${subject}${words.cause}`,
        releaseId: release ? `b-${id}` : 'none',
      });
    if (next() < 0.6) say(recoveredAfter + 70, { type: 'fixed', permanentFix: words.fixed });
    if (next() < 0.5) say(recoveredAfter + 70, { type: 'prevention', text: words.prevention });
  };

  const question = (at: number): void => {
    const id = ticketId();
    const shop = Math.floor(next() * shops.length);
    add(at, {
      kind: 'ticket',
      id,
      body: {
        id,
        subject: pick(words.questions),
        description: words.asked,
        category: 'question',
        differsFromExpected: 'no',
        form: 'how-to',
        area: `help-${tickets}`,
        customer: { id: `store-${shop}`, name: shops[shop] },
      },
    });
    const answeredAt = at + between(2, 40) * hour;
    const who = pick(people);
    const isTrouble = next() < 0.03;
    const kind = isTrouble ? 'setting-changed' : pick(['explained', 'works-as-designed']);
    add(answeredAt, { kind: 'answer', id, who, answer: { kind } });
    if (!isTrouble) return;
    // The question turned out to be an incident, and is handled like one.
    const at5 = answeredAt + 5 * minute;
    add(at5, { kind: 'say', id, who, statement: { type: 'mitigated', kind: 'setting' } });
    add(at5, { kind: 'say', id, who, statement: { type: 'recovered', customers: 'all' } });
    const message = words.settingChanged;
    add(at5, {
      kind: 'say',
      id,
      who,
      statement: { type: 'customer-updated', customers: 'all', recovery: true, message },
    });
  };

  /** In business hours, when people report. */
  const moment = (of: number): number => start + of * week + Math.floor(next() * 6) * day + between(8.5, 21) * hour;

  for (let of = 0; of < weeks; of += 1) {
    const isSwallowed = of >= workflowFrom;
    const count = Math.round(isSwallowed ? between(0.3, 1.4) : between(4, 6));
    for (let each = 0; each < count; each += 1) incident(moment(of), false);
    const asked = Math.round(isSwallowed ? between(6, 9) : between(0, 2));
    for (let each = 0; each < asked; each += 1) question(moment(of));
    if (next() < 0.45) {
      const at = moment(of);
      const policyName = pick(words.alerts);
      const incidentId = `alert-${of}`;
      // The cluster is watched by Prometheus, the rest by Cloud Monitoring.
      const tool = of % 2 === 0 ? 'monitoring' : 'alertmanager';
      const body = tool === 'monitoring' ? monitoringAlert : prometheusGroup;
      const told = { id: incidentId, startedAt: at - minute, name: policyName, summary: words.alertSummary };
      add(at, { kind: 'alert', id: incidentId, tool, body: body(told) });
      const ended = { ...told, endedAt: at + 24 * minute };
      add(at + 25 * minute, { kind: 'alert', id: incidentId, tool, body: body(ended) });
      const who = pick(people);
      const id = incidentId;
      add(at + 4 * minute, { kind: 'say', id, who, statement: { type: 'responded' } });
      add(at + 12 * minute, {
        kind: 'say',
        id,
        who,
        statement: {
          type: 'scoped',
          affectedCustomerCount: 0,
          method: words.successByShop,
          evidenceUrl: 'https://logs.example.jp/q/3',
        },
      });
      add(at + 30 * minute, { kind: 'say', id, who, statement: { type: 'recovered' } });
    }
    if (drillWeeks.includes(of)) incident(moment(of), true);
    if (of === 9 || of === 20) add(moment(of), { kind: 'nonsense' });
    // The meeting on the Monday after. One was forgotten for a week.
    if (of !== 17) add(start + (of + 1) * week + 10 * hour, { kind: 'meeting', before: start + (of + 1) * week });
    else add(start + (of + 2) * week + 9 * hour, { kind: 'meeting', before: start + (of + 1) * week });
  }
  const evening = start + (weeks - 2) * week + 2 * day + 18.5 * hour;
  for (const { at, do: what } of tellEmergency(evening, language)) add(at, what);
  return steps.sort((a, b) => a.at - b.at);
}

/** Incidents that are open when the visitor arrives. */
export function today(end: number, language: Language): Step[] {
  const { shops, today: words } = storyTexts(language);
  const ticket = (minutesAgo: number, body: Record<string, unknown>, desk?: 'freshdesk'): Step => ({
    at: end - minutesAgo * minute,
    do: { kind: 'ticket', id: String(body.id), body, ...(desk ? { desk } : {}) },
  });
  const at = (minutesAgo: number): string => new Date(end - minutesAgo * minute).toISOString();
  const steps: Step[] = [
    ticket(
      75,
      {
        id: 'T-9001',
        subject: words.mail,
        occurredAt: at(200),
        ongoing: 'yes',
        businessImpact: 'inconvenient',
        form: 'pos-trouble',
        customer: { id: 'store-5', name: shops[5] },
        url: 'https://support.example.jp/tickets/T-9001',
      },
      'freshdesk',
    ),
    {
      at: end - 70 * minute,
      do: { kind: 'say', id: 'T-9001', who: people[1], statement: { type: 'assigned', assignee: people[1] } },
    },
    {
      at: end - 62 * minute,
      do: {
        kind: 'update',
        id: 'T-9001',
        who: people[1],
        message: words.checkingMail,
      },
    },
    {
      at: end - 34 * minute,
      do: {
        kind: 'update',
        id: 'T-9001',
        who: people[1],
        message: words.checkingSender,
      },
    },
    ticket(40, {
      id: 'T-9002',
      subject: words.statement,
      category: 'question',
      differsFromExpected: 'no',
      form: 'how-to',
      area: 'help-9002',
      customer: { id: 'store-8', name: shops[8] },
    }),
    ticket(24, {
      id: 'T-9003',
      subject: words.orders,
      description: words.ordersDetail,
      occurredAt: at(31),
      ongoing: 'yes',
      businessImpact: 'stopped',
      form: 'pos-trouble',
      channel: 'phone',
      area: 'order',
      customer: { id: 'store-0', name: shops[0] },
      affectedCustomers: [{ id: 'store-1', name: shops[1] }],
      affectedCustomerCount: 6,
      url: 'https://support.example.jp/tickets/T-9003',
    }),
    { at: end - 19 * minute, do: { kind: 'nonsense' } },
    build('b-today', end - 44 * minute, 0.31),
    ...measured(end),
  ];
  return steps.sort((a, b) => a.at - b.at);
}

/** Quiet at first; then the error rate of orders passes what the alert policy allows, and Cloud Monitoring tells. */
function measured(end: number): Step[] {
  const minutesAgo = Array.from({ length: 36 }, (_, index) => 106 - 3 * index);
  return minutesAgo.map((ago) => {
    const wave = Math.sin(ago / 5);
    const value = ago > 32 ? 1.2 + 0.5 * wave : ago > 17 ? 3.4 + 0.6 * wave : 10.8 + 1.6 * wave;
    return { at: end - ago * minute, do: { kind: 'measured', value: Math.round(value * 100) / 100 } };
  });
}
