/** What has been stated of an incident since a page of it was written: an open page asks, before somebody acts on it. */
import { readEvent } from '../incidents/events.ts';
import { timelineRef } from '../incidents/records.ts';
import { eventId } from '../incidents/timeline.ts';
import { versionOf } from '../incidents/version.ts';
import { firestore, fromDocument } from '../platform/firestore.ts';
import { newsLines } from './incident-form.ts';
import { loadIncidentDocument } from './incident-load.ts';
import { joined, type View } from './view.ts';
import type { FileAnswer, Visit } from './visit.ts';

const mostTold = 5;

/** One line of text; none where the page is still true. */
export async function showNews({ view }: Visit, id = '', seen = ''): Promise<FileAnswer> {
  const incident = await loadIncidentDocument(id);
  const version = versionOf(incident);
  const body = seen === version ? '' : await newsSince(view, id, seen, Number(version));
  return { status: 200, body, type: 'text/plain; charset=utf-8' };
}

async function newsSince(view: View, id: string, seen: string, last: number): Promise<string> {
  const first = Math.max(Number(seen) + 1, last - mostTold + 1);
  const ids = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => eventId(first + index));
  if (ids.length === 0) return '';
  const found = await firestore().getAll(...ids.map((each) => timelineRef(id, each)));
  const events = found.filter((each) => each.exists).map((each) => readEvent(fromDocument(each.data())));
  return view.t('news', { what: joined(view, newsLines(view, events, seen)) });
}
