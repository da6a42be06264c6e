/** Whatever channels there are and whatever they answer: what is urgent reaches somebody in ten minutes, or the alarm rings. */
import type { CloudEvent } from '@google-cloud/functions-framework';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outgoing } from '../../functions/calls-outward.ts';
import { notify } from '../../functions/outgoing/notify.ts';
import { TemporaryFailure } from '../../functions/platform/failures.ts';
import { firestore, fromDocument } from '../../functions/platform/firestore.ts';
import type { Notice, PagerStep } from '../../functions/platform/notice-schemas.ts';
import { subscriptions, topics } from '../../functions/topology.ts';
import type { Fault } from '../../infra/cloud/src/faults.ts';
import { runs as runsOf } from '../fuzz/runs.ts';
import { type ChannelKind, channelKinds, openEveryChannel, type Taken } from './every-channel.ts';
import { noticeWith } from './notices.ts';
import { openSmallCloud } from './small-cloud.ts';

const [second, minute, day] = [1_000, 60_000, 86_400_000];
const small = await openSmallCloud('2026-11-24T01:00:00Z', [topics.notifications, topics.outgoing]);
const sides = await openEveryChannel(small);

interface Drawn {
  kind: ChannelKind;
  /** Of the channel: what it is for, and who reads its mail. */
  more: object;
  answer: Omit<Fault, 'target'> | undefined;
  /** When it answers as it should again, which may be never. */
  recoversAfterMs: number;
}

const absurd = ['0', '1', '30', '3600', '259200', '999999999', 'soon', '', 'Tue, 24 Nov 2099 01:00:00 GMT'];
const failing = (...codes: (number | string)[]) =>
  fc.constantFrom(...codes).map((code): Omit<Fault, 'target'> => ({ effect: 'fail', code: String(code) }));
const waiting = fc
  .tuple(fc.constantFrom('429', '503'), fc.constantFrom(...absurd))
  .map(([code, retryAfter]): Omit<Fault, 'target'> => ({ effect: 'fail', code, retryAfter }));
const byHttp = fc.oneof(
  failing(401, 403, 404, 410, 400, 422, 500, 502),
  waiting,
  fc.constant({ effect: 'garble' as const }),
  fc.constant({ effect: 'fail-after' as const, code: '500' }),
);
const bySlack = fc.oneof(
  failing('invalid_auth', 'channel_not_found', 'msg_too_long', 'ratelimited', 'internal_error', 404, 500, 502),
  waiting,
  fc.constant({ effect: 'fail-after' as const, code: 'internal_error' }),
);
const bySmtp = fc.oneof(failing(421, 451, 452, 503, 535, 550, 554), fc.constant(undefined));
const answerOf = (kind: ChannelKind) => (kind === 'mail' ? bySmtp : kind === 'slack-app' ? bySlack : byHttp);

/** `grey` is refused for a minute, `busy` for now and `bounce` for good. */
const readers = fc.constantFrom(
  ['one', 'other'],
  ['one', 'grey'],
  ['grey'],
  ['one', 'bounce'],
  ['busy', 'one'],
  ['busy'],
);
const filters = fc.constantFrom<object>(
  {},
  {},
  { escalation: true },
  ...[{ urgency: 'high' }, { urgency: 'low' }, { area: 'order' }, { kinds: ['incident-filed'] }].map((of) => ({
    for: of,
  })),
);
const delays = fc.constantFrom(0, 30 * second, 5 * minute, 11 * minute, Number.POSITIVE_INFINITY);
const drawnOf = (kind: ChannelKind): fc.Arbitrary<Drawn> =>
  fc.record({
    kind: fc.constant(kind),
    more: fc
      .tuple(filters, readers)
      .map(([fits, to]) => ({ ...fits, ...(kind === 'mail' ? { to: to.map((each) => `${each}@example.jp`) } : {}) })),
    answer: answerOf(kind),
    recoversAfterMs: delays,
  });
const drawn = fc
  .shuffledSubarray([...channelKinds], { minLength: 1, maxLength: 4 })
  .chain((kinds) => fc.tuple(...kinds.map(drawnOf)));

