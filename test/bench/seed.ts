/** Records in the product's own shapes, made by the product's own decisions, without its doors. */
import type { Firestore } from '@google-cloud/firestore';
import { decideOpening } from '../../functions/incidents/fold/opening.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { derivedFrom } from '../../functions/incidents/record/form.ts';
import type { Timer } from '../../functions/incidents/record/records.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import { routeSignal } from '../../functions/incidents/signals/routing.ts';
import type { Signal } from '../../functions/incidents/signals/signal.ts';
import { connectFirestore } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { type Cloud, environmentOf } from './processes.ts';

export interface Seed {
  path: string;
  data: object;
}

/** @param filedAt long enough ago makes its customer due */
function openRecords(id: string, filedAt: Date): { incident: Incident; contacts: Contact[]; timer: Timer } {
  const signal: Signal = {
    id: `sig_${id}`,
    source: 'ticket',
    tool: 'generic',
    sourceId: id,
    kind: 'stated',
    receivedAt: filedAt,
    title: '注文が通らない',
    description: '会計画面で「確定」を押すと、しばらくして画面がもとに戻る。'.repeat(4),
    tags: [],
    differsFromExpected: 'yes',
    ongoing: 'yes',
    customer: { id: 'store-12', name: '三条店' },
    isReporterAffected: true,
    affectedCustomers: [],
    businessImpact: 'stopped',
    isDrill: false,
    problems: [],
  };
  const timer: Timer = { id, subject: 'incident', subjectId: id, wakeAt: filedAt, pending: [] };
  const opened = decideOpening(id, 0, signal, routeSignal(signal, policy), { actor: 'bench', now: filedAt, policy });
  return { incident: opened.after, contacts: opened.contacts, timer };
}

/** Open, announced, and quiet until `quietUntil`; due at once where that is left out. */
export function openIncidentSeeds(id: string, filedAt: Date, quietUntil?: Date): Seed[] {
  const { incident, contacts, timer } = openRecords(id, filedAt);
  const later = quietUntil ? { nextUpdateDueAt: quietUntil, remindAt: quietUntil } : {};
  const wakeAt = quietUntil ?? contacts[0]?.remindAt ?? filedAt;
  const waiting = contacts.map((each) => ({ ...each, ...later }));
  return [
    { path: `incidents/${id}`, data: { ...incident, ...derivedFrom(incident, filedAt, waiting) } },
    ...waiting.map((each) => ({ path: `incidents/${id}/contacts/${each.id}`, data: each })),
    { path: `timers/${id}`, data: { ...timer, pending: [], wakeAt } satisfies Timer },
  ];
}

/** A client of one cloud, as its owner. */
export const clientOf = (cloud: Pick<Cloud, 'port'>): Firestore => connectFirestore(environmentOf(cloud));

/** @param seeds as many as wanted: they are made as they are written */
export async function write(firestore: Firestore, seeds: Iterable<Seed>): Promise<void> {
  const waiting = seeds[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (;;) {
      const batch = firestore.batch();
      let size = 0;
      for (; size < 400; size += 1) {
        const next = waiting.next();
        if (next.done) break;
        batch.set(firestore.doc(next.value.path), next.value.data);
      }
      if (size === 0) return;
      await batch.commit();
    }
  };
  await Promise.all([work(), work(), work()]);
}

/** @param filedAt of the first; each next one is filed a second before */
export function* quietSeeds(count: number, now: Date): Iterable<Seed> {
  for (let index = 0; index < count; index += 1) {
    const quietUntil = new Date(now.getTime() + 7_200_000 + index * 500);
    yield* openIncidentSeeds(`inc_quiet${index}`, new Date(now.getTime() - index * 1_000), quietUntil);
  }
}
