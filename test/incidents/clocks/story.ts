/** Facts as the tables write them, and what can be read off their clock. Times are those of `../rhythm/rhythm.ts`. */
import { type Clock, clock } from '../../../functions/incidents/clocks/clock.ts';
import type { ContactFact, ScheduleFact } from '../../../functions/incidents/clocks/facts.ts';
import { policy } from '../../../functions/policy.ts';
import { at, told } from '../rhythm/rhythm.ts';

let ids = 0;
const fact = <T extends string>(type: T, when: string, recorded: string) => {
  ids += 1;
  return { id: `${ids}`, type, at: at(when), recordedAt: at(recorded) };
};

export const known = (when: string, recorded = when): ContactFact => fact('known', when, recorded);
export const asked = (when: string): ContactFact => fact('asked', when, when);
export const update = (when: string, recorded = when): ContactFact => fact('updated', when, recorded);
export const message = (when: string, recorded = when): ContactFact => ({
  ...fact('updated', when, recorded),
  isRecovery: true,
});
export const recovered = (when: string, recorded = when): ContactFact => fact('recovered', when, recorded);
export const reminded = (when: string, due: string): ContactFact => ({
  ...fact('reminded', when, when),
  dueAt: at(due),
});
export const escalated = (when: string): ContactFact => fact('escalated', when, when);
export const counted = (isCounted: boolean, when: string, recorded = when): ContactFact => ({
  ...fact('counted', when, recorded),
  isCounted,
});
export const fast = (when: string): ScheduleFact => ({ ...fact('row', when, when), isUrgent: true });
export const slow = (when: string): ScheduleFact => ({ ...fact('row', when, when), isUrgent: false });
export const reopened = (when: string, recorded = when): ScheduleFact => fact('reopened', when, recorded);
export const denied = (when: string, recorded = when): ScheduleFact => fact('not-occurring', when, recorded);
export const emergency = (when: string, endedAt?: string): ScheduleFact => ({
  ...fact('emergency', when, when),
  endedAt: endedAt ? at(endedAt) : null,
});
export const rhythm = (isOn: boolean, when: string): ScheduleFact => ({ ...fact('rhythm', when, when), isOn });

/** Filed when it says first how urgent it is; 10:00, and urgent, where it does not. */
export function read(now: string, facts: readonly ContactFact[], shared: readonly ScheduleFact[] = []): Clock {
  const schedule = {
    incidentId: 'inc_1',
    filedAt: shared[0]?.type === 'row' ? shared[0].at : at('10:00'),
    facts: shared,
  };
  return clock(facts, schedule, at(now), policy);
}

/** The day is left out where it is the 24th. */
export const shown = (date: Date | null | undefined): string => told(date).replace(/^24 /, '');

/** `10:15 met, 10:45 missed; due 11:15` */
export function line({ pastSlots, nextUpdateDueAt, stoppedAt }: Clock): string {
  const past = pastSlots.map((each) => `${shown(each.dueAt)} ${each.outcome}`).join(', ');
  const end = stoppedAt ? `over ${shown(stoppedAt)}` : `due ${shown(nextUpdateDueAt)}`;
  return past ? `${past}; ${end}` : end;
}
