/** The same content within ten minutes is one report, in any order, by any instance's clock; later it is another. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Intake } from '../../functions/incidents/facts/decision.ts';
import { fileAlert } from '../../functions/incidents/signals/file-alert.ts';
import { fileSignal } from '../../functions/incidents/signals/file-signal.ts';
import { freshdesk } from '../../functions/intake/sources/freshdesk.ts';
import { generic } from '../../functions/intake/sources/generic.ts';
import { monitoring } from '../../functions/intake/sources/monitoring.ts';
import type { IntakeSource } from '../../functions/intake/sources/source.ts';
import { configOf } from '../../functions/platform/config.ts';
import { allOf, collections, firestore } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { freshdeskBody } from '../fixtures/tickets.ts';
import { useOwnCloud } from '../own-cloud.ts';

useOwnCloud();
/** The edge of a re-send window. */
const edge = Date.parse('2026-12-01T00:00:00Z');
const windowMs = 10 * 60_000;
const config = configOf({ JOIN_KEY_SECRET: 'local' });
let attempts = 0;

function intakeOf(source: IntakeSource, body: unknown, ms: number): Intake {
  const bytes = Buffer.from(JSON.stringify(body));
  const receivedAt = new Date(edge + ms);
  const reading = source.read(JSON.parse(String(bytes)), bytes, { receivedAt, policy, config });
  if (!('signal' in reading)) throw new Error(reading.ignored);
  attempts += 1;
  return { ...reading, raw: { bytes, contentType: 'x', receivedAt }, attempt: `att_${attempts}` };
}

async function file(source: IntakeSource, body: unknown, ms: number): Promise<void> {
  const intake = intakeOf(source, body, ms);
  const context = { actor: source.tool, now: intake.signal.receivedAt, policy };
  await (intake.signal.source === 'alert' ? fileAlert(intake, context) : fileSignal(intake, context));
}

const alertOf = (id: string, more: object = {}) =>
  thresholdAlert({ id, policy: id, startedAt: new Date(edge), ...more });
const before = -30 * 60_000;

/** What is sent, and what there is of it before. */
const sent: [what: string, source: IntakeSource, body: (id: string) => unknown, first?: (id: string) => unknown][] = [
  ['a changed report', generic, (id) => ({ id, subject: 'まだ' }), (id) => ({ id, subject: '会計できない' })],
  ['a report of what nobody knows', generic, (id) => ({ id, subject: '会計できない' })],
  [
    'a reply',
    freshdesk,
    (id) => freshdeskBody({ ticket_id: id, triggered_event: '{reply_sent:true}', message: '調査中です', agent: 'a' }),
    (id) => freshdeskBody({ ticket_id: id }),
  ],
  [
    'the end of what nobody knows',
    freshdesk,
    (id) => freshdeskBody({ ticket_id: id, triggered_event: '{status:{from:2,to:4}}' }),
  ],
  ['an alert', monitoring, (id) => alertOf(id)],
  ['an alert that is notified again', monitoring, (id) => alertOf(id), (id) => alertOf(`${id}-first`, { policy: id })],
];

const sends = fc.record({
  /** Around the edge, by seconds and by minutes. */
  at: fc.array(
    fc
      .oneof(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -1_500, max: 1_500 }))
      .map((seconds) => seconds * 1_000),
    { minLength: 2, maxLength: 5 },
  ),
  isAtOnce: fc.boolean(),
});

test.each(sent)('%s', async (_, source, body, first) => {
  await fc.assert(
    fc.asyncProperty(sends, async ({ at, isAtOnce }) => {
      attempts += 1;
      const id = `sent-${attempts}`;
      if (first) await file(source, first(id), before);
      if (isAtOnce) await Promise.all(at.map((ms) => file(source, body(id), ms)));
      else for (const ms of at) await file(source, body(id), ms);
      const { signal } = intakeOf(source, body(id), 0);
      const found = await firestore().collection(collections.signals).where('sourceId', '==', signal.sourceId).get();
      const kept = allOf<{ receivedAt: Date }>(found)
        .map(({ receivedAt }) => receivedAt.getTime() - edge)
        .filter((ms) => ms !== before)
        .sort((a, b) => a - b);
      const gaps = kept.slice(1).map((ms, index) => ms - (kept[index] ?? 0));
      expect(gaps.filter((each) => each <= windowMs)).toEqual([]);
      const lost = at.filter((ms) => !kept.some((each) => Math.abs(each - ms) <= windowMs));
      expect(lost).toEqual([]);
    }),
    { numRuns: 10 },
  );
});
