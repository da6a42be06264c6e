/** Release evidence: what Cloud Build says of each build is kept, and found again by the time of an incident. */
import type { DocumentData } from '@google-cloud/firestore';
import type { CloudEvent } from '@google-cloud/functions-framework';
import type { Incident } from '../incidents/incident.ts';
import { quarantine } from '../intake/quarantine.ts';
import { now } from '../platform/clock.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import { type Message, readMessage, withMessageTrace } from '../platform/message.ts';
import { Problem } from '../platform/problem.ts';
import { parseJson } from '../platform/raw-body.ts';
import { milliseconds, type Policy, policy } from '../policy.ts';
import { topics } from '../topology.ts';
import { isFinished, NotABuild, type Release, readBuild } from './build.ts';

interface ReleaseRecord extends Release {
  recordedAt: Date;
  expireAt: Date;
}

export async function releases(event: CloudEvent<unknown>): Promise<void> {
  const message = readMessage(event);
  await withMessageTrace(message, () => keepRelease(message));
}

async function keepRelease(message: Message): Promise<void> {
  const receivedAt = message.publishedAt ?? now();
  let release: Release;
  try {
    release = readBuild(parseJson(message.bytes), receivedAt);
  } catch (error) {
    if (!(error instanceof NotABuild) && !(error instanceof Problem)) throw error;
    const raw = { bytes: message.bytes, contentType: 'application/json', receivedAt };
    const { attributes } = message;
    await quarantine('cloud-build', raw, error.message, {
      message: { topic: topics.cloudBuilds, attributes },
      policy,
      now: now(),
    });
    return;
  }
  const at = now();
  const ref = firestore().collection(collections.releases).doc(release.id);
  const isKept = await firestore().runTransaction(async (transaction) => {
    const before = (await transaction.get(ref)).get('status') as unknown;
    // Messages overtake each other: a build that has ended does not begin again.
    if (typeof before === 'string' && isFinished(before) && !isFinished(release.status)) return false;
    const expireAt = new Date(at.getTime() + milliseconds(policy.evidence.releasesKeptFor));
    transaction.set(ref, { ...release, recordedAt: at, expireAt } satisfies ReleaseRecord);
    return true;
  });
  if (isKept) log('INFO', 'release evidence', { releaseId: release.id, status: release.status });
}

export interface ReleasesBefore {
  from: Date;
  until: Date;
  /** Newest first. */
  releases: Release[];
}

/** More than these in a day say nothing about an incident. */
const mostReleases = 100;

/** The builds that began in the policy's hours before an incident; one that ran on into it is among them. */
export async function releasesBefore(incident: Incident, by: Policy): Promise<ReleasesBefore> {
  const until = incident.occurredAt ?? incident.reportedAt;
  const from = new Date(until.getTime() - milliseconds(by.review.releaseLookback));
  const found = await firestore()
    .collection(collections.releases)
    .where('startedAt', '>=', from)
    .where('startedAt', '<=', until)
    .orderBy('startedAt', 'desc')
    .limit(mostReleases)
    .get();
  return { from, until, releases: found.docs.map((document) => present(document.data())) };
}

function present(data: DocumentData): Release {
  const { expireAt: _, recordedAt: __, ...release } = fromDocument<ReleaseRecord>(data);
  return release;
}
