/** Every five minutes, writes the gauges that alert policies watch. Firestore counts: one read per 1,000 documents. */
import type { Query } from '@google-cloud/firestore';
import { type Incident, unnamedIn } from '../incidents/incident.ts';
import { contactsInAll, type StoredContact } from '../incidents/record/cohorts.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import { newestBackupAt } from '../platform/backups.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { allOf, collections, countOf, dataOf, firestore, hasGrpcCode, incidentRef } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { errorFacts, log } from '../platform/log.ts';
import { messageDoor } from '../platform/message.ts';
import { monitoring } from '../platform/monitoring.ts';
import { undeliveredSince } from '../platform/notice-record.ts';
import { publishNotice } from '../platform/publish-notice.ts';
import { jiraTokenEnd } from '../platform/token-end.ts';
import { policy } from '../policy.ts';
import { gaugePrefix } from '../topology.ts';
import { both } from '../words/language.ts';
import { headings, labels } from '../words/texts/notices.ts';
import { secondsBetween, waitOfOldestTimer } from './oldest-timer.ts';

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
    // For a repeated or late tick: Cloud Monitoring refuses a point that is not newer than the last, however often it is sent.
    if (!hasGrpcCode(error, 'INVALID_ARGUMENT')) throw error;
    log('ERROR', 'the gauges were not taken', errorFacts(error));
  }
  const quarantined = measured.find((each) => each.name === 'quarantined')?.value ?? 0;
  if (quarantined > 0) await announceQuarantine(quarantined, at);
  await announceTokenEnd(at);
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
  const unsent = undeliveredSince(new Date(at.getTime() - failureStandsForMs));
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

/** Beyond this many documents, each counts as one customer. */
const mostOverdueRead = 1_000;

/** Counts customers, not documents, and no drills: one document may hold many, and unnamed customers are counted on their incident. */
async function measureOverdue(at: Date): Promise<Gauge[]> {
  const overdue = firestore().collectionGroup(collections.contacts).where('nextUpdateDueAt', '<', at);
  const read = await overdue.orderBy('nextUpdateDueAt').limit(mostOverdueRead).get();
  const unread = read.size < mostOverdueRead ? 0 : (await countOf(overdue)) - mostOverdueRead;
  const waiting = contactsInAll(allOf<StoredContact>(read)).filter(({ isDrill }) => !isDrill);
  const named = waiting.filter(({ isTheOthers }) => !isTheOthers);
  const unnamed = await countUnnamed(waiting.filter(({ isTheOthers }) => isTheOthers));
  const customers = named.reduce((sum, each) => sum + Math.max(1, each.customers.length), unread + unnamed);
  const since = Math.min(at.getTime(), ...waiting.map(({ nextUpdateDueAt }) => Number(nextUpdateDueAt)));
  return overdueGauges(customers, secondsBetween(new Date(since), at));
}

/** An incident's count includes the customers of reports merged into it. */
async function countUnnamed(others: readonly Contact[]): Promise<number> {
  const ids = [...new Set(others.map(({ incidentId }) => incidentId))];
  const incidents = await Promise.all(ids.map(async (id) => dataOf<Incident>(await incidentRef(id).get())));
  return incidents.reduce((sum, each) => sum + Math.max(1, each ? unnamedIn(each) : 0), 0);
}

const overdueGauges = (count: number, oldestSeconds: number): Gauge[] => [
  { name: 'overdue_contacts', labels: {}, value: count },
  { name: 'oldest_overdue_seconds', labels: {}, value: oldestSeconds },
];

/** Without permission to list backups, the other gauges are still written. */
async function ageOfBackup(at: Date): Promise<Gauge[]> {
  try {
    const newest = await newestBackupAt();
    return newest ? [{ name: 'newest_backup_seconds', labels: {}, value: secondsBetween(newest, at) }] : [];
  } catch (error) {
    log('ERROR', 'the backups could not be listed', errorFacts(error));
    return [];
  }
}

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

/** Mondays from ten to eleven, from 30 days before the date on: each tick of that hour publishes the same notice. */
export async function announceTokenEnd(at: Date): Promise<void> {
  const { day, state } = jiraTokenEnd(at) ?? {};
  if (!day || state === 'valid' || !isMondayAtTen(at)) return;
  const { CONSOLE_URL: consoleUrl } = readConfig();
  const subject = both((language) => `${headings['token-ends'][language]}: Jira, ${day}`);
  await publishNotice({
    id: stableId('ntc', 'token-ends', day, dayOf(at)),
    kind: 'token-ends',
    subject,
    text: both((language) => `${subject[language]}\n${labels.tokenEnds[language]}`),
    url: consoleUrl && `${consoleUrl}/connections`,
    createdAt: at.toISOString(),
  });
}

/** Announced when the number has doubled, at most once a day for each doubling, and only while it grows. */
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

/** `2026-12-07 10:05`, in the policy's zone. */
const localTimeOf = (at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: policy.zone, dateStyle: 'short', timeStyle: 'short' }).format(at);

const dayOf = (at: Date): string => localTimeOf(at).slice(0, 10);

const isMondayAtTen = (at: Date): boolean =>
  new Date(dayOf(at)).getUTCDay() === 1 && localTimeOf(at).slice(11, 13) === '10';
