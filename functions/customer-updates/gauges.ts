/** Every five minutes, writes the gauges that alert policies watch. Firestore counts: one read per 1,000 documents. */

import type { Query } from '@google-cloud/firestore';
import type { Contact } from '../incidents/rhythm/contact.ts';
import { newestBackupAt } from '../platform/backups.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { collections, countOf, dataOf, firestore, fromDocument, hasGrpcCode } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { errorFacts, log } from '../platform/log.ts';
import { messageDoor } from '../platform/message.ts';
import { monitoring } from '../platform/monitoring.ts';
import { publishNotice } from '../platform/publish-notice.ts';
import { policy } from '../policy.ts';
import { gaugePrefix } from '../topology.ts';
import { headings } from '../words/texts/notices.ts';

interface Gauge {
  /** One of the gauges in the topology. */
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** A failed delivery counts for a day; by then somebody has seen it. */
const failureStandsForMs = 86_400_000;
/** A body that came within two ticks is new. */
const newestWithinMs = 10 * 60_000;

export const gauges = messageDoor(async () => {
  const at = now();
  const measured = await measure(at);
  try {
    await write(measured, at);
  } catch (error) {
    // A tick that came twice, or late: a point no newer than the last is refused, however often it is sent.
    if (!hasGrpcCode(error, 'INVALID_ARGUMENT')) throw error;
    log('ERROR', 'the gauges were not taken', errorFacts(error));
  }
  const quarantined = measured.find((each) => each.name === 'quarantined')?.value ?? 0;
  if (quarantined > 0) await announceQuarantine(quarantined, at);
  log('INFO', 'gauges', Object.fromEntries(measured.map((each) => [keyOf(each), each.value])));
});

const keyOf = ({ name, labels }: Gauge): string => [name, ...Object.values(labels)].join('.');

async function measure(at: Date): Promise<Gauge[]> {
  const all = (name: string): Query => firestore().collection(name);
  const open = all(collections.incidents)
    .where('kind', '==', 'incident')
    .where('status', '==', 'open')
    .where('isDrill', '==', false)
    .where('isAboutMetronome', '==', false);
  const unsent = all(collections.notices)
    .where('delivery.state', 'in', ['waiting', 'rejected', 'unknown', 'given-up'])
    .where('delivery.updatedAt', '>=', new Date(at.getTime() - failureStandsForMs))
    .orderBy('delivery.updatedAt', 'desc');
  const gauge = async (name: string, value: Promise<number>, labels = {}): Promise<Gauge> => {
    return { name, labels, value: await value };
  };
  const measured = await Promise.all([
    gauge('open_incidents', countOf(open.where('urgency.level', '==', 'high')), { level: 'high' }),
    gauge('open_incidents', countOf(open.where('urgency.level', '==', 'low')), { level: 'low' }),
    measureOverdue(at),
    gauge('oldest_timer_seconds', waitOfOldestTimer(at)),
    gauge('quarantined', countOf(all(collections.quarantine).where('state', '==', 'open'))),
    gauge('failed_updates', countOf(all(collections.incidents).where('failedUpdates', '>', 0))),
    gauge('undelivered_notices', countOf(unsent)),
    ageOfBackup(at),
  ]);
  return measured.flat();
}

/** Without drills. Both counts read one moment: an update in between would subtract a customer never counted. */
async function measureOverdue(at: Date): Promise<Gauge[]> {
  const overdue = firestore().collectionGroup(collections.contacts).where('nextUpdateDueAt', '<', at);
  const [first] = (await overdue.limit(1).get()).docs;
  if (!first) return overdueGauges(0, 0);
  const drills = await overdue.where('isDrill', '==', true).count().get();
  const inDrills = drills.data().count;
  const amongDrills = overdue.orderBy('nextUpdateDueAt').limit(inDrills + 1);
  const [all, oldest] = await firestore().runTransaction(
    (then) => Promise.all([then.get(overdue.count()), inDrills > 0 ? then.get(amongDrills) : undefined]),
    { readOnly: true, readTime: drills.readTime },
  );
  const contacts = (oldest?.docs ?? [first]).map((each) => fromDocument<Contact>(each.data()));
  const since = contacts.find((each) => !each.isDrill)?.nextUpdateDueAt ?? at;
  return overdueGauges(all.data().count - inDrills, secondsBetween(since, at));
}

const overdueGauges = (count: number, oldestSeconds: number): Gauge[] => [
  { name: 'overdue_contacts', labels: {}, value: count },
  { name: 'oldest_overdue_seconds', labels: {}, value: oldestSeconds },
];

/** Who may not see backups writes the other gauges all the same. */
async function ageOfBackup(at: Date): Promise<Gauge[]> {
  try {
    const newest = await newestBackupAt();
    return newest ? [{ name: 'newest_backup_seconds', labels: {}, value: secondsBetween(newest, at) }] : [];
  } catch (error) {
    log('ERROR', 'the backups could not be listed', errorFacts(error));
    return [];
  }
}

/** One that failed and was put off waits since it was due at first. */
async function waitOfOldestTimer(at: Date): Promise<number> {
  const waits = ['wakeAt', 'failingSince'].map(async (field) => {
    const due = firestore().collection(collections.timers).where(field, '<=', at).orderBy(field);
    const [oldest] = (await due.limit(1).select(field).get()).docs;
    return oldest ? secondsBetween(fromDocument<Record<string, Date>>(oldest.data())[field] ?? at, at) : 0;
  });
  return Math.max(...(await Promise.all(waits)));
}

const secondsBetween = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / 1_000);

async function write(measured: Gauge[], at: Date): Promise<void> {
  const client = await monitoring();
  const project = readConfig().GOOGLE_CLOUD_PROJECT ?? (await client.getProjectId());
  await client.createTimeSeries({
    name: `projects/${project}`,
    timeSeries: measured.map(({ name, labels, value }) => ({
      metric: { type: `${gaugePrefix}${name}`, labels },
      resource: { type: 'global', labels: { project_id: project } },
      metricKind: 'GAUGE' as const,
      valueType: 'INT64' as const,
      points: [{ interval: { endTime: { seconds: Math.floor(at.getTime() / 1_000) } }, value: { int64Value: value } }],
    })),
  });
}

/** Told as the number doubles, at most once a day for each doubling, and only while more comes. */
async function announceQuarantine(waiting: number, at: Date): Promise<void> {
  const open = firestore().collection(collections.quarantine).where('state', '==', 'open');
  const newest = await open.orderBy('quarantinedAt', 'desc').limit(1).get();
  const newestAt = dataOf<{ quarantinedAt: Date }>(newest.docs[0])?.quarantinedAt;
  if (!newestAt || at.getTime() - newestAt.getTime() > newestWithinMs) return;
  const doubling = Math.floor(Math.log2(waiting));
  const heading = headings['quarantine-growing'];
  const subject = { ja: `${heading.ja}(${waiting}件)`, en: `${heading.en} (${waiting})` };
  await publishNotice({
    id: stableId('ntc', 'quarantine-growing', dayOf(at), doubling),
    kind: 'quarantine-growing',
    subject,
    text: {
      ja: `${subject.ja}\n届いた報告のうち、内容を読み取れなかったものです。失われてはいません。内容を確認し、「もう一度読み取る」か「対応不要にする」を選んでください。`,
      en: `${subject.en}\nThese reports couldn’t be parsed. Nothing is lost: parse each again, or dismiss it.`,
    },
    url: readConfig().CONSOLE_URL,
    createdAt: at.toISOString(),
  });
}

const dayOf = (at: Date): string => new Intl.DateTimeFormat('sv-SE', { timeZone: policy.zone }).format(at);
