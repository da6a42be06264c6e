/** Loads what a bundle is assembled from: the week's documents, and one summary a past week. */
import type { Query } from '@google-cloud/firestore';
import { readDuty } from '../duty/duty.ts';
import { readNextDrill } from '../incidents/drills/drill.ts';
import { readEvent, releaseOf } from '../incidents/facts/events.ts';
import { type Dated, type ReleaseFacts, withOthers } from '../incidents/facts/release-facts.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import { authorIn } from '../incidents/signals/signal.ts';
import { readAllContacts } from '../incidents/views/first-contacts.ts';
import {
  allOf,
  collections,
  countOf,
  dataOf,
  firestore,
  fromDocument,
  incidentRef,
  readAll,
} from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import { mapConcurrently } from '../platform/map-concurrently.ts';
import { cut } from '../platform/one-line.ts';
import { milliseconds, type Policy } from '../policy.ts';
import type { NextAction } from './actions-rules.ts';
import type { BundleInputs, LaterChange } from './bundle.ts';
import { weeksToRead } from './changed-counts.ts';
import { type UnmetSlot, unmetSlotsOf } from './checkpoints.ts';
import { isSettledBy } from './entry.ts';
import { type BundleDocument, readBundleDocument, readMeetings, readSummaries, readUnsettled } from './store.ts';
import { type Week, weekAfter } from './week.ts';

const readsAtOnce = 20;
const idsAtOnce = 200;

export async function gatherInputs(week: Week, policy: Policy, now: Date): Promise<BundleInputs> {
  const incidents = firestore().collection(collections.incidents);
  const inWeek = (field: string, query: Query) => query.where(field, '>=', week.start).where(field, '<', week.end);
  const [filed, open, pastDocuments, actions, reports, dismissed, changes, meetings, nextDrill, duty] =
    await Promise.all([
      readAll<Incident>(inWeek('filedAt', incidents).orderBy('filedAt')),
      readAll<Incident>(earlierOf('open', week)),
      readSummaries(weekAfter(week, -weeksToRead(policy), policy.zone).id, week.id),
      readActions(week, policy),
      countReports(inWeek),
      countOf(inWeek('settledAt', firestore().collection(collections.quarantine).where('state', '==', 'dismissed'))),
      readChangesSince(week.start),
      readMeetings(weekAfter(week, -policy.underReporting.trendWeeks, policy.zone).id, week.id),
      readNextDrill(week.end, policy),
      readDuty(),
    ]);
  const earlier = await addUnsettled(open, pastDocuments, changes, week, policy);
  const shown = [...filed.filter((each) => each.kind === 'incident'), ...earlier];
  const primaries = shown.flatMap(({ status, linkedTo }) => (status === 'linked' && linkedTo ? [linkedTo] : []));
  const done = actions.flatMap(({ status, incidentId }) => (status === 'done' && incidentId ? [incidentId] : []));
  const [slots, releases, named] = await Promise.all([
    readSlots(shown),
    readReleases(shown, policy),
    readIncidents([...new Set([...done, ...primaries])]),
  ]);
  return {
    week,
    filed,
    earlier,
    slots,
    releases,
    actions,
    named: new Map(named.map((each) => [each.id, each])),
    past: pastDocuments.map((each) => each.summary),
    standing: pastDocuments.at(-1)?.alarms ?? [],
    // A closed bundle does not change: a later change is shown in the bundle of the week in which it was made.
    laterChanges: changes.filter(({ at }) => at < week.end),
    reports,
    dismissed,
    meetings,
    nextDrill,
    duty,
    policy,
    now,
  };
}

function earlierOf(status: string, week: Week): Query {
  const incidents = firestore().collection(collections.incidents).where('kind', '==', 'incident');
  return incidents.where('status', '==', status).where('filedAt', '<', week.start);
}

/** Signals of these kinds are reports by people. */
const reportKinds = ['stated', 'alert-opened'];

/** Reports of drills do not count. */
async function countReports(inWeek: (field: string, query: Query) => Query): Promise<number> {
  const signals = firestore().collection(collections.signals);
  const count = (query: Query) => countOf(inWeek('receivedAt', query.where('kind', 'in', reportKinds)));
  const [all, ofDrills] = await Promise.all([count(signals), count(signals.where('isDrill', '==', true))]);
  return all - ofDrills;
}

type Past = Pick<BundleDocument, 'id' | 'summary' | 'pages'>;

async function addUnsettled(open: Incident[], past: Past[], changes: LaterChange[], week: Week, policy: Policy) {
  const before = past.at(-1);
  const isChained = before?.id === weekAfter(week, -1, policy.zone).id && before.summary.isComplete;
  // The previous bundle lists incidents that recovered and wait for review; without it, the trend's weeks are searched.
  const unsettled = before && isChained ? await unsettledOf(before) : undefined;
  const found = unsettled ? open : [...open, ...(await readOver(week, policy))];
  const known = new Set(found.map(({ id }) => id));
  // An incident that was linked when its own bundle was held, and unlinked since, is in no list.
  const named = [...(unsettled ?? []), ...changes.map(({ incidentId }) => incidentId)];
  const others = await readIncidents([...new Set(named.filter((id) => !known.has(id)))]);
  return [...found, ...others].filter((each) => each.filedAt < week.start && !isSettledBy(each, week.end));
}

