/** Who states, when, once, and of what they have seen: what every operation that records something is handed. */
import { z } from '@hono/zod-openapi';
import type { Context } from '../incidents/decision.ts';
import { readIfMatch } from '../incidents/version.ts';
import { now } from '../platform/clock.ts';
import { policy } from '../policy.ts';
import { actorOf } from './actor.ts';

export const idempotencyHeader = z.object({ 'idempotency-key': z.string().min(1).max(255).optional() });

/** Of what changes a record that others may be changing. */
export const ifMatchHeader = z.object({
  'if-match': z.string().max(2_000).optional().meta({
    description: 'The record’s ETag. If someone has recorded anything since, the request is refused with 412.',
    example: '"00000004"',
  }),
});
export const changeHeaders = idempotencyHeader.extend(ifMatchHeader.shape);

/** @throws Problem 422 for an `If-Match` that is none */
export function statedBy(request: { header(name: string): string | undefined }): Context {
  return {
    actor: actorOf(request),
    now: now(),
    policy,
    idempotencyKey: request.header('idempotency-key'),
    seen: readIfMatch(request.header('if-match')),
  };
}
