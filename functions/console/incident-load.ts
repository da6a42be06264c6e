/** Everything that the page of an incident shows. */

import type { Query } from '@google-cloud/firestore';
import { readSeriesEvidence } from '../evidence/kept-series.ts';
import { releasesBefore } from '../evidence/releases-before.ts';
import { findHelped } from '../find/find-candidates.ts';
import { readRecord } from '../find/read-incident.ts';
import { readSameness } from '../find/sameness.ts';
import { waitsFrom } from '../incidents/board-place.ts';
import { codeOf } from '../incidents/code.ts';
import type { TimelineEvent } from '../incidents/events.ts';
import { readAllContacts } from '../incidents/first-contacts.ts';
import type { Incident } from '../incidents/incident.ts';
import type { SignalRecord } from '../incidents/records.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import type { UpdateRecord } from '../outgoing/tickets/update.ts';
import { allOf, collections, dataOf, firestore, incidentRef } from '../platform/firestore.ts';
import type { NextAction } from '../postmortems/actions-rules.ts';
import { type Checkpoint, judgeCheckpoints, unmetSlotsOf } from '../postmortems/checkpoints.ts';
import { readReleases } from '../postmortems/gather.ts';
import { shortTitleOf } from './incident-head.ts';
import type { View } from './view.ts';
import { contactName } from './waiting.ts';

/** What a list shows of a signal. */
const signalFields = ['id', 'tool', 'sourceId', 'kind', 'receivedAt', 'linkedFrom'] as const;

export type Loaded = Awaited<ReturnType<typeof loadIncident>>;

export const mostSignals = 100;
const mostUpdates = 30;
const mostNamed = 30;

/** @throws Problem 404 */
export async function loadIncident(view: View, id: string) {
  const of = (collection: string): Query => firestore().collection(collection).where('incidentId', '==', id);
  const [{ incident, contacts, total, events }, signals, actions, updates, same] = await Promise.all([
    readRecord(id),
    of(collections.signals)
      .orderBy('receivedAt')
      .limit(mostSignals)
      .select(...signalFields)
      .get(),
    of(collections.actions).get(),
    of(collections.updates).orderBy('requestedAt', 'desc').limit(mostUpdates).get(),
    readSameness(id),
  ]);
  contacts.sort(byDue);
  events.sort((a, b) => b.recordedAt.getTime() - a.recordedAt.getTime() || (a.id < b.id ? 1 : -1));
  const isIncident = incident.kind === 'incident';
  const isBurning = isIncident && incident.status === 'open' && !incident.mitigation;
  const [named, checkpoints, releases, helped, series] = await Promise.all([
    readTitles(view, incident, events),
    isIncident ? judge(view, incident, contacts, total) : [],
    isIncident ? releasesBefore(incident, view.policy) : undefined,
    isBurning ? findHelped(incident, view.policy) : [],
    isIncident && incident.source === 'alert' ? readSeriesEvidence(id) : undefined,
  ]);
  return {
    incident,
    contacts,
    /** How many there are: no more are loaded than are shown. */
    contactCount: total,
    /** Newest first. */
    events,
    signals: allOf<Pick<SignalRecord, (typeof signalFields)[number]>>(signals),
    actions: allOf<NextAction>(actions),
    /** The latest that were asked for, newest first. */
    updates: allOf<UpdateRecord>(updates),
    checkpoints,
    /** The builds before it; undefined where they are of no interest. */
    releases,
    /** What helped in incidents like it, while nobody has said what helped here. */
    helped,
    /** The series behind its alert, once somebody has looked. */
    series,
    /** Other incidents that the page names, as people know them: `M-7K2QXB 注文が通らない`. */
    named,
    /** Whether it is the same trouble as another, where that was asked. */
    same,
  };
}

/** Of those that it was linked with, now or before; one that nobody reads is named by its code. */
async function readTitles(
  view: View,
  { linkedTo, links = [] }: Incident,
  events: readonly TimelineEvent[],
): Promise<ReadonlyMap<string, string>> {
  const told = events.flatMap(({ type, detail }) =>
    type === 'linked' || type === 'unlinked' ? Object.values(detail).filter((each) => typeof each === 'string') : [],
  );
  const all = [linkedTo ?? '', ...links.map((each) => each.incidentId), ...told];
  const ids = [...new Set(all)].filter((each) => /^inc_[\da-f]{24}$/.test(each)).slice(0, mostNamed);
  if (ids.length === 0) return new Map();
  const found = await firestore().getAll(...ids.map(incidentRef), { fieldMask: ['title', 'isDrill'] });
  return new Map(
    found.map((each) => {
      const known = dataOf<Pick<Incident, 'title' | 'isDrill'>>(each);
      return [each.id, `${codeOf(each.id)} ${known ? shortTitleOf(view, known) : ''}`.trim()];
    }),
  );
}

function byDue(a: Contact, b: Contact): number {
  const due = (contact: Contact): number => waitsFrom(contact)?.getTime() ?? Number.POSITIVE_INFINITY;
  return due(a) === due(b) ? (a.id < b.id ? -1 : 1) : due(a) - due(b);
}

/** The current checkpoints, by the review's own rules. */
async function judge(view: View, incident: Incident, contacts: Contact[], total: number): Promise<Checkpoint[]> {
  const [release] = (await readReleases([incident])).values();
  const { late, missed, notReminded } = incident.slots;
  const all =
    contacts.length < total && late + missed + notReminded > 0 ? await readAllContacts(incident.id) : contacts;
  const slots = unmetSlotsOf(all, (each) => contactName(view, each));
  return judgeCheckpoints({ incident, slots, ...(release ? { release } : {}) }, view.policy, view.now);
}
