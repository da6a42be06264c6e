/** Every intake door under mutated bodies: never a failure of ours, no refusal without a reason, nothing authentic lost. */
import { createHash, createHmac } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutKey } from '../../functions/intake/sources/pagerduty.ts';
import { alertSecrets, toolSecrets } from '../fixtures/secrets.ts';
import { useScenario } from '../scenarios/house.ts';
import { type IntakeDoor, intakeBodies, marked, tellApart } from './bodies.ts';
import { damage, mutation } from './hostile.ts';
import { keptBodies } from './kept.ts';
import { longestMs, runs } from './runs.ts';
import { complaintOf, send } from './wire.ts';

const environment = { ...toolSecrets, ...alertSecrets, JIRA_CUSTOMER_FIELD: 'customfield_10050' };

const scenario = useScenario(undefined, { environment: { ...process.env, ...environment } });

const hmac = (algorithm: string, secret: string | Buffer, ...parts: (string | Buffer)[]) => {
  const signing = createHmac(algorithm, secret);
  for (const part of parts) signing.update(part);
  return signing;
};

/** What an authentic sender of these bytes sends beside them. */
const proofs: Record<IntakeDoor, (bytes: Buffer, now: Date) => OutgoingHttpHeaders> = {
  tickets: () => ({ authorization: 'Bearer local' }),
  signed: (bytes, now) => {
    const seconds = String(Math.floor(now.getTime() / 1_000));
    const key = Buffer.from(toolSecrets.TICKETS_SIGNING_SECRET.slice(6), 'base64');
    const id = `msg_${createHash('sha256').update(bytes).digest('hex')}`;
    return {
      'webhook-id': id,
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,${hmac('sha256', key, `${id}.${seconds}.`, bytes).digest('base64')}`,
    };
  },
  zendesk: (bytes, now) => ({
    'x-zendesk-webhook-signature-timestamp': now.toISOString(),
    'x-zendesk-webhook-signature': hmac('sha256', toolSecrets.ZENDESK_SIGNING_SECRET, now.toISOString(), bytes).digest(
      'base64',
    ),
  }),
  intercom: (bytes) => ({
    'x-hub-signature': `sha1=${hmac('sha1', toolSecrets.INTERCOM_CLIENT_SECRET, bytes).digest('hex')}`,
  }),
  freshdesk: () => ({ authorization: `Bearer ${toolSecrets.FRESHDESK_TOKEN}` }),
  jira: (bytes) => ({
    'x-hub-signature': `sha256=${hmac('sha256', toolSecrets.JIRA_WEBHOOK_SECRET, bytes).digest('hex')}`,
  }),
  alertmanager: () => ({ authorization: 'Bearer local' }),
  grafana: () => ({ authorization: 'Bearer local' }),
  alert: () => ({ authorization: 'Bearer local' }),
  opsgenie: () => ({ authorization: `GenieKey ${alertSecrets.OPSGENIE_API_KEY}` }),
  pagerduty: () => ({}),
  alerts: () => ({ authorization: `Basic ${Buffer.from('x:local').toString('base64')}` }),
};

const paths: Record<IntakeDoor, string> = {
  tickets: '/tickets',
  signed: '/tickets',
  zendesk: '/tickets/zendesk',
  intercom: '/tickets/intercom',
  freshdesk: '/tickets/freshdesk',
  jira: '/tickets/jira',
  alerts: '/alerts',
  alertmanager: '/alerts/alertmanager',
  grafana: '/alerts/grafana',
  alert: '/alerts/generic',
  opsgenie: '/opsgenie/v2/alerts',
  pagerduty: '/pagerduty/v2/enqueue',
};

const contentType = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('application/json', 'application/json; charset=utf-8', undefined) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'application/vnd.x+json',
      'application/json; charset="UTF-8"; boundary=x',
      'application/json; charset=utf-16',
      'application/json; charset=',
      'application/json;;;;',
      'text/plain',
      'text/json',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      ';',
      `application/${'x'.repeat(4_000)}`,
      'application/json, text/html',
      '\xff\xfe',
    ),
  },
);
const contentEncoding = fc.oneof(
  { weight: 30, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom('identity', '', 'gzip', 'br', 'gzip, gzip', 'x'.repeat(300)) },
);

let count = 0;

describe.each(Object.keys(paths) as IntakeDoor[])('%s', (door) => {
  test(
    'answers or explains, and keeps every body that it took',
    async () => {
      const delivered = new Set<string>();
      const taken: { bytes: Buffer; answer: string }[] = [];
      const body = fc.record({
        base: fc.nat(),
        mutate: mutation,
        damaged: damage,
        type: contentType,
        encoding: contentEncoding,
      });
      await fc.assert(
        fc.asyncProperty(body, async ({ base, mutate, damaged, type, encoding }) => {
          count += 1;
          const bases = intakeBodies[door];
          const bytes = damaged(Buffer.from(marked(mutate(tellApart(bases[base % bases.length], count)), count)));
          const headers = (): OutgoingHttpHeaders => ({
            ...proofs[door](bytes, new Date(scenario.house.cloud.clock.now())),
            ...(type === undefined ? {} : { 'content-type': type }),
            ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
          });
          const answer = async () =>
            send(scenario.url, paths[door], { method: 'POST', headers: headers(), body: bytes });
          let answered = await answer();
          // Doors of alerts answer 503 where others answer 429.
          if (answered.status === 429 || answered.status === 503) {
            await scenario.advance('PT5M');
            answered = await answer();
          }
          // Their refusals have the form of the API that they answer as.
          const isOwnForm = door === 'opsgenie' || door === 'pagerduty';
          if (isOwnForm) expect(answered.status, answered.text).toBeLessThan(500);
          else expect(complaintOf(answered)).toBeUndefined();
          const isTaken = answered.status < 300 || answered.text.includes('It is kept in quarantine');
          // PagerDuty's answer is the same for what is about an alert that is not known.
          const isIgnored =
            /^\{"ignored":(?!"the end of a ticket)/.test(answered.text) ||
            (door === 'pagerduty' && !/"event_action":\s*"trigger"/.test(bytes.toString('utf8')));
          // A delivery of an id that was there before is the same delivery, whatever it says now.
          const id = deliveryId(door, bytes);
          const isRepeated = id !== undefined && delivered.has(id);
          if (id !== undefined) delivered.add(id);
          if (isTaken && !isIgnored && !isRepeated)
            taken.push({
              bytes: door === 'pagerduty' ? withoutKey(bytes) : bytes,
              answer: `${answered.status} ${answered.text.slice(0, 300)}`,
            });
        }),
        runs(5),
      );
      await scenario.advance('PT1M');
      const kept = await keptBodies();
      const lost = taken.filter(({ bytes }) => !kept.has(createHash('sha256').update(bytes).digest('hex')));
      expect(lost.slice(0, 3).map(({ bytes, answer }) => [answer, bytes.toString('utf8').slice(0, 1_000)])).toEqual([]);
      expect(taken.length).toBeGreaterThan(0);
    },
    longestMs,
  );
});

/** Of a tool that numbers its deliveries. */
function deliveryId(door: IntakeDoor, bytes: Buffer): string | undefined {
  if (door !== 'zendesk' && door !== 'intercom') return undefined;
  try {
    return JSON.stringify((JSON.parse(bytes.toString('utf8')) as { id?: unknown } | null)?.id);
  } catch {
    return undefined;
  }
}
