/** What the services outside do to what is asked of them, and to what they tell: drawn from lots of their own, and counted. */

import type { Fault } from '../../../infra/cloud/src/faults.ts';
import { hourMs, minuteMs } from '../calendar.ts';
import type { Random } from '../random.ts';

const secondMs = 1_000;

/** Of so many calls one is struck. */
const callRate = 1 / 8;
const webhookRate = 1 / 4;
/** A day, for each tool. */
const absencesADay = 3;

type Effect = Omit<Fault, 'target'>;

/** Slow, refused, taken without an answer, taken and answered 500, never answered. */
const ofCalls: readonly Effect[] = [
  ...['500', '502', '503', '429', '403'].map((code): Effect => ({ effect: 'fail', code })),
  ...['500', '503', '504'].map((code): Effect => ({ effect: 'fail-after', code })),
  { effect: 'hang' },
  { effect: 'hang-after' },
  { effect: 'hang-after' },
  { effect: 'delay', delayMs: 4 * secondMs },
  { effect: 'delay', delayMs: 20 * secondMs },
];

/** As strangers answer: for how long is not what they mean, and a proxy or a deployment may be in front of them. */
const ofReceivers: readonly Effect[] = [
  ...ofCalls.filter(({ code }) => code !== '403'),
  ...['0', '1', '3600', '259200', 'soon', 'Tue, 24 Nov 2099 01:00:00 GMT'].flatMap((retryAfter): Effect[] => [
    { effect: 'fail', code: '429', retryAfter },
    { effect: 'fail', code: '503', retryAfter },
  ]),
  ...['401', '403', '404', '410'].map((code): Effect => ({ effect: 'fail', code })),
  { effect: 'garble' },
];

const ofSlack: readonly Effect[] = [
  ...ofCalls.filter(({ code }) => code !== '403'),
  { effect: 'fail', code: 'ratelimited' },
  ...['3600', '259200', 'soon'].map((retryAfter): Effect => ({ effect: 'fail', code: '429', retryAfter })),
  { effect: 'fail-after', code: 'internal_error' },
];

/** Of Slack's errors, those that another try would meet as well. */
const refusedForGood: Readonly<Record<string, string>> = {
  info: 'account_inactive',
  postMessage: 'not_in_channel',
  open: 'missing_scope',
};

export const lastingRefusals = Object.values(refusedForGood);

export class RemoteStrikes {
  readonly counts = new Map<string, number>();
  readonly #random: Random;
  readonly #away: { tool: string; from: number; to: number; isSilent: boolean }[] = [];
  readonly #struck: { tool: string; at: number }[] = [];
  #isOver = false;

  constructor(random: Random, tools: readonly string[], start: number, end: number) {
    this.#random = random;
    const days = (end - start) / (24 * hourMs);
    for (const tool of tools) {
      for (let count = Math.round(absencesADay * days); count > 0; count -= 1) {
        const from = start + Math.floor(random.next() * (end - start));
        // As many short ones as long ones.
        const lastsMs = Math.round(minuteMs * 60 ** random.next());
        this.#away.push({ tool, from, to: from + lastsMs, isSilent: random.chance(0.3) });
      }
    }
  }

  /** From here on nothing strikes any more. */
  end(): void {
    this.#isOver = true;
  }

  /** @param target `tools.zendesk.updateTicket`, `tools.zendesk.webhook` */
  take(target: string, at: number): Fault | undefined {
    if (this.#isOver) return undefined;
    const [, tool, ...rest] = target.split('.');
    const operation = rest.at(-1);
    // Slack's methods are asked for by their whole name and by its last part, and are struck once.
    if (tool === 'slack' && rest.length === 1 && operation !== 'response') return undefined;
    const struck = operation === 'webhook' ? this.#ofWebhook() : this.#ofCall(tool, operation, at);
    if (!struck) return undefined;
    if (tool) this.#struck.push({ tool, at });
    this.counts.set(struck.effect, (this.counts.get(struck.effect) ?? 0) + 1);
    return { target, ...struck };
  }

  /** Whether it was away, or something was done to what was asked of it, at some time between two instants. */
  wasStruck(tool: string, from: number, to: number): boolean {
    return (
      this.#away.some((each) => each.tool === tool && each.from <= to && each.to >= from) ||
      this.#struck.some((each) => each.tool === tool && each.at >= from && each.at <= to)
    );
  }

  #ofCall(tool: string | undefined, operation: string | undefined, at: number): Effect | undefined {
    const away = this.#away.find((each) => each.tool === tool && each.from <= at && at < each.to);
    if (away) return away.isSilent ? { effect: 'hang' } : { effect: 'fail', code: '503' };
    if (!this.#random.chance(callRate)) return undefined;
    // A ticket that somebody else has changed meanwhile.
    if (operation === 'updateTicket' && this.#random.chance(0.3)) return { effect: 'fail', code: '409' };
    if (tool === 'slack') return this.#ofSlack(operation);
    if (tool === 'pagerduty') return this.#random.pick(ofReceivers);
    return this.#random.pick(ofCalls);
  }

  /** Its own troubles come as an answer 200 that names them; what it refuses for good it may refuse of anything. */
  #ofSlack(operation: string | undefined): Effect {
    const lasting = refusedForGood[operation ?? ''];
    if (lasting && this.#random.chance(0.2)) return { effect: 'fail', code: lasting };
    return this.#random.pick(ofSlack);
  }

  /** Never, twice, before the answer, or late. */
  #ofWebhook(): Effect | undefined {
    if (!this.#random.chance(webhookRate)) return undefined;
    return this.#random.pick<Effect>([
      { effect: 'fail' },
      { effect: 'double' },
      { effect: 'reorder' },
      { effect: 'delay', delayMs: Math.round(secondMs * 3_600 ** this.#random.next()) },
    ]);
  }
}
