/** A verified act on its way to who works on it. */
import { errorFacts, log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { publish } from '../platform/publish.ts';
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

/** @throws Problem 503: it was not recorded, and Slack shows the failure to the person who pressed */
export async function publishAct({ path, bytes, receivedAt, opened }: PublishedAct): Promise<void> {
  const withinMs = opened ? publishWithinMs.afterModal : publishWithinMs.alone;
  const attributes = { path, receivedAt: receivedAt.toISOString(), ...(opened ? { opened } : {}) };
  try {
    await publish(topics.slackActions, bytes, { attributes, withinMs });
  } catch (error) {
    log('ERROR', 'what was pressed in Slack was not taken', errorFacts(error));
    throw new Problem(503, 'It couldn’t be recorded now. Press again in a few seconds.', {
      headers: { 'retry-after': '5' },
    });
  }
}