interface Work {
  topic: string;
  data: object;
  /** When it is delivered. */
  atMs: number;
}
const eventOf = (data: object): CloudEvent<unknown> =>
  ({
    id: 'message',
    data: {
      message: {
        messageId: 'message',
        data: Buffer.from(JSON.stringify(data)).toString('base64'),
        publishTime: small.at().toISOString(),
        attributes: {},
      },
    },
  }) as CloudEvent<unknown>;

/** What Slack's app gets travels by a topic of its own. */
const publishedWork = (): Work[] =>
  small.published().map((data) => {
    const isForSlack = 'notice' in (data as object);
    return delivered(isForSlack ? topics.outgoing : topics.notifications, data as object);
  });

const delivered = (topic: string, data: object): Work => ({ topic, data, atMs: small.at().getTime() });

/** Pub/Sub: what fails comes again after the longest backoff of the subscription. */
async function live(first: Work[], rows: readonly Drawn[], forMs: number): Promise<void> {
  const startedMs = small.at().getTime();
  const queue = [...first];
  for (;;) {
    queue.sort((one, other) => one.atMs - other.atMs);
    const next = queue.shift();
    if (!next || next.atMs - startedMs > forMs) break;
    small.pass(Math.max(0, next.atMs - small.at().getTime()));
    small.faults.clear();
    const passedMs = small.at().getTime() - startedMs;
    for (const { kind, answer, recoversAfterMs } of rows)
      if (answer && passedMs < recoversAfterMs) sides.strike(kind, answer);
    const done = next.topic === topics.outgoing ? outgoing(eventOf(next.data)) : notify(eventOf(next.data));
    await done.catch((error: unknown) => {
      if (!(error instanceof TemporaryFailure)) throw error;
      queue.push({ ...next, atMs: small.at().getTime() + longestBackoffMs });
    });
    queue.push(...publishedWork());
  }
  small.faults.clear();
}

const longestBackoffMs =
  (subscriptions.find(({ topic }) => topic === topics.notifications)?.maximumBackoffSeconds ?? 0) * second;

/** As the minute tick publishes them: what is urgent is a notice and a page. Both carry a mark of their own. */
function urgentOnes(run: number, { kind, urgency, area }: Pick<Notice, 'kind' | 'urgency' | 'area'>) {
  return [1, 2].map((n) => {
    const mark = `[run${run}n${n}]`;
    const text = { ja: `本文 ${mark}`, en: `Text ${mark}` };
    const subject = { ja: `件名 ${mark}`, en: `Subject ${mark}` };
    const about = { urgency, ...(area ? { area } : {}), subject, text, createdAt: small.at().toISOString() };
    const notice = noticeWith({ ...about, id: `ntc_${run}-${n}`, kind, incidentId: null });
    const page: PagerStep = {
      ...about,
      id: `pag_${run}-${n}`,
      incidentId: `inc_${run}-${n}`,
      action: 'trigger',
      why: [kind],
      sequence: 1,
      episode: 1,
      urgency: urgency ?? 'low',
    };
    return { mark, messages: [notice, page] };
  });
}

/** Of which message it is: its mark, and the channel whose failure it tells of. */
const sayingOf = ({ kind, to, text }: Taken): string => {
  const [, failed = ''] = /could not be delivered: ([\w-]+)/.exec(text) ?? [];
  return [kind, to, failed, /\[run\d+n\d\]/.exec(text)?.[0]].join(' ');
};

let runs = 0;
const about = { urgency: fc.constantFrom('high' as const, 'low' as const), area: fc.constantFrom('order', undefined) };
const notices = fc.record({
  kind: fc.constantFrom('escalation' as const, 'emergency-begun' as const),
  ...about,
});
const calmNotices = fc.record({
  kind: fc.constantFrom('update-due' as const, 'incident-filed' as const, 'customer-wrote' as const),
  ...about,
});

interface Kept {
  noticeId: string;
  channel: string;
  kind: string;
  createdAt: Date;
  delivery: { state: string };
}

