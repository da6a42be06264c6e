/** A service of the local cloud by its calls alone, without a client and a wire. */
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, vi } from 'vitest';
import type { GrpcError, ServiceHandlers } from '../src/grpc.ts';

// biome-ignore lint/suspicious/noExplicitAny: messages are shaped by the service's own .proto
export type Answer = any;

/** Between its jumps the clock is stopped as well. */
export function stopTimeAt(startAt: number): void {
  beforeEach(() => void vi.useFakeTimers({ now: startAt, toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());
}

export function callsOf(handlers: readonly ServiceHandlers[]) {
  const methods = Object.assign({}, ...handlers.map(({ unary }) => unary)) as Record<string, (of: object) => Answer>;
  const call = (method: string, request: object): Answer => methods[method]?.(request);
  return { call, refused: (method: string, request: object) => outcomeOf(() => call(method, request)) };
}

/** @returns how it was refused, if it was */
export function outcomeOf(work: () => unknown): string {
  try {
    work();
    return 'taken';
  } catch (error) {
    return `${status[(error as GrpcError).code]}: ${(error as GrpcError).message}`;
  }
}
