/**
 * Every event door under mutated messages: what Pub/Sub pushes is acknowledged, since a refusal would only come back a
 * hundred times; and verified messages that cannot be parsed go to quarantine.
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sourceOf } from '../../functions/intake/sources/sources.ts';
import { configOf } from '../../functions/platform/config.ts';
import { parseJson } from '../../functions/platform/raw-body.ts';
import { policy } from '../../functions/policy.ts';
import { subscriptions } from '../../functions/topology.ts';
import { useScenario } from '../scenarios/house.ts';
import { buildMessage, intakeBodies, marked, noticeMessage, tellApart } from './bodies.ts';
import { damage, hostileText, mutation } from './hostile.ts';
import { keptBodies } from './kept.ts';
import { longestMs, runs } from './runs.ts';
import { send } from './wire.ts';

const scenario = useScenario();

const everyTicket = [
  ...intakeBodies.tickets,
  ...intakeBodies.zendesk,
  ...intakeBodies.intercom,
  ...intakeBodies.freshdesk,
  ...intakeBodies.jira,
];
/** What each door is sent, how often, and whether what it cannot use has to be kept. */
const doors: Record<string, { bases: unknown[]; isKept: boolean; few: number }> = {
  ticketEvents: { bases: everyTicket, isKept: true, few: 9 },
  alertEvents: { bases: intakeBodies.alerts, isKept: true, few: 9 },
  deadLetters: { bases: [...everyTicket, ...intakeBodies.alerts, noticeMessage], isKept: true, few: 3 },
  releases: { bases: [buildMessage], isKept: false, few: 3 },
  notify: { bases: [noticeMessage], isKept: false, few: 3 },
  minuteTick: { bases: [{}], isKept: false, few: 3 },
  gauges: { bases: [{}], isKept: false, few: 1 },
  weeklyTick: { bases: [{ week: '2026-W40' }], isKept: false, few: 3 },
};

/** An attribute's value is text; Pub/Sub allows 1,024 bytes. */
const attributeText = hostileText.map((text) => text.toWellFormed().slice(0, 300));
const attribute = fc.tuple(
  fc.oneof(
    fc.constantFrom(
      'source',
      'receivedAt',
      'contentType',
      'eventId',
      'traceId',
      'CloudPubSubDeadLetterSourceSubscription',
    ),
    attributeText.filter((key) => key !== ''),
  ),
  fc.oneof(
    attributeText,
    fc.constantFrom('generic', 'zendesk', 'intercom', 'freshdesk', 'jira', 'monitoring', 'console', 'import'),
    fc.constantFrom(...subscriptions.map(({ name }) => `projects/metronome-local/subscriptions/${name}`)),
  ),
);
const attributes = fc.array(attribute, { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs));
/** Pub/Sub's own; some emulators leave it out. */
const publishTime = fc.constantFrom('2026-11-24T01:00:00.123Z', '2026-11-24T01:00:00.123456789Z', undefined);

let count = 0;

describe.each(Object.entries(doors))('%s', (door, { bases, isKept, few }) => {
  test(
    'acknowledges, and keeps what it took',
    async () => {
      const taken: { bytes: Buffer; source: string | undefined }[] = [];
      const message = fc.record({ base: fc.nat(), mutate: mutation, damaged: damage, stated: attributes, publishTime });
      await fc.assert(
        fc.asyncProperty(message, async ({ base, mutate, damaged, stated, publishTime: published }) => {
          count += 1;
          const bytes = damaged(Buffer.from(marked(mutate(tellApart(bases[base % bases.length], count)), count)));
          const data = (bytes.length > 0 ? bytes : Buffer.from(' ')).toString('base64');
          const id = String(count);
          // One delivery's own id is no other's.
          const own = stated.eventId === undefined ? stated : { ...stated, eventId: `${stated.eventId}${id}` };
          const times = { publishTime: published, publish_time: published };
          const body = {
            message: { data, messageId: id, message_id: id, attributes: own, ...times },
            subscription: 'projects/metronome-local/subscriptions/fuzz',
          };
          const answered = await send(scenario.url, `/${door}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: Buffer.from(JSON.stringify(body)),
          });
          expect([answered.status, answered.text.slice(0, 200)]).toEqual([204, '']);
          taken.push({ bytes: Buffer.from(data, 'base64'), source: own.source });
        }),
        runs(few),
      );
      if (!isKept) return;
      const kept = await keptBodies();
      const isLost = ({ bytes }: { bytes: Buffer }) => !kept.has(createHash('sha256').update(bytes).digest('hex'));
      const lost = taken.filter((each) => isLost(each) && !isOfNoInterest(each.bytes, each.source));
      expect(lost.slice(0, 3).map(({ bytes }) => bytes.toString('utf8').slice(0, 1_000))).toEqual([]);
      expect(taken.some((each) => !isLost(each))).toBe(true);
    },
    longestMs,
  );
});

/** What the tool's own reader calls a topic of no interest, a ping or a test. */
function isOfNoInterest(bytes: Buffer, tool: string | undefined): boolean {
  const source = sourceOf(tool ?? '');
  const context = { receivedAt: new Date(scenario.house.cloud.clock.now()), policy, config: configOf({}) };
  try {
    return source !== undefined && 'ignored' in source.read((source.parse ?? parseJson)(bytes), bytes, context);
  } catch {
    return false;
  }
}
