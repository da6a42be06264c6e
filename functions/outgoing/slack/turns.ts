/** One message a second into a channel, as Slack takes them. The queue is in memory: one instance posts everything. */
import { now, waitUntil } from '../../platform/clock.ts';
import { PerEnvironment } from '../../platform/environment.ts';
import { TemporaryFailure } from '../../platform/failures.ts';

const betweenMs = 1_000;
/** A caller that would wait longer is told to come again. */
const mostWaiting = 60;

const lastAt = new PerEnvironment(() => new Map<string, number>());
const queues = new Map<string, { waiting: number; tail: Promise<unknown> }>();

/** @throws TemporaryFailure if it is too long until then, or time does not pass */
export async function takeTurn(channel: string): Promise<void> {
  const queue = queues.get(channel) ?? { waiting: 0, tail: Promise.resolve() };
  queues.set(channel, queue);
  if (queue.waiting >= mostWaiting) throw tooEarly();
  queue.waiting += 1;
  const turn = queue.tail.then(() => waitFor(channel));
  queue.tail = turn.catch(() => undefined);
  try {
    await turn;
  } finally {
    queue.waiting -= 1;
    if (queue.waiting === 0) queues.delete(channel);
  }
}

async function waitFor(channel: string): Promise<void> {
  const last = lastAt.get().get(channel) ?? Number.NEGATIVE_INFINITY;
  // A message time in the future means that the clock was set back.
  const freeAt = last <= now().getTime() ? last + betweenMs : 0;
  if (now().getTime() < freeAt) await waitUntil(new Date(freeAt));
  if (now().getTime() < freeAt) throw tooEarly();
  lastAt.get().set(channel, now().getTime());
}

const tooEarly = (): TemporaryFailure => new TemporaryFailure('the channel takes one message a second');
