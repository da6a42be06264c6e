/** The rhythm as a whole: a tick every minute, updates at any moment, and what the responders are told. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideNotices, type Plan } from '../../../functions/customer-updates/decide-notices.ts';
import type { ClosedSlot, EventOf, FactOf } from '../../../functions/incidents/facts/events.ts';
import { evolveAll } from '../../../functions/incidents/fold/evolve.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { slotAfter } from '../../../functions/incidents/rhythm/cadence.ts';
import type { Contact } from '../../../functions/incidents/rhythm/contact.ts';
import type { TimerFacts } from '../../../functions/incidents/rhythm/wake.ts';
import { policy } from '../../../functions/policy.ts';
import { runs } from '../../fuzz/runs.ts';
import { at, contactOf, incidentAt, scheduled, told } from './rhythm.ts';

const minuteMs = 60_000;

const closingsIn = (events: readonly EventOf[]): ClosedSlot[] =>
  events.flatMap(({ type, detail }) => {
    if (type !== 'slot-closed') return [];
    return Array.isArray(detail.slots) ? (detail.slots as ClosedSlot[]) : [detail as ClosedSlot];
  });

interface Sent {
  at: Date;
  kind: string;
  customers: string[];
  parts: string[];
}

/** A minute tick over one incident, as the door does it: it looks only when the timer says so. */
class Beat {
  incident: Incident;
  contacts: Map<string, Contact>;
  timer: (TimerFacts & { wakeAt: Date }) | null;
  now: Date;
  isAway = false;
  readonly sent: Sent[] = [];
  readonly closed: ClosedSlot[] = [];
  looks = 0;

  constructor(incident: Incident, contacts: Contact[]) {
    this.incident = incident;
    this.contacts = new Map(contacts.map((each) => [each.id, each]));
    this.now = incident.filedAt;
    this.timer = {
      pending: [{ kind: 'incident-filed', key: 'filed', since: incident.filedAt }],
      wakeAt: incident.filedAt,
    };
  }

  until(time: Date): this {
    while (this.now.getTime() + minuteMs <= time.getTime()) {
      this.now = new Date(Math.floor(this.now.getTime() / minuteMs) * minuteMs + minuteMs);
      if (!this.isAway && this.timer && this.timer.wakeAt <= this.now) this.look();
    }
    if (time > this.now) this.now = time;
    return this;
  }

  look(): Plan {
    this.looks += 1;
    const plan = decideNotices(
      this.incident,
      [...this.contacts.values()],
      this.timer ?? { pending: [] },
      this.now,
      policy,
    );
    for (const each of plan.contacts) this.contacts.set(each.id, each);
    this.incident = plan.incident;
    for (const event of plan.events) {
      if (event.type === 'slot-closed') this.closed.push(...((event.detail.slots ?? [event.detail]) as ClosedSlot[]));
    }
    if (plan.notice) {
      const { kind, told: named, escalated, idParts } = plan.notice;
      const customers = [...named.map((each) => each.contact.id), ...escalated.map((each) => each.id)];
      this.sent.push({ at: this.now, kind, customers: [...new Set(customers)].sort(), parts: idParts });
    }
    this.timer = plan.timer;
    return plan;
  }

  update(id: string, isRecovery = false, sentAt = this.now): void {
    const customers = this.contacts.get(id)?.customers.map((each) => each.id) ?? [];
    this.state('customer-updated', sentAt, { customers, channel: 'phone', recovery: isRecovery });
  }

  recover(): void {
    this.state('recovered', this.now, { customers: 'all' });
  }

  state(type: string, occurredAt: Date, detail: object): void {
    const fact = { type, occurredAt, actor: 'sato', detail } as FactOf;
    const evolved = evolveAll(this, [fact], this.now, policy);
    this.contacts = new Map(evolved.contacts);
    this.incident = evolved.incident;
    this.closed.push(...closingsIn(evolved.events));
    this.wake();
  }

  wake(): void {
    this.timer = { pending: [], ...this.timer, wakeAt: this.now };
  }

  /** `24 10:10 update-due` */
  get told(): string[] {
    return this.sent.map((each) => `${told(each.at)} ${each.kind}`);
  }
}

describe('an incident filed at 10:00 that nobody touches', () => {
  it('is announced, reminds ahead of each slot, and escalates after two missed, then daily', () => {
    const incident = incidentAt(at('24 10:00'));
    const beat = new Beat(incident, [contactOf(incident)]).until(at('24 14:00'));
    expect(beat.told).toEqual([
      '24 10:01 incident-filed',
      '24 10:10 update-due',
      '24 10:40 update-due',
      '24 11:10 update-due',
      '24 11:15 escalation',
      '24 11:40 update-due',
      '24 12:10 update-due',
      '24 13:10 update-due',
    ]);
    expect(beat.incident.slots).toEqual({ met: 0, late: 0, missed: 5, notReminded: 0 });
    beat.until(at('27 10:00'));
    expect(beat.told.filter((each) => each.endsWith('escalation'))).toEqual([
      '24 11:15 escalation',
      '25 11:15 escalation',
      '26 11:15 escalation',
    ]);
    // Three days: one announcement, 15 on the first day, four a day after it, and the escalations.
    expect(beat.sent.length).toBeLessThanOrEqual(1 + 15 + 9 + 3);
    expect(beat.looks).toBeLessThanOrEqual(2 * beat.sent.length + 5);
  });

  it('with forty customers sends as few notices as with one', () => {
    const incident = incidentAt(at('24 10:00'));
    const one = new Beat(incident, [contactOf(incident)]).until(at('27 10:00'));
    const forty = new Beat(
      incident,
      Array.from({ length: 40 }, (_, n) => contactOf(incident, `s${n}`)),
    ).until(at('27 10:00'));
    expect(forty.told).toEqual(one.told);
    expect(forty.sent[1]?.customers).toHaveLength(40);
  });
});

