/**
 * The steps every intake door shares once a sender is verified: file it, keep what is not understood, and store it
 * somewhere durable when Firestore does not answer in time.
 */
import { presentFiling } from '../incidents/present.ts';
import { quarantine } from '../incidents/signal/quarantine.ts';
import type { Answer } from '../platform/door.ts';
import { errorFacts, log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { milliseconds } from '../policy.ts';
import { fileReading } from './file-reading.ts';
import { type Reading, Unreadable } from './sources/source.ts';
import { type Delivery, spill } from './spill.ts';

/**
 * Files what `read` makes of a body, within the door's own deadline.
 * @param unreadable what to answer when the body is authentic but not understood, after it was quarantined
 * @throws Problem 503 when it could be stored nowhere
 */
export async function takeIn(
  delivery: Delivery,
  read: () => Reading,
  unreadable: (error: Unreadable) => Answer,
): Promise<Answer> {
  const { raw, policy, now, tool, eventId } = delivery;
  return orSpill(delivery, async () => {
    try {
      const reading = read();
      const filing = await fileReading(reading, tool, raw, policy, now);
      if (filing) return { status: filing.created ? 201 : 200, body: presentFiling(filing) };
      const ignored =
        'ignored' in reading ? reading.ignored : 'the end of a ticket that is not known; its signal is kept';
      return { status: 200, body: { ignored } };
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      await quarantine(tool, raw, error.message, { errors: error.errors, eventId, policy, now });
      return unreadable(error);
    }
  });
}

/** Storing goes on in the background when the deadline passes: it is idempotent, and the event door files it anyway. */
async function orSpill(delivery: Delivery, store: () => Promise<Answer>): Promise<Answer> {
  const stored = store();
  let timeout: NodeJS.Timeout | undefined;
  const deadline = new Promise<'late'>((resolve) => {
    timeout = setTimeout(() => resolve('late'), milliseconds(delivery.policy.intake.storeWithin));
  });
  try {
    const answer = await Promise.race([stored, deadline]);
    if (answer !== 'late') return answer;
    stored.catch((error: unknown) => log('WARNING', 'storing failed after the door’s deadline', errorFacts(error)));
    log('WARNING', 'Firestore did not answer in time', { tool: delivery.tool });
  } catch (error) {
    if (error instanceof Problem) throw error;
    log('ERROR', 'Firestore refused', { tool: delivery.tool, ...errorFacts(error) });
  } finally {
    clearTimeout(timeout);
  }
  await spill(delivery);
  return { status: 202, body: { accepted: true } };
}
