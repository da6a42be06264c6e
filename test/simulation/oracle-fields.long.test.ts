/**
 * Of the oracle: that it reads what the records say of themselves. In worlds that were played, one field at a time says
 * something else than it did: that has to be noticed.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Held } from './dump.ts';
import { playInMemory } from './in-memory.ts';
import { type Doc, sortRecords } from './oracle/records.ts';
import { judgeRecords } from './oracle.ts';
import { other, placesIn } from './spoil.ts';

const mostSpoiled = 6;

let held: Held[];
beforeAll(async () => {
  // Small ones, since each is judged over and over.
  held = await Promise.all(Array.from({ length: 24 }, (_, index) => playInMemory(`fields-${index}`, 4)));
});

/** Of an event its type; of any other document where it is kept. */
function kindOf(path: string, doc: Doc): string {
  const [collection = '', , below] = path.split('/');
  if (below === 'timeline') return /\/\d+$/.test(path) ? doc.type : 'received';
  return below ?? collection;
}

const judge = (each: Held): string[] => judgeRecords(sortRecords(each.documents()), each);

/** What cannot be read at all is noticed as well. */
function isNoticed(each: Held): boolean {
  try {
    return judge(each).length > 0;
  } catch {
    return true;
  }
}

test('nothing is wrong with them as they were', () => {
  expect(held.flatMap(judge)).toEqual([]);
});

/** By the kind of document, the fields that are read. */
const fields: Record<string, string> = {
  'slot-closed':
    'detail.dueAt detail.endAt detail.outcome detail.reason detail.remindedAt detail.updatedAt detail.missedInARow ' +
    'detail.contactId changes.slots.met changes.slots.missed recordedAt',
  reminded: 'detail.customers detail.slots detail.slots.*.dueAt detail.slots.*.why detail.scopeDueAt detail.why',
  escalated: 'detail.customers occurredAt',
  filed: 'detail.rule detail.why changes.urgency.level changes.kind changes.title changes.receivedAt',
  responded: 'detail.ticket.id detail.ticket.tool detail.signalId',
  'customer-updated': 'detail.ticket.id detail.signalId detail.message occurredAt detail.customers',
  'recovery-questioned': 'detail.rule detail.why detail.ticket.id detail.signalId detail.message',
  recovered: 'detail.recoveredAt detail.why changes.recoveredAt changes.status',
  reopened: 'detail.rule detail.why changes.status',
  linked: 'detail.to detail.from detail.basis occurredAt',
  unlinked: 'detail.from detail.incident occurredAt',
  corrected: 'detail.field detail.old detail.new',
  'urgency-changed': 'detail.old detail.new detail.rule',
  reviewed: 'detail.old.impact detail.old.cause detail.confirmed.value',
  paged: 'detail.action detail.reasons detail.why',
  retracted: 'detail.eventId detail.type detail.slots.*.outcome',
  received: 'detail.kind detail.tool detail.sourceId detail.message detail.title occurredAt actor',
  contacts:
    'affectedKnownAt customers isTheOthers lastMessage lastUpdateAt missedInARow name nextUpdateDueAt recoveredAt ' +
    'remindedAt escalatedAt endsWith pastSlots pastSlots.*.dueAt pastSlots.*.endAt pastSlots.*.outcome ' +
    'pastSlots.*.remindedAt',
  incidents:
    'affectedCustomers assignee cause.category firstResponseAt happened impact.affectedCustomerCount kind lastSequence ' +
    'mitigatedAt mitigation.kind missing occurredAt ongoing receivedAt recoveredAt reopenedAt responders ' +
    'score.confirmed.value score.reference.value scopedAt slots.missed status title urgency.inputs.receivedAt ' +
    'urgency.level urgency.rule verifiedAt',
  signals:
    'title description category ongoing isReporterAffected affectedCustomers customer.id kind sourceId occurredAt.at ' +
    'isDrill differsFromExpected businessImpact',
};

describe.each(Object.entries(fields))('what %s says', (kind, paths) => {
  test.each(paths.split(' '))('of %s', (path) => {
    const places = held.flatMap((each) =>
      [...each.documents()]
        .filter(([name, doc]) => kindOf(name, doc) === kind)
        .flatMap(([, doc]) => placesIn(doc, path.split('.')).map((place) => ({ each, place }))),
    );
    const some = places.filter((_, index) => index % Math.ceil(places.length / mostSpoiled) === 0);
    const isRead = some.some(({ each, place: [holder, name] }) => {
      const was = holder[name];
      holder[name] = other(was);
      const found = isNoticed(each);
      holder[name] = was;
      return found;
    });
    expect(isRead).toBe(true);
  });
});
