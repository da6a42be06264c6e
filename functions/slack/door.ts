/**
 * Receives what people do in Slack: verified, handed to Pub/Sub, and only then acknowledged, within Slack's three seconds. A
 * trigger for a modal expires as fast, so a skeleton is opened at once.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { addressOf, RateLimits, readLimited, refuseLimited } from '../intake/rate-limit.ts';
import { headerOf, isSignedBy, refuseTime } from '../intake/sources/proof.ts';
import { askSlack, SlackFailure } from '../outgoing/slack/client.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { defined } from '../platform/defined.ts';
import { type Answer, answerRequest, closedDoor, pathWithin, requireMethod, unverified } from '../platform/door.ts';
import { PerEnvironment } from '../platform/environment.ts';
import { errorFacts, log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { publish, pubsub } from '../platform/publish.ts';
import { type Policy, policy } from '../policy.ts';
import { topics } from '../topology.ts';
import { type IdentifiedAct, readAct } from './act.ts';
import { type Frame, refuseForm, skeleton } from './form.ts';
import { frameOf, isPressed } from './meaning.ts';

const limits = new PerEnvironment(() => new RateLimits());

export const slack = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
  answerRequest('slack', request, response, () => take(request));

async function take(request: IncomingMessage): Promise<Answer> {
  const receivedAt = now();
  requireMethod(request);
  const path = pathWithin('slack', request.url ?? '/').replace(/^\/|\/$/g, '');
  if (path !== 'interactions' && path !== 'commands') {
    throw new Problem(404, 'No endpoint here. Set up Slack with /slack/interactions and /slack/commands.');
  }
  const bytes = await readVerified(request, receivedAt);
  const act = readAct(path, bytes);
  if (!act) return acknowledged;
  const errors = act.kind === 'submission' ? refuseForm(act) : undefined;
  if (errors) return { status: 200, body: { response_action: 'errors', errors } };
  if (act.kind === 'press' && !isPressed(act.action)) return acknowledged;
  // Connects while the modal opens; an error is thrown where the result is awaited.
  pubsub().catch(() => undefined);
  const modal = frameOf(act);
  const opened = modal ? await openModal(modal, act.triggerId) : undefined;
  await publishAct({ path, bytes, receivedAt, opened });
  return acknowledged;
}

/** An empty body, which closes a submitted form. */
const acknowledged: Answer = { status: 200, body: undefined };

/** @throws Problem 401, and 429 for an address that only fails */
async function readVerified(request: IncomingMessage, receivedAt: Date): Promise<Buffer> {
  const { SLACK_SIGNING_SECRET: secrets, TRUSTED_HOPS: hops } = readConfig();
  if (secrets.length === 0) throw closedDoor('slack', ['SLACK_SIGNING_SECRET'], 'Slack');
  const address = addressOf(request, hops);
  const caller = { limits: limits.get(), address, policy, now: receivedAt };
  refuseLimited(caller);
  const bytes = await readLimited(request, caller);
  const refusal = refuseSignature(request.headers, bytes, secrets, policy, receivedAt);
  if (refusal === undefined) return bytes;
  caller.limits.noteUnverified(address, policy, receivedAt);
  throw unverified('Slack', refusal);
}

/** Slack waits three seconds: this much is for opening the modal, the rest for Pub/Sub. */
const openWithinMs = 1_500;

/** @returns `no` if it certainly did not open, `maybe` if Slack did not say or it was opened before */
async function openModal(modal: Frame, triggerId: string | undefined): Promise<'yes' | 'maybe' | 'no'> {
  if (!triggerId) return 'no';
  const asked = { trigger_id: triggerId, view: skeleton(modal) as never };
  try {
    await askSlack((client) => client.views.open(asked), openWithinMs);
    return 'yes';
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    log('WARNING', `a modal did not open: ${error.message}`, errorFacts(error));
    const isThere = ['duplicate_external_id', 'exchanged_trigger_id'].includes(error.reason);
    return error.mayBeDone || isThere ? 'maybe' : 'no';
  }
}

/** Slack waits three seconds, of which opening a modal may take half; without one, a process that starts has the rest. */
const publishWithinMs = { afterModal: 1_300, alone: 2_500 };

export interface PublishedAct extends Pick<IdentifiedAct, 'receivedAt'>, Partial<Pick<IdentifiedAct, 'opened'>> {
  path: 'interactions' | 'commands';
  bytes: Buffer;
}

/** @throws Problem 503: it was not recorded, and Slack shows the failure to the person who pressed */
export async function publishAct({ path, bytes, receivedAt, opened }: PublishedAct): Promise<void> {
  const withinMs = opened ? publishWithinMs.afterModal : publishWithinMs.alone;
  const attributes = defined({ path, receivedAt: receivedAt.toISOString(), opened });
  try {
    await publish(topics.slackActions, bytes, { attributes, withinMs });
  } catch (error) {
    log('ERROR', 'what was pressed in Slack was not taken', errorFacts(error));
    const headers = { 'retry-after': '5' };
    throw new Problem(503, 'It couldn’t be recorded now. Press again in a few seconds.', { headers });
  }
}

/** Why Slack's signature v0 over the raw bytes, at most five minutes old, is refused; undefined if it is right. */
export function refuseSignature(
  headers: IncomingHttpHeaders,
  bytes: Buffer,
  secrets: readonly string[],
  policy: Policy,
  now: Date,
): string | undefined {
  const timestamp = headerOf(headers, 'x-slack-request-timestamp');
  const signature = headerOf(headers, 'x-slack-signature');
  if (!timestamp || !signature) return 'It needs X-Slack-Request-Timestamp and X-Slack-Signature, each once.';
  if (!/^\d{9,11}$/.test(timestamp)) return 'X-Slack-Request-Timestamp has to be in seconds since 1970.';
  const late = refuseTime(timestamp, policy, now);
  if (late) return late;
  if (!signature.startsWith('v0=')) return 'X-Slack-Signature has to begin with v0=.';
  const scheme = { algorithm: 'sha256', encoding: 'hex', parts: [`v0:${timestamp}:`, bytes] } as const;
  const isSigned = isSignedBy(secrets, signature.slice('v0='.length), scheme);
  return isSigned ? undefined : 'X-Slack-Signature is not that of this body.';
}
