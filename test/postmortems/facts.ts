/** Facts to decide on, with what a test does not care about filled in. */

import { codeOf, type Incident } from '../../functions/incidents/incident.ts';
import { scoreImpact } from '../../functions/incidents/signals/score.ts';
import { judgeUrgency } from '../../functions/incidents/signals/urgency.ts';
import { policy } from '../../functions/policy.ts';
import type { BundleInputs } from '../../functions/postmortems/bundle.ts';
import type { WeekSummary } from '../../functions/postmortems/trends.ts';
import { readWeek, type Week } from '../../functions/postmortems/week.ts';

export const at = (text: string): Date => new Date(text);
export const minutesAfter = (time: Date, minutes: number): Date => new Date(time.getTime() + minutes * 60_000);

export function week(id: string): Week {
  const found = readWeek(id, policy.zone);
  if (!found) throw new Error(`${id} is no week`);
  return found;
}

export function incident(stated: Partial<Incident> & { id: string; filedAt: Date }): Incident {
  const reportedAt = stated.reportedAt ?? stated.filedAt;
  const { filedAt } = stated;
  const impact = stated.impact ?? {};
  return {
    schemaVersion: 2,
    code: codeOf(stated.id),
    kind: 'incident',
    generation: 0,
    title: `Title of ${stated.id}`,
    source: 'ticket',
    origin: { tool: 'generic', id: stated.id },
    routing: { kind: 'incident', rule: 'nothing-stated', why: '', considered: [], isFormUnknown: false },
    status: stated.recoveredAt ? 'recovered' : 'open',
    ongoing: 'no',
    isDrill: false,
    isAboutMetronome: false,
    receivedAt: filedAt,
    reportedAt,
    detectedAt: reportedAt,
    urgency: judgeUrgency(stated.occurredAt, filedAt, policy, filedAt),
    impact,
    score: { reference: scoreImpact(impact, policy), confirmed: null },
    ticketUrls: [],
    responders: [],
    affectedCustomers: [],
    slots: { met: 0, late: 0, missed: 0, notReminded: 0 },
    leftOut: [],
    missing: [],
    lastSequence: 1,
    statedSequence: 1,
    ...stated,
  };
}

export function inputs(stated: Partial<BundleInputs> & { week: Week }): BundleInputs {
  return {
    filed: [],
    earlier: [],
    slots: new Map(),
    releases: new Map(),
    actions: [],
    named: new Map(),
    past: [],
    standing: [],
    reports: null,
    dismissed: 0,
    laterChanges: [],
    meetings: [],
    nextDrill: null,
    duty: [],
    policy,
    now: new Date(stated.week.end.getTime() + 300_000),
    ...stated,
  };
}

const none = { known: 0, pending: 0, unknown: 0, ended: [], open: [] };

export function summary(
  weekId: string,
  incidents: number,
  left: Partial<WeekSummary['doors']> = {},
  stated: Partial<WeekSummary> = {},
): WeekSummary {
  return {
    week: weekId,
    isComplete: true,
    incidents,
    ticketIncidents: incidents,
    alertIncidents: 0,
    reports: null,
    doors: { questions: 0, outside: 0, notOccurring: 0, linked: 0, dismissed: 0, drills: 0, ...left },
    score: { known: 0, unknown: 0, sum: 0, median: null, max: null },
    impact: { stopped: 0, degraded: 0, inconvenient: 0, none: 0, unknown: incidents },
    customers: { sum: 0, unknown: incidents },
    firstResponse: none,
    mitigation: none,
    recovery: none,
    slots: { met: 0, late: 0, missed: 0, notReminded: 0 },
    lostTime: { minutes: 0, n: 0, open: 0, unknown: 0 },
    spread: { area: [], weekday: [], 'on-duty': [] },
    forms: [],
    channels: [],
    ...stated,
  };
}
