/** Release evidence from Pub/Sub: Cloud Build's messages, and what the door `changes` could not store. */
import { quarantineMessage } from '../incidents/signals/quarantine.ts';
import { isPlausibleTime } from '../incidents/signals/times.ts';
import { now } from '../platform/clock.ts';
import { log } from '../platform/log.ts';
import { messageDoor } from '../platform/message.ts';
import { Problem } from '../platform/problem.ts';
import { parseJson } from '../platform/raw-body.ts';
import { policy } from '../policy.ts';
import { topics } from '../topology.ts';
import { keepRelease } from './keep-release.ts';
import { NotARelease, type ReleaseReading } from './release-source.ts';
import { readerOf } from './release-sources.ts';

export const releases = messageDoor(async (message) => {
  const { source, receivedAt: spilled } = message.attributes;
  const stated = new Date(spilled ?? Number.NaN);
  const receivedAt = isPlausibleTime(stated) ? stated : (message.publishedAt ?? now());
  let reading: ReleaseReading;
  try {
    reading = readerOf(source)(parseJson(message.bytes), receivedAt, policy);
  } catch (error) {
    if (!(error instanceof NotARelease) && !(error instanceof Problem)) throw error;
    return quarantineMessage(source ?? 'cloud-build', message, topics.cloudBuilds, error.message);
  }
  if ('ignored' in reading) return log('DEBUG', reading.ignored, { source: source ?? 'cloud-build' });
  await keepRelease(reading.release);
});
