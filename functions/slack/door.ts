/**
 * What people press and type in Slack comes in here: verified, handed to Pub/Sub, and acknowledged within Slack's three
 * seconds, once Pub/Sub has it. A modal is opened at once, as a skeleton: what opens it is good for three seconds only.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { addressOf, RateLimits, readLimited, refuseLimited } from '../intake/rate-limit.ts';
import { askSlack, SlackFailure } from '../outgoing/slack/client.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { type Answer, answerRequest, pathWithin } from '../platform/door.ts';
import { PerEnvironment } from '../platform/environment.ts';
import { errorFacts, log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { publish } from '../platform/publish.ts';
import { pubsub } from '../platform/pubsub.ts';
import { policy } from '../policy.ts';
import { topics } from '../topology.ts';
import { type Act, readAct } from './act.ts';
import { refuseForm, skeleton } from './form.ts';
import { callbackOf, externalIdOf, isPressed, rememberedOf } from './meaning.ts';
import { refuseSignature } from './verify.ts';

const limits = new PerEnvironment(() => new RateLimits());

export const slack = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
  answerRequest('slack', request, response, () => take(request));

async function take(request: IncomingMessage): Promise<Answer> {
  const receivedAt = now();
  if (request.method !== 'POST') throw new Problem(405, 'Only POST is supported here.', { headers: { allow: 'POST' } });
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
  // It connects while the modal is opened; what goes wrong is thrown where it is waited for.
  pubsub().catch(() => undefined);
  const modal = callbackOf(act);
  const opened = modal ? await openModal(act, modal) : undefined;
  await publishAct({ path, bytes, receivedAt, ...(opened ? { opened } : {}) });
  return acknowledged;
}

/** An empty body: of a form that was submitted, it closes. */
const acknowledged: Answer = { status: 200, body: undefined };

/** @throws Problem 401, and 429 for an address that only fails */
async function readVerified(request: IncomingMessage, receivedAt: Date): Promise<Buffer> {
  const { SLACK_SIGNING_SECRET: secrets, TRUSTED_HOPS: hops } = readConfig();
  if (secrets.length === 0) {
    const why = 'SLACK_SIGNING_SECRET is not set, or is a published example value';
    log('ERROR', `slack: this door is closed, ${why}`);
    throw unverified(`This endpoint is closed: ${why}.`, 'door-closed');
  }
  const address = addressOf(request, hops);
  refuseLimited(limits.get(), address, policy, receivedAt);
  const bytes = await readLimited(request, limits.get(), address, policy, receivedAt);
  const refusal = refuseSignature(request.headers, bytes, secrets, policy, receivedAt);
  if (refusal === undefined) return bytes;
  limits.get().noteUnverified(address, policy, receivedAt);
  throw unverified(refusal);
}

const unverified = (detail: string, code?: 'door-closed'): Problem =>
  new Problem(401, detail, { headers: { 'www-authenticate': 'Slack' }, ...(code ? { code } : {}) });

/** Of Slack's three seconds these are for opening; the rest is for Pub/Sub. */
const openWithinMs = 1_500;

/** @returns `no` where it surely did not open, `maybe` where Slack did not say or it has been opened before */
async function openModal(act: Act, callback: string): Promise<'yes' | 'maybe' | 'no'> {
  const { triggerId } = act;
  if (!triggerId) return 'no';
  const view = skeleton({ callback, externalId: externalIdOf(act), remembered: rememberedOf(act) });
  try {
    await askSlack((client) => client.views.open({ trigger_id: triggerId, view: view as never }), openWithinMs);
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
