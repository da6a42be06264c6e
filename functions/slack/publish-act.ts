/** A verified act on its way to who works on it. */
import type { PubSub } from '@google-cloud/pubsub';
import { currentTraceId, errorFacts, log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { topics } from '../topology.ts';

/** Slack waits three seconds, of which opening a modal may take half; without one, a process that starts has the rest. */
const publishWithinMs = { afterModal: 1_300, alone: 2_500 };

export interface PublishedAct {
  path: 'interactions' | 'commands';
  /** As Slack sent them. */
  bytes: Buffer;
  receivedAt: Date;
  /** Whether the modal that it opens is there. */
  opened?: 'yes' | 'maybe' | 'no';
}

/** Begins while a modal is opened; what goes wrong is thrown where it is waited for. */
export function warmUp<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

/** @throws Problem 503: nobody has it, and Slack shows whoever pressed that it failed */
export async function publishAct(client: PubSub, { path, bytes, receivedAt, opened }: PublishedAct): Promise<void> {
  const traceId = currentTraceId();
  const withinMs = opened ? publishWithinMs.afterModal : publishWithinMs.alone;
  const topic = client.topic(topics.slackActions, {
    gaxOpts: { timeout: withinMs },
    batching: { maxMessages: 1 },
  });
  const attributes = {
    path,
    receivedAt: receivedAt.toISOString(),
    ...(opened ? { opened } : {}),
    ...(traceId ? { traceId } : {}),
  };
  let timeout: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timeout = setTimeout(() => reject(new Error('Pub/Sub did not answer in time.')), withinMs);
  });
  try {
    await Promise.race([topic.publishMessage({ data: bytes, attributes }), deadline]);
  } catch (error) {
    log('ERROR', 'what was pressed in Slack was not taken', errorFacts(error));
    throw new Problem(503, 'It could not be taken now. Press again in a few seconds.', {
      headers: { 'retry-after': '5' },
    });
  } finally {
    clearTimeout(timeout);
  }
}
