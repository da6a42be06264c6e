/**
 * PagerDuty's webhooks v3: acknowledging Metronome's page on the phone counts as a response here. A webhook never resolves
 * anything. This public door must not send anything to Slack or to customers, so the cards follow with the next tick.
 */
import type { IncomingMessage } from 'node:http';
import type { RawBody } from '../incidents/signals/signal.ts';
import { recordStatement } from '../incidents/statements/record-event.ts';
import { receive } from '../intake/request.ts';
import { headerOf, isSignedBy } from '../intake/sources/proof.ts';
import type { IntakeSource } from '../intake/sources/source.ts';
import { now } from '../platform/clock.ts';
import type { Answer } from '../platform/door.ts';
import { log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { parseJson } from '../platform/raw-body.ts';
import { policy } from '../policy.ts';
import { wakeDraft } from '../postmortems/assemble.ts';
import { acknowledgementIn } from './acknowledgement.ts';

const webhooks: Pick<IntakeSource, 'secretNames' | 'challenge' | 'needsBody' | 'refuse'> & { tool: 'pagerduty' } = {
  tool: 'pagerduty',
  secretNames: ['PAGERDUTY_WEBHOOK_SECRET'],
  challenge: 'Signature realm="metronome", headers="x-pagerduty-signature"',
  needsBody: () => true,
  refuse({ headers }, bytes, config) {
    const signatures = headerOf(headers, 'x-pagerduty-signature')?.split(',').slice(0, 10) ?? [];
    const scheme = { algorithm: 'sha256', encoding: 'hex', parts: [bytes] } as const;
    const isSigned = signatures.map((each) => {
      const [, given] = /^\s*v1=([\da-f]{64})\s*$/.exec(each) ?? [];
      return isSignedBy(config.PAGERDUTY_WEBHOOK_SECRET, given, scheme);
    });
    return isSigned.includes(true)
      ? undefined
      : 'X-PagerDuty-Signature has none of this body under PAGERDUTY_WEBHOOK_SECRET.';
  },
};

/** PagerDuty retries after a 5xx, so nothing has to be queued here. */
export const takeWebhook = (request: IncomingMessage): Promise<Answer> =>
  receive(request, webhooks, ({ raw }) => record(raw));

async function record(raw: RawBody): Promise<Answer> {
  const body = parseJson(raw.bytes);
  const at = now();
  const said = acknowledgementIn(body, policy, at);
  if ('ignored' in said) {
    log('INFO', `ignored: ${said.ignored}`, { tool: 'pagerduty' });
    return { status: 200, body: said };
  }
  const { incidentId, eventId, occurredAt, assignee, ...author } = said;
  const statements = [
    { type: 'responded' as const, occurredAt },
    ...(assignee ? [{ type: 'assigned' as const, assignee, occurredAt }] : []),
  ];
  for (const statement of statements) {
    const idempotencyKey = `pagerduty:${eventId}:${statement.type}`;
    try {
      const by = { ...author, now: at, policy, idempotencyKey };
      await wakeDraft((await recordStatement(incidentId, statement, by)).incident, policy, at);
    } catch (error) {
      // The incident does not exist or is over: a retry would not help.
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      log('WARNING', 'an acknowledgement could not be recorded', { incidentId, status: error.status });
      return { status: 200, body: { ignored: error.message } };
    }
  }
  return { status: 200, body: { accepted: true } };
}
