/**
 * Brings the timelines and links of 0.1.0 to the form of today: what a ticket reported goes to the timeline of its own incident,
 * and a primary becomes the sum of its members. Each step is one transaction, and repeating it changes nothing.
 */
import type { DocumentReference, Timestamp, Transaction } from '@google-cloud/firestore';
import { inTodaysForm, isEarlier, type Stored } from '../functions/incidents/facts/earlier-events.ts';
import { fold, type History } from '../functions/incidents/fold/fold.ts';
import { keptOf } from '../functions/incidents/fold/kept.ts';
import { type Evolved, type Facts, ownOf, show } from '../functions/incidents/fold/show.ts';
import type { Incident, Outage } from '../functions/incidents/incident.ts';
import { factsWith, membersWith, together } from '../functions/incidents/links/decide-link.ts';
import { commit } from '../functions/incidents/record/commit.ts';
import { readHistory, readIncident, readPolicies } from '../functions/incidents/record/history.ts';
import { collections, dataOf, incidentRef } from '../functions/platform/firestore.ts';
import { policy } from '../functions/policy.ts';

/** A record as 0.1.0 or today's version has written it. */
type Record0 = Incident & { changedAt?: Date };

/** Whether it is in an outage in the form of 0.1.0. */
export const isOfEarlierLinks = ({ linkedTo, links = [], outage }: Incident): boolean =>
  outage === undefined && (linkedTo !== undefined || links.length > 0);

/** @returns whether it changed anything */
export const migrateTimeline = (record: DocumentReference): Promise<boolean> =>
  record.firestore.runTransaction(async (transaction) => {
    const { docs } = await transaction.get(record.collection(collections.timeline));
    const all = docs.map((each) => each.data() as Stored & { recordedAt: Timestamp });
    const isMoved = ({ type, detail }: Stored): boolean => type === 'signal-received' && typeof detail.of === 'string';
    const homes = new Set(all.flatMap((each) => (isMoved(each) ? [String(each.detail.of)] : [])));
    const timelines = new Map(
      await Promise.all(
        [...homes].map(async (id) => {
          const home = record.parent.doc(id).collection(collections.timeline);
          return [id, { home, events: (await transaction.get(home)).docs }] as const;
        }),
      ),
    );
    let isChanged = false;
    for (const [index, document] of docs.entries()) {
      const stored = all[index] as (typeof all)[number];
      const event = isEarlier(stored) ? withReply(inTodaysForm(stored), all) : stored;
      const { of, ...detail } = event.detail;
      const at = isMoved(event) ? timelines.get(String(of)) : undefined;
      if (at) {
        const before = at.events.filter((each) => each.get('recordedAt').toMillis() <= stored.recordedAt.toMillis());
        const after = Math.max(1, ...before.map(({ id }) => (/^\d+$/.test(id) ? Number(id) : 0)));
        transaction.set(at.home.doc(document.id), { ...event, detail: { ...detail, after } });
        transaction.delete(document.ref);
      } else if (event !== stored) transaction.set(document.ref, event);
      isChanged ||= event !== stored || at !== undefined;
    }
    return isChanged;
  });

/** A reply was told beside its signal; today it follows from the signal. */
function withReply<T extends Stored>(event: T, all: readonly (Stored & { recordedAt: Timestamp })[]): T {
  const { type, detail } = event;
  if (type !== 'signal-received' || detail.kind !== 'agent-replied' || detail.report) return event;
  const told = all.find((each) => each.type === 'customer-updated' && each.detail.signalId === detail.signalId);
  if (!told) return event;
  const [id] = (told.detail.customers ?? []) as string[];
  const customer = id === undefined ? {} : { customer: { id } };
  const said = { source: 'ticket', receivedAt: told.recordedAt, ongoing: 'unknown', affectedCustomers: [] };
  return { ...event, detail: { ...detail, report: { ...said, isReporterAffected: false, ...customer } } };
}

/** @returns whether it changed anything */
export const migrateLinks = (record: DocumentReference): Promise<boolean> =>
  record.firestore.runTransaction(async (transaction) => {
    const before: Record0 = await readIncident(transaction, record.id);
    if (!isOfEarlierLinks(before)) return false;
    const { changedAt: now = before.filedAt } = before;
    const history = await readHistory(transaction, before);
    const { own, ...others } = await today(transaction, history, now);
    const is = show(own, others, history, { now, policy });
    const known = [...history.contacts.values()];
    const timer = is.incident.status === 'linked' ? 'keep' : ({ at: now, why: 'its links were migrated' } as const);
    const contacts = [...is.contacts.values()];
    await commit(transaction, now, { before, after: is.incident, events: [], contacts, known, timer });
    return true;
  });

/** A record as today's version would have left it: its own facts, and what each member brings. */
async function today(transaction: Transaction, history: History, now: Date) {
  const { incident, contacts, events } = history;
  const policies = await readPolicies(history, { now, policy, actor: 'rule' });
  const folded = fold(incident.id, events, policies, keptOf(contacts, events));
  const own: Evolved = { ...folded, concluded: [], outbox: [] };
  let [members, joined]: [Outage['members'], Facts] = [{}, new Map()];
  for (const { id: since, recordedAt: at, detail } of events) {
    if (!('from' in detail) || typeof detail.from !== 'string') continue;
    const member = dataOf<Incident>(await transaction.get(incidentRef(detail.from)));
    const isLater = events.some(
      (each) => each.id > since && each.type === 'linked' && each.detail.from === detail.from,
    );
    if (member?.linkedTo !== incident.id || isLater) continue;
    const { own: theirs, ...others } = await today(transaction, await readHistory(transaction, member), now);
    // As it was until the link: from then on its own members sleep.
    const { linkedTo: _, linkedAt: __, ...apart } = theirs.incident;
    const is = show(
      { ...theirs, incident: apart },
      others,
      { incident: apart, contacts: new Map() },
      { now: at, policy },
    );
    members = { ...members, ...membersWith(is, { at, since }) };
    joined = together(joined, factsWith(is, folded, { id: since, now: at }));
  }
  const [first] = Object.values(members).sort((a, b) => a.at.getTime() - b.at.getTime());
  const outage: Outage | undefined = first && {
    members,
    since: first.at,
    emergencies: [],
    own: ownOf(folded.incident),
  };
  return { own, outage, joined };
}
