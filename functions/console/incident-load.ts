/** Everything that the page of an incident shows. */

import type { DocumentSnapshot } from '@google-cloud/firestore';
import { readSeriesEvidence, type SeriesEvidence } from '../evidence/kept-series.ts';
import { type ReleasesBefore, releasesBefore } from '../evidence/releases-before.ts';
import { findHelped } from '../find/find-candidates.ts';
import type { Helped } from '../find/helped.ts';
import { readSameness, type Sameness } from '../find/sameness.ts';
import { waitsFrom } from '../incidents/board-place.ts';
import { codeOf } from '../incidents/code.ts';
import { readEvent, releaseOf, slotsOf, type TimelineEvent } from '../incidents/events.ts';
import { readFirstContacts } from '../incidents/first-contacts.ts';
import type { Incident } from '../incidents/incident.ts';
import type { SignalRecord } from '../incidents/records.ts';
import type { ReleaseFacts } from '../incidents/release-facts.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import type { UpdateRecord } from '../outgoing/tickets/update.ts';
import { collections, firestore, fromDocument, incidentRef } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import type { NextAction } from '../postmortems/actions-rules.ts';
import { type Checkpoint, judgeCheckpoints } from '../postmortems/checkpoints.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { shortTitleOf } from './incident-head.ts';
import type { View } from './view.ts';
import { contactName } from './waiting.ts';

export type SignalLine = Pick<
  SignalRecord,
  'id' | 'tool' | 'sourceId' | 'kind' | 'receivedAt' | 'title' | 'message' | 'agent' | 'url' | 'linkedFrom'
>;

export interface Loaded {
  incident: Incident;
  contacts: Contact[];
  /** How many there are: no more are loaded than are shown. */
  contactCount: number;
  /** Newest first. */
  events: TimelineEvent[];
  signals: SignalLine[];
  actions: NextAction[];
  /** The latest that were asked for, newest first. */
  updates: UpdateRecord[];
  checkpoints: Checkpoint[];
  /** The builds before it; undefined where they are of no interest. */
  releases: ReleasesBefore | undefined;
  /** What helped in incidents like it, while nobody has said what helped here. */
  helped: Helped<Incident>[];
  /** The series behind its alert, once somebody has looked. */
  series: SeriesEvidence | undefined;
  /** Other incidents that the page names, as people know them: `M-7K2QXB 注文が通らない`. */
  named: ReadonlyMap<string, string>;
  /** Whether it is the same trouble as another, where that was asked. */
  same: Sameness | undefined;
}

export const mostEvents = 300;
export const mostSignals = 100;
const mostUpdates = 30;
const mostNamed = 30;

/** @throws Problem 404 */
export async function loadIncident(view: View, id: string): Promise<Loaded> {
  const ref = incidentRef(id);
  const db = firestore();
  const [document, contacts, events, signals, actions, updates, same] = await Promise.all([
    ref.get(),
    readFirstContacts(id),
    ref.collection(collections.timeline).orderBy('recordedAt', 'desc').limit(mostEvents).get(),
    db
      .collection(collections.signals)
      .where('incidentId', '==', id)
      .orderBy('receivedAt')
      .limit(mostSignals)
      .select('id', 'tool', 'sourceId', 'kind', 'receivedAt', 'title', 'message', 'agent', 'url', 'linkedFrom')
      .get(),
    db.collection(collections.actions).where('incidentId', '==', id).get(),
    db
      .collection(collections.updates)
      .where('incidentId', '==', id)
      .orderBy('requestedAt', 'desc')
      .limit(mostUpdates)
      .get(),
    readSameness(id),
  ]);
  const incident = readIncident(document);
  const timeline = events.docs.map((each) => readEvent(fromDocument(each.data()))).sort(newestFirst);
  const loaded = {
    incident,
    named: await readTitles(view, incident, timeline),
    contacts: contacts.contacts.sort(byDue),
    contactCount: contacts.total,
    events: timeline,
    signals: signals.docs.map((each) => fromDocument<SignalLine>(each.data())),
    actions: actions.docs.map((each) => fromDocument<NextAction>(each.data())),
    updates: updates.docs.map((each) => fromDocument<UpdateRecord>(each.data())),
    same,
  };
  if (incident.kind !== 'incident')
    return { ...loaded, checkpoints: [], releases: undefined, helped: [], series: undefined };
  const isBurning = incident.status === 'open' && !incident.mitigation;
  const [checkpoints, releases, helped, series] = await Promise.all([
    judge(view, loaded.incident, loaded.contacts, loaded.events),
    releasesBefore(incident, view.policy),
    isBurning ? findHelped(incident, view.policy) : [],
    incident.source === 'alert' ? readSeriesEvidence(id) : undefined,
  ]);
  return { ...loaded, checkpoints, releases, helped, series };
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
      const known = each.exists ? fromDocument<Pick<Incident, 'title' | 'isDrill'>>(each.data()) : undefined;
      return [each.id, `${codeOf(each.id)} ${known ? shortTitleOf(view, known) : ''}`.trim()];
    }),
  );
}

/** The incident alone. @throws Problem 404 */
export async function loadIncidentDocument(id: string): Promise<Incident> {
  return readIncident(await incidentRef(id).get());
}

function readIncident(document: DocumentSnapshot): Incident {
  if (!document.exists) throw new Problem(404, refuse('no-incident-of-id'));
  return fromDocument<Incident>(document.data());
}

function byDue(a: Contact, b: Contact): number {
  const due = (contact: Contact): number => waitsFrom(contact)?.getTime() ?? Number.POSITIVE_INFINITY;
  return due(a) === due(b) ? (a.id < b.id ? -1 : 1) : due(a) - due(b);
}

function newestFirst(a: TimelineEvent, b: TimelineEvent): number {
  return b.recordedAt.getTime() - a.recordedAt.getTime() || (a.id < b.id ? 1 : -1);
}

/** The checkpoints as they stand, by the review's own rules. */
async function judge(
  view: View,
  incident: Incident,
  contacts: Contact[],
  events: TimelineEvent[],
): Promise<Checkpoint[]> {
  const release = await readRelease(releaseOf(incident));
  const slots = slotsOf(events, new Map(contacts.map((each) => [each.id, contactName(view, each)])));
  const notMet = slots.filter((each) => each.outcome !== 'met');
  return judgeCheckpoints({ incident, slots: notMet, ...(release ? { release } : {}) }, view.policy, view.now);
}

async function readRelease(id: string | undefined): Promise<ReleaseFacts | undefined> {
  if (!id) return undefined;
  const document = await firestore().collection(collections.releases).doc(id).get();
  return document.exists ? { ...fromDocument<ReleaseFacts>(document.data()), id } : undefined;
}
