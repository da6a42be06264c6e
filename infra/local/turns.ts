/** Limits concurrent requests and queues others, as a platform does in front of its instances. */
import type { ServerResponse } from 'node:http';

export interface Turns {
  atOnce: number;
  mostWaiting: number;
  longestWaitMs: number;
}

/**
 * @returns what serves a request when it is its turn, first come, first served. Meanwhile its body stays with its
 * sender. A sender that has left is not served; without room, or without a turn in time, a request is refused.
 */
export function takeTurns({ atOnce, mostWaiting, longestWaitMs }: Turns) {
  const waiting = new Set<() => void>();
  let open = 0;
  const leave = (): void => {
    open -= 1;
    const [next] = waiting;
    next?.();
  };
  return (response: ServerResponse, by: { serve: () => void; refuse: () => void }): void => {
    const enter = (): void => {
      open += 1;
      response.once('close', leave);
      by.serve();
    };
    if (open < atOnce) {
      enter();
      return;
    }
    if (waiting.size >= mostWaiting) {
      by.refuse();
      return;
    }
    const stopWaiting = (): void => {
      waiting.delete(turn);
      clearTimeout(timeout);
      response.off('close', stopWaiting);
    };
    const turn = (): void => {
      stopWaiting();
      enter();
    };
    const timeout = setTimeout(() => {
      stopWaiting();
      by.refuse();
    }, longestWaitMs);
    response.once('close', stopWaiting);
    waiting.add(turn);
  };
}
