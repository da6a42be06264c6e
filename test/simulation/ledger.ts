/** The small true ledger on which `oracle.long.test.ts` tries the oracle, and what can happen in it. */
import { alertGroup } from '../fixtures/alert-groups.ts';
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

/** What is changed in a copy of it. */
export type Change = (ledger: Ledger) => unknown;

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
/** Of Alertmanager, whose two alerts fire. */
export const group = (minutes: number, id: string): Act =>
  filing(minutes, id, (now) =>
    webhook('alertmanager', JSON.stringify(alertGroup({ name: id, startsAt: iso(minutes), pods: ['a', 'b'] })), now),
  );
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