describe('the time of day', () => {
  it('02:00 about 01:50 runs through the night on its intervals, and goes to fixed times at 14:15', () => {
    const incident = incidentAt(at('24 02:00'));
    const beat = new Beat(incident, [contactOf(incident)]).until(at('25 09:00'));
    const due = beat.told.filter((each) => each.endsWith('update-due')).map((each) => each.slice(3, 8));
    const fixed = due.splice(16);
    expect(due).toEqual(
      `02:10 02:40 03:10 03:40 04:10 05:10 06:10 07:10 08:10 09:10 10:10 11:10 12:10 13:10 14:10 ${due[15]}`.split(' '),
    );
    for (const [index, time] of ['15:00', '17:00', '22:00'].entries()) {
      const ahead = minutesBetween([due[15], ...fixed][index] ?? '', time);
      expect(ahead >= 5 && ahead <= 15).toBe(true);
    }
  });

  it('Monday about last Friday, over, is told within the hour and then four times a day', () => {
    const incident = incidentAt(
      at('23 09:00'),
      { ongoing: 'no' },
      { occurredAt: { at: at('20 17:00'), isApproximate: false }, ongoing: 'no' },
    );
    const beat = new Beat(incident, [contactOf(incident)]).until(at('23 10:00'));
    expect(beat.told).toEqual(['23 09:01 incident-filed', '23 09:55 update-due']);
    beat.update('con_store-12');
    expect(told([...beat.contacts.values()][0]?.nextUpdateDueAt)).toBe('23 15:00');
  });
});

it('a storm without a known customer asks for the scope on the rhythm, and stops when it has recovered', () => {
  const storm = incidentAt(at('24 10:00'), { affectedCustomers: [], impact: {} }, { source: 'alert' });
  const beat = new Beat(storm, []).until(at('24 12:30'));
  expect(beat.told).toEqual([
    '24 10:01 incident-filed',
    '24 10:10 scope-due',
    '24 10:40 scope-due',
    '24 11:10 escalation',
    '24 11:40 scope-due',
    '24 12:10 scope-due',
  ]);
  beat.recover();
  beat.until(at('27 12:00'));
  expect(beat.sent).toHaveLength(6);
  expect(beat.timer).toBeNull();
});

it('recovered after ten minutes waits for the message that says so, and then is over', () => {
  const incident = incidentAt(at('24 10:00'));
  const beat = new Beat(incident, [contactOf(incident)]).until(at('24 10:10'));
  beat.recover();
  beat.until(at('24 10:14')).update('con_store-12', true);
  beat.until(at('27 10:00'));
  expect(beat.told).toEqual(['24 10:01 incident-filed', '24 10:10 update-due']);
  expect(beat.incident.slots).toEqual({ met: 1, late: 0, missed: 0, notReminded: 0 });
  expect(beat.timer).toBeNull();
});

it('Metronome away for two hours gives one notice an incident on return, and nobody is blamed for the slots in between', () => {
  const incident = incidentAt(at('24 10:00'));
  const beat = new Beat(incident, [contactOf(incident), contactOf(incident, 'b')]).until(at('24 10:16'));
  beat.update('con_store-12');
  beat.isAway = true;
  beat.until(at('24 12:30'));
  beat.isAway = false;
  beat.until(at('24 12:35'));
  expect(beat.told.slice(2)).toEqual(['24 12:31 update-due']);
  expect(beat.sent[2]?.customers).toEqual(['con_b', 'con_store-12']);
  const outcomes = (id: string): string[] =>
    beat.closed.filter((each) => each.contactId === id).map((each) => `${told(each.dueAt)} ${each.outcome}`);
  expect(outcomes('con_store-12')).toEqual([
    '24 10:15 met',
    '24 10:46 not-reminded',
    '24 11:16 not-reminded',
    '24 11:46 not-reminded',
  ]);
  expect(outcomes('con_b')).toEqual([
    '24 10:15 missed',
    '24 10:45 not-reminded',
    '24 11:15 not-reminded',
    '24 11:45 not-reminded',
  ]);
});

