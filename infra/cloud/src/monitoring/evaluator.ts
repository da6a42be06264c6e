import type { Driven, LocalClock } from '../clock.ts';
import { toMillis } from '../wire.ts';
import { alignmentPeriodMs } from './align.ts';
import type { Incident, IncidentStore } from './incident-store.ts';
import { incidentId, type News, notificationBody } from './notification.ts';
import { type AlertPolicy, autoCloseMs, type Condition, changedAt, isEnabled, type Threshold } from './policy.ts';
import { type Reading, readingsOf } from './readings.ts';
import type { ResourceStore } from './resource-store.ts';
import type { SeriesStore } from './series-store.ts';

/** Data older than this and than the alignment period opens no incident. */
const freshMs = 5 * 60_000;
const deleted = 'Incident cancelled because the alert policy condition was deleted or disabled.';
const autoClosed = 'Incident closed because no data came for as long as the policy allows.';

/**
 * Opens and closes incidents. It looks when a point or a policy was written and at the instants at which
 * time alone changes something (an absence, auto close, a reminder), never in between.
 */
export class Evaluator implements Driven {
  readonly #policies: ResourceStore<AlertPolicy>;
  readonly #series: SeriesStore;
  readonly #incidents: IncidentStore;
  readonly #clock: LocalClock;
  /** Time before this is not watched: the local cloud was away, or the clock was set. */
  #watchedFrom: number;
  /** Undefined: evaluate it now. */
  #next: { at: number | undefined } | undefined;

  constructor(policies: ResourceStore<AlertPolicy>, series: SeriesStore, incidents: IncidentStore, clock: LocalClock) {
    this.#policies = policies;
    this.#series = series;
    this.#incidents = incidents;
    this.#clock = clock;
    this.#watchedFrom = clock.now();
  }

  /** A point, a policy or a channel was written. */
  changed(): void {
    this.#next = undefined;
    this.#clock.poke();
  }

  nextDueAt(): number | undefined {
    return this.#next ? this.#next.at : this.#clock.now();
  }