/** Incidents of the trend's weeks that may still wait for their review. */
async function readOver(week: Week, policy: Policy): Promise<Incident[]> {
  const from = weekAfter(week, -policy.underReporting.trendWeeks, policy.zone).start;
  const over = ['recovered', 'not-occurring'].map((status) => earlierOf(status, week).where('filedAt', '>=', from));
  return (await Promise.all(over.map((each) => readAll<Incident>(each)))).flat();
}

/** @returns undefined if it is lost: what it named is then looked for as after a week without a bundle */
async function unsettledOf(before: Past): Promise<string[] | undefined> {
  const ids = await readUnsettled(before);
  if (ids) return ids;
  // The bundle was reassembled after its summary was read.
  const current = await readBundleDocument(before.id);
  const found = current && (await readUnsettled(current));
  if (!found) log('ERROR', 'a bundle’s list of what is not settled is lost', { week: before.id });
  return found;
}

async function readIncidents(ids: string[]): Promise<Incident[]> {
  const chunks = Array.from({ length: Math.ceil(ids.length / idsAtOnce) }, (_, index) =>
    ids.slice(index * idsAtOnce, (index + 1) * idsAtOnce),
  );
  const found = await mapConcurrently(chunks, 4, (chunk) => firestore().getAll(...chunk.map(incidentRef)));
  return found.flat().flatMap((document) => dataOf<Incident>(document) ?? []);
}

/** Action items that are open, were open at the week's end, or may not have held. */
async function readActions(week: Week, policy: Policy): Promise<NextAction[]> {
  // An incident that is carried can be as old as that again.
  const from = new Date(week.start.getTime() - 2 * milliseconds(policy.actions.heldFor));
  const all = firestore().collection(collections.actions);
  const [open, closed] = await Promise.all([
    readAll<NextAction>(all.where('status', 'in', ['proposed', 'agreed'])),
    readAll<NextAction>(all.where('closedAt', '>=', from)),
  ]);
  return [...open, ...closed];
}

/** Late, missed and not-reminded slots; only incidents that have any are looked into. */
async function readSlots(incidents: Incident[]): Promise<Map<string, UnmetSlot[]>> {
  const troubled = incidents.filter(
    ({ slots, status }) => status !== 'linked' && slots.late + slots.missed + slots.notReminded > 0,
  );
  const slotsOf = async ({ id }: Incident) => [id, await readUnmetSlots(id)] as const;
  return new Map(await mapConcurrently(troubled, readsAtOnce, slotsOf));
}

export const readUnmetSlots = async (incidentId: string): Promise<UnmetSlot[]> =>
  unmetSlotsOf(await readAllContacts(incidentId), calledInSlots);

function calledInSlots(contact: Contact): string {
  // Unidentified customers are called what events call them; the reader's page translates that.
  if (contact.isTheOthers) return 'others';
  return contact.name ?? contact.customers.map((each) => each.name ?? each.id).join(', ');
}

const mostBeside = 100;

/** The releases named as causes, by ID, combined from all their sources. */
export async function readReleases(incidents: Incident[], { evidence }: Policy): Promise<Map<string, ReleaseFacts>> {
  const ids = [...new Set(incidents.flatMap((each) => releaseOf(each) ?? []))];
  const found = await mapConcurrently(ids, readsAtOnce, async (id) => {
    const all = firestore().collection(collections.releases);
    const release = dataOf<Dated>(await all.doc(id).get());
    if (!release?.commit) return release ? [[id, { ...release, id }] as const] : [];
    const [withinMs, startedMs] = [milliseconds(evidence.sameReleaseWithin), release.startedAt.getTime()];
    const near = all
      .where('startedAt', '>=', new Date(startedMs - withinMs))
      .where('startedAt', '<=', new Date(startedMs + withinMs));
    const others = allOf<Dated>(await near.orderBy('startedAt', 'desc').limit(mostBeside).get());
    return [[id, withOthers({ ...release, id }, others, withinMs)] as const];
  });
  return new Map(found.flat());
}

/** Corrections, retractions, reopenings and links undone, of whatever incident. */
async function readChangesSince(start: Date): Promise<LaterChange[]> {
  const types = ['corrected', 'reopened', 'retracted', 'withdrawn', 'unlinked'];
  const changes = firestore().collectionGroup(collections.timeline).where('type', 'in', types);
  const { docs } = await changes.where('recordedAt', '>=', start).get();
  return docs.map((document) => {
    const event = readEvent(fromDocument(document.data()));
    const correction = event.type === 'corrected' ? event.detail : undefined;
    return {
      incidentId: document.ref.parent.parent?.id ?? '',
      eventId: event.id,
      type: event.type,
      at: event.recordedAt,
      ...authorIn(event),
      field: correction?.field ?? null,
      old: brief(correction?.old),
      new: brief(correction?.new),
    };
  });
}

function brief(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : JSON.stringify(value);
  return cut(text, 200);
}
