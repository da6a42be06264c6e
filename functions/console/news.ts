/** What has been stated of an incident since a page of it was written: an open page asks, before somebody acts on it. */
import { requireIncident } from '../find/read-incident.ts';
import { readEvent, type TimelineEvent } from '../incidents/events.ts';
import type { Incident } from '../incidents/incident.ts';
import { timelineRef } from '../incidents/records.ts';
import { eventId } from '../incidents/timeline.ts';
import { versionOf } from '../incidents/version.ts';
import type { UpdateRecord } from '../outgoing/tickets/update.ts';
import { dataOf, firestore, fromDocument, updateRef } from '../platform/firestore.ts';
import { newsLines } from './incident-form.ts';
import type { FileAnswer, Visit } from './page.ts';
import { sayReason } from './problem-page.ts';
import { joined, type View } from './view.ts';

const mostTold = 5;

/** One line of text; none where the page is still true. `?failing`: it says already that an update does not get there. */
export async function showNews({ view, query }: Visit, id = '', seen = ''): Promise<FileAnswer> {
  const incident = await requireIncident(id);
  const version = versionOf(incident);
  const failing = query.has('failing') ? '' : await failingNow(view, incident);
  const body = failing || (seen === version ? '' : await newsSince(view, id, seen, Number(version)));
  return { status: 200, body, type: 'text/plain; charset=utf-8' };
}

async function failingNow(view: View, { sending = [], affectedCustomers }: Incident): Promise<string> {
  const onItsWay = sending.filter(({ state }) => state === 'sending').map(({ id }) => updateRef(id));
  const found = onItsWay.length > 0 ? await firestore().getAll(...onItsWay) : [];
  const failing = found.find((each) => each.get('state') !== 'sent' && each.get('error'));
  if (!failing) return '';
  const { customers, error } = fromDocument<UpdateRecord>(failing.data());
  const names = customers.map((id) => affectedCustomers.find((each) => each.id === id)?.name ?? id);
  return `${view.t('update.failing', { names: joined(view, names) })}. ${sayReason(view, error ?? '')}`;
}

async function newsSince(view: View, id: string, seen: string, last: number): Promise<string> {
  const events = await eventsBetween(id, Math.max(Number(seen) + 1, last - mostTold + 1), last);
  return events.length === 0 ? '' : view.t('news', { what: joined(view, newsLines(view, events, seen)) });
}

async function eventsBetween(id: string, first: number, last: number): Promise<TimelineEvent[]> {
  const ids = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => eventId(first + index));
  if (ids.length === 0) return [];
  const found = await firestore().getAll(...ids.map((each) => timelineRef(id, each)));
  return found.flatMap((each) => (each.exists ? [readEvent(dataOf(each))] : []));
}

const mostArrivals = 50;

/** Whether nothing has been stated since a page but what became of updates: no form decides on that. */
export async function onlyArrivalsSince(id: string, seen: string): Promise<boolean> {
  const last = Number(versionOf(await requireIncident(id)));
  if (!/^\d{8}$/.test(seen) || last - Number(seen) > mostArrivals) return false;
  const events = await eventsBetween(id, Number(seen) + 1, last);
  return events.every(
    ({ actor, detail }) => actor === 'rule' || ('updateId' in detail && detail.updateId !== undefined),
  );
}
