/** What a drill shows: its checkpoints beside those of the incident that it replays, by the same rules. */
import { readDrill } from '../incidents/drills/drill.ts';
import { codeOf, type Incident } from '../incidents/incident.ts';
import { allOf, collections, dataOf, firestore, incidentRef } from '../platform/firestore.ts';
import type { Policy } from '../policy.ts';
import { type Checkpoint, type CheckpointResult, judgeCheckpoints } from './checkpoints.ts';
import { durationsOf } from './entry.ts';
import { readReleases, readUnmetSlots } from './gather.ts';

export type DrillReport = Awaited<ReturnType<typeof loadDrillReport>>;
type Judged = Awaited<ReturnType<typeof judgeIncident>>;

const mostIncidents = 50;

/**
 * @returns `original`, null once it is gone; the `incidents` that the drill has filed, without linked ones; and the results
 * of each checkpoint, in the order of those incidents
 * @throws Problem 404
 */
export async function loadDrillReport(id: string, policy: Policy, now: Date) {
  const drill = await readDrill(id);
  const [original, found] = await Promise.all([
    incidentRef(drill.from).get(),
    firestore().collection(collections.incidents).where('drill.id', '==', id).limit(mostIncidents).get(),
  ]);
  const filed = allOf<Incident>(found)
    .filter(({ status }) => status !== 'linked')
    .sort((one, other) => one.filedAt.getTime() - other.filedAt.getTime() || (one.id < other.id ? -1 : 1));
  const replayed = dataOf<Incident>(original);
  const before = replayed ? await judgeIncident(replayed, policy, now) : null;
  const incidents = await Promise.all(filed.map((each) => judgeIncident(each, policy, now)));
  const checkpoints = (before ?? incidents[0])?.checkpoints ?? [];
  const resultIn = (of: Judged | null | undefined, checkpoint: Checkpoint['id']): CheckpointResult | null =>
    of?.checkpoints.find((each) => each.id === checkpoint)?.result ?? null;
  const comparison = checkpoints.map(({ id: checkpoint }) => ({
    checkpoint,
    original: resultIn(before, checkpoint),
    drill: incidents.map((each) => resultIn(each, checkpoint) ?? 'no-data'),
  }));
  return { drill, original: before, incidents, comparison };
}

async function judgeIncident(incident: Incident, policy: Policy, now: Date) {
  const [slots, releases] = await Promise.all([readUnmetSlots(incident.id), readReleases([incident], policy)]);
  const [release] = releases.values();
  return {
    incidentId: incident.id,
    code: codeOf(incident.id),
    title: incident.title,
    status: incident.status,
    checkpoints: judgeCheckpoints({ incident, slots, release }, policy, now),
    durations: durationsOf(incident),
  };
}