describe('whatever people do', () => {
  const step = fc.record({
    afterMinutes: fc.integer({ min: 0, max: 400 }),
    who: fc.integer({ min: 0, max: 2 }),
    ago: fc.integer({ min: 0, max: 90 }),
    act: fc.constantFrom('update', 'update', 'update-past', 'tell-recovery', 'away', 'back'),
  });
  const story = fc.record({
    steps: fc.array(step, { maxLength: 25 }),
    offsets: fc.array(fc.integer({ min: 0, max: 7 * 60 }), { minLength: 1, maxLength: 3 }),
    isUrgent: fc.boolean(),
    hour: fc.integer({ min: 0, max: 24 * 60 }),
  });

  it('nobody waits longer than the row without a notice, is reminded twice for a slot, or is reminded once told', () => {
    fc.assert(
      fc.property(story, ({ steps, offsets, isUrgent, hour }) => {
        const filedAt = new Date(at('24 00:00').getTime() + hour * minuteMs + 20_000);
        const base = incidentAt(filedAt);
        const incident: Incident = isUrgent
          ? base
          : scheduled({ ...base, ongoing: 'no', urgency: { ...base.urgency, level: 'low' } });
        const contacts = offsets.map((minutes, n) =>
          contactOf(incident, `s${n}`, new Date(filedAt.getTime() + minutes * minuteMs)),
        );
        const beat = new Beat(incident, contacts);
        /** By when each has to be named in a notice, from the table alone. */
        const deadlines = new Map(
          contacts.map((each) => [each.id, new Date(each.affectedKnownAt.getTime() + (isUrgent ? 15 : 60) * minuteMs)]),
        );
        const afterSlot = (slot: Date): Date => slotAfter(slot, 'slot', incident, policy).dueAt;
        let seen = 0;
        const check = (): void => {
          for (const sent of beat.sent.slice(seen)) {
            for (const part of sent.parts.filter((each) => each.startsWith('due:'))) {
              const [id, slot] = part.slice(4).split('@') as [string, string];
              expect(beat.contacts.get(id)?.stoppedAt ?? null).toBeNull();
              const next = afterSlot(new Date(slot));
              // A fixed time, which alone is on a whole minute here, is announced up to 15 minutes ahead; another slot 10.
              const aheadMinutes = next.getTime() % minuteMs === 0 ? 15 : 10;
              const isCovered = next.getTime() <= sent.at.getTime() + aheadMinutes * minuteMs;
              deadlines.set(id, isCovered ? afterSlot(next) : next);
            }
          }
          seen = beat.sent.length;
          if (beat.isAway) return;
          for (const each of beat.contacts.values()) {
            const deadline = each.stoppedAt ? beat.now : deadlines.get(each.id);
            expect(beat.now.getTime()).toBeLessThanOrEqual(deadline?.getTime() ?? 0);
          }
        };
        for (const { afterMinutes, who, act, ago } of steps) {
          const target = beat.now.getTime() + afterMinutes * minuteMs;
          while (beat.now.getTime() < target) {
            beat.until(new Date(Math.min(target, beat.now.getTime() + minuteMs)));
            check();
          }
          const id = contacts[who % contacts.length]?.id as string;
          const isWaiting = !beat.contacts.get(id)?.stoppedAt;
          // It is not announced before they are known to be affected.
          if (act !== 'away' && act !== 'back' && beat.now < (beat.contacts.get(id)?.affectedKnownAt ?? 0)) continue;
          if (act === 'away') beat.isAway = true;
          if (act === 'back') {
            beat.isAway = false;
            beat.until(new Date(beat.now.getTime() + minuteMs));
          }
          if (act === 'update') beat.update(id);
          if (act === 'update-past') beat.update(id, false, new Date(beat.now.getTime() - ago * minuteMs));
          if (act === 'tell-recovery') beat.update(id, true);
          if (act.startsWith('update') && isWaiting) {
            const next = slotAfter(beat.now, 'update', incident, policy).dueAt;
            const old = deadlines.get(id) as Date;
            deadlines.set(id, act === 'update' || next > old ? next : old);
          }
          check();
        }
        const reminders = beat.sent.flatMap((each) => each.parts.filter((part) => part.startsWith('due:')));
        expect(reminders).toEqual([...new Set(reminders)]);
        const first = beat.closed
          .filter((each) => !each.corrects)
          .map((each) => `${each.contactId} ${each.dueAt.toISOString()}`);
        expect(first).toEqual([...new Set(first)]);
        const { met, late, missed, notReminded } = beat.incident.slots;
        expect(Math.min(met, late, missed, notReminded)).toBeGreaterThanOrEqual(0);
        // An update that was sent a minute before the one recorded with it may leave a deadline that never was.
        const last = new Map(
          beat.closed.map((each) => [`${each.contactId} ${each.dueAt.toISOString()}`, each.outcome]),
        );
        expect(met + late + missed + notReminded).toBe([...last.values()].filter((each) => each !== 'void').length);
        const minutes = beat.sent.map((each) => Math.floor(each.at.getTime() / minuteMs));
        expect(minutes).toEqual([...new Set(minutes)]);
      }),
      runs(40),
    );
  });
});

function minutesBetween(from: string, to: string): number {
  const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  return minutes(to) - minutes(from);
}
