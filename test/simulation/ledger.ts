/** The small true ledger on which `oracle.long.test.ts` tries the oracle: what happens in it, and what is found and changed in a copy. */
import { thresholdAlert } from '../fixtures/alerts.ts';
import { minuteMs } from './calendar.ts';
import type { Doc } from './oracle/records.ts';
import type { Act, Answer, Call, Delivered, Stage } from './stage.ts';
import { changing } from './world/meetings.ts';
import { evidenceOf, stating } from './world/responders.ts';
import { post, sending, webhook } from './world/sending.ts';
import { type Happening, toolBody } from './world/tools.ts';

/** All that an oracle is shown. */
export interface Ledger {
  observed: [call: Call, answer: Answer | undefined, at: number][];
  delivered: Delivered[];
  documents: Map<string, Doc>;
  bundles: Map<string, Answer>;
  outages: ReturnType<Stage['outages']>;
  now: number;
}

/** A Sunday noon in Japan; the meeting is on the next day. */
export const start = Date.parse('2026-11-22T03:00:00Z');
export const at = (minutes: number): number => start + minutes * minuteMs;
export const iso = (minutes: number): string => new Date(at(minutes)).toISOString();
export const ids: Record<string, string> = {};

/** Sends what files something, and remembers as what. */
const filing = (minutes: number, id: string, make: (now: number) => Call): Act =>
  sending(at(minutes), id, make, ({ body }) => {
    ids[id] = (body.incident ?? body.question ?? body.outside)?.id;
    return [];
  });
/** An act that depends on what there is by then. */
const later = (minutes: number, name: string, make: (stage: Stage) => Act): Act => ({
  at: at(minutes),
  name,
  run: (stage) => make(stage).run(stage),
});

export const ticket = (minutes: number, id: string, fields: Record<string, unknown> = {}): Act =>
  filing(minutes, id, (now) =>
    webhook('generic', JSON.stringify({ id, subject: '注文が通らない', category: 'trouble', ...fields }), now),
  );
/** Something that happens to a ticket of Zendesk. */
export function tell(minutes: number, id: string, what: Happening): Act {
  const ticket = { tool: 'zendesk', id, subject: '伝票が印刷できない', customer: `org-${id}` } as const;
  const body = JSON.stringify(toolBody(ticket, what, at(minutes), minutes));
  return filing(minutes, id, (now) => webhook('zendesk', body, now));
}
export function alert(
  minutes: number,
  id: string,
  policy = '9001',
  more: Parameters<typeof thresholdAlert>[0] = {},
): Act {
  const body = JSON.stringify(thresholdAlert({ id, policy, startedAt: new Date(at(minutes)), ...more }));
  return filing(minutes, id, (now) => webhook('alerts', body, now));
}
/** Posts below an incident. */
export const state = (
  minutes: number,
  id: string,
  key: string,
  fields: () => Record<string, unknown>,
  what: 'events' | 'review' = 'events',
): Act =>
  later(minutes, key, () =>
    stating(at(minutes), key, `/api/incidents/${ids[id]}/${what}`, key, { ...fields(), evidenceUrl: evidenceOf(key) }),
  );
export const review = (minutes: number, id: string, key: string, fields: Record<string, unknown>): Act =>
  state(minutes, id, key, () => fields, 'review');
/** Takes back what was stated under a key. */
export const takeBack = (minutes: number, id: string, key: string, of: string): Act =>
  later(minutes, key, (stage) => {
    const prefix = `incidents/${ids[id]}/timeline/`;
    const said = [...stage.documents()].find(
      ([path, doc]) => path.startsWith(prefix) && doc.evidenceUrl === evidenceOf(of),
    );
    return state(minutes, id, key, () => ({ type: 'retracted', eventId: said?.[1].id, why: '別の件だった' }));
  });
/** Files a quarantined report with an edited body. */
export const mend = (minutes: number, id: string, fields: Record<string, unknown>): Act =>
  later(minutes, id, (stage) => {
    const [path = ''] = [...stage.documents().keys()].filter((each) => each.startsWith('quarantine/'));
    const body = JSON.stringify({ id, subject: '番号がない', category: 'trouble', ...fields });
    return filing(minutes, id, () => post(`/api/${path}/mend`, { body }));
  });
/** Dismisses quarantined reports that nobody has settled. */
export const dismiss = (minutes: number): Act =>
  later(minutes, 'dismiss', (stage) => {
    const [path] = [...stage.documents()].find(([each, doc]) => each.startsWith('quarantine/') && !doc.settledAt) ?? [];
    return sending(at(minutes), 'dismiss', () => post(`/api/${path}/dismiss`, { reason: '試験の送信' }));
  });
export const propose = (minutes: number, id: string, key: string, fields: Record<string, unknown> = {}): Act =>
  later(minutes, key, () => {
    const action = { bundleId: '2026-W47', description: `再発を防ぐ ${key}`, kind: 'prevent', ...fields };
    return stating(at(minutes), key, '/api/actions', key, { ...action, incidentId: ids[id] }, ({ body }) => {
      ids[key] = body.id;
      return [];
    });
  });
export const changeAction = (minutes: number, key: string, fields: Record<string, unknown>): Act =>
  sending(at(minutes), key, () => changing(ids[key], fields));
export const told = { type: 'customer-updated', customers: 'all', message: '対応中です', channel: 'phone' };
export const lastWord = { ...told, recovery: true };
export const over = { type: 'recovered', customers: 'all' };
export const occurs = { type: 'verified', happened: 'yes', ongoing: 'yes', method: 'ログ' };
export const affectedSince = (minutes: number, id: string, count = 1): Record<string, unknown> => ({
  type: 'scoped',
  affectedCustomerCount: count,
  affectedCustomers: [{ id }],
  method: 'ログ',
  occurredAt: iso(minutes),
});
export const meeting = 22 * 60;

/** What is changed in the copy. */
export type Change = (ledger: Ledger) => unknown;

export const incidentOf = (ledger: Ledger, name: string): Doc => ledger.documents.get(`incidents/${ids[name]}`);
export const isSignalOf =
  (name: string) =>
  ([path, doc]: [string, Doc]) =>
    path.startsWith('signals/') && doc.sourceId.endsWith(name);
export const isContactOf =
  (name: string, customer: string) =>
  ([path, doc]: [string, Doc]): boolean =>
    path.startsWith(`incidents/${ids[name]}/contacts/`) && doc.customers.some((each: Doc) => each.id === customer);
export const isReplyOf =
  (name: string) =>
  ([path, doc]: [string, Doc]): boolean =>
    path.startsWith(`incidents/${ids[name]}/timeline/`) && doc.type === 'customer-updated' && doc.actor !== 'local';
export const isMissedSlotOf =
  (name: string) =>
  ([path, doc]: [string, Doc]): boolean =>
    path.startsWith(`incidents/${ids[name]}/timeline/`) &&
    doc.type === 'slot-closed' &&
    doc.detail.outcome === 'missed';
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
export const escalatedAtTheEnd: Change = (ledger) =>
  addEvent(ledger, 'told', {
    type: 'escalated',
    actor: 'rule',
    detail: { customers: ['store-1'] },
    recordedAt: at(70),
  });

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
/** As if nobody had been reminded since then. */
export function unremind(ledger: Ledger, name: string, since = 0): void {
  const contact = contactIn(ledger, name);
  contact.facts = contact.facts.filter((each: Doc) => each.type !== 'reminded' || each.recordedAt < since);
}
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
