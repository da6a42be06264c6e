/** Everything that the page of an incident shows. */
import type { Query } from '@google-cloud/firestore';
import { readDraftSources } from '../customer-updates/ticket-reports.ts';
import { readSeriesEvidence, releasesBefore } from '../evidence/kept-evidence.ts';
import { findHelped } from '../find/find-candidates.ts';
import { mostEvents, readRecord } from '../find/read-incident.ts';
import { readSameness } from '../find/sameness.ts';
import type { TimelineEvent } from '../incidents/facts/events.ts';
import { isOfSignal } from '../incidents/facts/timeline.ts';
import { codeOf, type Incident, mayHold } from '../incidents/incident.ts';
import type { SignalRecord } from '../incidents/record/records.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import { readSignals } from '../incidents/signals/signals-of.ts';
import { readAllContacts } from '../incidents/views/first-contacts.ts';
import type { UpdateRecord } from '../outgoing/tickets/update.ts';
import { collections, dataOf, firestore, incidentRef, readAll } from '../platform/firestore.ts';
import { milliseconds } from '../policy.ts';
import type { NextAction } from '../postmortems/actions-rules.ts';
import { type Checkpoint, judgeCheckpoints, unmetSlotsOf } from '../postmortems/checkpoints.ts';
import { readReleases } from '../postmortems/gather.ts';
import { byDue } from '../situation/compose-situation.ts';
import { contactName, shortTitleOf } from './incident-head.ts';
import type { View } from './view.ts';

const signalFields = ['id', 'tool', 'sourceId', 'kind', 'receivedAt', 'incidentId'] as const;
type ShownSignal = Pick<SignalRecord, (typeof signalFields)[number]>;

export type Loaded = Awaited<ReturnType<typeof loadIncident>>;

export const mostSignals = 100;
const mostUpdates = 30;
const mostNamed = 30;

/** @throws Problem 404 */
export async function loadIncident(view: View, id: string) {
  const of = (collection: string): Query => firestore().collection(collection).where('incidentId', '==', id);
  const updatesOf = of(collections.updates).orderBy('requestedAt', 'desc');
  const { incident, contacts, total, events } = await readRecord(id);
  contacts.sort(byDue);
  events.sort((a, b) => b.recordedAt.getTime() - a.recordedAt.getTime() || (a.id < b.id ? 1 : -1));
  const isIncident = incident.kind === 'incident';
  const isBurning = isIncident && incident.status === 'open' && !incident.mitigation;
  const [signals, actions, updates, same, named, checkpoints, releases, helped, series, sources] = await Promise.all([
    signalsIn(view, incident, events) ?? readSignals(incident, mostSignals, ...signalFields),
    mayHold('actions', incident) ? readAll<NextAction>(of(collections.actions)) : [],
    mayHold('updates', incident) ? readAll<UpdateRecord>(updatesOf.limit(mostUpdates)) : [],
    isIncident && incident.status !== 'linked' ? readSameness(incident) : undefined,
    readTitles(view, incident, events),
    isIncident ? judge(view, incident, contacts, total) : [],
    isIncident ? releasesBefore(incident, view.policy) : undefined,
    isBurning ? findHelped(incident, view.policy) : [],
    isIncident && incident.source === 'alert' ? readSeriesEvidence(id) : undefined,
    isIncident && incident.status !== 'linked' ? readDraftSources(incident, view.policy) : {},
  ]);
  return {
    incident,
    contacts,
    /** The total; only those that are shown are loaded. */
    contactCount: total,
    /** What drafts to its customers need beside the record. */
    sources,
    /** Newest first. */
    events,
    signals,
    actions,
    /** The most recently requested updates, newest first. */
    updates,
    checkpoints,
    /** The builds before it; undefined if the page does not show them. */
    releases,
    /** What helped in similar incidents, until a mitigation is recorded here. */
    helped,
    /** The metric behind its alert, once it has been read. */
    series,
    /** Other incidents that the page names, as people know them: `M-7K2QXB 注文が通らない`. */
    named,
    /** The open question whether it is the same trouble as another incident. */
    same,
  };
}

/**
 * The signals that the timeline names; undefined if it may lack some: linked incidents have signals of their own, and the
 * beginning of a long timeline is not read.
 */
function signalsIn(view: View, incident: Incident, events: readonly TimelineEvent[]): ShownSignal[] | undefined {
  const { id: incidentId } = incident;
  const isShared = events.some(({ type }) => type === 'linked' || type === 'unlinked');
  if (isShared || events.length >= mostEvents) return undefined;
  const keptFrom = new Date(view.now.getTime() - milliseconds(view.policy.intake.signalsKeptFor));
  const signals = events.flatMap((event) => {
    const { type, detail, recordedAt } = event;
    if (recordedAt < keptFrom) return [];
    const { signalId, report } = detail as { signalId?: string; report?: Partial<ShownSignal> };
    if (type === 'filed') return signalId ? [{ ...(report as ShownSignal), incidentId }] : [];
    return isOfSignal(event)
      ? [{ receivedAt: recordedAt, ...report, ...detail, id: detail.signalId, incidentId } as ShownSignal]
      : [];
  });
  return signals.toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime()).slice(0, mostSignals);
}

/** Titles of the incidents that it is or was linked with. One that is not loaded is named by its code. */
async function readTitles(view: View, { linkedTo, links = [] }: Incident, events: readonly TimelineEvent[]) {
  const told = events.flatMap(({ type, detail }) =>
    ['linked', 'unlinked', 'withdrawn'].includes(type)
      ? Object.values(detail).filter((each) => typeof each === 'string')
      : [],
  );
  const all = [linkedTo ?? '', ...links.map((each) => each.incidentId), ...told];
  const ids = [...new Set(all)].filter((each) => /^inc_[\da-f]{24}$/.test(each)).slice(0, mostNamed);
  if (ids.length === 0) return new Map<string, string>();
  const found = await firestore().getAll(...ids.map(incidentRef), { fieldMask: ['title', 'isDrill'] });
  return new Map(
    found.map((each) => {
      const known = dataOf<Pick<Incident, 'title' | 'isDrill'>>(each);
      return [each.id, `${codeOf(each.id)} ${known ? shortTitleOf(view, known) : ''}`.trim()];
    }),
  );
}

/** The current checkpoints, by the review's own rules. */
async function judge(view: View, incident: Incident, contacts: Contact[], total: number): Promise<Checkpoint[]> {
  const [release] = (await readReleases([incident], view.policy)).values();
  const { late, missed, notReminded } = incident.slots;
  const isCut = contacts.length < total && late + missed + notReminded > 0;
  const all = isCut ? await readAllContacts(incident.id) : contacts;
  const slots = unmetSlotsOf(all, (each) => contactName(view, each));
  return judgeCheckpoints({ incident, slots, release }, view.policy, view.now);
}