  async runDue(now: number): Promise<void> {
    const times: number[] = [];
    const known = new Set<string>();
    for (const policy of this.#policies.all()) {
      if (!isEnabled(policy) || policy.validity) continue;
      for (const condition of policy.conditions ?? []) {
        known.add(condition.name);
        times.push(...this.#evaluate(policy, condition, now));
      }
    }
    for (const incident of this.#incidents.all()) {
      if (!known.has(incident.condition)) this.#close(incident, { state: 'closed', now, cancelled: deleted });
    }
    const ahead = times.filter((at) => at > now);
    this.#next = { at: ahead.length > 0 ? Math.min(...ahead) : undefined };
  }

  replan(now: number): void {
    this.#watchedFrom = now;
    this.#next = undefined;
  }

  /** Re-evaluates a condition; returns the times at which it must be evaluated again. */
  #evaluate(policy: AlertPolicy, condition: Condition, now: number): number[] {
    const times: number[] = [];
    for (const reading of readingsOf(this.#series, policy, condition)) {
      const incident = this.#incidents.get(condition.name, reading.group.key);
      if (condition.conditionThreshold)
        this.#threshold(policy, condition, condition.conditionThreshold, reading, incident, now);
      else times.push(this.#absence(policy, condition, reading, incident, now));
      const current = this.#incidents.get(condition.name, reading.group.key);
      if (current?.opened) times.push(...this.#whileOpen(policy, condition, reading, current, now));
    }
    return times;
  }

  #threshold(
    policy: AlertPolicy,
    condition: Condition,
    threshold: Threshold,
    { group, at, value }: Reading,
    incident: Incident | undefined,
    now: number,
  ): void {
    const limit = threshold.thresholdValue ?? 0;
    const isMet = value !== undefined && (threshold.comparison === 'COMPARISON_LT' ? value < limit : value > limit);
    if (!isMet) {
      if (incident) this.#close(incident, { state: 'closed', now, value });
      return;
    }
    const isFresh = now - at <= Math.max(freshMs, alignmentPeriodMs(threshold.aggregations?.[0] ?? {}));
    if (incident?.opened || !isFresh) return;
    const pending = incident ?? {
      policy: policy.name,
      condition: condition.name,
      key: group.key,
      since: at,
      header: group.header,
    };
    if (at - pending.since >= toMillis(threshold.duration ?? {})) this.#open(policy, condition, pending, now, value);
    else if (!incident) this.#incidents.put(pending);
  }

  /** Only series that reported since the policy was written can be absent. Returns when they will be. */
  #absence(
    policy: AlertPolicy,
    condition: Condition,
    { group, at }: Reading,
    incident: Incident | undefined,
    now: number,
  ): number {
    const absentAt = Math.max(at, this.#watchedFrom) + toMillis(condition.conditionAbsent?.duration ?? {});
    if (incident && at > incident.since) this.#close(incident, { state: 'closed', now });
    const wasClosedForGood = now - absentAt >= autoCloseMs(policy);
    if (!incident && now >= absentAt && at >= changedAt(policy) && !wasClosedForGood) {
      const opening = {
        policy: policy.name,
        condition: condition.name,
        key: group.key,
        since: at,
        header: group.header,
      };
      this.#open(policy, condition, opening, now, undefined);
    }
    return absentAt;
  }

  /** Reminders, and the end of an incident that hears nothing more. */
  #whileOpen(policy: AlertPolicy, condition: Condition, reading: Reading, incident: Incident, now: number): number[] {
    const { opened } = incident;
    if (!opened) return [];
    const closeAt = Math.max(reading.at, opened.at) + autoCloseMs(policy);
    if (now >= closeAt) {
      this.#close(incident, { state: 'closed', now, cancelled: autoClosed });
      return [];
    }
    const strategies = policy.alertStrategy?.notificationChannelStrategy ?? [];
    const times = strategies.flatMap(({ renotifyInterval, notificationChannelNames = [] }) => {
      const intervalMs = toMillis(renotifyInterval ?? {});
      if (intervalMs <= 0) return [];
      if (now >= opened.notifiedAt + intervalMs) {
        const news: News = { state: 'open', now, value: reading.value, isRenotification: true };
        this.#enqueue(notificationChannelNames, notificationBody(policy, condition, incident, news), now);
        this.#incidents.put({ ...incident, opened: { ...opened, notifiedAt: now } });
        return [now + intervalMs];
      }
      return [opened.notifiedAt + intervalMs];
    });
    return [closeAt, ...times];
  }

  #open(policy: AlertPolicy, condition: Condition, pending: Incident, now: number, value: number | undefined): void {
    const incident = { ...pending, opened: { id: incidentId(pending, now), at: now, notifiedAt: now } };
    this.#incidents.put(incident);
    this.#tell(policy, condition, incident, { state: 'open', now, value });
  }

  #close(incident: Incident, news: News): void {
    this.#incidents.drop(incident);
    const policy = this.#policies.get(incident.policy);
    const condition = policy?.conditions?.find(({ name }) => name === incident.condition);
    // The channels of a deleted policy are unknown.
    if (policy && incident.opened) this.#tell(policy, condition ?? { name: incident.condition }, incident, news);
  }

  #tell(policy: AlertPolicy, condition: Condition, incident: Incident, news: News): void {
    const prompts = policy.alertStrategy?.notificationPrompts ?? [];
    const prompt = news.state === 'open' ? 'OPENED' : 'CLOSED';
    if (prompts.length > 0 && !prompts.includes(prompt)) return;
    this.#enqueue(policy.notificationChannels ?? [], notificationBody(policy, condition, incident, news), news.now);
  }

  #enqueue(channels: readonly string[], body: object, now: number): void {
    for (const channel of channels) this.#incidents.enqueue(channel, body, now);
  }
}
