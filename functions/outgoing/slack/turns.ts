/**
 * One message a second into a channel, as Slack takes them. All that is posted and edited goes through one instance, so
 * whose turn it is lies in memory: who comes too early waits a moment, in the order in which they came.
 */
import { now } from '../../platform/clock.ts';
import { TemporaryFailure } from '../channels/channel.ts';

const betweenMs = 1_000;
/** Who would wait longer comes again. */
const mostWaiting = 60;
const stepMs = 20;

const lastAt = new Map<string, number>();
const queues = new Map<string, { waiting: number; tail: Promise<unknown> }>();

/** @throws TemporaryFailure where it is too long until then, or time does not go on */
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
  const freeAt = (lastAt.get(channel) ?? Number.NEGATIVE_INFINITY) + betweenMs;
  for (let at = now().getTime(); at < freeAt; ) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(stepMs, freeAt - at)));
    const next = now().getTime();
    // While a clock is moved by hand it stands still between two steps: whoever waits here would wait for ever.
    if (next === at) throw tooEarly();
    at = next;
  }
  lastAt.set(channel, now().getTime());
}

const tooEarly = (): TemporaryFailure => new TemporaryFailure('the channel takes one message a second');
