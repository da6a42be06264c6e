/** What is found in a copy of the ledger, and changed there. */
import { at, type Change, ids, type Ledger } from './ledger.ts';
import type { Doc } from './oracle/records.ts';
import type { Delivered } from './stage.ts';
import { evidenceOf } from './world/responders.ts';
import { post } from './world/sending.ts';

export const incidentOf = (ledger: Ledger, name: string): Doc => ledger.documents.get(`incidents/${ids[name]}`);
export const isSignalOf =
  (name: string) =>
  ([path, doc]: [string, Doc]) =>
    path.startsWith('signals/') && doc.sourceId.endsWith(name);
export function find(ledger: Ledger, matches: (entry: [string, Doc]) => boolean): [string, Doc] {
  const found = [...ledger.documents].find(matches);
  if (!found) throw new Error('The ledger has no such document.');
  return found;
}
/** The first customer that an incident affects. */
export const contactIn = (ledger: Ledger, name: string): Doc =>
  find(ledger, ([path]) => path.startsWith(`incidents/${ids[name]}/contacts/`))[1];
/** Takes events away, and renumbers the others, so that only what they said is missing. */
export function withoutEvents(ledger: Ledger, name: string, isGone: (event: Doc) => boolean): void {
  const prefix = `incidents/${ids[name]}/timeline/0`;
  const events = [...ledger.documents].filter(([path]) => path.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path] of events) ledger.documents.delete(path);
  const left = events.map(([, doc]) => doc).filter((each) => !isGone(each));
  for (const [index, event] of left.entries()) {
    const id = String(index + 1).padStart(8, '0');
    ledger.documents.set(`incidents/${ids[name]}/timeline/${id}`, { ...event, id });
  }
}
export const addEvent = (ledger: Ledger, name: string, event: Doc): void => {
  const number = incidentOf(ledger, name).lastSequence + 1;
  const id = String(number).padStart(8, '0');
  ledger.documents.set(`incidents/${ids[name]}/timeline/${id}`, {
    id,
    detail: {},
    occurredAt: ledger.now,
    recordedAt: ledger.now,
    changes: { lastSequence: number },
    ...event,
  });
  incidentOf(ledger, name).lastSequence = number;
};

export const answerOf = (ledger: Ledger, path: string): Doc => ledger.bundles.get(path)?.body;
export const bundleOf = (ledger: Ledger): Doc => answerOf(ledger, '/api/postmortems/2026-W47?limit=20');
/** On all pages of it. */
const entriesOf = (ledger: Ledger): Doc[] =>
  [...ledger.bundles].flatMap(([path, { body }]) =>
    path.startsWith('/api/postmortems/2026-W47?') ? body.entries : [],
  );
export const checkpointOf = (ledger: Ledger, name: string, checkpoint: string): Doc =>
  entriesOf(ledger)
    .find((each) => each.id === ids[name])
    ?.checkpoints.find((each: Doc) => each.id === checkpoint);
export const noticesOf = (ledger: Ledger, name: string, kind: string): Delivered[] =>
  ledger.delivered.filter((each) => each.incidentId === ids[name] && each.kind === kind);
/** A reminder says something else than it did. */
export const reword =
  (from: string, to: string): Change =>
  (ledger) => {
    const [notice] = noticesOf(ledger, 'news', 'update-due');
    if (!notice?.text.includes(from)) throw new Error(`The notice has nothing of “${from}”.`);
    notice.text = notice.text.replace(from, to);
  };
/** Somebody stated it, and was refused. */
export const refuse =
  (minutes: number, name: string, statement: Doc, status = 422): Change =>
  ({ observed }) => {
    const call = post(`/api/incidents/${ids[name]}/events`, statement);
    observed.push([call, { status, headers: {}, body: {} }, at(minutes)]);
  };
/** The answer to the last change of the second next action. */
export const answerChange =
  (status: number | undefined): Change =>
  ({ observed }) => {
    const last = observed.findLast(([call]) => call.kind === 'http' && call.method === 'PATCH');
    if (last) last[1] = status === undefined ? undefined : { status, headers: {}, body: {} };
  };
export const eventOf = (ledger: Ledger, name: string, key: string): Doc =>
  find(ledger, ([path, doc]) => path.startsWith(`incidents/${ids[name]}/`) && doc.evidenceUrl === evidenceOf(key))[1];
/** What takes back what was stated under a key. */
export const takingOf = (ledger: Ledger, key: string): Doc =>
  find(ledger, ([, doc]) => doc.type === 'retracted' && doc.detail.eventId === eventOf(ledger, 'taken', key).id)[1];
/** The first event of a type. */
export const firstOf = (ledger: Ledger, name: string, type: string): Doc =>
  find(ledger, ([path, doc]) => path.startsWith(`incidents/${ids[name]}/timeline/`) && doc.type === type)[1];
/** A reminder that is recorded so late, as if it had been given then. */
export function recordReminder(ledger: Ledger, name: string, recordedAt: number): void {
  const event = firstOf(ledger, name, 'reminded');
  for (const fact of contactIn(ledger, name).facts) if (fact.id === event.id) Object.assign(fact, { recordedAt });
  Object.assign(event, { recordedAt });
}
export const withoutNotice =
  (name: string, kind: string): Change =>
  (ledger) => {
    const [first] = noticesOf(ledger, name, kind);
    ledger.delivered = ledger.delivered.filter((each) => each !== first);
  };
