/** The bundle's part on emergencies: how long each lasted, when its roles were taken, its checkpoints. Pure. */

import { emergencyRoles } from '../incidents/emergency/emergency.ts';
import type { Incident } from '../incidents/incident.ts';
import { given } from '../platform/defined.ts';
import type { Checkpoint } from './checkpoints.ts';
import { written } from './written.ts';

/** Of an entry that was an emergency, the latest time that it was one. Who took a role is not said: process, not people. */
export type EntryEmergency = NonNullable<ReturnType<typeof emergencyOf>>;
export type BundleEmergency = ReturnType<typeof listEmergencies>[number];

const minutesBetween = (from: Date, to: Date) => Math.round(Math.max(0, to.getTime() - from.getTime()) / 600) / 100;

/** @returns undefined for what never was one */
export function emergencyOf({ emergency, roles }: Pick<Incident, 'emergency' | 'roles'>) {
  if (!emergency) return undefined;
  const { since, endedAt, rule, inputs } = emergency;
  const reporters = new Set(inputs.reports?.map((each) => each.customerId));
  return {
    rule,
    /** How many customers the rule counted, and the product area. */
    customers: inputs.reports ? reporters.size : inputs.affectedCustomerCount,
    area: inputs.area,
    ...written({ since, endedAt }),
    /** Pending while it lasts. */
    minutes: endedAt ? { minutes: minutesBetween(since, endedAt) } : { state: 'pending' as const },
    /** Minutes from its beginning until each was taken; null where nobody has. */
    roles: emergencyRoles.map((role) => {
      const takenAt = roles?.[role]?.at ?? null;
      return { role, ...written({ takenAt }), minutes: takenAt && minutesBetween(since, takenAt) };
    }),
  };
}

/** Of these entries, those that were emergencies. */
export const listEmergencies = (
  entries: readonly { id: string; title: string; emergency?: EntryEmergency; checkpoints: readonly Checkpoint[] }[],
) =>
  entries.flatMap(({ id, title, emergency, checkpoints: all }) => {
    const checkpoints = all.map((each) => given(each, ['id', 'result']));
    return emergency ? [{ incidentId: id, title, ...emergency, checkpoints }] : [];
  });
