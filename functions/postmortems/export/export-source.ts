/** Reads the records to be exported to the company's document store. */
import type { QueryDocumentSnapshot, QuerySnapshot } from '@google-cloud/firestore';
import type { Incident } from '../../incidents/incident.ts';
import type { ChangedRecord, Exported, ExportKind, ExportSource } from '../../incidents/views/exported.ts';
import { readConfig } from '../../platform/config.ts';
import { collections, dataOf, firestore, fromDocument, incidentRef } from '../../platform/firestore.ts';
import { policy } from '../../policy.ts';
import { actionRef } from '../actions.ts';
import type { NextAction } from '../actions-rules.ts';
import { numberOfWeek, readBundleDocument } from '../store.ts';
import { readWeek } from '../week.ts';
import { exportAction, exportIncident, exportWeek } from './exported-pages.ts';

export const exportSource: ExportSource = { changedSince, read };

/** Where each kind lies, and the field that says when it was written: a bundle is assembled as it is held, too. */
const places: Record<ExportKind, [collection: string, field: string]> = {
  incidents: [collections.incidents, 'changedAt'],
  actions: [collections.actions, 'changedAt'],
  postmortems: [collections.postmortems, 'assembledAt'],
};

const pageSize = 300;

async function* changedSince(kind: ExportKind, from: Date): AsyncGenerator<ChangedRecord[]> {
  const [name, field] = places[kind];
  const query = firestore().collection(name).where(field, '>=', from).orderBy(field).select(field).limit(pageSize);
  const changed = (each: QueryDocumentSnapshot): ChangedRecord => {
    const changedAt = fromDocument<Record<string, Date>>(each.data())[field] as Date;
    const { seconds, nanoseconds } = each.updateTime;
    return { kind, id: each.id, changedAt, version: `${seconds}.${nanoseconds}` };
  };
  let last: QueryDocumentSnapshot | undefined;
  for (;;) {
    const { docs }: QuerySnapshot = await (last ? query.startAfter(last) : query).get();
    if (docs.length > 0) yield docs.map(changed);
    if (docs.length < pageSize) break;
    last = docs.at(-1);
  }
}

async function read(kind: ExportKind, id: string, now: Date): Promise<Exported | undefined> {
  const consoleUrl = readConfig().CONSOLE_URL;
  if (kind === 'incidents') {
    const incident = dataOf<Incident>(await incidentRef(id).get());
    return incident && exportIncident(incident, policy, consoleUrl);
  }
  if (kind === 'actions') {
    const action = dataOf<NextAction>(await actionRef(id).get());
    return action && exportAction(action, policy, consoleUrl);
  }
  const week = readWeek(id, policy.zone);
  if (!week || week.start > now) return undefined;
  return exportWeek(week, await numberOfWeek(id, policy), await readBundleDocument(id), policy, consoleUrl);
}