test('what is urgent reaches somebody in ten minutes, or the alarm rings; each is delivered or announced, and none twice', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, notices, async (rows, of) => {
      runs += 1;
      small.pass(day);
      small.published();
      // Names differ, so that a failure of an earlier run is no reason to announce less.
      const configured = rows.map(({ kind, more }) => sides.channel(kind, { name: `${kind}-${runs}`, ...more }));
      small.give({ ...sides.environment, NOTIFY_CHANNELS: JSON.stringify(configured) });
      const startedAt = small.at();
      const urgent = urgentOnes(runs, of);
      const work = urgent.flatMap(({ messages }) => messages.map((data) => delivered(topics.notifications, data)));
      await live(work, rows, 10 * minute);
      const kept = firestore().collection('notices');
      // That such channels leave kinds of notices to nobody is an alarm as well, but not about these.
      const alarms = (await kept.where('channel', '==', 'nobody').get()).docs
        .map((each) => fromDocument<{ createdAt: Date; kind: string; noticeId: string }>(each.data()))
        .filter(({ createdAt }) => createdAt >= startedAt)
        .filter(({ kind, noticeId }) => kind === 'delivery-failed' || noticeId.startsWith(`ntc_${runs}-`));
      const heard = sides.taken().filter(({ text }) => text.includes(`[run${runs}n`));
      for (const { mark } of urgent) {
        const isHeard = heard.some(({ text }) => text.includes(mark));
        expect(isHeard || alarms.length > 0, `${mark} reached nobody, and no alarm rang`).toBe(true);
      }
      // A tool that takes a message and answers 500 is sent it again: only Slack can be asked whether it has it.
      const saysSo = ({ kind }: Taken): boolean =>
        kind === 'slack-app' || rows.find((each) => each.kind === kind)?.answer?.effect !== 'fail-after';
      const sayings = heard.filter(saysSo).map(sayingOf);
      expect(
        sayings.filter((each, index) => sayings.indexOf(each) < index),
        'twice in one channel',
      ).toEqual([]);
    }),
    runsOf(20),
  );
});

test('what does not arrive in a channel is announced in another, or the alarm rings, whatever its kind', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.oneof(notices, calmNotices), async (rows, of) => {
      runs += 1;
      small.pass(day);
      small.published();
      const configured = rows.map(({ kind, more }) => sides.channel(kind, { name: `${kind}-${runs}`, ...more }));
      small.give({ ...sides.environment, NOTIFY_CHANNELS: JSON.stringify(configured) });
      const startedAt = small.at();
      const [first] = urgentOnes(runs, of);
      const [notice = {}, page = {}] = first?.messages ?? [];
      const isUrgent = of.kind === 'escalation' || of.kind === 'emergency-begun';
      const messages = isUrgent ? [notice, page] : [notice];
      await live(
        messages.map((data) => delivered(topics.notifications, data)),
        rows,
        // What is not urgent is announced after ten minutes; where nobody takes that either, the alarm rings ten minutes later.
        25 * minute,
      );
      const kept = (await firestore().collection('notices').get()).docs
        .map((each) => fromDocument<Kept>(each.data()))
        .filter(({ createdAt }) => createdAt >= startedAt);
      const isAlarm = kept.some(
        ({ channel, kind, noticeId }) =>
          channel === 'nobody' && (kind === 'delivery-failed' || noticeId.startsWith(`ntc_${runs}-`)),
      );
      const announcements = kept.filter(
        ({ kind, delivery }) => kind === 'delivery-failed' && delivery.state === 'delivered',
      );
      const told = sides
        .taken()
        .map(({ text }) => text)
        .join('\n');
      for (const { channel, kind, delivery } of kept) {
        if (kind === 'delivery-failed' || channel === 'nobody' || delivery.state === 'delivered') continue;
        const isAnnounced = announcements.length > 0 && told.includes(channel);
        expect(isAnnounced || isAlarm, `${kind} is ${delivery.state} in ${channel}, and nobody knows`).toBe(true);
      }
    }),
    runsOf(10),
  );
});
